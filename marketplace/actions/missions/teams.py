"""The team of a mission by name: named by those who answer for it, each says yes alone, and their own manager is asked."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.models.leavings import why_not_from
from marketplace import letters
from marketplace.actions.market import consents, employments
from marketplace.actions.missions import agreements, amendment_effect, quotas, team_members
from marketplace.actions.refusals import NotYet
from marketplace.law.regimes import FIRST_A_NAME, why_no_team
from marketplace.models import (
    Agreement,
    CompanyProgramme,
    Consent,
    ConsentKind,
    ConsentRequest,
    Employee,
    Mission,
    Offer,
    TeamMember,
    reasons,
)
from marketplace.models.missions.team_members import TeamMemberQuerySet
from marketplace.rules import managers, team_hours, teams
from marketplace.states import BEFORE_IT_RUNS, TeamStatus
from notifications.faults import each_row

MOST = 100  # people in one team


# --- naming --------------------------------------------------------------------------------
@transaction.atomic
def name(
    mission: Mission,
    people: Iterable[User],
    *,
    programme: CompanyProgramme | None,
    by: User,
    now: datetime,
) -> list[TeamMember]:
    """Name people of the house, who are asked by a letter each. Hours that aren't anybody's are shared evenly among them.
    Raises NotYet, or OverQuota with the name of whoever the programme doesn't give as much."""
    mission = _locked(mission)
    if why := why_not_named(mission):
        raise NotYet(why)
    known = {one.person_id: one for one in mission.team.all()}
    new = [one for one in dict.fromkeys(people) if not _is_known(known.get(one.pk))]
    there = teams.in_it(mission)
    if len(new) + len(there) > MOST:
        raise NotYet(_("A team has %(most)s people at the most.") % {"most": MOST})
    for person in new:
        _require_of_the_house(mission, person, known.get(person.pk))
    if programme != mission.programme:
        mission.programme = programme
        mission.save(update_fields=["programme"])
    hours = _shared(mission, there, len(new))
    named = [
        _named(mission, person, known.get(person.pk), part, by=by, now=now)
        for person, part in zip(new, hours, strict=True)
    ]
    quotas.require_of_team(_locked(mission))
    return named


def why_not_named(mission: Mission) -> str:
    """Why nobody can be named now, as a sentence; "" when somebody can."""
    if not teams.is_a_team(mission):
        return _("This offer names who comes: there is no team to name.")
    if teams.awaits_a_name(mission):
        return str(FIRST_A_NAME)
    if mission.status not in teams.NAMES_ITS_PEOPLE:
        return _("Nobody joins the team of this mission any more.")
    company = mission.offer.organisation
    if company is None or not company.is_accepted:
        return _("These two can’t be put in touch for now: the coordinators know why.")
    if why := why_not_from(mission.starts_on, company, mission.need.organisation):
        return why
    if not mission.regime:
        return ""
    return why_no_team(mission.regime, is_framed=not mission.is_being_framed)


def _is_known(member: TeamMember | None) -> bool:
    return member is not None and member.is_in_it


def _require_of_the_house(mission: Mission, person: User, known: TeamMember | None) -> None:
    """Raises NotYet for somebody who isn't of the house today, is of the structure too, or has said no."""
    house, structure = mission.offer.organisation, mission.need.organisation
    said = {"name": person.get_full_name(), "house": house, "structure": structure}
    if not person.belongs_to(house):
        raise NotYet(_("%(name)s doesn’t belong to %(house)s.") % said)
    if person.belongs_to(structure):
        raise NotYet(_("%(name)s belongs to %(structure)s too: they can’t come for you.") % said)
    if known is not None and known.status == TeamStatus.DECLINED:
        raise NotYet(_("%(name)s has said no to this mission.") % said)


