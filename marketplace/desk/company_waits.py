"""What waits for an employer, for those who oversee it: the acts of whoever reads are theirs to do; of the others is said
whose turn it is. Reads only."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership, Organisation, User
from common.prepared import rows
from marketplace.desk import own_missions
from marketplace.desk.waiting import Waiting, ordered, urgency
from marketplace.law import regimes
from marketplace.models import (
    Agreement,
    Document,
    Duty,
    Employee,
    HoursEntry,
    Mission,
    Party,
    Proposal,
    Round,
    Signature,
    Time,
)
from marketplace.models.documents.documents import SIGNERS
from marketplace.rules import mission_roles, permissions
from marketplace.rules.mission_roles import COMPANY, MANAGER, SIGNS_OFFER, Reader
from marketplace.rules.next_acts import missions as next_acts
from marketplace.rules.next_acts.patience import VALUE_ASKED_FOR
from marketplace.states import DocumentStatus, MissionStatus, RoundStatus

MOST = 20  # missions, and of each other kind: beyond it nobody reads a list
NAMED = 2


class Asked(NamedTuple):
    """Who reads, of which employer, and when."""

    user: User
    company: Organisation
    reader: Reader
    now: datetime


class Waits(NamedTuple):
    """The reader's own lines, and those of others of the house. `are_all`: False where more missions wait than are looked at."""

    mine: list[Waiting]
    awaited: list[Waiting]
    are_all: bool


def of(
    user: User, memberships: Iterable[Membership], company: Organisation, *, now: datetime
) -> Waits:
    """The most urgent first. Nothing while the organisation is suspended: nobody then acts for it."""
    if not company.is_active:
        return Waits([], [], are_all=True)
    asked = Asked(user, company, Reader.of(user, memberships), now)
    who = _Names(company, user)
    numbers = [pk for (pk,) in rows(_that_may_wait, company.pk, now)]
    lines = [*_missions(asked, who, numbers[:MOST]), *_proposals(asked), *_rounds(asked, who)]
    lines = ordered([*lines, *_corrections(asked)])
    return Waits(
        [line for line in lines if not line.is_theirs],
        [line for line in lines if line.is_theirs],
        are_all=len(numbers) <= MOST,
    )


# --- missions: the agreement, the signature, the value, what follows somebody who has left ------
def _missions(asked: Asked, who: "_Names", numbers: list[int]) -> Iterator[Waiting]:
    oldest_first = sorted(own_missions.with_course(numbers), key=lambda one: (one.moved_at, one.pk))
    for mission in oldest_first:
        roles = asked.reader.roles(mission)
        acts = [
            act for act in next_acts.acts(mission) if act.who in (COMPANY, SIGNS_OFFER, MANAGER)
        ]
        if _is_asked_as_manager(asked.user, mission):
            roles = roles | {MANAGER}
        mine = [act for act in acts if act.who in roles]
        for act in (mine or acts)[:1]:
            as_manager = _("You are asked as the manager: answer by the link of the letter.")
            words = as_manager if act.who == MANAGER else act.words
            yield Waiting(
                kind="mission",
                what=mission.need.title,
                why=words if mine else _awaited(who.for_part(act.who, mission), act.task),
                since=own_missions.since_of(mission, act),
                url=act.url or reverse("mission-agreement", args=[mission.pk]),
                act=(act.label or _("See the agreement")) if mine else "",
                urgency=_urgency(act, asked.now),
                is_theirs=not mine,
            )


def _is_asked_as_manager(user: User, mission: Mission) -> bool:
    """Whether the letter to the manager went to this person's address, whatever duty they have."""
    whole = [row for row in mission.agreements.all() if not (row.member_id or row.voided_at)]
    asked = [row.email for row in whole if row.is_for_manager and not row.is_answered]
    return user.email.casefold() in map(str.casefold, asked)


def _urgency(act: next_acts.Act, now: datetime) -> str:
    return "late" if act.due_on and act.due_on < timezone.localdate(now) else "calm"


def _awaited(who: str, task: str) -> str:
    return _("Awaited: %(who)s, to %(task)s") % {"who": who, "task": task}


def _that_may_wait(company: int, now: datetime) -> QuerySet:
    """The missions on its time that may wait for the employer: few of all those under way, as the database knows."""
    this = {"mission": OuterRef("pk")}
    answers = Agreement.objects.waiting().filter(member=None, **this)
    kinds = [kind for kind, parties in SIGNERS.items() if Party.EMPLOYER in parties]
    signed = Signature.objects.filter(document=OuterRef("pk"), party=Party.EMPLOYER)
    papers = Document.objects.filter(status=DocumentStatus.TO_SIGN, kind__in=kinds, **this)
    given = Exists(HoursEntry.objects.confirmed().filter(**this))
    to_value = Q(given, regime__in=regimes.WITH_A_RECEIPT) & (
        Q(status=MissionStatus.REVIEWED)
        | Q(status=MissionStatus.INTERRUPTED, interrupted_at__gt=now - VALUE_ASKED_FOR)
    )
    found = Mission.objects.filter(
        Exists(answers) | Exists(papers.exclude(Exists(signed))) | to_value
        | Q(status=MissionStatus.LEFT),
        offer__organisation=company, offer__time=Time.WORK,
    )  # fmt: skip
    return found.order_by("moved_at", "pk").values_list("pk")[: MOST + 1]


