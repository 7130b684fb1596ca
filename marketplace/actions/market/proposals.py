"""What happens between an offer and a need. One verb, one transaction.

Whatever depends on a capacity (places of a need, missions of an offer) locks the
needs first, then the offers, then the proposals that wait, each by their number, and
tells the ranking once, at its end. The order is always the same: two clicks at once
wait for each other and never deadlock.
"""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ForbiddenMove, User
from marketplace import letters, ranking
from marketplace.actions.desk import elsewhere
from marketplace.actions.market import (
    answer_links,
    ask_rules,
    consents,
    meeting_rules,
    waiting_lists,
)
from marketplace.actions.missions import missions, pairs, succession
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Answer,
    ConsentKind,
    Mission,
    Need,
    Offer,
    Origin,
    Proposal,
    Side,
    Thread,
    reasons,
)
from marketplace.models.missions import places
from marketplace.models.talk.blocks import wait_for_each_other
from marketplace.rules import half_yeses, mission_days, own_yes
from marketplace.states import NeedStatus, OfferStatus, ProposalStatus


def propose(need: Need, offer: Offer, *, word: str, by: User) -> Proposal:
    """A coordinator puts an offer forward: both sides have to answer."""
    return _make(need, offer, Origin.COORDINATOR, word=word, by=by, to=[Side.NEED, Side.OFFER])


@transaction.atomic
def apply(
    need: Need, offer: Offer, *, word: str, by: User, answers: Iterable[tuple[str, str]] = ()
) -> Proposal:
    """A volunteer or a company applies, with answers to the structure's questions: the structure has to answer. When an
    earlier invitation was left without an answer, applying answers it, late."""
    if let_go := Proposal.objects.left_silent(need, offer, Side.OFFER):
        proposal = say_yes_late(let_go, side=Side.OFFER, word=word, by=by)
    else:
        proposal = _make(need, offer, Origin.APPLICATION, word=word, by=by, to=[Side.NEED])
    Answer.keep(proposal, answers, by=by.pk)
    return proposal


def invite(need: Need, offer: Offer, *, word: str, by: User) -> Proposal:
    """A structure invites: the other side has to answer. When an earlier application was left without an answer,
    inviting answers it, late."""
    if let_go := Proposal.objects.left_silent(need, offer, Side.NEED):
        return say_yes_late(let_go, side=Side.NEED, word=word, by=by)
    return _make(need, offer, Origin.INVITATION, word=word, by=by, to=[Side.OFFER])


@transaction.atomic
def _make(
    need: Need, offer: Offer, origin: Origin, *, word: str, by: User, to: list[Side]
) -> Proposal:
    need, offer = lock_pair(need.pk, offer.pk)
    meeting_rules.require_nothing_goes_on(need, offer, asks=origin == Origin.APPLICATION)
    meeting_rules.require_may_meet(need, offer, origin, by=by)
    ask_rules.require_room_to_ask(need, offer, origin)
    now = timezone.now()
    proposal = Proposal.objects.create(
        need=need,
        offer=offer,
        origin=origin,
        word=word,
        created_by=by,
        need_said_yes_at=None if Side.NEED in to else now,
        offer_said_yes_at=None if Side.OFFER in to else now,
    )
    ask_rules.count_as_asked(proposal)
    proposal.begin(by=by)
    waiting_lists.in_touch(proposal, by=by)
    _keep_own_yes(proposal, offer, by=by)
    Thread.objects.create(proposal=proposal)
    letters.proposal_made(proposal, to=to, by=by, link=answer_links.link)
    if origin == Origin.APPLICATION:
        letters.proposal_sent(proposal, by=by)
    elsewhere.somebody_proposed(proposal, by=by)
    ranking.changed(need, offer)
    return proposal


