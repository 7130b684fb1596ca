"""What is told before a yes: the hours that the company's programmes still give to whoever would come. Reads only."""

from datetime import date
from functools import partial

from django.utils import timezone

from accounts.models import Organisation, User
from marketplace.actions.missions.quotas import quota_from
from marketplace.models import CompanyProgramme, Employee, Proposal, Time
from marketplace.rules import mission_days
from marketplace.rules.programme_quota import Quota


def quotas(proposal: Proposal) -> list[tuple[CompanyProgramme, list[Quota], bool]]:
    """Each open programme of the company with its quota for each year of the mission, as if both said yes today,
    and whether the mission is more than the programme gives. Empty for a team's offer and for one on own time."""
    need, offer = proposal.need, proposal.offer
    if offer.time == Time.OWN or offer.person is None or offer.organisation is None:
        return []
    days = mission_days.of_pair(need, offer)
    return quotas_of(offer.organisation, offer.person, min(need.hours, offer.hours), *days)


def quotas_of(
    house: Organisation, person: User, hours: int, starts_on: date, ends_on: date
) -> list[tuple[CompanyProgramme, list[Quota], bool]]:
    """The same of somebody who would give so many hours between two days."""
    whose = {"organisation": house, "person": person}
    employee = Employee.objects.filter(**whose).first() or Employee(**whose)
    quota_of = partial(quota_from, hours=hours, starts_on=starts_on, ends_on=ends_on)
    found = []
    for programme in house.programmes.open_on(timezone.localdate()):
        years = [
            quota_of(programme, employee, year) for year in range(starts_on.year, ends_on.year + 1)
        ]
        found.append((programme, years, any(year.too_much for year in years)))
    return found
