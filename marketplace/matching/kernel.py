"""The score of many pairs at once: the only place where it is computed (definition.py
says how).

One need against many offers, one offer against many needs, or as many needs as
offers, pair by pair: the lines are the same, since NumPy stretches the side that is
alone.
"""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from marketplace.matching.carriers import nearest, of_one_house
from marketplace.matching.columns import Cards, Needs, Offers
from marketplace.matching.definition import (
    COMMON,
    DOUBTFUL_REGIME,
    ENOUGH,
    GIVEN,
    HOURS_A_DAY,
    LONG_WAIT,
    MENDABLE,
    MOST_ARGUMENTS,
    NEAR_NEED,
    NEAR_OFFER,
    NO_CAUSE,
    ON_SITE,
    ONE,
    OTHER_CAUSE,
    OWN_TIME,
    PARTS,
    REMOTE,
    REMOTE_TOO,
    SPANS,
    TELLING,
    WEIGHTS,
    Condition,
)
from marketplace.matching.skill_graph import SkillGraph
from marketplace.matching.skills import Column, Grid, SkillSums, skill_sums
from marketplace.matching.top_k import best_pairs


@dataclass(frozen=True)
class Rules:
    """What is the same for all pairs of a calculation: how skills are related, the day, the weights."""

    skill_graph: SkillGraph
    today: int  # days since year 1
    weights: dict[str, dict[str, int]]

    @classmethod
    def standard(cls, skill_graph: SkillGraph, today: int) -> "Rules":
        return cls(skill_graph, today, WEIGHTS)


