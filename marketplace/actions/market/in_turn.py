"""Asks people about a need in the order of a list: the first at once, the next when the one before has said no, wasn't free
or didn't answer. Each is asked by the proposal that anybody makes (`proposals.propose`, `invite`), on their day and by its
rules; the clock goes on with the list (docs/decisions/0059)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace import letters, ranking
from marketplace.actions.market import proposals
from marketplace.actions.refusals import NotYet, PutForwardAlready
from marketplace.matching.definition import Condition
from marketplace.models import AskedInTurn, Need, Offer, Origin, Proposal, Side, Turn, reasons
from marketplace.models.market.in_turn import MOST
from marketplace.models.talk.blocks import wait_for_each_other
from marketplace.rules import ask_limits, audience, permissions
from marketplace.rules.in_turn import settled_otherwise
from marketplace.states import AskedInTurnStatus, NeedStatus, ProposalStatus
from notifications.faults import each_row

# What the act itself asks on the day; the rest is whether they fit.
ASKED_BY_THE_ACT = int(Condition.ANSWERED | Condition.BLOCKED | Condition.LIVE | Condition.POLE)
ACTS = {Origin.COORDINATOR: proposals.propose, Origin.INVITATION: proposals.invite}


@dataclass
class Asked:
    """What came of asking several at once: the proposals that were made, and who couldn't be asked, each with the
    sentence."""

    made: list[Proposal] = field(default_factory=list)
    refused: list[tuple[Offer, str]] = field(default_factory=list)


def ask_all(need: Need, offers: Iterable[Offer], *, word: str, by: User, origin: Origin) -> Asked:
    """Ask these people now, whatever the others answer. One who can't be asked doesn't hold up the others."""
    done = Asked()
    for offer in offers:
        try:
            with transaction.atomic():
                need = _lock(need.pk)
                _require_not_settled(need, offer)
                done.made.append(ACTS[origin](need, offer, word=word, by=by))
        except NotYet as refusal:
            done.refused.append((offer, str(refusal)))
    return done


def _require_not_settled(need: Need, offer: Offer) -> None:
    if settled_otherwise(need, offer):
        raise NotYet(
            _("Another offer of theirs is in touch about this need, or has been answered.")
        )


@transaction.atomic
def begin(
    need: Need, offers: list[Offer], *, word: str, by: User, origin: Origin, now: datetime
) -> AskedInTurn:
    """Make the list and ask the first. Raises NotYet: another one is running, the need is over, the list is too long, or
    nobody in it can be asked today."""
    need = _lock(need.pk)
    if need.status != NeedStatus.PUBLISHED:
        raise NotYet(_("This need isn’t open any more: it is filled or closed."))
    if need.asked_in_turn.running().filter(origin=origin).exists():
        raise NotYet(_("People are being asked in turn already."))
    asked = AskedInTurn.objects.create(need=need, origin=origin, word=word, by=by, at=now)
    asked.begin(by=by)
    _put(asked, offers, by=by)
    if not _ask_next(asked, need):
        raise NotYet(_("None of them can be asked today: open the page of each to read why."))
    return asked


@transaction.atomic
def add(asked: AskedInTurn, offers: list[Offer], *, by: User) -> int:
    """Put these people at the end of a list that is running; how many weren't in it yet. Raises NotYet."""
    return _put(_running(asked), offers, by=by)


def _put(asked: AskedInTurn, offers: list[Offer], *, by: User) -> int:
    """How many came into it. Those of whom this person learns nothing aren't counted, or the bound would tell of them."""
    there = list(asked.turns.values_list("offer", flat=True))
    new = [offer for offer in dict.fromkeys(offers) if offer.pk not in there]
    if asked.turns.visible_to(by).count() + len(new) > MOST:
        raise NotYet(_("Ten people at the most: more would wait too long for their turn."))
    last = max(asked.turns.values_list("place", flat=True), default=0)
    lacks = _lacks(asked.need, [offer.pk for offer in new])
    Turn.objects.bulk_create(
        Turn(asked=asked, offer=offer, place=last + place, lacks=lacks.get(offer.pk, 0))
        for place, offer in enumerate(new, 1)
    )
    return len(new)


def _lacks(need: Need, offers: list[int]) -> dict[int, int]:
    """The conditions that each of these offers fails today, but for those that the act asks about."""
    judged = ranking.why_these(need, offers)
    return {one.offer_id: int(one.facts.fails) & ~ASKED_BY_THE_ACT for one in judged}


@transaction.atomic
def arrange(asked: AskedInTurn, places: Mapping[int, int], taken_out: Iterable[int]) -> None:
    """Give those who wait (turns by their numbers) another order, and take some out. Who has been asked, or isn't named, stays
    where they are: the places of those who are named are shared out among them. Raises NotYet."""
    asked = _running(asked)
    asked.turns.waiting().filter(pk__in=list(taken_out)).delete()
    waiting = list(asked.turns.waiting().filter(pk__in=list(places)))
    free = [turn.place for turn in waiting]
    waiting.sort(key=lambda turn: (places[turn.pk], turn.place, turn.pk))
    for turn, place in zip(waiting, free, strict=True):
        turn.place = place
    Turn.objects.bulk_update(waiting, ["place"])


@transaction.atomic
def stop(asked: AskedInTurn, *, by: User) -> None:
    """Nobody else is asked; who has been, may still answer. Raises NotYet."""
    _running(asked).move(AskedInTurnStatus.STOPPED, by=by)


@transaction.atomic
def see(asked: AskedInTurn, *, by: User) -> None:
    """The coordination has seen that nobody said yes: its line leaves the desk. Raises ForbiddenMove."""
    asked.move(AskedInTurnStatus.SEEN, by=by)


