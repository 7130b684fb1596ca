"""The coordinator's plan: over the open needs and offers of a pôle, who should be proposed to whom."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np

from marketplace.matching.allocation import Allocation, Pair, allocate, first_come, gini
from marketplace.matching.columns import Needs
from marketplace.matching.definition import ONE
from marketplace.models import Need
from marketplace.ranking import search
from marketplace.ranking.everyone import Everything
from marketplace.ranking.kept import NEEDS

WIDTH = 40  # how many offers a need may choose from


@dataclass(frozen=True)
class Plan:
    allocation: Allocation
    first_come: Allocation
    """What first come, first served would give, for comparison."""
    needs: int
    asked: int
    """Needs whose every place is being asked for already: nothing to propose for them."""
    alone: int
    """Needs that nobody meets every condition of."""

    @property
    def pairs(self) -> list[Pair]:
        return self.allocation.pairs

    @property
    def more_needs(self) -> int:
        return self.allocation.covered - self.first_come.covered

    @property
    def fewer_needs(self) -> int:
        """What asking more evenly costs."""
        return max(0, -self.more_needs)

    @property
    def rows(self) -> list[dict]:
        """The plan beside first come, first served: needs served, mean match, unevenness."""
        return [
            {
                "made": made,
                "is_plan": made is self.allocation,
                "mean": _mean(made),
                "load": load(made),
            }
            for made in (self.allocation, self.first_come)
        ]


def _mean(made: Allocation) -> int:
    """Out of a hundred."""
    return round(made.total / max(len(made.pairs), 1) * 100 / ONE)


def load(made: Allocation) -> int:
    """Gini, out of a hundred, of the missions among those who get any."""
    counts = Counter(pair.offer for pair in made.pairs)
    return round(100 * gini(counts.values()))


def plan_for(pole, *, today: date, before: Allocation | None = None) -> Plan:
    """Needs that have waited longest come first among equals; what is already asked is left out."""
    pairs, places, missions, order = market_of(pole, today=today)
    return Plan(
        allocate(pairs, places, missions, order=order, before=before),
        first_come(pairs, places, missions, order),
        needs=len(places),
        asked=sum(free < 1 for free in places.values()),
        alone=len({need for need, free in places.items() if free} - {pair.need for pair in pairs}),
    )


def market_of(pole, *, today: date) -> tuple[list[Pair], dict[int, int], dict[int, int], list[int]]:
    """Who suits whom, the places and the missions that are free, and the order of the longest wait."""
    needs = search.all_needs(f"pole_id = {int(pole.pk)}")
    pairs, missions = _pairs(needs, Everything(NEEDS, today))
    places = {int(row["id"]): max(0, int(row["room"]) - int(row["asked"])) for row in needs.rows}
    waiting = Need.objects.filter(pk__in=list(places)).order_by("published_at", "pk")
    return pairs, places, missions, list(waiting.values_list("pk", flat=True))


def _pairs(needs: Needs, everything: Everything) -> tuple[list[Pair], dict[int, int]]:
    pairs = [
        Pair(need, offer, score)
        for need, lines in everything.lists(needs, WIDTH).items()
        for offer, (score, _codes) in lines.items()
    ]
    offers = everything.others
    free = np.maximum(offers["room"] - offers["asked"], 0)
    left = dict(zip(offers["id"].tolist(), free.tolist(), strict=True))
    return pairs, {pair.offer: left[pair.offer] for pair in pairs}
