"""Asks for the employer's agreement: the manager first, by a link that is used once, then the company."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.tokens import digest, new_secret
from common.dates import end_of_day
from marketplace import letters
from marketplace.actions.market import employments
from marketplace.actions.missions import amendment_effect, quotas, team_members
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Agreement,
    Amendment,
    CompanyProgramme,
    Employee,
    Mission,
    TeamMember,
)
from marketplace.rules import managers, sheet_yeses, teams
from marketplace.states import AmendmentStatus, MissionStatus
from notifications.faults import each_row

REMIND_AFTER = timedelta(days=5)
ASKS_AGAIN = (MissionStatus.AGREEMENT, MissionStatus.RUNNING, MissionStatus.SUSPENDED)


class LinkOver(Exception):
    """The link can't be answered any more; str() is a sentence for the reader, `agreement` the question that it
    asked."""

    def __init__(self, agreement: Agreement | None, sentence: str) -> None:
        self.agreement = agreement
        super().__init__(sentence)


# --- asking --------------------------------------------------------------------------------
@transaction.atomic
def ask_manager(
    mission: Mission,
    *,
    employee: Employee,
    programme: CompanyProgramme | None,
    by: User,
    now: datetime,
) -> Agreement:
    """Write to the manager. Raises OverQuota for what the programme doesn't give, to this person or to all. While an amendment waits for the
    employer, the question is about the amendment, and what was agreed before stands."""
    mission = _locked(mission)
    if refusal := managers.why_not_asked(mission, employee.manager_email, now):
        raise NotYet(refusal)
    if teams.is_naming(mission):
        raise NotYet(
            _("Name who comes: each person’s own manager is asked, once they have said yes.")
        )
    amendment = amendment_to_agree(mission)
    if amendment is None:
        _require_askable(mission)
    asked = amendment.amended() if amendment else mission
    if programme is not None:
        # Of two who ask for the last place or the last hours, one gets them.
        programme = CompanyProgramme.objects.select_for_update(no_key=True).get(pk=programme.pk)
        quotas.require(asked, programme, employee)
    mission.programme = programme
    mission.save(update_fields=["programme"])
    employments.declare(employee, by=by, now=now)
    mission.agreements.current().filter(amendment=amendment).update(voided_at=now)
    return write_to_manager(mission, employee, amendment, by=by, now=now)


def ask_anew(amendment: Amendment, *, by: User, now: datetime) -> None:
    """Ask about an amendment of hours or dates: the manager if we know them, otherwise the company, which answers alone for
    a team by name. Raises NotYet when the manager has had enough letters for a day."""
    mission = amendment.mission
    employee = None if teams.has_names(mission) else employee_of(mission)
    manager = employee.manager_email if employee else ""
    if employee and manager and not managers.is_of_the_structure(mission, manager):
        if refusal := managers.why_not_asked(mission, manager, now):
            raise NotYet(refusal)
        write_to_manager(mission, employee, amendment, by=by, now=now)
    elif mission.offer.organisation:
        _ask_company(mission, amendment, version=amendment.version, by=by, now=now)


def amendment_to_agree(mission: Mission) -> Amendment | None:
    """The amendment that the employer still has to agree to."""
    amendment = amendment_effect.open_of(mission)
    return amendment if amendment and amendment.waits_for_employer else None


def write_to_manager(
    mission: Mission, employee: Employee, amendment: Amendment | None, *, by: User, now: datetime,
    member: TeamMember | None = None,
) -> Agreement:  # fmt: skip
    """Make the question and send its link: the caller has asked whether it may."""
    token = new_secret()
    agreement = Agreement.objects.create(
        mission=mission,
        amendment=amendment,
        member=member,
        asked=Agreement.Asked.MANAGER,
        name=employee.manager_name,
        email=employee.manager_email,
        token=digest(token),
        sheet_version=amendment.version if amendment else mission.sheet.number,
        asked_by=by,
        asked_at=now,
        expires_at=end_of_day(now + managers.LINK_LASTS),
    )
    letters.agreement_asked(agreement, token)
    return agreement


def may_ask(mission: Mission, waits: Amendment | None) -> bool:
    """Whether the employer may be asked: while the mission is being agreed or runs and they haven't agreed to its
    sheet yet and nothing keeps it from going on, or while an amendment `waits` for them."""
    awaited = mission.agreed_version != mission.sheet.number
    about_sheet = mission.status in ASKS_AGAIN and awaited and not sheet_yeses.why_none(mission)
    return about_sheet or waits is not None


def employee_of(mission: Mission) -> Employee | None:
    """What the company has said of the person who comes; None when it has said nothing yet."""
    person = mission.offer.person or mission.offer.created_by
    return Employee.objects.filter(
        organisation=mission.offer.organisation_id, person=person
    ).first()


def _require_askable(mission: Mission) -> None:
    if mission.is_own_time or not mission.has_employer:
        raise NotYet(_("On one’s own time, nobody at work has to be asked – or told."))
    if mission.status not in ASKS_AGAIN:
        raise NotYet(_("The agreement is asked for once both sides have said yes to the sheet."))
    if mission.status != MissionStatus.AGREEMENT and not mission.sheet.is_agreed:
        raise NotYet(_("Both sides have to say yes to the same version of the sheet first."))
    if mission.agreed_version == mission.sheet.number:
        raise NotYet(_("The employer has already agreed to this version of the sheet."))
    if why := sheet_yeses.why_none(mission):
        raise NotYet(why)


def require_quota_of(mission: Mission) -> None:
    """Raises OverQuota when the mission's programme doesn't give that many hours, to each of those who come."""
    if mission.programme and teams.has_names(mission):
        return quotas.require_of_team(mission)
    employee = employee_of(mission)
    if mission.programme and employee:
        quotas.require(mission, mission.programme, employee)


@transaction.atomic
def send_again(agreement: Agreement, *, now: datetime) -> None:
    """Send the same person a new link; the former one stops working."""
    if agreement.voided_at or agreement.answer or agreement.asked != Agreement.Asked.MANAGER:
        raise NotYet(
            _("This question has been answered or is out of date: there is nothing to send again.")
        )
    if agreement.has_lost_its_reader:
        raise NotYet(
            _("%(name)s has left their employer: give the name and address of another manager.")
            % {"name": agreement.name}
        )
    mission, email, member = agreement.mission, agreement.email, agreement.member
    why = managers.why_not_today(agreement)
    if refusal := why or managers.why_not_asked(mission, email, now, member=member):
        raise NotYet(refusal)
    token = new_secret()
    agreement.token = digest(token)
    agreement.expires_at = end_of_day(now + managers.LINK_LASTS)
    agreement.sent_count += 1
    agreement.save(update_fields=["token", "expires_at", "sent_count"])
    letters.agreement_asked(agreement, token)


def remind_silent(now: datetime) -> int:
    """Remind, once, those who haven't answered after five days; whoever asked is told too."""
    silent = (
        Agreement.objects.waiting()
        .filter(asked_at__lte=now - REMIND_AFTER, reminded_at=None, expires_at__gt=now)
        .filter(asked=Agreement.Asked.MANAGER)
    )

    def remind(agreement: Agreement) -> bool:
        if managers.why_not_today(agreement):
            return False
        if not Agreement.objects.filter(pk=agreement.pk, reminded_at=None).update(reminded_at=now):
            return False
        agreement.refresh_from_db()
        send_again(agreement, now=now)
        return True

    return each_row("agreements", silent, remind)


