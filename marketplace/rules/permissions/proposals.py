"""Who may put an offer forward for a need, answer, take it back, and which side somebody is on."""

from accounts.models import User, coordinated_by
from accounts.permissions import require
from marketplace.models import (
    Need,
    Proposal,
    Side,
)
from marketplace.rules.permissions.needs import can_ask_elsewhere
from marketplace.rules.permissions.offers import answers_for_offer
from marketplace.states import NeedStatus, ProposalStatus


def can_propose(user: User, need: Need) -> bool:
    """Its coordinators put an offer forward, or those of a pôle that was asked to look."""
    asked = need.asked_poles.filter(pole__in=coordinated_by(user))
    return can_ask_elsewhere(user, need) or asked.exists()


def can_invite(user: User, need: Need) -> bool:
    return need.status == NeedStatus.PUBLISHED and user.speaks_for(need.organisation)


def can_apply(user: User, need: Need) -> bool:
    """Not for one's own structure's need. Which offer, the form asks."""
    return need.status == NeedStatus.PUBLISHED and not user.belongs_to(need.organisation)


def side_of(user: User, proposal: Proposal) -> str | None:
    """Which side this person answers for, or None. On both sides, for the need; but whoever would come
    answers for themselves, though they have joined the structure since."""
    if proposal.offer.brings(user):
        return Side.OFFER
    if user.speaks_for(proposal.need.organisation):
        return Side.NEED
    if answers_for_offer(user, proposal.offer):
        return Side.OFFER
    return None


def own_side(user: User, proposal: Proposal) -> str:
    """The side this person answers for; whoever answers for none gets a 403."""
    side = side_of(user, proposal)
    require(side is not None)
    return str(side)


def can_answer(user: User, proposal: Proposal) -> bool:
    """One's side has not said yes yet. Saying no stays possible as long as it is open."""
    side = side_of(user, proposal)
    return side is not None and proposal.is_open and not proposal.has_yes_of(side)


def can_say_yes_late(user: User, proposal: Proposal) -> bool:
    """It was closed without an answer, and it is one's own side that never gave one."""
    return proposal.was_left_unanswered and side_of(user, proposal) in proposal.silent_sides


def can_withdraw(user: User, proposal: Proposal) -> bool:
    """Whoever has said yes may think again; a coordinator may take a proposal back."""
    if proposal.status != ProposalStatus.OPEN:
        return False
    side = side_of(user, proposal)
    return proposal.has_yes_of(side) if side else user.coordinates(proposal.need.pole)


def can_write_in(user: User, proposal: Proposal) -> bool:
    return side_of(user, proposal) is not None or user.coordinates(proposal.need.pole)