class Verdict:
    """Everything that the score is made of: a column for each quantity, a row for each pair."""

    def __init__(
        self, needs: Needs, offers: Offers, rules: Rules, skills: SkillSums | None = None
    ) -> None:
        """Judge one need and many offers, or many needs and one offer; or as many of both, pair by pair, in which
        case the `skills` of the pairs have to be given."""
        self.needs, self.offers, self.rules = needs, offers, rules
        self.size = max(len(needs), len(offers)) if len(needs) and len(offers) else 0
        self.skills = skills or skill_sums(needs, offers, rules.skill_graph)

    def take(self, rows: Column) -> "Verdict":
        """The verdict of these pairs only."""
        needs, offers = self.needs.of_pairs(rows), self.offers.of_pairs(rows)
        return Verdict(needs, offers, self.rules, self.skills.take(rows))

    @cached_property
    def ways(self) -> Column:
        return self.needs["place"] & self.offers["place"]

    @cached_property
    def on_site(self) -> Column:
        # In squares, so that no root is drawn: the whole metres are within the reach when these are.
        return ((self.ways & ON_SITE) > 0) & (self.square < (self.offers["reach"] + 1) ** 2)

    @cached_property
    def remote(self) -> Column:
        return (self.ways & REMOTE) > 0

    @cached_property
    def first(self) -> Column:
        return np.maximum(np.maximum(self.needs["start"], self.offers["start"]), self.rules.today)

    @cached_property
    def last(self) -> Column:
        return np.minimum(self.needs["end"], self.offers["end"])

    @cached_property
    def days(self) -> Column:
        return np.maximum(self.last - self.first + 1, 0)

    @cached_property
    def usable(self) -> Column:
        return usable_days(self.first, self.days, self.offers["weekdays"])

    @cached_property
    def hours(self) -> Column:
        given = np.maximum(self.offers["hours"], 0)
        on_shared_days = np.minimum(given, self.usable * HOURS_A_DAY)
        return np.where(self.needs["undated"] > 0, given, on_shared_days)

    @cached_property
    def square(self) -> Column:
        """The square of the distance, in square metres, from the nearest of the need's places."""
        return self.nearest[0]

    @cached_property
    def nearest(self) -> tuple[Column, Column]:
        return nearest(self.needs, self.offers)

    @cached_property
    def metres(self) -> Column:
        return _root(self.square)

    @cached_property
    def broken(self) -> dict[Condition, Column]:
        """Which pairs fail which hard condition."""
        n, o, kin = self.needs, self.offers, self.skills
        return {
            Condition.SKILLS: kin.unmet | (kin.best < ENOUGH),
            Condition.PLACE: ~(self.on_site | self.remote),
            Condition.TIME: self.usable < 1,
            Condition.ROOM: (n["room"] < 1) | o.made("spent", _spent),
            Condition.WHOSE: (n["times"] >> (o["work"] != OWN_TIME).astype(np.uint8)) & 1 == 0,
            Condition.LANGUAGE: (n["languages"] & o["languages"]) == 0,
            Condition.SAME_ORGANISATION: of_one_house(n, o),
            Condition.POLE: n["pole"] != o["pole"],
        }

    @cached_property
    def fails(self) -> Column:
        """The hard conditions that each pair fails, as Condition bits."""
        failed = np.zeros(self.size, np.int32)
        for condition, broken in self.broken.items():
            failed |= broken * np.int32(condition)
        return failed

    def reckoned(self, rows: Column) -> tuple["Verdict", Column]:
        """A verdict whose parts can be read for these rows, and the rows there: this one if its parts are computed
        already, otherwise one of these pairs alone."""
        if "parts" in vars(self):
            return self, rows
        return self.take(rows), np.arange(len(rows))

    @cached_property
    def parts(self) -> dict[str, dict[str, Column]]:
        """The parts of each side, from 0 to ONE."""
        need, offer = _places(self)
        both = {
            "time": ONE * np.minimum(self.needs["hours"], self.hours) // self.needs["hours"],
            "format": _formats(self.needs, self.days),
            "regime": ONE
            - (ONE - DOUBTFUL_REGIME)
            * ((self.offers["work"] == GIVEN) & (self.needs["eligible"] == 0)),
        }
        waited = np.clip(self.rules.today - self.needs["since"], 0, LONG_WAIT)
        return {
            "need": self.cheap_parts["need"] | both | {
                "place": need, "waiting": np.zeros(1, np.int32),
            },
            "offer": self.cheap_parts["offer"] | both | {
                "place": offer, "waiting": ONE * waited // LONG_WAIT,
            },
        }  # fmt: skip

    @cached_property
    def cheap_parts(self) -> dict[str, dict[str, Column]]:
        """The parts that differ much from pair to pair, and are quick to compute."""
        skills = self.skills
        cause = {"cause": _causes(self.needs, self.offers)}
        return {
            "need": cause | {
                "skills": skills.mean,
                "answers": self.offers["answers"], "room": self.offers.made("free", _free),
            },
            "offer": cause | {
                "skills": (skills.mean + skills.best) // 2,
                "answers": self.needs["answers"], "room": self.needs.made("free", _free),
            },
        }  # fmt: skip

    @cached_property
    def one_sided(self) -> dict[str, Column]:
        return {side: self._weighed(side, parts) for side, parts in self.parts.items()}

    def _weighed(self, side: str, parts: dict[str, Column]) -> Column:
        weights = self.rules.weights[side]
        # What isn't known counts as all there, and what is the same for all pairs is one number.
        alone, total = 0, None
        for part in PARTS:
            column, weight = parts.get(part, ALL_THERE), weights[part]
            if len(column) == 1:
                alone += weight * int(column[0])
            elif weight:
                total = weight * column if total is None else total + weight * column
        total = np.full(1, alone, np.int32) if total is None else total + alone
        return total // sum(weights.values())

    @cached_property
    def joined(self) -> Column:
        """The score before the penalties, from 0 to ONE: the strength is told from it."""
        return _joined(self.one_sided["need"], self.one_sided["offer"])

    @cached_property
    def score(self) -> Column:
        kept = 1_000 - (self.offers["penalty"] + self.needs["penalty"])
        return np.broadcast_to(self.joined * kept // 1_000, (self.size,))

    @cached_property
    def promise(self) -> Column:
        """An upper bound of the score, computed from the cheap parts."""
        sides = [self._weighed(side, parts) for side, parts in self.cheap_parts.items()]
        return np.broadcast_to(_joined(*sides), (self.size,))

    @cached_property
    def gap(self) -> Column:
        """How much is missing to pairs that fail: 0 is nothing, ONE a whole condition."""
        if not self.fails.any():
            return np.zeros(self.size, np.int64)
        reach = np.maximum(self.offers["reach"], 10_000)
        too_far = np.minimum(ONE, ONE * np.maximum(self.metres - reach, 0) // (3 * reach))
        never_there = (self.needs["place"] & self.offers["place"]) == 0
        apart = np.clip(self.first - self.last, 0, 90)
        gaps = {
            Condition.SKILLS: np.minimum(
                ONE, ONE * self.skills.lacking // (ENOUGH * np.maximum(self.skills.met + self.skills.missing, 1))
            ),
            Condition.PLACE: np.where(never_there, ONE // 4, too_far),
            Condition.TIME: ONE * apart // 90,
            Condition.ROOM: np.full(self.size, ONE // 3),
            Condition.WHOSE: np.full(self.size, ONE // 4),
        }  # fmt: skip
        total = np.zeros(self.size, np.int64)
        for condition, gap in gaps.items():
            total += self.broken[condition] * gap
        return total

    @cached_property
    def fit(self) -> Column:
        """Rows of the pairs that fail nothing."""
        unfit = np.zeros(self.size, bool)
        for broken in self.broken.values():
            unfit |= broken
        return np.flatnonzero(~unfit)

    def matches(self, top: int) -> Column:
        """Rows of the pairs that fail nothing, the best first; among equals the older row first."""
        return best_pairs(self, np.zeros(self.size, np.int64), self._others, top)[3]

    @property
    def _others(self) -> Column:
        """The numbers of the needs or offers on the side that isn't alone."""
        cards = self.needs if len(self.offers) == 1 < self.size else self.offers
        return cards["id"]

    def near_misses(self, top: int) -> Column:
        """Rows of the near misses: they fail one mendable condition, come near a required skill,
        and can do a part of the mission or lack a single level.

        The least missing comes first, in tenths of a condition; among equals, the best score.
        """
        fails = self.fails
        one = (fails & (fails - 1)) == 0
        mendable = (fails & int(MENDABLE)) > 0
        near = (self.skills.near >= COMMON) & self.skills.almost
        rows = np.flatnonzero(one & mendable & near)
        tenths = self.gap[rows] // (ONE // 10)
        if len(rows) > 2 * top:  # those that lack more can't be in the list: they need no score
            least = np.flatnonzero(tenths <= np.partition(tenths, top - 1)[top - 1])
            rows, tenths = rows[least], tenths[least]
        some, at = self.reckoned(rows)
        return rows[np.lexsort((self._others[rows], -some.score[at], tenths))][:top]


ALL_THERE = np.full(1, ONE, np.int32)


def _joined(a: Column, b: Column) -> Column:
    """The harmonic mean of the two: it grows with each of them."""
    return 2 * a * b // np.maximum(a + b, 1)


def _root(square: Column) -> Column:
    # Exact: the squares stay far below 2**53, where a float's root is the nearest one.
    return np.floor(np.sqrt(square)).astype(np.int64)


def _week(first: int, days: int, weekdays: int) -> int:
    return sum(weekdays >> (first + day) % 7 & 1 for day in range(days))


# By week day of the first day, days beyond whole weeks, and the week days that count: how many.
_TAIL = np.array(
    [_week(first, days, mask) for first in range(7) for days in range(7) for mask in range(128)],
    np.int32,
)
_COUNT = np.array([mask.bit_count() for mask in range(128)], np.int32)


def usable_days(first: Column, days: Column, weekdays: Column) -> Column:
    """How many days of the week mask (Monday is the lowest bit) there are among `days` days from `first`."""
    weekday = (first - 1) % 7  # day 1 of year 1 was a Monday
    mask = weekdays & 127
    weeks = days // 7
    return weeks * _COUNT[mask] + _TAIL[(weekday * 7 + days - weeks * 7) * 128 + mask]


def _places(verdict: Verdict) -> tuple[Column, Column]:
    needs, offers = verdict.needs, verdict.offers
    near = np.flatnonzero(verdict.on_site)
    inside = _root(_of(verdict.square, near))
    edge = _of(np.maximum(offers["reach"], 1), near)
    sides = []
    for own, least in ((needs["place"], NEAR_NEED), (offers["place"], NEAR_OFFER)):
        from_afar = REMOTE_TOO + (ONE - REMOTE_TOO) * (own == REMOTE)
        place = verdict.remote * from_afar.astype(np.int32)
        there = ONE - (ONE - least) * np.minimum(inside, edge) // edge
        place[near] = np.maximum(place[near], there)
        sides.append(place)
    return sides[0], sides[1]


def _of(column: Column, rows: Column) -> Column:
    """These rows of a column; a column with one value stands for all rows."""
    return column if len(column) == 1 else column[rows]


def _causes(needs: Needs, offers: Offers) -> Column:
    shared = (needs["causes"] & offers["causes"]) != 0
    otherwise = offers.made("no_cause_in_common", _no_cause_in_common)
    return np.where(shared, np.int32(ONE), otherwise)


def _no_cause_in_common(offers: Offers) -> Column:
    return np.where(offers["causes"] == 0, NO_CAUSE, OTHER_CAUSE).astype(np.int32)


def _spent(offers: Offers) -> Column:
    return (offers["room"] < 1) | (offers["hours"] < 1)


_SPANS = np.array(list(SPANS.values()), np.int32)


def _formats(needs: Needs, days: Column) -> Column:
    spans = _SPANS[needs["format"]]
    shared = ONE * np.minimum(days, spans) // spans
    return np.where(needs["undated"] > 0, np.int32(ONE), shared)


def _free(cards: Cards) -> Column:
    left = np.maximum(cards["room"], 0)
    return ONE * left // np.maximum(left + cards["asked"], 1)


def points_of(verdict: Verdict, rows: Column, side: str) -> Grid:
    """The values of the parts for a side: a row for each of these pairs, in the order of PARTS."""
    verdict, rows = verdict.reckoned(rows)
    points = np.empty((len(rows), len(PARTS)), np.int32)
    for place, part in enumerate(PARTS):
        points[:, place] = _of(verdict.parts[side][part], rows)
    return points


def telling_parts(verdict: Verdict, points: Grid, side: str) -> Column:
    """The strongest arguments for a side, the best first, packed in one number that `named_in` turns into names."""
    weights = verdict.rules.weights[side]
    worth = points * np.array([weights[part] for part in PARTS], np.int32)
    # What it is worth, then the earlier one; never nothing, for a part that tells.
    keys = (worth << 4 | _EARLIER) * (points >= _TELLING)
    keys.sort(axis=1)
    return (keys[:, -MOST_ARGUMENTS:] & LAST) @ _RANKS


LAST = 15
_EARLIER = LAST - np.arange(len(PARTS), dtype=np.int32)
_TELLING = np.array([TELLING[part] for part in PARTS], np.int32)
_RANKS = 16 ** np.arange(MOST_ARGUMENTS, dtype=np.int32)


@cache
def named_in(told: int) -> tuple[str, ...]:
    places = [LAST - (told >> 4 * rank & LAST) for rank in reversed(range(MOST_ARGUMENTS))]
    return tuple(PARTS[place] for place in places if place < LAST)


@cache
def codes_of(told: int) -> str:
    """The names of the arguments in one string, as it is stored."""
    return " ".join(named_in(told))
