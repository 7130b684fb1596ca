"""What waits for somebody: one list, most urgent first, each line with its reason and the next act.

Reads only. A line is late when someone else has been left without an answer for too long.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, coordinated_by
from accounts.states import OrganisationStatus
from marketplace import next_act
from marketplace.models import (
    Agreement,
    Eligibility,
    FollowUp,
    Mission,
    Need,
    Offer,
    Proposal,
    Side,
    Thread,
)
from marketplace.states import MissionStatus, NeedStatus, OfferStatus

SOON, LATE = timedelta(days=2), timedelta(days=5)
PROPOSAL_SLEEPS = timedelta(days=7)
NOBODY_ASKED = timedelta(days=14)
SILENCE = timedelta(days=5)
# Somebody has something to do; the reviews come by the follow-up.
MOVING = (
    MissionStatus.FRAMING,
    MissionStatus.AGREEMENT,
    MissionStatus.DOCUMENTS,
    MissionStatus.RUNNING,
    MissionStatus.SUSPENDED,
    MissionStatus.DISPUTED,
    MissionStatus.REVIEWED,
    MissionStatus.VALUED,
)


@dataclass(frozen=True)
class Waiting:
    """One line: what, why it waits, since when, where to go and the verb on the button."""

    kind: str
    what: str
    why: str
    since: datetime
    url: str
    act: str
    urgency: str = "calm"  # calm, soon, late
    who: str = ""


def _urgency(since: datetime, now: datetime) -> str:
    age = now - since
    return "late" if age >= LATE else "soon" if age >= SOON else "calm"


def _ordered(lines) -> list[Waiting]:
    rank = {"late": 0, "soon": 1, "calm": 2}
    return sorted(lines, key=lambda line: (rank[line.urgency], line.since))


# --- a person's own ------------------------------------------------------------------------
def for_person(user, now: datetime) -> list[Waiting]:
    return _ordered(
        chain(
            _to_answer(user, now),
            _to_agree(user, now),
            _to_follow_up(user, now),
            _missions_in_hand(user),
            _unread(user),
            _needs_in_hand(user),
            _offers_in_hand(user),
        )
    )


def _to_answer(user, now: datetime):
    ours = user.memberships.filter(organisation=OuterRef("need__organisation"))
    waiting = Proposal.objects.waiting_for(user).annotate(is_need_side=Exists(ours))
    for proposal in waiting.select_related(
        "need__organisation", "offer__person", "offer__organisation"
    ):
        yield Waiting(
            kind="proposal",
            what=proposal.need.title,
            why=_("%(who)s is waiting for your answer")
            % {
                "who": proposal.offer.discreet_name
                if proposal.is_need_side
                else proposal.need.organisation.name
            },
            since=proposal.created_at,
            url=proposal.get_absolute_url(),
            act=_("Answer"),
            urgency=_urgency(proposal.created_at, now),
        )


def _to_agree(user, now: datetime):
    """A manager's, from their account; the letter's link gives the same answer."""
    asked = Agreement.objects.asked_to(user).waiting().filter(expires_at__gt=now)
    for agreement in asked.select_related("mission__need", "asked_by"):
        yield Waiting(
            kind="agreement",
            what=agreement.mission.need.title,
            why=_("%(who)s asks for your agreement") % {"who": agreement.asked_by},
            since=agreement.asked_at,
            url=reverse("team-answer", args=[agreement.pk]),
            act=_("Answer"),
            urgency=_urgency(agreement.asked_at, now),
        )


def _to_follow_up(user, now: datetime):
    for follow_up in (
        FollowUp.objects.unanswered().filter(asked=user).select_related("mission__need")
    ):
        review = follow_up.kind == FollowUp.Kind.REVIEW
        yield Waiting(
            kind="follow-up",
            what=follow_up.mission.need.title,
            why=_("Two minutes for your review") if review else _("How is it going?"),
            since=follow_up.created_at,
            url=reverse("mission-review", args=[follow_up.mission_id])
            if review
            else follow_up.mission.get_absolute_url(),
            act=_("Give my review") if review else _("Answer"),
            urgency=_urgency(follow_up.created_at, now),
        )


def _missions_in_hand(user):
    """What a mission waits for from this person; their review is asked by the follow-up already."""
    mine = (
        Mission.objects.visible_to(user)
        .filter(status__in=MOVING)
        .exclude(need__pole__in=coordinated_by(user))
        .with_course()
        .select_related("need__organisation", "offer__organisation", "offer__person")[:20]
    )
    reader = next_act.Reader.of(user) if mine else None
    for mission in mine:
        yours, _theirs = next_act.for_reader(mission, reader) if reader else ([], [])
        if yours and not _is_daily(mission, yours[0]):
            act = yours[0]
            yield Waiting(
                kind="mission",
                what=mission.need.title,
                why=act.words,
                since=next_act.since(mission),
                url=act.url or mission.get_absolute_url(),
                act=act.label,
                urgency="late" if act.due_on and act.due_on < timezone.localdate() else "calm",
            )


def _is_daily(mission: Mission, act: next_act.Act) -> bool:
    """Writing one's hours is no news while a mission runs well."""
    return (
        mission.status == MissionStatus.RUNNING
        and act.who == Side.OFFER
        and act.url == reverse("mission-hours", args=[mission.pk])
    )