def _shared(mission: Mission, there: list[TeamMember], new: int) -> list[int]:
    """The hours of each of the new ones: what is left of the sheet's, evenly. Where less than an hour each is left, all share
    anew, as long as no manager has been asked and the mission hasn't begun. Raises NotYet."""
    whole = _whole(mission)
    left = whole - sum(one.hours for one in there)
    if new == 0 or left >= new:
        return team_hours.evenly(max(left, 0), new)
    asked = Agreement.objects.filter(member__in=there, voided_at=None).exists()
    if asked or mission.status not in BEFORE_IT_RUNS:
        raise NotYet(
            _("All the hours of the sheet are shared out: lower somebody’s part first, then name.")
        )
    if whole < len(there) + new:
        raise NotYet(team_hours.less_than_one_each(whole))
    parts = team_hours.evenly(whole, len(there) + new)
    for one, part in zip(there, parts, strict=False):
        one.hours = part
        one.save(update_fields=["hours"])
    return parts[len(there) :]


def _whole(mission: Mission) -> int:
    """The hours of the sheet or, where an amendment would make them fewer, those."""
    waiting = amendment_effect.open_of(mission)
    return min([mission.sheet.hours, *([waiting.amended().sheet.hours] if waiting else [])])


def _named(
    mission: Mission, person: User, known: TeamMember | None, hours: int, *, by: User, now: datetime
) -> TeamMember:
    """The row of somebody, who is asked; of somebody who had left, the same row."""
    if known is None:
        member = TeamMember.objects.create(
            mission=mission, person=person, hours=hours, named_by=by, named_at=now
        )
        member.begin(by=by)
    else:
        member = known
        member.hours, member.named_by, member.named_at, member.last_on = hours, by, now, None
        member.save(update_fields=["hours", "named_by", "named_at", "last_on"])
        member.move(TeamStatus.NAMED, by=by)
        member.agreements.current().update(voided_at=now)
    consents.ask(person, ConsentKind.TEAM, member, by=by, now=now)
    return member


@transaction.atomic
def ask_again(member: TeamMember, *, by: User, now: datetime) -> None:
    """Write again to somebody who hasn't answered, once their link has run out. Raises NotYet."""
    _locked(member.mission)
    member = TeamMember.objects.select_related("person").get(pk=member.pk)
    if not member.is_named:
        raise NotYet(_("They have answered, or aren’t asked any more."))
    waiting = ConsentRequest.objects.waiting().about(ConsentKind.TEAM, member).first()
    if waiting and not waiting.is_expired(now):
        raise NotYet(_("Their link still works: give them a few days."))
    consents.ask(member.person, ConsentKind.TEAM, member, by=by, now=now)


# --- answering -----------------------------------------------------------------------------
@transaction.atomic
def agree(
    member: TeamMember, *, manager: tuple[str, str] = ("", ""), how: str, now: datetime
) -> TeamMember:
    """The person says yes, in their own name, and their manager is asked where it is time. `manager` is the name and the
    address that they give. Raises NotYet."""
    mission = _locked(member.mission)
    member = _fresh(member)
    if why := why_not_answered(member):
        raise NotYet(why)
    asked = ConsentRequest.objects.waiting().about(ConsentKind.TEAM, member).first()
    if asked is not None:
        consents.agree(asked, how=how)
        letters.consent_given(asked, about=mission.offer, shown=False)
    else:
        consents.give(member.person, ConsentKind.TEAM, member, how=how)
    member.move(TeamStatus.COMES, by=member.person)
    member.agreed_at = now
    member.save(update_fields=["agreed_at"])
    _keep_manager(member, *manager)
    ask_managers(mission, now=now, only=member)
    return member


@transaction.atomic
def decline(member: TeamMember, *, reason: str = "", now: datetime) -> None:
    """The person says no: whoever named them is told, with their word if they write one. Raises NotYet."""
    mission = _locked(member.mission)
    member = _fresh(member)
    if why := why_not_answered(member):
        raise NotYet(why)
    asked = ConsentRequest.objects.about(ConsentKind.TEAM, member).filter(withdrawn_at=None).first()
    if asked is not None:
        asked.answer, asked.reason, asked.answered_at = asked.Answer.NO, reason, now
        asked.save(update_fields=["answer", "reason", "answered_at"])
        letters.consent_refused(asked, about=mission.offer)
    member.move(TeamStatus.DECLINED, by=member.person)
    agreements.ask_company_of_team(mission, now=now)