# --- answering -----------------------------------------------------------------------------
def from_token(token: str, *, now: datetime) -> Agreement:
    """The question behind a link. Raises LinkOver with a sentence for a used, old or unknown one."""
    agreement = (
        Agreement.objects.filter(token=digest(token))
        .select_related(
            "mission__need__organisation",
            "mission__offer__person",
            "mission__sheet",
            "amendment",
            "member__person",
        )
        .first()
    )
    if agreement is None:
        raise LinkOver(
            None,
            _(
                "This link isn’t complete, or a newer letter has replaced it: copy it whole from the letter, up to its end."
            ),
        )
    require_open(agreement, now=now)
    return agreement


def require_open(agreement: Agreement, *, now: datetime) -> None:
    """Raises LinkOver when the question has been answered, is void, or its link is too old."""
    refusal = managers.why_over(agreement, now)
    if refusal:
        raise LinkOver(agreement, refusal)


@transaction.atomic
def answer(
    agreement: Agreement,
    *,
    answer: str,
    reason: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    name: str = "",
    by: User | None = None,
    now: datetime,
) -> None:
    """Answer the question, once. A yes goes on to the company, then to the documents."""
    mission = _locked(agreement.mission)
    agreement = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    require_open(agreement, now=now)
    agreement.answer, agreement.reason = answer, reason
    agreement.starts_on, agreement.ends_on = starts_on, ends_on
    agreement.answered_by, agreement.answered_at = by, now
    agreement.answered_name = name or agreement.name
    agreement.save()
    if agreement.member is not None:
        _answered_for_one(mission, agreement, agreement.member, by=by, now=now)
    elif not agreement.is_yes:
        _stop(mission, agreement, by=by)
    elif agreement.asked == Agreement.Asked.MANAGER and mission.offer.organisation_id:
        _ask_company(
            mission, agreement.amendment, version=agreement.sheet_version,
            by=agreement.asked_by, now=now,
        )  # fmt: skip
    else:
        _complete(mission, agreement, by=by)


