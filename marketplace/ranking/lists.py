"""Reads the kept lists for pages and letters, in few queries, whatever the number of lists."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import reduce
from operator import or_

import numpy as np
from django.db import transaction
from django.db.models import CharField, Exists, Max, OuterRef, Q, QuerySet, Value, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.models import Membership
from common import prepared
from marketplace.matching.definition import MAX_PENALTY, STRENGTHS
from marketplace.matching.facts import facts_of
from marketplace.matching.kernel import Rules, Verdict
from marketplace.matching.match import Match
from marketplace.models import Carrier, KeptMatch, Need, Offer, Side, Time, ToldMatch
from marketplace.models.market.needs import NeedQuerySet
from marketplace.models.market.offers import OfferQuerySet
from marketplace.ranking import search, snapshot
from marketplace.ranking.live import (
    ON_NEED_CARDS,
    ON_OFFER_CARDS,
    in_touch_by,
    name_carriers,
    shown_needs,
    shown_offers,
)

SHORT = 3
FEW = 500  # needs, that the database is handed by their numbers
SPARE = 4  # read as many times what is shown: some no longer match
GOOD = 3  # the least strength that is worth a letter
# What may be left of it when both sides have been shown much.
LEAST_SCORE = STRENGTHS[GOOD - 1] * (1_000 - 2 * MAX_PENALTY) // 1_000


def best_kept(
    needs: NeedQuerySet,
    offers: OfferQuerySet,
    *,
    top: int = SHORT,
    today: date | None = None,
    hidden: OfferQuerySet | None = None,
) -> dict[Side, list[Match]]:
    """The best lines of the kept lists of these needs and of these offers, each person and each need once, in four
    queries. `hidden`: offers that aren't shown to the reader of these needs."""
    first = [pk for (pk,) in prepared.rows(_first_lines, *_owners(needs, offers), top * SPARE)]
    # By their numbers: joined in one question, PostgreSQL would first join the whole table with all it shows.
    lines = prepared.rows(_with_cards, first) if first else []
    if hidden is not None and (shown := [row.offer_id for row in lines if row.side == Side.NEED]):
        aside = set(hidden.filter(pk__in=shown).order_by().values_list("pk", flat=True))
        lines = [row for row in lines if row.side != Side.NEED or row.offer_id not in aside]
    made = _matches(
        [(row.need_id, row.offer_id) for row in lines],
        {row.need_id: row.need for row in lines},
        {row.offer_id: row.offer for row in lines},
        today or timezone.localdate(),
    )
    best: dict[Side, list[Match]] = {side: [] for side in Side}
    for row in lines:
        if match := made.get((row.need_id, row.offer_id)):
            best[Side(row.side)].append(match)
    return {side: _each_once(some, OTHER_END[side])[:top] for side, some in best.items()}


def best_lines(
    offers: OfferQuerySet, needs: NeedQuerySet, *, first: Collection[int] = (), most: int
) -> list[tuple[int, int]]:
    """Of these needs, those that the kept lists of these offers hold, each once with its best score; those of the causes
    `first` (by their numbers) first, then the best ones. The offers are of working time."""
    scores = list(_lines_of(offers).values_list("need").annotate(best=Max("score")))
    if not scores:
        return []
    if len(scores) <= FEW:
        needs = needs.filter(pk__in=[need for need, _best in scores])
    causes = dict(needs.published().order_by().values_list("pk", "cause"))
    found = [(need, best) for need, best in scores if need in causes]
    found.sort(key=lambda line: (causes[line[0]] not in first, -line[1], line[0]))
    return found[:most]


def matches_of(
    offers: OfferQuerySet, found: list[tuple[int, int]], *, top: int, today: date | None = None
) -> list[Match]:
    """What `best_lines` found, as it is now: each need with the offer that suits it best, if it still does."""
    pairs = _pairs_of(_lines_of(offers), found) if found else []
    judged = _judged(pairs, today or timezone.localdate())
    left, matches = [pair for pair in pairs if pair in judged], list[Match]()
    while left and len(matches) < top:  # some are shown no more
        some, left = left[:top], left[top:]
        shown = shown_needs([need for need, _offer in some], live=True)
        theirs = shown_offers([offer for _need, offer in some], live=True)
        there = [(need, offer) for need, offer in some if need in shown and offer in theirs]
        matches += [replace(judged[n, o], need=shown[n], offer=theirs[o]) for n, o in there]
    name_carriers(matches[:top])
    return matches[:top]


