"""What the programme of a mission gives, to whoever comes and to a team, before their employer is asked."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import User
from marketplace.actions.refusals import NotYet
from marketplace.models import CompanyProgramme, Employee, Mission, TeamMember
from marketplace.rules import programme_hours, programme_quota, team_hours, teams


class OverQuota(NotYet):
    """The company's programme doesn't give that many hours, or not to this person; str() says which rule."""


def require(mission: Mission, programme: CompanyProgramme, employee: Employee) -> None:
    for year in range(mission.starts_on.year, mission.ends_on.year + 1):
        refusals = quota_of(mission, programme, employee, year).refusals
        if refusals:
            raise OverQuota(" ".join(refusals))


def _refusal_of_one(mission: Mission, programme: CompanyProgramme, person: User, hours: int) -> str:
    """Why the programme doesn't give these hours to this person of a team, with their name; "" when it does."""
    employee = teams.employee_of(mission, person)
    for year in range(mission.starts_on.year, mission.ends_on.year + 1):
        refusals = quota_from(
            programme, employee, year, hours=hours, starts_on=mission.starts_on,
            ends_on=mission.ends_on, but=mission,
        ).refusals  # fmt: skip
        if refusals:
            why = {"name": person.get_full_name(), "why": " ".join(refusals)}
            return _("%(name)s: %(why)s") % why
    return ""


def require_of_team(mission: Mission, *, asked: TeamMember | None = None) -> None:
    """Raises OverQuota when the mission's programme doesn't give the team, each person and all together, what is planned. `asked`:
    whose manager is asked; the others were looked at when they were named. The programme is locked: of two who ask for
    the last places, one gets them."""
    if mission.programme is None:
        return
    CompanyProgramme.objects.select_for_update(no_key=True).get(pk=mission.programme.pk)
    found = [asked] if asked else teams.in_it(mission)
    each = [_refusal_of_one(mission, mission.programme, one.person, one.hours) for one in found]
    if over := [why for why in each if why]:
        raise OverQuota(" ".join(over))
    if why := team_hours.beyond_the_whole(mission):
        raise OverQuota(why)


def quota_of(
    mission: Mission, programme: CompanyProgramme, employee: Employee, year: int
) -> programme_quota.Quota:
    return quota_from(
        programme, employee, year, hours=mission.sheet.hours, starts_on=mission.starts_on,
        ends_on=mission.ends_on, but=mission,
    )  # fmt: skip


def quota_from(
    programme: CompanyProgramme, employee: Employee, year: int, *, hours: int, starts_on: date,
    ends_on: date, but: Mission | None = None,
) -> programme_quota.Quota:  # fmt: skip
    return programme_quota.check(
        programme,
        employee,
        year=year,
        asked=programme_quota.share_of_year(Decimal(hours), starts_on, ends_on, year),
        taken=programme_hours.taken(employee, programme, year, but=but),
        starts_on=starts_on,
        whole=programme_hours.whole_of(programme, employee, year, but=but),
    )