def _unread(user):
    threads = Thread.objects.unread_by(user).select_related("need", "proposal__need")[:10]
    for thread in threads:
        yield Waiting(
            kind="message",
            what=thread.subject.title,
            why=_("A message you haven't read"),
            since=thread.last_message_at,
            url=thread.get_absolute_url(),
            act=_("Read"),
        )


def _needs_in_hand(user):
    for need in Need.objects.spoken_for_by(user).filter(status=NeedStatus.DRAFT):
        asked = need.submitted_at is not None
        yield Waiting(
            kind="need",
            what=need.title,
            why=_("The coordinators asked you a question")
            if asked
            else _("A draft that nobody sees yet"),
            since=need.updated_at,
            url=need.get_absolute_url(),
            act=_("Answer") if asked else _("Finish"),
            urgency="soon" if asked else "calm",
        )


def _offers_in_hand(user):
    for offer in Offer.objects.owned_by(user).filter(
        status__in=[OfferStatus.DRAFT, OfferStatus.EXPIRED]
    ):
        expired = offer.status == OfferStatus.EXPIRED
        yield Waiting(
            kind="offer",
            what=offer.title,
            why=_("The dates are over: still free?")
            if expired
            else _("A draft that nobody sees yet"),
            since=offer.updated_at,
            url=offer.get_absolute_url(),
            act=_("Renew") if expired else _("Finish"),
        )


# --- a coordinator's desk ------------------------------------------------------------------
def for_coordinator(user, now: datetime, *, kind: str = "", mine: bool = False) -> list[Waiting]:
    """The desk: kind is a key of `DESK`, or "" for all; `mine` keeps what this person is in charge of."""
    sources = [DESK[kind]] if kind in DESK else DESK.values()
    return _ordered(chain.from_iterable(source(user, now, mine) for source in sources))


def _follow_ups(user, mine: bool):
    asked = FollowUp.objects.on_the_desk_of(user).filter(settled_at=None)
    if mine:
        asked = asked.filter(mission__coordinator=user)
    return asked.select_related("mission__need__organisation", "asked")


def _calls_for_help(user, now: datetime, mine: bool):
    worried = [FollowUp.Answer.DOUBT, FollowUp.Answer.HELP]
    for follow_up in _follow_ups(user, mine).filter(answer__in=worried):
        yield Waiting(
            kind="help",
            what=follow_up.mission.need.title,
            why=_("%(who)s answered: %(answer)s")
            % {"who": follow_up.asked, "answer": follow_up.get_answer_display()},
            since=follow_up.answered_at,
            url=follow_up.mission.get_absolute_url(),
            act=_("Step in"),
            urgency="late" if follow_up.answer == FollowUp.Answer.HELP else "soon",
            who=follow_up.mission.need.organisation.name,
        )


def _silences(user, now: datetime, mine: bool):
    since = (now - SILENCE).date()
    for follow_up in _follow_ups(user, mine).silent_since(since):
        yield Waiting(
            kind="silence",
            what=follow_up.mission.need.title,
            why=_("%(who)s hasn't answered “%(question)s”")
            % {
                "who": follow_up.asked,
                "question": _("How is it going?")
                if follow_up.kind == FollowUp.Kind.FIRST_WEEK
                else _("Your review"),
            },
            since=follow_up.created_at,
            url=follow_up.mission.get_absolute_url(),
            act=_("Get in touch"),
            urgency=_urgency(follow_up.created_at, now),
            who=follow_up.mission.need.organisation.name,
        )


