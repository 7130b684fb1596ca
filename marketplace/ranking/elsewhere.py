"""The offers of another pôle for a need: the same search and the same score, as if the need were in that pôle."""

from collections.abc import Collection
from datetime import date
from itertools import islice

import numpy as np

from accounts.models import Pole
from marketplace.matching.columns import Needs, Offers
from marketplace.matching.definition import Condition
from marketplace.matching.kernel import Verdict
from marketplace.matching.match import Match
from marketplace.models import Need
from marketplace.ranking import halves, live, search
from marketplace.ranking.live import TOP, Asked


def offers_elsewhere(
    need: Need,
    pole: Pole,
    *,
    top: int = TOP,
    today: date | None = None,
    hidden: Collection[int] = (),
) -> list[Match]:
    """`hidden`: offers of which the reader learns nothing."""
    asked = live.ask_for_need(need, today)
    rows = asked.card.rows.copy()
    rows["pole"] = pole.pk
    there = asked.with_card(asked.card.with_rows(rows, asked.card.packed))
    found = live.search_for(search.offers_matching, there).but(hidden)
    return live.with_rows(there, found, Verdict.matches, top)


def how_many_elsewhere(
    need: Need,
    poles: Collection[Pole],
    *,
    top: int = TOP,
    today: date | None = None,
    hidden: Collection[int] = (),
) -> dict[int, int]:
    """How many `offers_elsewhere` finds in each of these pôles, by their numbers: searched at once, and read at once."""
    if not poles:
        return {}
    numbers = [pole.pk for pole in poles]
    asked = live.ask_for_need(need, today)
    assert isinstance(asked.card, Needs)
    found = search.offers_matching(asked.card, asked.shared, asked.today.toordinal(), poles=numbers)
    suit = _that_suit(asked, found.but(asked.answered).but(hidden))
    left = {pole: iter(suit["id"][suit["pole"] == pole].tolist()) for pole in numbers}
    counted = dict.fromkeys(numbers, 0)
    while read := {
        offer: pole for pole in numbers for offer in islice(left[pole], top - counted[pole])
    }:
        for offer in _shown(asked, need, list(read)):
            counted[read[offer]] += 1
    return counted


def _that_suit(asked: Asked, found: Offers) -> Offers:
    """Those that meet every condition but that of the need's own pôle."""
    fails = asked.verdict(found).fails & ~np.int32(Condition.POLE)
    return found.take(np.flatnonzero(fails == 0))


def _shown(asked: Asked, need: Need, numbers: list[int]) -> Collection[int]:
    """Those of these offers that cards of the need show."""
    offers = live.shown_offers(numbers, live=True, to=need)
    if need.in_pair and not halves.are_both_wanted(asked.card):
        offers = halves.that_may_come(need, offers)
    return offers
