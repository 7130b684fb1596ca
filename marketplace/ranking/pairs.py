"""The pairs that a need which wants two people may find: who on working time with whom on their own."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from itertools import islice

import numpy as np

from marketplace.matching.kernel import Verdict
from marketplace.matching.match import Match
from marketplace.matching.pairs import PairMatch, best_pairs
from marketplace.models import Need, Offer
from marketplace.models.missions.apart_halves import apart_among
from marketplace.models.missions.pairs import in_order
from marketplace.ranking import cards, halves, live, search
from marketplace.ranking.surroundings import Around

TOP = 5


def pairs_for(around: Around, *, top: int = TOP) -> list[PairMatch]:
    """The best pairs of a need for which nobody comes yet: each fits by themselves, and the two bring all that is
    required."""
    asked, verdict = around.asked, around.verdict
    found: list[PairMatch] = []
    gone: set[int] = set()  # rows of offers that aren't shown, or of teams
    in_order = (
        pair
        for pair in best_pairs(verdict, covers=around.requires)
        if not gone.intersection(pair[:2])
    )
    size = top
    while len(found) < top and (some := list(islice(in_order, size))):
        size *= 2  # where many may not be paired, few questions are asked of them
        rows = sorted({row for pair in some for row in pair[:2]})
        around.read(rows)
        numbered = dict(zip(rows, live.matches_of(asked, verdict, np.array(rows)), strict=True))
        shown = {
            match.offer_id: match for match in live.with_these_rows(asked, list(numbered.values()))
        }
        by_row = {row: shown.get(match.offer_id) for row, match in numbered.items()}
        gone |= {row for row, match in by_row.items() if match is None}
        found += _that_may_be(
            [(by_row[one], by_row[other], together) for one, other, together in some]
        )
    return found[:top]


def _that_may_be(some: list[tuple[Match | None, Match | None, int]]) -> list[PairMatch]:
    made = [PairMatch(work, own, together) for work, own, together in some if work and own]
    apart = apart_among([(one.work.offer, one.own.offer) for one in made])
    return [one for one in made if (one.work.offer_id, one.own.offer_id) not in apart]


def completing(
    need: Need,
    half: Offer,
    *,
    top: int = TOP,
    today: date | None = None,
    hidden: Collection[int] = (),
) -> list[Match]:
    """Who would complete this half, best first, as if they came: on the other time, with what they lack."""
    asked = live.ask_for_need(need, today, afresh=True)
    this = Need.objects.filter(pk=need.pk)
    card, _stamps = cards.of_needs(this, beside_half=halves.half_of(half))
    asked = replace(asked, card=card)
    found = live.search_for(search.offers_matching, asked).but(hidden)
    matches = live.with_rows(asked, found, Verdict.matches, top)

    apart = apart_among([in_order(half, match.offer) for match in matches])
    return [one for one in matches if _numbers(half, one.offer) not in apart]


def _numbers(one: Offer, other: Offer) -> tuple[int, int]:
    work, own = in_order(one, other)
    return work.pk, own.pk
