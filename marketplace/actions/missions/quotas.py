"""What the programme of a mission gives, to whoever comes and to a team, before their employer is asked."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

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


def _refusal_of_one(mission: Mission, programme: CompanyProgramme, one: TeamMember) -> str:
    """Why the programme doesn't give these hours to this person of a team, with their name; "" when it does."""
    employee, agreed = teams.employee_of(mission, one.person), teams.has_managers_yes(one)
    for year in range(mission.starts_on.year, mission.ends_on.year + 1):
        refusals = quota_from(
            programme, employee, year, hours=one.hours, starts_on=mission.starts_on,
            ends_on=mission.ends_on, but=mission, is_agreed=agreed,
        ).refusals  # fmt: skip
        if refusals:
            why = {"name": one.person.get_full_name(), "why": " ".join(refusals)}
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
    each = [_refusal_of_one(mission, mission.programme, one) for one in found]
    if over := [why for why in each if why]:
        raise OverQuota(" ".join(over))
    if why := team_hours.beyond_the_whole(mission):
        raise OverQuota(why)


def quota_of(
    mission: Mission, programme: CompanyProgramme, employee: Employee, year: int
) -> programme_quota.Quota:
    agreed = mission.agreed_version is not None and mission.programme_id == programme.pk
    return quota_from(
        programme, employee, year, hours=mission.sheet.hours, starts_on=mission.starts_on,
        ends_on=mission.ends_on, but=mission, is_agreed=agreed,
    )  # fmt: skip


def quota_from(
    programme: CompanyProgramme, employee: Employee, year: int, *, hours: int, starts_on: date,
    ends_on: date, but: Mission | None = None, is_agreed: bool = False,
) -> programme_quota.Quota:  # fmt: skip
    asked = programme_quota.share_of_year(Decimal(hours), starts_on, ends_on, year)
    if but is not None and but.started_at is not None:
        asked = programme_hours.asked_by(but, employee, year, share=asked, planned=hours)
    return programme_quota.check(
        programme,
        employee,
        year=year,
        asked=asked,
        taken=programme_hours.taken(employee, programme, year, but=but),
        starts_on=starts_on,
        whole=programme_hours.whole_of(programme, employee, year, but=but),
        is_agreed=is_agreed,
    )
