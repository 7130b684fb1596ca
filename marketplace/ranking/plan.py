"""The coordinators' plan: over the open needs and offers of a pôle, who should be proposed to whom."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

import numpy as np

from accounts.models import Pole
from marketplace.matching.allocation import (
    Allocation,
    Pair,
    allocate,
    allocate_at,
    first_come,
    served,
    unevenness,
)
from marketplace.matching.calculation import hundredth
from marketplace.matching.columns import Needs
from marketplace.models import Need, Offer
from marketplace.ranking import search
from marketplace.ranking.full_run import Everything
from marketplace.ranking.stored_lists import NEEDS

WIDTH = 40  # how many offers a need may choose from
AT_ONCE = 150  # needs that find somebody, those that have waited longest: the next come once these are asked for
STEP = 250  # needs that are looked at together
KEPT = 8  # of so many steps the pairs, some two megabytes each


type Left = Callable[[Collection[int]], Collection[int]]


def nobody(_needs: Collection[int]) -> Collection[int]:
    """Nothing is left to others."""
    return ()


@dataclass(frozen=True)
class Outcome:
    """What a plan comes to: needs served, places filled (a need may want several people, and a person may give
    several missions), mean score out of a hundred, and `unevenness` out of a hundred."""

    served: int
    places: int
    mean: int
    unevenness: int

    @classmethod
    def of(cls, made: Allocation, offers: Collection[int]) -> "Outcome":
        asked = Counter(pair.offer for pair in made.pairs)
        mean = hundredth(made.total // max(len(made.pairs), 1))
        return cls(made.covered, len(made.pairs), mean, unevenness(asked, offers) or 0)


@dataclass(frozen=True)
class Plan:
    pairs: list[Pair]
    ours: Outcome
    first_come: Outcome
    """What first come, first served would give, for comparison."""
    needs: int
    asked: int
    """How many needs have every place asked for already, so that nothing is proposed for them."""
    alone: int
    """How many needs have nobody who meets every condition."""
    later: int = 0
    """How many needs with a place free aren't looked at yet."""

    @property
    def looked_at(self) -> int:
        return self.needs - self.later

    @property
    def leaves_some(self) -> bool:
        """Whether a need with a place free finds nobody in it."""
        return self.ours.served + self.asked < self.looked_at

    @property
    def more_needs(self) -> int:
        return self.ours.served - self.first_come.served

    @property
    def fewer_needs(self) -> int:
        """How many needs fewer are served than by first come, when more places of the others are filled."""
        return max(0, -self.more_needs)

    @property
    def more_places(self) -> int:
        return self.ours.places - self.first_come.places

    @property
    def brings(self) -> bool:
        """Whether the plan is worth more than first come: more needs or more places; with as many of both, better
        matches or less unevenness, and neither at the cost of the other."""
        if self.more_needs or self.more_places:
            return self.more_needs > 0 or self.more_places > 0
        better = self.ours.mean - self.first_come.mean
        evener = self.first_come.unevenness - self.ours.unevenness
        return min(better, evener) >= 0 < max(better, evener)


def plan_for(
    pole: Pole,
    *,
    today: date,
    before: Allocation | None = None,
    hidden: Collection[int] = (),
    left: Left = nobody,
) -> Plan:
    """The plan of a pôle. Among equals, the needs that have waited longest come first; pairs that are already asked
    are left out, and so are the `hidden` offers, of which the reader learns nothing. `left`: as in `market_of`."""
    market = market_of(pole, today=today, hidden=hidden, left=left)
    offers = open_offers(pole).difference(hidden)
    made = market.allocated(before=before)
    return Plan(
        made.pairs,
        Outcome.of(made, offers),
        Outcome.of(market.first_come(), offers),
        needs=market.needs,
        asked=market.asked,
        alone=len(market.places.keys() - {pair.need for pair in market.pairs}),
        later=market.later,
    )


def open_offers(pole: Pole) -> frozenset[int]:
    """The numbers of the pôle's open offers, over which unevenness is counted."""
    found = Offer.objects.published().filter(pole=pole).order_by()
    return frozenset(found.values_list("pk", flat=True))