@transaction.atomic
def say_yes_late(let_go: Proposal, *, side: str, word: str, by: User) -> Proposal:
    """The side that never answered says yes after the proposal was closed; the side that had
    waited is asked anew.

    This is an answer and not one more asking: no limit counts it. A second click returns
    the proposal that the first one made.
    """
    need, offer = lock_pair(let_go.need_id, let_go.offer_id)
    if since := let_go.went_on_as:
        return since
    _require_late_yes_possible(let_go, need, offer, side=side, by=by)
    now = timezone.now()
    proposal = Proposal.objects.create(
        need=need,
        offer=offer,
        origin=let_go.origin,
        takes_up=let_go,
        word=word,
        created_by=let_go.created_by,
        created_at=now,
        need_said_yes_at=now if side == Side.NEED else None,
        offer_said_yes_at=now if side == Side.OFFER else None,
    )
    proposal.begin(by=by, reason=reasons.coded("late-yes"))
    waiting_lists.in_touch(proposal, by=by)
    _keep_own_yes(proposal, offer, by=by)
    Thread.objects.filter(proposal=let_go).update(proposal=proposal)
    letters.proposal_late_yes(proposal, side=side, by=by)
    ranking.changed(need, offer)
    return proposal


def late_yes_refusal(let_go: Proposal, *, side: str, by: User) -> str:
    """Why this side can't say yes late, as a sentence for the proposal's page; empty when it can."""
    try:
        _require_late_yes_possible(let_go, let_go.need, let_go.offer, side=side, by=by)
    except NotYet as refusal:
        return str(refusal)
    return ""


def _require_late_yes_possible(
    let_go: Proposal, need: Need, offer: Offer, *, side: str, by: User
) -> None:
    if not let_go.was_left_unanswered or let_go.has_yes_of(side):
        raise NotYet(_("Your side has nothing to answer here any more."))
    if side == Side.OFFER:
        meeting_rules.require_own_time_once(need, offer)
    meeting_rules.require_two_people(offer, side=side, by=by)
    meeting_rules.require_somebody_else_asked(let_go, side=side, by=by)
    asked = meeting_rules.by_themselves(offer, let_go.origin, by=offer.person)
    meeting_rules.require_room(need, offer, by_themselves=asked)
    pairs.require_half(need, offer, by=by)
    meeting_rules.require_somebody_there(offer)
    meeting_rules.require_no_block(need, offer, by=by)
    # Whoever has said yes to this very mission needn't agree to be put forward for it.
    if side == Side.OFFER or not own_yes.agreed_to(let_go):
        meeting_rules.require_own_yes(offer, by=by if side == Side.OFFER else None)
    today = timezone.localdate()
    if need.is_over(today) or offer.ends_on < today:
        raise NotYet(_("The dates are over: the mission could not take place any more."))


@transaction.atomic
def accept(proposal: Proposal, *, side: str, by: User, how: str = "ACCOUNT") -> Mission | None:
    """One side says yes. Returns the mission once both have; None while the other side is awaited."""
    need, offer = lock_pair(proposal.need_id, proposal.offer_id)
    _lock_waiting(Q(need=need) | Q(offer=offer))
    proposal = Proposal.objects.get(pk=proposal.pk)
    proposal.need, proposal.offer = need, offer
    if not proposal.is_open:
        raise ForbiddenMove(proposal, proposal.status, ProposalStatus.AGREED)
    if proposal.has_yes_of(side):
        raise NotYet(_("Your side has already said yes."))
    meeting_rules.require_two_people(offer, side=side, by=by)
    meeting_rules.require_somebody_else_asked(proposal, side=side, by=by)
    meeting_rules.require_somebody_there(offer)
    meeting_rules.require_no_block(need, offer, by=by)
    if side == Side.OFFER:
        meeting_rules.require_own_yes(offer, by=by)
        proposal.offer_said_yes_at = timezone.now()
        _keep_own_yes(proposal, offer, by=by, how=how)
    else:
        proposal.need_said_yes_at = timezone.now()
        if not own_yes.agreed_to(proposal):  # somebody else had said it, or it was taken back
            proposal.offer_said_yes_at = None
    proposal.save(update_fields=["need_said_yes_at", "offer_said_yes_at"])
    if proposal.need_said_yes_at and proposal.offer_said_yes_at:
        return _agree(proposal, need, offer, by=by)
    proposal.note(by=by, reason=half_yeses.to_proposal(side))
    letters.proposal_half_agreed(proposal, side=side, by=by)
    return None


