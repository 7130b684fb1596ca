"""Where a list of people who are asked one after the other stands, in words without a name. Reads only."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from marketplace.models import AskedInTurn, Need, Offer, Origin, Side, Turn
from marketplace.states import AskedInTurnStatus, ProposalStatus

TOLD = (AskedInTurnStatus.RUNNING, AskedInTurnStatus.NOBODY, AskedInTurnStatus.SEEN)


@dataclass(frozen=True)
class Standing:
    asked: AskedInTurn
    words: str
    is_held: bool
    """Whether the reader may change it: others read where it stands, and nothing of who waits."""


def standings(user: User, need: Need, held: Origin | None) -> list[Standing]:
    """Of the last list of each origin, for somebody who answers for the need, as long as it says something. `held`: in whose
    name the reader asks (`permissions.origin_in_turn`)."""
    last: dict[str, AskedInTurn] = {}
    for asked in need.asked_in_turn.order_by("at", "pk"):
        last[asked.origin] = asked
    told = [
        Standing(one, words_of(one, user, held=one.origin == held), one.origin == held)
        for one in last.values()
        if one.status in TOLD and (one.is_running or not need.proposals.going_on().exists())
    ]
    return [one for one in told if one.words]


def words_of(asked: AskedInTurn, user: User, *, held: bool) -> str:
    """ "" where the reader may know of nobody in it."""
    turns = list(asked.turns.visible_to(user))
    n = sum(one.proposal_id is not None for one in turns)
    if not turns or not n:
        return ""
    if asked.is_over:
        return ngettext(
            "%(state)s: %(n)s person was asked.", "%(state)s: %(n)s people were asked.", n
        ) % {"state": capfirst(asked.get_status_display()), "n": n}
    if not asked.is_running:
        return ngettext(
            "Nobody has said yes: %(n)s person was asked.",
            "Nobody has said yes: %(n)s people were asked, one after the other.",
            n,
        ) % {"n": n}
    waiting = sum(one.is_waiting for one in turns)
    said = _so_far(asked.origin, n)
    if not held or not waiting:
        return said
    then = ngettext("%(n)s waits for their turn.", "%(n)s wait for their turn.", waiting)
    return f"{said} {then % {'n': waiting}}"


def _so_far(origin: str, n: int) -> str:
    words = _("The coordinators ask people one after the other: %(n)s so far.")
    if origin == Origin.INVITATION:
        words = _("The structure asks people one after the other: %(n)s so far.")
    return words % {"n": n}


def who_wait(user: User, need: Need, held: Origin | None) -> set[int]:
    """The offers whose turn comes in the list that this reader holds."""
    running = (
        need.asked_in_turn.running().filter(origin=held) if held else need.asked_in_turn.none()
    )
    turns = Turn.objects.visible_to(user).waiting().filter(asked__in=running)
    return set(turns.values_list("offer", flat=True))


def settled_otherwise(need: Need, offer: Offer) -> str:
    """Why nobody is asked by this offer for whom another of theirs goes on, or was refused by themselves; "" otherwise. On
    working time nothing is said of what they do on their own: they couldn't be asked, and no more."""
    if offer.person_id is None:
        return ""
    others = need.proposals.filter(offer__person=offer.person_id).exclude(offer=offer)
    going = set(others.going_on().values_list("offer__time", flat=True))
    if offer.time in going:
        return Turn.Passed.IN_TOUCH
    said_no = others.filter(
        Q(again_from=None) | Q(again_from__gt=timezone.localdate()),
        status=ProposalStatus.DECLINED,
        declined_side=Side.OFFER,
        offer__time=offer.time,
    )
    return Turn.Passed.CANNOT if going or said_no.exists() else ""
