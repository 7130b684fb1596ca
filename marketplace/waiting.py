"""What waits for a person: one list, most urgent first, each line with its reason and the next act.

Reads only. A line is late when someone else has been left without an answer for too long. What waits
for the coordinators of a pôle is in desk/.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import coordinated_by
from marketplace import next_act
from marketplace.models import (
    Agreement,
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


def _urgency(since: datetime, now: datetime) -> str:
    age = now - since
    return "late" if age >= LATE else "soon" if age >= SOON else "calm"


def _ordered(lines) -> list[Waiting]:
    rank = {"late": 0, "soon": 1, "calm": 2}
    return sorted(lines, key=lambda line: (rank[line.urgency], line.since))


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
    unread = list(Thread.objects.unread_by(user).values_list("pk", flat=True)[:10])
    for thread in Thread.objects.filter(pk__in=unread).select_related("need", "proposal__need"):
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
