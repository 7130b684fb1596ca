"""How evenly a pôle's people are shown and asked, and what more evenness would cost."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from marketplace.matching.allocation import FAIRNESS, Allocation, allocate, gini
from marketplace.matching.calculation import hundredth
from marketplace.models import KeptMatch, Need, Offer, Proposal, Side, Standing
from marketplace.ranking import plan

# What each further mission of the same person costs: from “never mind” to “once each, nearly”.
COSTS = (0, 300, FAIRNESS, 1_500, 4_000)


@dataclass(frozen=True)
class Evenness:
    """Gini: 0 when all have the same, near 100 when one has everything. None while there is nothing."""

    exposure: int | None
    load: int | None
    needs: int
    covered: int
    offers: int

    @property
    def coverage(self) -> int:
        return round(100 * self.covered / self.needs) if self.needs else 0


@dataclass(frozen=True)
class Compromise:
    """One answer of the plan: how good the matches are, how unevenly people are asked."""

    cost: int
    served: int
    score: int
    unevenness: int
    is_ours: bool


def evenness(pole) -> Evenness:
    """Of the open needs and offers, as the last night counted their exposure."""
    live = Offer.objects.published().filter(pole=pole).order_by()
    offers = list(live.values_list("pk", flat=True))
    needs = Need.objects.published().filter(pole=pole)
    ours = live.values("pk")
    standing = Standing.objects.filter(side=Side.OFFER, number__in=ours)
    shown = dict(standing.values_list("number", "shown"))
    waiting = Proposal.objects.open().filter(offer__in=ours).order_by().values_list("offer")
    asked = dict(waiting.annotate(Count("pk")))
    with_somebody = KeptMatch.objects.filter(side=Side.NEED, need__in=needs.values("pk"))
    return Evenness(
        exposure=_percent([shown.get(offer, 0) for offer in offers]),
        load=_percent([asked.get(offer, 0) for offer in offers]),
        needs=needs.count(),
        covered=with_somebody.values("need").distinct().count(),
        offers=len(offers),
    )


def compromises(pole, *, today: date) -> list[Compromise]:
    """The same plan with other costs of asking the same people: the curve of what one gives for the other."""
    pairs, places, missions, order = plan.market_of(pole, today=today)
    free = [offer for offer, left in missions.items() if left > 0]
    found = []
    for cost in COSTS if pairs else ():
        made = allocate(pairs, places, missions, order=order, fairness=cost)
        found.append(
            Compromise(
                cost,
                made.covered,
                hundredth(made.total // max(len(made.pairs), 1)),
                _percent(_loads(made, free)) or 0,
                cost == FAIRNESS,
            )
        )
    return found


def _loads(made: Allocation, free: list[int]) -> list[int]:
    counts = Counter(pair.offer for pair in made.pairs)
    return [counts[offer] for offer in free]


def _percent(amounts: list[int]) -> int | None:
    return round(100 * gini(amounts)) if any(amounts) else None
