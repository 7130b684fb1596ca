"""How evenly a pôle's people are shown and asked, and what more evenness would cost."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef

from accounts.models import Pole
from common.counted import counted
from marketplace.matching.allocation import FAIRNESS, unevenness
from marketplace.models import KeptMatch, Need, Offer, Proposal, Side, Standing
from marketplace.ranking import plan
from marketplace.ranking.plan import Outcome

# What each further mission of the same person costs: from “never mind” to “once each, nearly”.
COSTS = (0, 300, FAIRNESS, 1_500, 4_000)


@dataclass(frozen=True)
class Evenness:
    """How unevenly the open offers are shown and asked (`allocation.unevenness`), and how many needs have at least
    one match."""

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
    """The plan at one cost of asking the same people: how good its matches are, and how unevenly people are asked."""

    cost: int
    made: Outcome
    is_ours: bool


def evenness(pole: Pole, offers: Collection[int] | None = None) -> Evenness:
    """The evenness of the pôle's open needs and offers; how often they were shown is as of last night. `offers`: as
    `plan.open_offers`, where they were read already."""
    offers = plan.open_offers(pole) if offers is None else offers
    listed = KeptMatch.objects.filter(side=Side.NEED, need=OuterRef("pk"))
    needs = Need.objects.published().filter(pole=pole)
    # Each with its own plan: of few lists that are kept, not every need is looked up.
    every, covered = counted([needs, needs.filter(Exists(listed))])
    ours = Offer.objects.published().filter(pole=pole).order_by().values("pk")
    standing = Standing.objects.filter(side=Side.OFFER, number__in=ours)
    shown = dict(standing.values_list("number", "shown"))
    waiting = Proposal.objects.open().filter(offer__in=ours).order_by().values_list("offer")
    asked = dict(waiting.annotate(Count("pk")))
    return Evenness(
        exposure=unevenness(shown, offers),
        load=unevenness(asked, offers),
        needs=every,
        covered=covered,
        offers=len(offers),
    )


def compromises(
    pole: Pole, *, today: date, offers: Collection[int] | None = None
) -> list[Compromise]:
    """The same plan at several costs of asking the same people: the curve of match quality against unevenness. `offers`: as of
    `evenness`."""
    market = plan.market_of(pole, today=today)
    if not market.pairs:
        return []
    offers = plan.open_offers(pole) if offers is None else offers
    return [
        Compromise(cost, Outcome.of(made, offers), cost == FAIRNESS)
        for cost, made in zip(COSTS, market.allocated_at(COSTS), strict=True)
    ]