def _lines_of(offers: OfferQuerySet) -> QuerySet[KeptMatch]:
    ours = offers.published().filter(time=Time.WORK).order_by().values("pk")
    return KeptMatch.objects.filter(side=Side.OFFER, offer__in=ours).order_by()


def _pairs_of(lines: QuerySet[KeptMatch], scores: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """These needs, each with the offer of its line of that score."""
    best = reduce(or_, (Q(need=need, score=score) for need, score in scores))
    by_need = dict(lines.filter(best).order_by("-offer").values_list("need", "offer"))
    return [(need, by_need[need]) for need, _score in scores if need in by_need]


def _each_once(matches: list[Match], end: Callable[[Match], object]) -> list[Match]:
    """The best line for each value of `end`, the best first."""
    found: dict[object, Match] = {}
    for match in sorted(matches, key=lambda match: -match.score):
        found.setdefault(end(match), match)
    return list(found.values())


# A team has no person: it is told by its offer.
OTHER_END: dict[Side, Callable[[Match], object]] = {
    Side.NEED: lambda match: match.offer.person_id or (match.offer_id,),
    Side.OFFER: lambda match: match.need_id,
}


def _owners(needs: NeedQuerySet, offers: OfferQuerySet) -> tuple[list[int], list[int]]:
    """The numbers of those that are open, whose lists these are: the planner then knows how short they are."""
    owners = {Side.NEED: needs.published(), Side.OFFER: offers.published()}
    one, other = (
        rows.order_by().values_list(Value(side.value, CharField()), "pk")
        for side, rows in owners.items()
    )
    numbers: dict[str, list[int]] = {side: [] for side in Side}
    for side, number in one.union(other).order_by():
        numbers[side].append(number)
    return numbers[Side.NEED], numbers[Side.OFFER]


def _first_lines(needs: list[int], offers: list[int], most: int) -> QuerySet:
    """The numbers of the first lines of both halves, as a union: one condition with "or" would read the whole table."""
    lists = KeptMatch.objects.order_by().values("pk")
    of_needs = lists.filter(side=Side.NEED, need__in=needs)
    of_offers = lists.filter(side=Side.OFFER, offer__in=offers)
    lines = KeptMatch.objects.filter(
        ~_come_already(),
        pk__in=of_needs.union(of_offers, all=True),
        need__in=Need.objects.published().order_by().values("pk"),
        offer__in=Offer.objects.published().order_by().values("pk"),
    )
    place = Window(RowNumber(), partition_by="side", order_by=("-score", "need", "offer"))
    return lines.annotate(place=place).filter(place__lte=most).order_by().values_list("pk")


def _with_cards(numbers: list[int]) -> QuerySet[KeptMatch]:
    """These lines with all that cards show."""
    return (
        KeptMatch.objects.filter(~_of_their_own(), pk__in=numbers)
        .select_related(*(f"need__{name}" for name in ON_NEED_CARDS))
        .select_related(*(f"offer__{name}" for name in ON_OFFER_CARDS))
        .order_by("-score", "need_id", "offer_id")
    )


def untold(
    row: Need | Offer,
    *,
    top: int = SHORT,
    after: datetime | None = None,
    today: date | None = None,
) -> list[Match]:
    """Good matches that this side hasn't been told of yet, the best first; `after` leaves out those that entered
    the list before. Once they are told, call `told`."""
    side, mine = (
        (Side.NEED, {"need": row}) if isinstance(row, Need) else (Side.OFFER, {"offer": row})
    )
    known = ToldMatch.objects.filter(side=side, need=OuterRef("need"), offer=OuterRef("offer"))
    rows = KeptMatch.objects.filter(~Exists(known), ~_of_their_own(), side=side, **mine)
    if after:
        rows = rows.filter(found_at__gt=after)
    owner, other = ("need_id", "offer_id") if side == Side.NEED else ("offer_id", "need_id")
    # Kept lists may be a minute late: whatever was put forward or kept apart since isn't news.
    rows = rows.exclude(**{f"{other}__in": list(search.answers(owner, row.pk, other))})
    found = _read(rows, owner, top, today)
    return [match for match in found.get(row.pk, []) if match.strength >= GOOD]


def _of_their_own() -> Q:
    """A condition: somebody's own time, for a structure to which they belong. Nobody is proposed to their own people,
    nor their free time shown to whoever may employ them."""
    theirs = Membership.objects.filter(
        organisation=OuterRef("need__organisation"), user=OuterRef("offer__person")
    )
    carried = Carrier.objects.agreed().filter(
        need=OuterRef("need"), organisation__members=OuterRef("offer__person")
    )
    return (Q(Exists(theirs)) | Q(Exists(carried))) & Q(offer__time=Time.OWN)


def _come_already() -> Q:
    """A condition on the lines of offers: whoever would come is in touch about the need by another offer."""
    theirs = in_touch_by(
        *(OuterRef(f"offer__{name}") for name in ("person", "time", "organisation"))
    )
    return Q(Exists(theirs.filter(need=OuterRef("need"))), side=Side.OFFER)


def with_untold(side: Side) -> list[int]:
    """The numbers of needs or offers that may have something good to be told, the best first."""
    known = ToldMatch.objects.filter(side=side, need=OuterRef("need"), offer=OuterRef("offer"))
    mine = "need" if side == Side.NEED else "offer"
    rows = KeptMatch.objects.filter(~Exists(known), side=side, score__gte=LEAST_SCORE)
    best = rows.values(mine).annotate(best=Max("score")).order_by("-best", mine)
    return list(best.values_list(mine, flat=True))


@transaction.atomic
def told(side: Side, matches: Iterable[Match]) -> int:
    """Note that this side has been told of these pairs. Returns how many it hadn't been told of before."""
    new = 0
    for match in matches:
        _row, created = ToldMatch.objects.get_or_create(
            side=side, need_id=match.need_id, offer_id=match.offer_id
        )
        new += created
    return new


def _read(rows: QuerySet, owner: str, top: int, today: date | None) -> dict[int, list[Match]]:
    chosen: dict[int, list[tuple[int, int]]] = {}
    order = rows.order_by(owner, "-score", "need_id", "offer_id")
    for whose, need, offer in order.values_list(owner, "need_id", "offer_id"):
        if len(line := chosen.setdefault(whose, [])) < top:
            line.append((need, offer))
    pairs = [pair for line in chosen.values() for pair in line]
    needs = shown_needs([need for need, _offer in pairs], live=True)
    offers = shown_offers([offer for _need, offer in pairs], live=True)
    made = _matches(pairs, needs, offers, today or timezone.localdate())
    return {whose: [made[pair] for pair in line if pair in made] for whose, line in chosen.items()}


def _matches(
    pairs: list[tuple[int, int]], needs: dict[int, Need], offers: dict[int, Offer], today: date
) -> dict[tuple[int, int], Match]:
    """The pairs, judged as they are now; those that no longer match, or are closed, are left out."""
    there = [(need, offer) for need, offer in pairs if need in needs and offer in offers]
    found = {
        (need, offer): replace(match, need=needs[need], offer=offers[offer])
        for (need, offer), match in _judged(there, today).items()
    }
    name_carriers(found.values())
    return found


def _judged(pairs: list[tuple[int, int]], today: date) -> dict[tuple[int, int], Match]:
    """The same without the rows that cards show: they are read of those that match."""
    if not pairs:
        return {}
    need_cards, offer_cards, version = search.judging(*map(set, zip(*pairs, strict=True)))
    need_rows = {int(number): row for row, number in enumerate(need_cards.rows["id"])}
    offer_rows = {int(number): row for row, number in enumerate(offer_cards.rows["id"])}
    shared = snapshot.read(version)
    by_need: dict[int, list[int]] = {}
    for need, offer in pairs:
        if need in need_rows and offer in offer_rows:
            by_need.setdefault(need, []).append(offer)
    found = {}
    for need, others in by_need.items():
        card = need_cards.take(np.array([need_rows[need]]))
        chosen = offer_cards.take(np.array([offer_rows[offer] for offer in others]))
        weights = shared.weights_of(int(card.rows["pole"][0]))
        verdict = Verdict(card, chosen, Rules(shared.skill_graph, today.toordinal(), weights))
        for facts in facts_of(verdict, range(len(chosen))):
            if not facts.fails:
                found[need, facts.offer.id] = Match(facts, shared.names, weights, today)
    return found
