"""What is told before a yes: what the programmes of a company still give to whoever would come. Reads only."""

from django.utils import timezone

from marketplace.actions import agreements, proposals
from marketplace.models import CompanyProgramme, Employee, Proposal, Time
from marketplace.quota import Quota


def quotas(proposal: Proposal) -> list[tuple[CompanyProgramme, list[Quota]]]:
    """As if both said yes today. Nothing for a team, nor on one's own time."""
    need, offer = proposal.need, proposal.offer
    if offer.time == Time.OWN or offer.person is None or offer.organisation is None:
        return []
    whose = {"organisation": offer.organisation, "person": offer.person}
    employee = Employee.objects.filter(**whose).first() or Employee(**whose)
    starts_on, ends_on = proposals.dates_of(need, offer)
    programmes = offer.organisation.programmes.open_on(timezone.localdate())
    years = range(starts_on.year, ends_on.year + 1)
    return [
        (
            programme,
            [
                agreements.quota_from(
                    programme, employee, year, hours=min(need.hours, offer.hours),
                    starts_on=starts_on, ends_on=ends_on,
                )
                for year in years
            ],
        )
        for programme in programmes
    ]  # fmt: skip
