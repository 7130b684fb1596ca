"""Who must do what for a mission to go on, and by when. Reads only; one function a state.

Wants missions from `Mission.objects.with_course()`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, coordinated_by
from marketplace.models import Agreement, Duty, Mission, Regime, Side
from marketplace.models.documents import kinds_before
from marketplace.states import DocumentStatus, MissionStatus

NEED, OFFER = Side.NEED.value, Side.OFFER.value
MANAGER, COMPANY, COORDINATION = "MANAGER", "COMPANY", "COORDINATION"
PATIENCE = {
    MissionStatus.FRAMING: timedelta(days=7),
    MissionStatus.AGREEMENT: timedelta(days=14),
    MissionStatus.DOCUMENTS: timedelta(days=10),
    MissionStatus.DISPUTED: timedelta(days=5),
    MissionStatus.DELIVERED: timedelta(days=21),
    MissionStatus.REVIEWED: timedelta(days=30),
    MissionStatus.VALUED: timedelta(days=30),
}


@dataclass(frozen=True)
class Act:
    """Who, what (a sentence), where to click, the verb on the button, and by when if there is a date."""

    who: str
    words: str
    url: str = ""
    label: str = ""
    due_on: date | None = None


def acts(mission: Mission) -> list[Act]:
    found = _BY_STATE.get(MissionStatus(mission.status))
    return list(found(mission)) if found else []


@dataclass(frozen=True)
class Reader:
    """For whom somebody may speak, asked once for any number of missions."""

    pk: int
    belongs: frozenset[int]
    charged: frozenset[int]
    poles: frozenset[int]

    @classmethod
    def of(cls, user) -> "Reader":
        rows = list(user.memberships.values_list("organisation", "role"))
        belongs = frozenset(organisation for organisation, _role in rows)
        duties = Duty.objects.filter(
            membership__organisation__in=belongs, kind__in=[Duty.Kind.CSR, Duty.Kind.PROGRAMME]
        ).values_list("membership__organisation", "membership__user")
        taken = {organisation for organisation, _user in duties}
        charged = {organisation for organisation, person in duties if person == user.pk}
        charged |= {
            organisation
            for organisation, role in rows
            if role == Membership.Role.ADMINISTRATOR and organisation not in taken
        }
        poles = frozenset(coordinated_by(user).values_list("organisation__pole", flat=True))
        return cls(user.pk, belongs, frozenset(charged), poles)

    def roles(self, mission: Mission) -> set[str]:
        """The same answers as `permissions`, without asking the database again."""
        offer = mission.offer
        at_work = not mission.is_own_time or offer.person_id is None
        mine = set()
        if mission.need.organisation_id in self.belongs:
            mine.add(NEED)
        elif offer.person_id == self.pk or at_work and offer.organisation_id in self.belongs:
            mine.add(OFFER)
        if not mission.is_own_time and offer.organisation_id in self.charged:
            mine.add(COMPANY)
        if mission.need.pole_id in self.poles:
            mine.add(COORDINATION)
        return mine


def for_reader(mission: Mission, reader: Reader) -> tuple[list[Act], list[Act]]:
    """What waits for this person, and what waits for others."""
    mine = reader.roles(mission)
    all_acts = acts(mission)
    yours = [act for act in all_acts if act.who in mine]
    return yours, [act for act in all_acts if act.who not in mine]


def who_is(who: str, mission: Mission) -> str:
    """The name to show for those who are waited for."""
    return {
        NEED: mission.need.organisation.name,
        OFFER: mission.offer.person.get_full_name()
        if mission.offer.person
        else str(mission.offer.organisation),
        COMPANY: str(mission.offer.organisation or ""),
        MANAGER: _("the manager"),
        COORDINATION: _("the coordination"),
    }[who]


def since(mission: Mission) -> datetime:
    return getattr(mission, "moved_at", None) or mission.created_at


def _due(mission: Mission) -> date | None:
    patience = PATIENCE.get(MissionStatus(mission.status))
    return timezone.localdate(since(mission) + patience) if patience else None


def _url(name: str, mission: Mission) -> str:
    return reverse(name, args=[mission.pk])


# --- one function a state ------------------------------------------------------------------
def _framing(mission: Mission):
    due = _due(mission)
    if not mission.regime:
        for who in (OFFER, NEED):
            yield Act(
                who,
                _("Say under which legal frame the mission is done: three questions."),
                _url("mission-regime", mission),
                _("Answer three questions"),
                due,
            )
        return
    if mission.regime == Regime.VOLUNTEERING:
        for who in (OFFER, NEED):
            yield Act(
                who,
                _("Everything is ready: read the sheet if you wish, then start."),
                _url("mission-start", mission),
                _("Start the mission"),
                due,
            )
        return
    for who in (NEED, OFFER):
        if not mission.sheet.is_agreed_by(who):
            yield Act(
                who,
                _("Read the mission sheet, change it if need be, and say yes."),
                _url("mission-sheet", mission),
                _("Read the sheet"),
                due,
            )
    if mission.sheet.is_agreed:
        for who in (NEED, OFFER):
            yield Act(
                who,
                _("Both sides have said yes: go on."),
                _url("mission-sheet", mission),
                _("Go on"),
                due,
            )


def _agreement(mission: Mission):
    current = {row.asked: row for row in mission.agreements.all() if row.voided_at is None}
    manager = current.get(Agreement.Asked.MANAGER)
    company = current.get(Agreement.Asked.COMPANY)
    page = _url("mission-agreement", mission)
    if manager is None:
        yield Act(
            OFFER,
            _("Ask for your employer's agreement: we write to the manager for you."),
            page,
            _("Ask for the agreement"),
            _due(mission),
        )
    elif manager.is_expired(timezone.now()):
        yield Act(
            OFFER,
            _(
                "The manager hasn't answered in two weeks: send the letter again, or to somebody else."
            ),
            page,
            _("See the agreement"),
            _due(mission),
        )
    elif not manager.is_answered:
        expires = timezone.localdate(manager.expires_at) if manager.expires_at else None
        yield Act(
            MANAGER, _("Answer the letter: agree, refuse, or suggest other dates."), "", "", expires
        )
    elif company is not None and not company.is_answered:
        yield Act(
            COMPANY,
            _("The manager agrees. Say whether the company does."),
            page,
            _("Answer for the company"),
            _due(mission),
        )


def _documents(mission: Mission):
    kept = mission.documents.filter(status__in=[DocumentStatus.SIGNED, DocumentStatus.ISSUED])
    signed = set(kept.values_list("kind", flat=True))
    left = [kind for kind in kinds_before(mission.regime) if kind.signers and kind not in signed]
    for who in (NEED, OFFER):
        if left:
            yield Act(
                who,
                _("Read the documents and sign them; then the mission can start."),
                _url("mission-papers", mission),
                _("See what is left to sign"),
                _due(mission),
            )
        else:
            yield Act(
                who,
                _("Everything is signed: the mission can start."),
                _url("mission-start", mission),
                _("Start the mission"),
                _due(mission),
            )


def _running(mission: Mission):
    if getattr(mission, "hours_waiting", 0):
        yield Act(
            NEED,
            _("Hours wait for your confirmation: one click."),
            _url("mission-hours", mission),
            _("Confirm the hours"),
        )
    if mission.ends_on < timezone.localdate():
        for who in (OFFER, NEED):
            yield Act(
                who,
                _("The last day has passed. Is the work done?"),
                _url("mission-deliver", mission),
                _("The work is done"),
            )
    else:
        yield Act(
            OFFER,
            _("Write your hours as you give them."),
            _url("mission-hours", mission),
            _("Write my hours"),
        )


def _suspended(mission: Mission):
    for who in (NEED, OFFER):
        yield Act(
            who,
            _("The mission is paused. Take it up again when you are both ready."),
            _url("mission-resume", mission),
            _("Take it up again"),
        )


def _disputed(mission: Mission):
    yield Act(
        COORDINATION,
        _("The two sides don't agree: get in touch with them, then say how it goes on."),
        _url("mission-resume", mission),
        _("Say how it goes on"),
        _due(mission),
    )


def _delivered(mission: Mission):
    given = {row.side for row in mission.reviews.all()}
    for who in (NEED, OFFER):
        if who not in given:
            words = _("The work is delivered. Two minutes for your review: it helps the next ones.")
            yield Act(
                who, words, _url("mission-review", mission), _("Give my review"), _due(mission)
            )


def _reviewed(mission: Mission):
    if mission.gives_a_receipt:
        yield Act(
            COMPANY,
            _("Declare the value of what was given: the structure can then give a receipt."),
            _url("mission-value", mission),
            _("Declare the value"),
            _due(mission),
        )
        return
    for who in (NEED, COORDINATION):
        yield Act(
            who,
            _("Everything is done: turn the last page."),
            _url("mission-close", mission),
            _("Close the mission"),
            _due(mission),
        )


def _valued(mission: Mission):
    if not mission.documents.receipts().standing().exists():
        yield Act(
            NEED,
            _("The value is declared: give the receipt."),
            _url("mission-receipt", mission),
            _("Give the receipt"),
            _due(mission),
        )
        return
    for who in (NEED, COORDINATION):
        yield Act(
            who,
            _("The receipt is given: turn the last page."),
            _url("mission-close", mission),
            _("Close the mission"),
            _due(mission),
        )


_BY_STATE = {
    MissionStatus.FRAMING: _framing,
    MissionStatus.AGREEMENT: _agreement,
    MissionStatus.DOCUMENTS: _documents,
    MissionStatus.RUNNING: _running,
    MissionStatus.SUSPENDED: _suspended,
    MissionStatus.DISPUTED: _disputed,
    MissionStatus.DELIVERED: _delivered,
    MissionStatus.REVIEWED: _reviewed,
    MissionStatus.VALUED: _valued,
}


def is_stuck(mission: Mission, now: datetime) -> bool:
    """Nobody has moved it for too long: the desk shows it."""
    patience = PATIENCE.get(MissionStatus(mission.status))
    return patience is not None and since(mission) + patience < now