def _needs_to_qualify(user, now: datetime, mine: bool):
    needs = Need.objects.to_qualify().filter(pole__in=coordinated_by(user))
    if mine:
        needs = needs.filter(Q(coordinator=user) | Q(coordinator=None))
    for need in needs.select_related("organisation"):
        yield Waiting(
            kind="need",
            what=need.title,
            why=_("A need to qualify"),
            since=need.submitted_at or need.created_at,
            url=need.get_absolute_url(),
            act=_("Qualify"),
            urgency=_urgency(need.submitted_at or need.created_at, now),
            who=need.organisation.name,
        )


def _organisations_to_verify(user, now: datetime, mine: bool):
    waiting = Organisation.objects.waiting().in_poles_of(user)
    for organisation in waiting.filter(status=OrganisationStatus.SUBMITTED):
        yield Waiting(
            kind="organisation",
            what=organisation.name,
            why=_("An organisation to verify"),
            since=organisation.created_at,
            url=organisation.get_absolute_url(),
            act=_("Verify"),
            urgency=_urgency(organisation.created_at, now),
            who=organisation.get_kind_display(),
        )


def _sleeping_proposals(user, now: datetime, mine: bool):
    sleeping = Proposal.objects.open().filter(
        need__pole__in=coordinated_by(user), created_at__lte=now - PROPOSAL_SLEEPS
    )
    if mine:
        sleeping = sleeping.filter(need__coordinator=user)
    for proposal in sleeping.select_related(
        "need__organisation", "offer__person", "offer__organisation"
    ):
        silent = (
            proposal.need.organisation.name
            if not proposal.has_yes_of(Side.NEED)
            else proposal.offer.discreet_name
        )
        yield Waiting(
            kind="proposal",
            what=proposal.need.title,
            why=_("%(who)s hasn't answered the proposal") % {"who": silent},
            since=proposal.created_at,
            url=proposal.get_absolute_url(),
            act=_("Chase"),
            urgency="late",
            who=proposal.need.organisation.name,
        )


def _stuck_missions(user, now: datetime, mine: bool):
    """A disagreement at once; otherwise what nobody has moved for longer than was said."""
    moving = Mission.objects.filter(need__pole__in=coordinated_by(user), status__in=MOVING)
    if mine:
        moving = moving.filter(coordinator=user)
    for mission in moving.with_course().select_related(
        "need__organisation", "offer__person", "offer__organisation"
    ):
        disputed = mission.status == MissionStatus.DISPUTED
        if disputed or next_act.is_stuck(mission, now):
            acts = next_act.acts(mission)
            waited = acts[0] if acts else None
            yield Waiting(
                kind="mission",
                what=mission.need.title,
                why=_("The two sides don't agree")
                if disputed or waited is None
                else _("Waiting for %(who)s: %(what)s")
                % {"who": next_act.who_is(waited.who, mission), "what": waited.task},
                since=next_act.since(mission),
                url=mission.get_absolute_url(),
                act=_("Step in") if disputed else _("Chase"),
                urgency="late",
                who=mission.need.organisation.name,
            )


def _eligibilities_to_verify(user, now: datetime, mine: bool):
    said = Eligibility.objects.to_verify().filter(organisation__pole__in=coordinated_by(user))
    for eligibility in said.select_related("organisation"):
        yield Waiting(
            kind="receipts",
            what=eligibility.organisation.name,
            why=_("Tax receipts to check: %(status)s")
            % {"status": eligibility.get_status_display()},
            since=eligibility.declared_at,
            url=reverse("eligibility", args=[eligibility.organisation_id]),
            act=_("Check"),
            urgency=_urgency(eligibility.declared_at, now),
        )


def _needs_without_anyone(user, now: datetime, mine: bool):
    asked = Proposal.objects.filter(need=OuterRef("pk"), status__in=["OPEN", "AGREED"])
    needs = (
        Need.objects.published()
        .filter(pole__in=coordinated_by(user), published_at__lte=now - NOBODY_ASKED)
        .exclude(Exists(asked))
    )
    if mine:
        needs = needs.filter(coordinator=user)
    for need in needs.select_related("organisation"):
        yield Waiting(
            kind="alone",
            what=need.title,
            why=_("Nobody has been asked yet"),
            since=need.published_at,
            url=reverse("need-candidates", args=[need.pk]),
            act=_("Find someone"),
            urgency="soon",
            who=need.organisation.name,
        )


DESK = {
    "help": _calls_for_help,
    "need": _needs_to_qualify,
    "organisation": _organisations_to_verify,
    "proposal": _sleeping_proposals,
    "silence": _silences,
    "mission": _stuck_missions,
    "receipts": _eligibilities_to_verify,
    "alone": _needs_without_anyone,
}
