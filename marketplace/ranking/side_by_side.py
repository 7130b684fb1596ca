"""Those who could do a need side by side: all who meet its conditions or fail one of them alone, sorted by any column, a page
at a time. The numbers of all are judged at once; rows are read for the page alone."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from django.core.paginator import Page, Paginator

from marketplace.matching.columns import Offers
from marketplace.matching.definition import COMMON, MENDABLE, ONE, OWN_TIME
from marketplace.matching.kernel import Verdict
from marketplace.matching.match import Match
from marketplace.matching.side_by_side import DATES, DISTANCE, HOURS, SKILL, TIME, Wanted, heads_of
from marketplace.ranking import live, search
from marketplace.ranking.live import Asked
from marketplace.ranking.surroundings import Around

A_PAGE = 20
HALF_A_YEAR = 183  # days: nobody moves a mission farther than that
ANSWERS, ASKED = "reponse", "demande"
ALL, FIT, NEARLY = "", "tout", "presque"
OWN, WORK = "perso", "travail"


@dataclass(frozen=True)
class Order:
    """What the address asks for: the column ("-" before it turns it round, "" the best first), who is shown, on whose time."""

    column: str = ""
    who: str = ALL
    time: str = ""
    page: str = "1"


@dataclass(frozen=True)
class SideBySide:
    matches: list[Match]
    heads: list[Wanted]
    page: Page
    counts: dict[str, int]
    """How many there are, through the other filter: of all, of those who fit, of those who nearly do."""


def side_by_side(around: Around, order: Order, *, in_touch: Collection[int] = ()) -> SideBySide:
    """`in_touch`: those already put forward that the reader may see, which are shown whatever they meet."""
    asked = around.asked
    is_read = around.known is not None and not in_touch
    verdict = around.verdict if is_read else asked.verdict(_found(around, in_touch))
    groups = _groups(verdict, in_touch, order.time)
    rows = groups[order.who if order.who in groups else ALL]
    ordered = rows[_sorted(verdict, rows, order.column, in_touch)]
    page = Paginator(ordered.tolist(), A_PAGE).get_page(order.page)
    matches = _with_rows(asked, verdict, list(page.object_list))
    return SideBySide(
        matches,
        _heads(asked),
        page,
        {who: len(found) for who, found in groups.items()},
    )


def _found(around: Around, in_touch: Collection[int]) -> Offers:
    found = around.near
    if lost := set(in_touch) - set(found["id"].tolist()):
        found = _both(found, search.cards_of_offers(lost))
    answered = set(around.asked.answered) - set(in_touch)
    return found.but([*answered, *around.hidden, *around.its_own])


def _both(one: Offers, other: Offers) -> Offers:
    (cards, skills), (more, theirs) = one.bytes(), other.bytes()
    return Offers.read(cards + more, skills + theirs)


def _groups(verdict: Verdict, in_touch: Collection[int], time: str) -> dict[str, np.ndarray]:
    """The rows of a verdict by who they are: as in `Verdict.near_misses`, without those whose dates are far apart."""
    fails, needs, offers = verdict.fails, verdict.needs, verdict.offers
    shown = np.ones(verdict.size, bool)
    if time in (OWN, WORK):
        shown = (offers["work"] == OWN_TIME) == (time == OWN)
    near = ((fails & (fails - 1)) == 0) & ((fails & int(MENDABLE)) > 0)
    near &= (verdict.skills.near >= COMMON) & verdict.skills.almost
    near &= (offers["start"] - needs["end"] <= HALF_A_YEAR) & (
        needs["start"] - offers["end"] <= HALF_A_YEAR
    )
    known = np.isin(offers["id"], np.fromiter(in_touch, np.int64))
    fit = fails == 0
    return {
        ALL: np.flatnonzero(shown & (fit | near | known)),
        FIT: np.flatnonzero(shown & fit),
        NEARLY: np.flatnonzero(shown & near),
    }


def _sorted(
    verdict: Verdict, rows: np.ndarray, column: str, in_touch: Collection[int]
) -> np.ndarray:
    """The places of these rows in the order of a column; the best first among equals, then the older."""
    some, at = verdict.reckoned(rows)
    ids, best = verdict.offers["id"][rows], -some.score[at]
    lacks = verdict.gap[rows] // (ONE // 10) + (verdict.fails[rows] > 0)
    name = column.removeprefix("-")
    key = _key(verdict, rows, name, in_touch)
    if key is None:
        return np.lexsort((ids, best, lacks))
    return np.lexsort((ids, best, lacks, -key if column.startswith("-") else key))


def _key(
    verdict: Verdict, rows: np.ndarray, name: str, in_touch: Collection[int]
) -> np.ndarray | None:
    """What a column is sorted by, what suits best being the least; None for a column that there isn't."""
    offers = verdict.offers
    if name.startswith(SKILL) and name.removeprefix(SKILL).isdecimal():
        wanted = np.flatnonzero(verdict.needs.skill == int(name.removeprefix(SKILL)[:9]))
        return -verdict.skills.credits[wanted[0]][rows] if len(wanted) else None
    if name == ASKED:
        return ~np.isin(offers["id"][rows], np.fromiter(in_touch, np.int64))
    columns = {
        DISTANCE: lambda: verdict.metres,
        DATES: lambda: -verdict.usable,
        HOURS: lambda: -np.minimum(verdict.hours, verdict.needs["hours"]),
        TIME: lambda: offers["work"],
        ANSWERS: lambda: -offers["answers"],
    }
    return columns[name]()[rows].astype(np.int64) if name in columns else None


def _with_rows(asked: Asked, verdict: Verdict, rows: list[int]) -> list[Match]:
    """As cards show them; one whose organisation was suspended since the index was written is left out."""
    found = live.matches_of(asked, verdict, np.array(rows, np.int64))
    return live.with_these_rows(asked, found)


def _heads(asked: Asked) -> list[Wanted]:
    """What the need wants, be there anybody or not: against a card that offers nothing."""
    nobody = Offers(np.zeros(1, Offers.dtype), np.zeros(0, np.int32))
    (match,) = live.matches_of(asked, asked.verdict(nobody), np.zeros(1, np.int64))
    return heads_of(match.facts, match.speech, asked.today, str(asked.shown_need.commune))
