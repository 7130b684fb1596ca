"""What is told before a yes: what the programmes of a company still give to whoever would come. Reads only."""

from functools import partial

from django.utils import timezone

from marketplace.actions.market import proposals
from marketplace.actions.missions import agreements
from marketplace.models import CompanyProgramme, Employee, Proposal, Time
from marketplace.rules.programme_quota import Quota


def quotas(proposal: Proposal) -> list[tuple[CompanyProgramme, list[Quota], bool]]:
    """As if both said yes today, with whether it is more than a programme gives. Nothing for a team, nor on
    one's own time."""
    need, offer = proposal.need, proposal.offer
    if offer.time == Time.OWN or offer.person is None or offer.organisation is None:
        return []
    whose = {"organisation": offer.organisation, "person": offer.person}
    employee = Employee.objects.filter(**whose).first() or Employee(**whose)
    starts_on, ends_on = proposals.dates_of(need, offer)
    quota_of = partial(
        agreements.quota_from,
        hours=min(need.hours, offer.hours),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    found = []
    for programme in offer.organisation.programmes.open_on(timezone.localdate()):
        years = [
            quota_of(programme, employee, year) for year in range(starts_on.year, ends_on.year + 1)
        ]
        found.append((programme, years, any(year.too_much for year in years)))
    return found
