"""What the pages of a proposal and of a mission say of the other half, where its need wants a pair."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from accounts.scope import scope_of
from marketplace.models import Mission, Offer, Pair, Proposal, Thread
from marketplace.rules import permissions

A_FEW = 3


@dataclass(frozen=True)
class OtherHalf:
    """What a mission's page says of the pair to this reader: the other one's mission, its address where they may open it, and
    the conversation."""

    mission: Mission
    url: str
    thread: Thread


def beside(user: User, mission: Mission) -> OtherHalf | None:
    """None where there is no pair, and for whoever isn't told of it: an employer never is."""
    if not mission.need.in_pair:
        return None
    rows = Pair.objects.going_on().of(mission)
    pair = rows.select_related(
        "thread", "work__offer__person", "work__offer__organisation", "own__offer__person", "need"
    ).first()
    if pair is None or not Thread.objects.visible_to(user).filter(pk=pair.thread.pk).exists():
        return None
    other = pair.beside(mission)
    seen = Mission.objects.visible_to(user).filter(pk=other.pk).exists()
    return OtherHalf(other, other.get_absolute_url() if seen else "", pair.thread)


def told_before(user: User, proposal: Proposal) -> dict[str, Any]:
    """What a proposal's page says of a need that wants a pair: to whoever would come, what the other one will read; to those
    who answer for the need, how the other half stands."""
    if not proposal.need.in_pair:
        return {}
    theirs = proposal.offer.person_id == user.pk and scope_of(user).own
    return {
        "pair_is_theirs": theirs,
        "pair_others": [] if theirs else _others(user, proposal),
        "pair_wanted": True,
    }


def _others(user: User, proposal: Proposal) -> Iterable[Proposal]:
    """For those who answer for the need or follow it, and nobody else."""
    need = proposal.need
    if not (permissions.answers_for_need(user, need) or permissions.follows_need(user, need)):
        return []
    rows = Proposal.objects.visible_to(user).filter(need=need, status__in=["OPEN", "AGREED"])
    rows = rows.exclude(offer__time=proposal.offer.time)
    rows = rows.filter(~Offer.at_home_under(user, at="offer__"))
    return rows.select_related("offer__person", "offer__organisation").order_by("-pk")[:A_FEW]
