"""The offers of another pôle for a need: the same search and the same score, as if the need were in that pôle."""

from collections.abc import Collection
from datetime import date

from accounts.models import Pole
from marketplace.matching.kernel import Verdict
from marketplace.matching.match import Match
from marketplace.models import Need
from marketplace.ranking import live, search
from marketplace.ranking.live import TOP


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