@dataclass(frozen=True)
class Market:
    """What a plan is made from."""

    pairs: list[Pair]
    places: dict[int, int]
    """The free places of each need that is looked at."""
    missions: dict[int, int]
    order: list[int]
    """The needs, the longest wait first."""
    needs: int
    """How many are open in the pôle, looked at or not."""
    asked: int
    """How many of them have every place asked for already."""
    cards: Needs
    """Of those that are looked at."""
    everything: Everything
    """The offers, and the pairs that aren't suggested any more."""

    @property
    def later(self) -> int:
        """How many have a place free and aren't looked at yet."""
        return self.needs - self.asked - len(self.places)

    def card(self, need: int) -> Needs:
        return self.cards.take(np.flatnonzero(self.cards["id"] == need))

    def allocated(self, *, before: Allocation | None = None) -> Allocation:
        return allocate(self.pairs, self.places, self.missions, order=self.order, before=before)

    def allocated_at(self, costs: Iterable[int]) -> Iterator[Allocation]:
        """At each of these costs of asking the same people."""
        return allocate_at(costs, self.pairs, self.places, self.missions, order=self.order)

    def served(self, *more: Pair) -> set[int]:
        """The needs that find somebody, with these pairs too."""
        return served([*self.pairs, *more], self.places, self.missions, order=self.order)

    def first_come(self) -> Allocation:
        return first_come(self.pairs, self.places, self.missions, self.order)


def market_of(
    pole: Pole,
    *,
    today: date,
    whole: bool = False,
    hidden: Collection[int] = (),
    left: Left = nobody,
) -> Market:
    """The needs that have waited longest, until enough of them find somebody, and the pairs that match. The missions are
    those of the offers in the pairs or (`whole`) of every open offer of the pôle. `left`: which of some needs the reader
    leaves to others; they take part, but aren't among those that are enough."""
    cards = search.all_needs(f"pole_id = {int(pole.pk)}")
    free = np.maximum(cards["room"] - cards["asked"], 0)
    longest = np.lexsort((cards["id"], cards["since"]))
    longest = longest[free[longest] > 0]
    everything = Everything(NEEDS, today, pole=pole.pk)
    pairs: list[Pair] = []
    seen = enough = 0
    while seen < len(longest) and enough < AT_ONCE:
        these = cards.take(longest[seen : seen + STEP])
        everything.ask_of(these["id"].tolist())
        found = _pairs(these, everything)
        seen = min(seen + STEP, len(longest))
        pairs += (shown := [pair for pair in found if pair.offer not in hidden])
        theirs = {pair.need for pair in shown}
        enough += len(theirs.difference(left(theirs)))
    some = longest[:seen]
    numbers, missions = cards["id"][some].tolist(), _missions(everything)
    waiting = Need.objects.filter(pk__in=numbers).order_by("published_at", "pk")
    return Market(
        pairs,
        dict(zip(numbers, free[some].tolist(), strict=True)),
        missions if whole else {pair.offer: missions[pair.offer] for pair in pairs},
        list(waiting.values_list("pk", flat=True)),
        needs=len(cards),
        asked=int((free < 1).sum()),
        cards=cards.take(some),
        everything=everything,
    )


def _pairs(needs: Needs, everything: Everything) -> list[Pair]:
    """Made once for the pages of a plan, of which each begins with them, as long as all that they follow from is the same."""
    made, key = everything.snapshot.made, _follows_from(needs, everything)
    if (found := made.get(key)) is None:
        found = [
            Pair(need, offer, score)
            for need, lines in everything.lists(needs, WIDTH).items()
            for offer, (score, _codes) in lines.items()
        ]
        if len(made) >= KEPT:
            made.clear()
        made[key] = found
    return found


def _follows_from(needs: Needs, everything: Everything) -> bytes:
    """Beside the snapshot: the cards of both sides, the pairs that aren't suggested any more, the day."""
    found = blake2b(everything.today.to_bytes(4), digest_size=32)
    found.update(everything.answered.tobytes())
    for cards in (needs, everything.others):
        for part in (cards.rows, cards.packed, *cards.carried.columns):
            found.update(len(part).to_bytes(8) + part.tobytes())
    return found.digest()


def _missions(everything: Everything) -> dict[int, int]:
    """How many each offer may still take on."""
    offers = everything.others
    free = np.maximum(offers["room"] - offers["asked"], 0)
    return dict(zip(offers["id"].tolist(), free.tolist(), strict=True))