def why_not_answered(member: TeamMember) -> str:
    """Why this person doesn't answer now, as a sentence; "" when they may."""
    mission = member.mission
    if not member.is_named:
        return _("You have answered, or aren’t asked any more.")
    if not mission.is_live:
        return _("This mission is over: nothing is asked of you any more.")
    if not member.person.belongs_to(mission.offer.organisation):
        return _("You no longer belong to %(company)s: nobody there may put you forward.") % {
            "company": mission.offer.organisation
        }
    if why := why_not_named(mission):
        return why
    if member.person.belongs_to(mission.need.organisation):
        return _("You belong to %(structure)s too: somebody else comes.") % {
            "structure": mission.need.organisation
        }
    return ""


def _keep_manager(member: TeamMember, name: str, email: str) -> None:
    """Keep the manager whom they name; the address of whoever would come is nobody's manager."""
    if not email or member.person in User.objects.lately_of_mailbox(email):
        return
    employee = teams.employee_of(member.mission, member.person)
    employee.manager_name, employee.manager_email = name, email
    employee.save()


# --- their managers ------------------------------------------------------------------------
@transaction.atomic
def ask_manager(member: TeamMember, *, employee: Employee, by: User, now: datetime) -> Agreement:
    """Write to this person's manager; a former question of theirs falls. Raises NotYet, or OverQuota."""
    mission = _locked(member.mission)
    member = _fresh(member)
    if not member.comes:
        raise NotYet(_("They say yes first: then their manager is asked."))
    if not teams.may_be_asked(mission):
        raise NotYet(_("The agreement is asked for once both sides have said yes to the sheet."))
    if teams.too_many_hours(mission):  # sharing them anew asks the managers
        raise NotYet(_("The hours of the team are more than the sheet’s: share them out anew."))
    yes = Agreement.Answer.YES
    if member.agreements.current().filter(answer=yes).exists():
        raise NotYet(_("Their manager has already agreed."))
    if refusal := managers.why_not_asked(mission, employee.manager_email, now, member=member):
        raise NotYet(refusal)
    employments.declare(employee, by=by, now=now)
    quotas.require_of_team(mission, asked=member)
    member.agreements.current().update(voided_at=now)
    return agreements.write_to_manager(mission, employee, None, by=by, now=now, member=member)


def ask_managers(mission: Mission, *, now: datetime, only: TeamMember | None = None) -> int:
    """Ask the managers who are known, of those who come and for whom nobody has been asked, in the name of each. Where one
    can't be asked, the page says why. Returns how many were."""
    if not teams.is_a_team(mission) or not teams.may_be_asked(mission):
        return 0
    asked = 0
    for one in teams.standing(mission, now).unasked:
        known = teams.employee_of(mission, one.person)
        if not known.manager_email or (only is not None and one.pk != only.pk):
            continue
        with suppress(NotYet):
            ask_manager(one, employee=known, by=one.person, now=now)
            asked += 1
    return asked


# --- parts and leaving ---------------------------------------------------------------------
@transaction.atomic
def share(mission: Mission, hours: Mapping[int, int], *, now: datetime) -> None:
    """Set the hours of each, by the number of their part. Where somebody gets more than their manager was asked for, the
    manager is asked anew. Raises NotYet, or OverQuota."""
    mission = _locked(mission)
    _require_not_over(mission)
    for one in teams.in_it(mission):
        if (part := hours.get(one.pk, one.hours)) != one.hours:
            _set_hours(mission, one, part, now=now)
    fresh = _locked(mission)
    whole = _whole(fresh)
    over = sum(one.hours for one in teams.in_it(fresh)) - whole
    if over > 0:
        raise NotYet(team_hours.more_than_the_whole(over, whole))
    quotas.require_of_team(fresh)
    ask_managers(fresh, now=now)
    agreements.ask_company_of_team(_locked(mission), now=now)


def _require_not_over(mission: Mission) -> None:
    if not mission.is_live:
        raise NotYet(_("The work is over: the team stays as it was."))