@transaction.atomic
def answer(
    proposal: Proposal, answers: Iterable[tuple[str, str]], *, says_yes: bool, by: User
) -> Mission | None:
    """Whoever was proposed answers the structure's questions, with their yes or beside it. Returns the mission where both have
    agreed by it. Raises NotYet."""
    lock_pair(proposal.need_id, proposal.offer_id)
    if not Proposal.objects.open().filter(pk=proposal.pk).exists():
        raise NotYet(_("Too late: this proposal isn’t open any more."))
    proposal.answers.all().delete()
    Answer.keep(proposal, answers, by=by.pk)
    return accept(proposal, side=Side.OFFER, by=by) if says_yes else None


def _agree(proposal: Proposal, need: Need, offer: Offer, *, by: User) -> Mission:
    """Both have said yes: make the mission. A need or an offer that is now full closes, and those who were waiting
    for it are told."""
    if transfer := succession.transfer_of(proposal):
        pairs.require_another(need, offer, by=by)
        mission = succession.take_over(transfer, proposal, by=by)
        letters.proposal_agreed(mission)
        pairs.join(mission)
        return mission
    meeting_rules.require_room(need, offer, agreeing=True)
    pairs.require_half(need, offer, by=by)
    proposal.move(ProposalStatus.AGREED, by=by)
    starts_on, ends_on = mission_days.of_pair(need, offer)
    mission = Mission(
        proposal=proposal,
        need=need,
        offer=offer,
        coordinator_id=need.coordinator_id,
        starts_on=starts_on,
        ends_on=ends_on,
        has_dates=mission_days.are_said(need, offer),
    )
    missions.begin(mission, by=by)
    letters.proposal_agreed(mission)
    pairs.join(mission)
    ranking.changed(need, offer, *fill(need, by=by), *use_up(offer, by=by))
    return mission


def fill(need: Need, *, by: User) -> list[Need | Offer]:
    """When the need has everybody it wants, mark it as filled and close its open proposals; of a pair's need, those of the half
    that is found. A place that is kept for somebody who waited is nobody else's, and leaves them open. Returns their needs
    and offers, for the ranking."""
    there = places.of_need(need)
    if there.open <= 0 and need.may(NeedStatus.FILLED):
        need.move(NeedStatus.FILLED, by=by)
    if there.left > 0:
        waiting = pairs.without_a_half(need) if need.in_pair else need.proposals.none()
        return close_all(waiting, reason=reasons.coded("half-found"), own=Side.NEED)
    freed = close_all(need.proposals.open(), reason=reasons.coded("found"), own=Side.NEED)
    waiting_lists.keep_for_the_next(need, now=timezone.now())  # takes back what is there no more
    return freed


def use_up(offer: Offer, *, by: User) -> list[Need | Offer]:
    there = places.of_offer(offer)
    if there.open > 0:
        return []
    if offer.may(OfferStatus.USED_UP):
        offer.move(OfferStatus.USED_UP, by=by)
    if there.left > 0:
        return []
    reason = reasons.coded("engaged")
    freed = close_all(offer.proposals.open(), reason=reason, own=Side.OFFER)
    waiting_lists.keep_for_the_next(offer, now=timezone.now())  # takes back what is there no more
    return freed


@transaction.atomic
def decline(
    proposal: Proposal, *, side: str, reason: str, by: User, again_from: date | None = None
) -> None:
    """One side says no, with a reason that the other side can use; or “not now”, with a day from which it may be
    asked again."""
    full = _lock_what_is_kept(proposal)
    step = proposal.move(ProposalStatus.DECLINED, by=by, reason=reason)
    proposal.declined_side, proposal.again_from = side, again_from
    proposal.save(update_fields=["declined_side", "again_from"])
    letters.proposal_ended(
        letters.PROPOSAL_DECLINED, step, told=_those_involved(proposal, but=side)
    )
    waiting_lists.settle(full, by=by, now=timezone.now())
    ranking.changed(proposal.need, proposal.offer)


