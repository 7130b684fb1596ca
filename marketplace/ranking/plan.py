"""The coordinator's plan: over the open needs and offers of a pôle, who should be proposed to whom."""

from dataclasses import dataclass
from datetime import date

from marketplace.matching.allocation import Allocation, Pair, allocate, first_come, gini
from marketplace.matching.columns import Needs
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

    @property
    def pairs(self) -> list[Pair]:
        return self.allocation.pairs

    @property
    def more_needs(self) -> int:
        return self.allocation.covered - self.first_come.covered

    @property
    def load(self) -> float:
        """Gini of the missions among those who get any."""
        counts: dict[int, int] = {}
        for pair in self.pairs:
            counts[pair.offer] = counts.get(pair.offer, 0) + 1
        return gini(counts.values())


def plan_for(pole, *, today: date, before: Allocation | None = None) -> Plan:
    """Needs that have waited longest come first among equals; what is already asked is left out."""
    pairs, places, missions, order = market_of(pole, today=today)
    return Plan(
        allocate(pairs, places, missions, order=order, before=before),
        first_come(pairs, places, missions, order),
        len(places),
    )


def market_of(pole, *, today: date) -> tuple[list[Pair], dict[int, int], dict[int, int], list[int]]:
    """Who suits whom, the places and the missions that are free, and the order of the longest wait."""
    needs = search.all_needs(f"pole_id = {int(pole.pk)}")
    pairs, missions = _pairs(needs, Everything(NEEDS, today))
    places = {int(row["id"]): max(0, int(row["room"]) - int(row["asked"])) for row in needs.rows}
    waiting = Need.objects.filter(pk__in=list(places)).order_by("published_at", "pk")
    return pairs, places, missions, list(waiting.values_list("pk", flat=True))


def _pairs(needs: Needs, everything: Everything) -> tuple[list[Pair], dict[int, int]]:
    pairs: list[Pair] = []
    missions: dict[int, int] = {}
    for row in range(len(needs)):
        need = needs.take(slice(row, row + 1))
        verdict = everything.verdict(need)
        best = verdict.matches(WIDTH)
        offers = verdict.offers.rows[best]
        number = int(need.rows["id"][0])
        for offer, score in zip(offers, verdict.score[best].tolist(), strict=True):
            pairs.append(Pair(number, int(offer["id"]), score))
            missions[int(offer["id"])] = max(0, int(offer["room"]) - int(offer["asked"]))
    return pairs, missions