def _set_hours(mission: Mission, one: TeamMember, part: int, *, now: datetime) -> None:
    given = mission.hours.filter(person=one.person_id).total()
    if part < given:
        raise NotYet(team_hours.already_given(one.person, given))
    more = part > one.hours
    one.hours = part
    one.save(update_fields=["hours"])
    if more:
        one.agreements.current().update(voided_at=now)


@transaction.atomic
def take_off(member: TeamMember, *, by: User, now: datetime) -> None:
    """Those who answer for the team take somebody off it: they are told. Raises NotYet, ForbiddenMove."""
    mission = _locked(member.mission)
    _require_not_over(mission)
    member = _fresh(member)
    step = team_members.stop(member, reason=reasons.coded("taken-off-team"), by=by, now=now)
    letters.team_taken_off(member, step)
    _go_on_without(mission, member, now=now, by=by)


@transaction.atomic
def step_out(member: TeamMember, *, consent: Consent, now: datetime) -> None:
    """The person takes their yes back: those who answer for the team are told."""
    mission = _locked(member.mission)
    if not consents.end(consent):
        return
    member = _fresh(member)
    if member.comes and mission.is_live:
        gone = reasons.coded("no-longer-agrees")
        team_members.stop(member, reason=gone, by=member.person, now=now)
        _go_on_without(mission, member, now=now, by=member.person)


@transaction.atomic
def leave_house(person: User, company: Organisation, *, by: User | None, now: datetime) -> None:
    """Somebody has just left the house: from this day on they are in none of its teams."""
    gone = reasons.coded("left-company", person=person, company=company)
    parts = TeamMember.objects.filter(person=person, mission__offer__organisation=company)
    _leave(parts, reason=gone, by=by, now=now)


@transaction.atomic
def give_up(person: User, offer: Offer, *, now: datetime) -> None:
    """Somebody has given their place in a round up: they no longer come to the mission of its team either."""
    parts = TeamMember.objects.filter(person=person, mission__offer=offer)
    _leave(parts, reason=reasons.coded("no-longer-agrees"), by=person, now=now)


def _leave(parts: TeamMemberQuerySet, *, reason: str, by: User | None, now: datetime) -> None:
    for pk in parts.in_it().live().order_by("mission").values_list("pk", flat=True):
        member = TeamMember.objects.select_related("mission").get(pk=pk)
        mission = _locked(member.mission)
        member = _fresh(member)
        if member.is_in_it:
            team_members.stop(member, reason=reason, by=by, now=now)
            _go_on_without(mission, member, now=now, by=by)


def notice_gone(now: datetime) -> int:
    """Find those who have left the house in another way, and treat them alike. Returns how many."""

    def notice(member: TeamMember) -> None:
        company = member.mission.offer.organisation
        assert company is not None, "a team is lent by a house"
        leave_house(member.person, company, by=None, now=now)

    rows = TeamMember.objects.gone_from_the_house().order_by("pk")
    return each_row(
        "team-departures", rows.select_related("person", "mission__offer__organisation"), notice
    )


def ask_no_more(mission: Mission) -> None:
    """The work is over: who hasn't answered needn't any more."""
    for one in mission.team.filter(status=TeamStatus.NAMED):
        consents.void(ConsentKind.TEAM, one)


def _go_on_without(mission: Mission, member: TeamMember, *, now: datetime, by: User | None) -> None:
    mission = _locked(mission)
    letters.team_left(member, deserted=teams.is_deserted(mission), by=by)
    agreements.ask_company_of_team(mission, now=now)


def _fresh(member: TeamMember) -> TeamMember:
    related = "mission__need__organisation", "mission__offer__organisation", "mission__sheet"
    return TeamMember.objects.select_related("person", *related).get(pk=member.pk)


def _locked(mission: Mission) -> Mission:
    return (
        Mission.objects.select_for_update(no_key=True, of=("self",))
        .select_related(
            "need__organisation", "offer__organisation", "offer__person", "sheet", "programme"
        )
        .get(pk=mission.pk)
    )