# --- by the clock ---------------------------------------------------------------------------
def go_on(now: datetime) -> int:
    """Ask the next of each list whose last one has answered, or is silent beyond the days after which a proposal closes.
    Returns how many lists have moved."""
    return each_row("asked-in-turn", AskedInTurn.objects.due().order_by("pk"), _go_on)


@transaction.atomic
def _go_on(found: AskedInTurn) -> bool:
    """Read again under the lock of its need: what was answered, or done to the list, meanwhile counts."""
    need = _lock(found.need_id)
    asked = AskedInTurn.objects.running().filter(pk=found.pk).first()
    if asked is None:
        return False
    known = Turn.objects.filter(asked=asked, proposal__isnull=False).order_by("place", "pk")
    going = need.proposals.going_on().filter(offer__in=known.values("offer"))
    if _somebody_comes(asked) and need.status != NeedStatus.PUBLISHED:
        asked.move(AskedInTurnStatus.FOUND, by=None)
        return True
    if need.status != NeedStatus.PUBLISHED or not need.organisation.is_accepted:
        return _stopped(asked, reasons.coded("need-not-open"))
    if (house := need.organisation).leaves_on:
        day = house.leaves_on
        return _stopped(asked, reasons.coded("house-leaves", house=str(house), day=day))
    if going.exclude(status=ProposalStatus.AGREED).exists() or _is_full(asked, need):
        return False
    last = known.select_related("proposal").last()
    if last and last.proposal and _structure_is_silent(last.proposal):
        return _stopped(asked, reasons.coded("structure-silent"))
    if not _ask_next(asked, need):
        _end(asked, need)
    return True


def _somebody_comes(asked: AskedInTurn) -> bool:
    """Whether somebody of the list has said yes, and the structure too. A need of several places goes on to the next."""
    offers = asked.turns.filter(proposal__isnull=False).values("offer")
    said_yes = asked.need.proposals.filter(status=ProposalStatus.AGREED, offer__in=offers)
    return said_yes.exists()


def _is_full(asked: AskedInTurn, need: Need) -> bool:
    """Whether as many invitations wait as may at once: the next keep their turn until one is answered."""
    return asked.is_by_structure and ask_limits.invitations_left(need) < 1


def _structure_is_silent(proposal: Proposal) -> bool:
    """Whether only the structure left it without an answer: whoever is asked next would wait in vain too."""
    return proposal.was_left_unanswered and proposal.silent_sides == [Side.NEED]


def _stopped(asked: AskedInTurn, why: str) -> bool:
    asked.move(AskedInTurnStatus.STOPPED, by=None, reason=why)
    return True


def _end(asked: AskedInTurn, need: Need) -> None:
    """Everybody's turn has come. Where nobody is left who may ask, the list stops instead, for the others to look at."""
    if asked.turns.waiting().exists():
        _stopped(asked, reasons.coded("nobody-asks"))
        return
    if _somebody_comes(asked):
        asked.move(AskedInTurnStatus.FOUND, by=None)
        return
    asked.move(AskedInTurnStatus.NOBODY, by=None)
    letters.nobody_in_turn(asked, need)


def _ask_next(asked: AskedInTurn, need: Need) -> bool:
    """Ask the first of those who wait who can be asked today; those before are passed over. False when nobody is left, or
    nobody who may ask."""
    askers = _askers(asked, need)
    if not askers:
        return False
    waiting = list(asked.turns.waiting().select_related("offer__person", "offer__organisation"))
    lacks = _lacks(need, [turn.offer_id for turn in waiting])
    for turn in waiting:
        if lacks.get(turn.offer_id, 0) & ~turn.lacks:
            turn.passed = Turn.Passed.UNFIT
        else:
            turn.passed = _asked(turn, asked, need, askers)
        turn.save(update_fields=["proposal", "passed"])
        if turn.proposal:
            return True
    return False


def _asked(turn: Turn, asked: AskedInTurn, need: Need, askers: list[User]) -> str:
    """Ask one person; why they were passed over, "" when they were asked. Who asks has to read of what they offer."""
    seen = (one for one in askers if _reads(one, turn.offer))
    if (by := next(seen, None)) is None:
        return Turn.Passed.CANNOT
    if settled := settled_otherwise(need, turn.offer):
        return settled
    try:
        with transaction.atomic():
            act = ACTS[Origin(asked.origin)]
            turn.proposal = act(need, turn.offer, word=asked.word, by=by)
    except PutForwardAlready:
        return Turn.Passed.IN_TOUCH
    except NotYet:
        return Turn.Passed.CANNOT
    return ""


def _reads(user: User, offer: Offer) -> bool:
    return Offer.objects.visible_to(user).published().filter(pk=offer.pk).exists()


def _askers(asked: AskedInTurn, need: Need) -> list[User]:
    """Those in whose name the next may be asked today: whoever made the list, then the others who hold it with them."""
    others = audience.structure(need) if asked.is_by_structure else audience.neutral_of(need)
    people = {one.pk: one for one in [asked.by, *others]}.values()
    return [one for one in people if permissions.origin_in_turn(one, need) == asked.origin]


def _running(asked: AskedInTurn) -> AskedInTurn:
    """The list under the lock of its need, which the clock takes too. Raises NotYet when it is over."""
    _lock(asked.need_id)
    now = AskedInTurn.objects.running().select_related("need").filter(pk=asked.pk).first()
    if now is None:
        raise NotYet(_("Too late: nobody is asked from this list any more."))
    return now


def _lock(need: int) -> Need:
    """In the order of `proposals`, whose acts follow inside."""
    wait_for_each_other(asking=True)
    rows = Need.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("organisation", "pole").get(pk=need)