@transaction.atomic
def withdraw(proposal: Proposal, *, reason: str, by: User) -> None:
    """Whoever had said yes, or the coordinator, takes the proposal back."""
    full = _lock_what_is_kept(proposal)
    step = proposal.move(ProposalStatus.WITHDRAWN, by=by, reason=reason)
    letters.proposal_ended(letters.PROPOSAL_WITHDRAWN, step, told=[Side.NEED, Side.OFFER])
    waiting_lists.settle(full, by=by, now=timezone.now())
    ranking.changed(proposal.need, proposal.offer)


def close_all(waiting: QuerySet[Proposal], *, reason: str, own: str = "") -> list[Need | Offer]:
    """Close these proposals and tell both sides of each; `own`, the side whose act it is, in other words. One that has
    moved meanwhile is skipped: its people have been told already. Returns their needs and offers: the caller tells the
    ranking, once."""
    freed: list[Need | Offer] = []
    locked = waiting.select_for_update(no_key=True, of=("self",)).order_by("pk")
    if not (numbers := [one.pk for one in locked.only("pk")]):
        return freed
    rows = Proposal.objects.filter(pk__in=numbers).order_by("pk")
    for proposal in rows.select_related("need__organisation", "offer__person"):
        try:
            step = proposal.move(ProposalStatus.CLOSED, by=None, reason=reason)
        except ForbiddenMove:
            continue
        letters.proposal_ended(letters.PROPOSAL_CLOSED, step, told=[Side.NEED, Side.OFFER], own=own)
        freed += [proposal.need, proposal.offer]
    return freed


def _those_involved(proposal: Proposal, *, but: str) -> list[str]:
    """The other side, which is told; the colleagues of whoever declined get no letter."""
    return [side for side in (Side.NEED, Side.OFFER) if side != but]


def _lock_what_is_kept(proposal: Proposal) -> list[Need | Offer]:
    """Of what is proposed, that of which a place was kept for the two by a waiting list: locked before the proposal is moved,
    for the place then goes to the next."""
    sides = set(proposal.waiters.values_list("side", flat=True))
    if not sides:
        return []
    need, offer = lock_pair(proposal.need_id, proposal.offer_id)
    return [full for side, full in ((Side.OFFER, need), (Side.NEED, offer)) if side in sides]


def lock_pair(need_pk: int, offer_pk: int) -> tuple[Need, Offer]:
    wait_for_each_other(asking=True)
    need = (
        Need.objects.select_for_update(no_key=True, of=("self",))
        .select_related("organisation", "pole", "behalf")
        .get(pk=need_pk)
    )
    offer = (
        Offer.objects.select_for_update(no_key=True, of=("self",))
        .select_related("organisation", "person", "pole")
        .get(pk=offer_pk)
    )
    return need, offer


def lock(needs: QuerySet[Need], offers: QuerySet[Offer]) -> None:
    """Lock these needs and offers, and the proposals that wait about them, before anything is moved: an act that
    ends several at once would otherwise meet a yes half way."""
    wanted = list(needs.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    offered = list(offers.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    _lock_waiting(Q(need__in=wanted) | Q(offer__in=offered))


def _lock_waiting(which: Q) -> None:
    rows = Proposal.objects.open().filter(which).select_for_update(no_key=True).order_by("pk")
    # Whole rows: asked for their numbers alone, SQLite 3.46 fails on its own plan once it has been told to ANALYZE.
    list(rows)


def _keep_own_yes(proposal: Proposal, offer: Offer, *, by: User, how: str = "ACCOUNT") -> None:
    """On working time, keep the person's yes as a consent: the employer's papers speak of it."""
    if proposal.offer_said_yes_at and own_yes.names_somebody(offer):
        consents.give(by, ConsentKind.MISSION, proposal, how=how)
