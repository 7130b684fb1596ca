"""What is counted each night: how rare each skill is, how each side answers, who is
shown more than their share.

The numbers then stay for the day, so that a score doesn't change under a reader's
eyes and every page uses the same ones.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q

from marketplace.matching.allocation import Pair
from marketplace.matching.definition import NEW_HERE, ONE, strength_of
from marketplace.matching.exposure import A_NIGHT, FADING, SHORT_LIST, joined_of, penalty_of
from marketplace.matching.skill_graph import rarity_of
from marketplace.models import (
    KeptMatch,
    Need,
    Offer,
    OfferPosting,
    Proposal,
    Side,
    Skill,
    SkillRarity,
    Standing,
    Time,
)
from marketplace.models.market.skills import LexiconVersion
from marketplace.ranking import index
from marketplace.ranking.snapshot import MATCHING
from marketplace.states import ProposalStatus

REMEMBERED = timedelta(days=365)
SLOW = timedelta(days=14)
BELIEF = 3  # answers that a newcomer is believed to have given already


@transaction.atomic
def renew(now: datetime) -> None:
    """Count all three, and write the cards whose numbers have changed. The caller has to make all lists afterwards."""
    renew_rarity()
    index.index_needs(_renew_side(Side.NEED, now))
    index.index_offers(_renew_side(Side.OFFER, now))


def renew_rarity() -> None:
    holders: Counter = Counter()
    for key, count in OfferPosting.objects.values_list("key").annotate(Count("pk")).order_by():
        holders[key >> 2] += count
    offers = OfferPosting.objects.filter(lead=True).count()
    known = dict(SkillRarity.objects.values_list("skill_id", "weight"))
    rows = [
        SkillRarity(
            skill_id=skill,
            holders=holders[skill],
            weight=rarity_of(holders[skill], offers),
        )
        for skill in Skill.objects.values_list("pk", flat=True)
    ]
    SkillRarity.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["skill"],
        update_fields=["holders", "weight"],
    )
    if {row.skill_id: row.weight for row in rows} != known:
        LexiconVersion.move(MATCHING)


def _renew_side(side: Side, now: datetime) -> list[int]:
    """Write the standing of each need or offer. Returns the numbers of those whose score changes."""
    answers = _answers(side, now)
    shown = _shown(side)
    before = {row.number: row for row in Standing.objects.filter(side=side)}
    faded = {number: row.shown * FADING[0] // FADING[1] for number, row in before.items()}
    exposure = {
        number: faded.get(number, 0) + A_NIGHT * shown.get(number, 0)
        for number in faded.keys() | shown.keys()
    }
    fair = max(1, sum(exposure.values()) // max(1, _open(side)))
    rows = [
        Standing(
            side=side,
            number=number,
            answers=answers.get(number, NEW_HERE),
            shown=exposure.get(number, 0),
            penalty=penalty_of(exposure.get(number, 0), fair),
        )
        for number in sorted(exposure.keys() | answers.keys() | before.keys())
    ]
    Standing.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["side", "number"],
        update_fields=["answers", "shown", "penalty"],
        batch_size=5_000,
    )
    return [row.number for row in rows if _moved(before.get(row.number), row)]


def _moved(before: Standing | None, after: Standing) -> bool:
    known = (before.answers, before.penalty) if before else (NEW_HERE, 0)
    return known != (after.answers, after.penalty)


def _open(side: Side) -> int:
    field = "offer" if side == Side.OFFER else "need"
    return KeptMatch.objects.filter(side=side).aggregate(n=Count(field, distinct=True))["n"]


def _shown(side: Side) -> Counter:
    """In how many short lists of the other side each one is."""
    other = Side.NEED if side == Side.OFFER else Side.OFFER
    owner, member = ("need_id", "offer_id") if other == Side.NEED else ("offer_id", "need_id")
    found: Counter = Counter()
    seen: Counter = Counter()
    rows = KeptMatch.objects.filter(side=other).order_by(owner, "-score", member)
    for whose, who in rows.values_list(owner, member).iterator():
        seen[whose] += 1
        if seen[whose] <= SHORT_LIST:
            found[who] += 1
    return found


def strengths(pairs: Iterable[Pair]) -> dict[tuple[int, int], int]:
    """The strength of each pair, in four steps, from its known score without the penalties for having been shown."""
    chosen = list(pairs)
    needs = Q(side=Side.NEED, number__in=[pair.need for pair in chosen])
    offers = Q(side=Side.OFFER, number__in=[pair.offer for pair in chosen])
    penalties: dict[str, dict[int, int]] = {Side.NEED: {}, Side.OFFER: {}}
    found = Standing.objects.filter(needs | offers).values_list("side", "number", "penalty")
    for side, number, penalty in found:
        penalties[side][number] = penalty
    return {
        (pair.need, pair.offer): strength_of(
            joined_of(
                pair.score,
                penalties[Side.NEED].get(pair.need, 0) + penalties[Side.OFFER].get(pair.offer, 0),
            )
        )
        for pair in chosen
    }


def _answers(side: Side, now: datetime) -> dict[int, int]:
    """How each need's or offer's side answers, from 0 to ONE: 0.3 x the share that was
    answered + 0.7 x the speed, over a year. Somebody new starts from NEW_HERE.

    An organisation counts as one: what it did about one need or offer counts for its
    others. What its people answer on their own time is theirs alone.
    """
    speeds: dict[tuple[str, int], list[int]] = {}
    asked: dict[int, tuple[str, int]] = {}
    rows = Proposal.objects.filter(created_at__gte=now - REMEMBERED)
    for proposal in (
        rows.select_related("need", "offer").prefetch_related("steps").iterator(chunk_size=2_000)
    ):
        speed = _speed(proposal, side, now)
        if speed is not None:
            row = proposal.need if side == Side.NEED else proposal.offer
            asked[row.pk] = owner = _owner(row)
            speeds.setdefault(owner, []).append(speed)
    known = {owner: answering(found) for owner, found in speeds.items()}
    siblings = (
        Need.objects.only("organisation") if side == Side.NEED else Offer.objects.only(*OWNED)
    )
    for row in siblings.published().order_by().iterator():
        owner = _owner(row)
        if owner in known:
            asked[row.pk] = owner
    return {number: known[owner] for number, owner in asked.items()}


OWNED = ("organisation", "person", "time")


def _owner(row: Need | Offer) -> tuple[str, int]:
    is_own = isinstance(row, Offer) and row.time == Time.OWN and row.person_id
    if is_own or row.organisation_id is None:
        return "row", row.pk
    return "organisation", row.organisation_id


def answering(speeds: Iterable[int]) -> int:
    """The value for these speeds (0 for no answer, ONE for an answer at once)."""
    known = list(speeds)
    answered = sum(speed > 0 for speed in known)
    share = (ONE * answered + BELIEF * NEW_HERE) // (len(known) + BELIEF)
    speed = (sum(known) + BELIEF * NEW_HERE) // (len(known) + BELIEF)
    return (3 * share + 7 * speed) // 10


def _speed(proposal: Proposal, side: Side, now: datetime) -> int | None:
    """How soon this side answered, from 0 to ONE; None when this side asked itself, or its time isn't over."""
    said_yes = proposal.need_said_yes_at if side == Side.NEED else proposal.offer_said_yes_at
    if said_yes and said_yes - proposal.created_at < timedelta(seconds=1):
        return None  # it is this side that asked
    if said_yes is None and proposal.status == ProposalStatus.DECLINED:
        said_yes = max((step.at for step in proposal.steps.all()), default=None)
    if said_yes:
        waited = min(said_yes - proposal.created_at, SLOW)
        return ONE - (ONE - 1) * int(waited.total_seconds()) // int(SLOW.total_seconds())
    if proposal.status == ProposalStatus.UNANSWERED:
        return 0
    if proposal.status == ProposalStatus.OPEN and now - proposal.created_at > SLOW:
        return 0
    return None