def _answered_for_one(
    mission: Mission, agreement: Agreement, member: TeamMember, *, by: User | None, now: datetime
) -> None:
    """A manager has answered for one person of a team: a no, or other dates than the team's, takes that person off
    it, and stops nobody else."""
    letters.team_manager_answered(agreement)
    if not agreement.is_yes:
        team_members.stop(member, reason=managers.refusal_of(agreement), by=by, now=now)
    elif mission.started_at and mission.is_live:
        letters.team_begins(member)
    ask_company_of_team(mission, now=now)


def ask_company_of_team(mission: Mission, *, now: datetime) -> None:
    """Once the manager of everybody who comes agrees and nobody is awaited, ask the company, as for one person: once."""
    asked = mission.agreements.current().of_mission_itself().exists()
    agreed = mission.agreed_version == mission.sheet.number
    if asked or agreed or not teams.may_be_asked(mission) or teams.too_many_hours(mission):
        return
    team = teams.standing(mission, now)
    if team.is_complete:
        version, by = mission.sheet.number, team.agreed[0].named_by
        _ask_company(mission, None, version=version, by=by, now=now)


def _stop(mission: Mission, agreement: Agreement, *, by: User | None) -> None:
    """The employer said no, or proposed other dates: the mission goes back to its framing, or the amendment falls
    and what was signed stands. The employer's own words stay between the employee and the employer: they aren't in
    the mission's story, which the structure reads."""
    reason = managers.refusal_of(agreement)
    if amendment := agreement.amendment:
        amendment_effect.fall(amendment, AmendmentStatus.DECLINED, reason=reason, by=by)
    elif mission.status == MissionStatus.AGREEMENT:
        mission.move(MissionStatus.FRAMING, by=by, reason=reason)
    letters.agreement_refused(agreement)


def _ask_company(
    mission: Mission, amendment: Amendment | None, *, version: int, by: User, now: datetime
) -> None:
    agreement = Agreement.objects.create(
        mission=mission,
        amendment=amendment,
        asked=Agreement.Asked.COMPANY,
        name=str(mission.offer.organisation)[:160],
        sheet_version=version,
        asked_by=by,
        asked_at=now,
    )
    letters.agreement_for_company(agreement)


def _complete(mission: Mission, agreement: Agreement, *, by: User | None) -> None:
    if amendment := agreement.amendment:
        amendment.employer_agreed_at = agreement.answered_at
        amendment.save(update_fields=["employer_agreed_at"])
        if not amendment_effect.settle(amendment, by=by):  # once in force, another letter says so
            letters.agreement_given(agreement)
        return
    mission.agreed_version = agreement.sheet_version
    mission.agreed_hours = mission.sheet.hours
    mission.save(update_fields=["agreed_version", "agreed_hours"])
    if mission.status == MissionStatus.AGREEMENT:
        mission.move(MissionStatus.DOCUMENTS, by=by)
    letters.agreement_given(agreement)


def void(mission: Mission) -> int:
    """Void what was asked or agreed, since the mission has changed. Returns how many."""
    return mission.agreements.current().update(voided_at=timezone.now())


def _locked(mission: Mission) -> Mission:
    return (
        Mission.objects.select_for_update(no_key=True, of=("self",))
        .select_related(
            "need__organisation", "need__pole", "offer__organisation", "offer__person", "sheet"
        )
        .get(pk=mission.pk)
    )
