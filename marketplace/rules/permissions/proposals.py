"""Who may put an offer forward for a need, answer a proposal, take it back, and which side somebody is on."""

from django.db.models import Q
from django.utils import timezone

from accounts.models import User, coordinated_by
from accounts.permissions import require
from accounts.reading import once
from accounts.scope import WHOLE, scope_of
from common.already_read import may_have
from marketplace.models import (
    Need,
    Offer,
    Origin,
    Proposal,
    Side,
    TeamMember,
)
from marketplace.rules import left_to_offer, waiters
from marketplace.rules.permissions.coordination import follows, is_a_candidate
from marketplace.rules.permissions.needs import can_ask_elsewhere
from marketplace.rules.permissions.offers import answers_for_offer
from marketplace.states import NeedStatus, ProposalStatus


def can_propose(user: User, need: Need, *, follows: bool | None = None) -> bool:
    """True for the coordinators of the need's pôle, and of a pôle that was asked to look, unless they are on a side of
    what is proposed for it, or wrote the need. `follows`: as in `can_edit_need`."""
    if can_ask_elsewhere(user, need, follows=follows):
        return True
    if user.coordinates_nothing or not may_have(need, "asked_poles"):
        return False
    asked = need.asked_poles.still_asked().filter(pole__in=coordinated_by(user))
    if not asked.exists():  # nearly always; who is on a side there is a question ten times as long
        return False
    return asked.looked_into_by(user).exists() and not is_a_candidate(user, need)


def can_invite(user: User, need: Need) -> bool:
    return need.status == NeedStatus.PUBLISHED and user.speaks_for(need.organisation)


def can_apply(user: User, need: Need) -> bool:
    """True for anybody but the people of those that carry the need, while it is published. The form asks which offer."""
    return need.status == NeedStatus.PUBLISHED and _comes_from_elsewhere(user, need)


def can_wait_for(user: User, need: Need) -> bool:
    """The same for a place on its waiting list, while it is full; not for who comes already, with all that they offer."""
    if need.status != NeedStatus.FILLED or not _comes_from_elsewhere(user, need):
        return False
    return waiters.is_full(need, timezone.now()) and not left_to_offer.comes_already(user, need)


def can_help(user: User, need: Need) -> bool:
    """True for whoever may apply today or, where it is full, wait."""
    return can_apply(user, need) or can_wait_for(user, need)


def needs_that_may_wait(user: User, offer: Offer) -> list[Need]:
    """The published needs for which this person may invite, and so wait for a place of this offer."""
    theirs = Need.objects.spoken_for_by(user).published().filter(pole=offer.pole_id)
    fresh = theirs.filter(Q(is_undated=True) | Q(ends_on__gte=timezone.localdate()))
    if offer.spokesperson_id == user.pk:
        return []
    found = list(fresh.select_related("organisation")[:50])
    houses = {one.organisation_id: one for one in found}  # one question for each, not for each need
    theirs_today = {number for number, one in houses.items() if can_invite(user, one)}
    return [one for one in found if one.organisation_id in theirs_today]


@once
def _comes_from_elsewhere(user: User, need: Need) -> bool:
    if user.belongs_to(need.organisation):
        return False
    if need.is_read_as_led_alone:
        return True
    return not need.carriers.agreed().filter(organisation__members=user.pk).exists()


def side_of(user: User, proposal: Proposal) -> str | None:
    """The side for which this person answers, or None. Somebody on both sides answers for the need; but the person
    who would come, who wrote a team's offer or has come in it, answers for nobody else, even if they have joined the structure since
    and left their company. The same answer as `Proposal.answered_for_need_by` and `offered_by`."""
    if user.pk != proposal.offer.spokesperson_id and not _came_in_its_team(user, proposal):
        if user.speaks_for(proposal.need.organisation):
            return Side.NEED
        if _answers_in_another_session(user, proposal.need):
            return None
    return Side.OFFER if answers_for_offer(user, proposal.offer) else None


@once
def _came_in_its_team(user: User, proposal: Proposal) -> bool:
    if proposal.offer.person_id is not None or not user.pk:
        return False
    came = TeamMember.objects.who_came().filter(mission__proposal=proposal)
    return came.filter(person_id=user.pk).exists()


def _answers_in_another_session(user: User, need: Need) -> bool:
    """Whether this person answers for the need where all is opened: what a session shuts doesn't change sides."""
    if scope_of(user) == WHOLE:
        return False
    return User(pk=user.pk, is_active=user.is_active).speaks_for(need.organisation)


def own_side(user: User, proposal: Proposal) -> str:
    """The side for which this person answers. Raises PermissionDenied (403) when there is none."""
    side = side_of(user, proposal)
    require(side is not None)
    return str(side)


def answering_side(user: User, proposal: Proposal) -> str | None:
    """The side for which this person says yes or no: their own; the structure's for a coordinator who is on none, as long
    as it hasn't taken up the need that was written for it. Nothing else of the mission is theirs: it waits for the
    structure."""
    side = side_of(user, proposal)
    if side is None and proposal.need.is_unclaimed and follows(user, proposal):
        return Side.NEED
    return side


def side_to_answer(user: User, proposal: Proposal) -> str:
    """The same. Raises PermissionDenied (403) when there is none."""
    side = answering_side(user, proposal)
    require(side is not None)
    return str(side)


def can_answer(user: User, proposal: Proposal) -> bool:
    """Whether the proposal is open and this person's side hasn't said yes. (Saying no is allowed as long as it is
    open.)"""
    side = answering_side(user, proposal)
    return side is not None and proposal.is_open and not proposal.has_yes_of(side)


def can_say_yes_late(user: User, proposal: Proposal) -> bool:
    """Whether the proposal was closed without an answer, and this person's side is one that never gave it."""
    return proposal.was_left_unanswered and answering_side(user, proposal) in proposal.silent_sides


def can_withdraw(user: User, proposal: Proposal) -> bool:
    """True for a side that has said yes to an open proposal, and for a coordinator who is on neither side."""
    if proposal.status != ProposalStatus.OPEN:
        return False
    side = side_of(user, proposal)
    return proposal.has_yes_of(side) if side else follows(user, proposal)


def can_write_in(user: User, proposal: Proposal) -> bool:
    return side_of(user, proposal) is not None or follows(user, proposal)


def origin_in_turn(user: User, need: Need) -> Origin | None:
    """In whose name this person may have people asked one after the other for a need: its structure's, or the coordination's
    of its pôle; None for nobody's. A pôle that was asked to look puts its people forward one by one."""
    if can_invite(user, need):
        return Origin.INVITATION
    return Origin.COORDINATOR if can_ask_elsewhere(user, need) else None