# --- proposals to its teams -------------------------------------------------------------------
def _proposals(asked: Asked) -> Iterator[Waiting]:
    """A team's offer names nobody: whoever speaks for the employer answers."""
    to_teams = Proposal.objects.open().filter(
        offer__organisation=asked.company, offer__time=Time.WORK, offer__person=None,
        offer_said_yes_at=None,
    )  # fmt: skip
    found = list(to_teams.select_related("need", "need__organisation").order_by("pk")[:MOST])
    mine = set(_answered_by(asked.user, found)) if found else set()
    for proposal in found:
        names = {"who": proposal.need.organisation.name}
        waits = _("%(who)s is waiting for your answer") % names
        others = _("Awaited: the answer of somebody who speaks for it")
        is_mine = proposal.pk in mine
        yield Waiting(
            kind="proposal",
            what=proposal.need.title,
            why=waits if is_mine else others,
            since=proposal.created_at,
            url=proposal.get_absolute_url(),
            act=_("Answer") if is_mine else "",
            urgency=urgency(proposal.created_at, asked.now),
            is_theirs=not is_mine,
        )


def _answered_by(user: User, found: list[Proposal]) -> QuerySet:
    numbers = [proposal.pk for proposal in found]
    return (
        Proposal.objects.waiting_for(user)
        .filter(pk__in=numbers)
        .order_by()
        .values_list("pk", flat=True)
    )


# --- rounds whose answers have ended -----------------------------------------------------------
def _rounds(asked: Asked, who: "_Names") -> Iterator[Waiting]:
    today = timezone.localdate(asked.now)
    found = list(_without_teams(asked.company, today)[:MOST])
    is_mine = bool(found) and permissions.can_run_programmes(asked.user, asked.company)
    for one in found:
        ended = timezone.make_aware(datetime.combine(one.answer_by, datetime.max.time()))
        why = _("The answers have ended: form the teams")
        yield Waiting(
            kind="round",
            what=one.title,
            why=why if is_mine else _awaited(who.who_run, _("form the teams")),
            since=min(ended, asked.now),
            url=one.get_absolute_url(),
            act=_("Form the teams") if is_mine else "",
            urgency=urgency(ended, asked.now),
            is_theirs=not is_mine,
        )


def _without_teams(company: Organisation, today: date) -> QuerySet[Round]:
    """Rounds that aren't over, whose answers have ended and of which no team is made."""
    ended = Q(status=RoundStatus.CLOSED) | Q(status=RoundStatus.OPEN, answer_by__lt=today)
    return company.rounds.filter(ended, teams=None, ends_on__gte=today).order_by("answer_by", "pk")


# --- what somebody says isn't right -------------------------------------------------------------
def _corrections(asked: Asked) -> Iterator[Waiting]:
    """One line for all who ask that what is kept of them be corrected, for whoever confirms it."""
    there = Employee.objects.there().filter(organisation=asked.company).exclude(correction="")
    found = there.aggregate(n=Count("pk"), since=Min("correction_at"))
    if not found["n"] or not permissions.can_confirm_employment(asked.user, asked.company):
        return
    words = ngettext(
        "One person asks for a correction of what is kept of them",
        "%(n)d people ask for a correction of what is kept of them",
        found["n"],
    )
    yield Waiting(
        kind="employment",
        what=_("Contract and entry date"),
        why=words % {"n": found["n"]},
        since=found["since"],
        url=reverse("employments-to-confirm", args=[asked.company.pk]),
        act=_("Look at it"),
        urgency=urgency(found["since"], asked.now),
    )


# --- whose turn it is -----------------------------------------------------------------------
class _Names:
    """Who has which part for an employer, by name, but for the reader, to whom it isn't said that they are awaited: asked of
    the database once, and only where somebody else is."""

    def __init__(self, company: Organisation, reader: User) -> None:
        self.company, self.reader = company, reader
        self._duties: list[tuple[str, str]] | None = None

    def for_part(self, part: str, mission: Mission) -> str:
        if part == MANAGER:
            return mission_roles.who_is(part, mission)
        if part == SIGNS_OFFER:
            return self._held(Duty.Kind.SIGNATORY)
        more = (Duty.Kind.HR,) if mission.status in mission_roles.TO_VALUE else ()
        return self._held(Duty.Kind.CSR, Duty.Kind.PROGRAMME, *more)

    @property
    def who_run(self) -> str:
        return self._held(Duty.Kind.CSR, Duty.Kind.PROGRAMME)

    def _held(self, *kinds: str) -> str:
        """Those who have one of these duties; where nobody has, the administrators."""
        read = self._read()
        names = list(dict.fromkeys(name for kind, name in read if kind in kinds))
        names = names or list(dict.fromkeys(name for kind, name in read if kind == ""))
        return _(" or ").join(names[:NAMED]) or _("somebody else who may")

    def _read(self) -> list[tuple[str, str]]:
        if self._duties is None:
            held = Duty.objects.held_today().filter(membership__organisation=self.company)
            heads = self.company.memberships.administrators().filter(user__is_active=True)
            held = held.exclude(membership__user=self.reader).select_related("membership__user")
            heads = heads.exclude(user=self.reader).select_related("user")
            self._duties = [(duty.kind, str(duty.membership.user)) for duty in held]
            self._duties += [("", str(head.user)) for head in heads]
        return self._duties
