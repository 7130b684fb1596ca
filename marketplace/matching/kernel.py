"""The score of many pairs at once. The only place where it is worked out; see definition.py.

One need against many offers, or one offer against many needs: the same lines, since NumPy stretches
the side that is alone.
"""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from marketplace.matching.columns import NOBODY, Needs, Offers
from marketplace.matching.definition import (
    COMMON,
    DOUBTFUL_REGIME,
    ENOUGH,
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
    PARTS,
    REMOTE,
    REMOTE_TOO,
    SPANS,
    TELLING,
    WEIGHTS,
    Condition,
)
from marketplace.matching.kinship import Kinship
from marketplace.matching.skills import Column, skill_sums


@dataclass(frozen=True)
class Rules:
    """What is the same for every pair of a calculation."""

    kinship: Kinship
    today: int  # days since year 1
    weights: dict[str, dict[str, int]]

    def column(self, side: str) -> np.ndarray:
        """The weights of a side, in the order of PARTS, one under the other."""
        return np.array([self.weights[side][part] for part in PARTS], np.int32)[:, None]

    @classmethod
    def standard(cls, kinship: Kinship, today: int) -> "Rules":
        return cls(kinship, today, WEIGHTS)


class Verdict:
    """Everything the score is made of, a column each, pair by pair."""

    def __init__(
        self, needs: Needs, offers: Offers, rules: Rules, credits: np.ndarray | None = None
    ):
        """`credits`, where they are known: of one need's wanted skills (rows) with each offer."""
        self.needs, self.offers, self.rules = needs, offers, rules
        self.size = max(len(needs), len(offers)) if len(needs) and len(offers) else 0
        n, o = needs, offers
        self.skills = skill_sums(needs, offers, rules.kinship, credits)
        ways = n["place"] & o["place"]
        # In squares, so that no root is drawn: the whole metres are within the reach when these are.
        self.on_site = ((ways & ON_SITE) > 0) & (self.square < (o["reach"] + 1) ** 2)
        self.remote = (ways & REMOTE) > 0
        self.first = np.maximum(np.maximum(n["start"], o["start"]), rules.today)
        self.last = np.minimum(n["end"], o["end"])
        self.days = np.maximum(self.last - self.first + 1, 0)
        self.usable = usable_days(self.first, self.days, o["weekdays"])
        self.hours = np.minimum(np.maximum(o["hours"], 0), self.usable * HOURS_A_DAY)

    @cached_property
    def square(self) -> Column:
        """Of the distance, in square metres."""
        return sum((self.needs[axis] - self.offers[axis]) ** 2 for axis in "xyz")

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
            Condition.LANGUAGE: (n["languages"] & o["languages"]) == 0,
            Condition.SAME_HOUSE: (o["organisation"] == n["organisation"])
            & (n["organisation"] != NOBODY),
            Condition.POLE: n["pole"] != o["pole"],
        }

    @cached_property
    def fails(self) -> Column:
        """The hard conditions that each pair fails, as Condition bits."""
        failed = np.zeros(self.size, np.int32)
        for condition, broken in self.broken.items():
            failed |= broken * np.int32(condition)
        return failed

    @cached_property
    def parts(self) -> dict[str, dict[str, Column]]:
        """The parts of each side, from 0 to ONE."""
        need, offer = _places(self)
        both = {
            "time": ONE * np.minimum(self.needs["hours"], self.hours) // self.needs["hours"],
            "cause": _causes(self.needs, self.offers),
            "format": _formats(self.needs, self.days),
            "regime": ONE
            - (ONE - DOUBTFUL_REGIME) * self.offers["work"] * (self.needs["eligible"] == 0),
        }
        waited = np.clip(self.rules.today - self.needs["since"], 0, LONG_WAIT)
        return {
            "need": both | {
                "skills": self.skills.mean,
                "place": need,
                "answers": self.offers["answers"],
                "room": self.offers.made("free", _free),
                "waiting": np.zeros(1, np.int32),
            },
            "offer": both | {
                "skills": (self.skills.mean + self.skills.best) // 2,
                "place": offer,
                "answers": self.needs["answers"],
                "room": self.needs.made("free", _free),
                "waiting": ONE * waited // LONG_WAIT,
            },
        }  # fmt: skip

    def one_sided(self, side: str) -> Column:
        weights, parts = self.rules.weights[side], self.parts[side]
        # Those that are the same for all pairs first: one number each.
        columns = sorted(((parts[part], weights[part]) for part in PARTS), key=_length)
        total = np.zeros(1, np.int32)
        for column, weight in columns:
            if weight:
                total = total + weight * column
        return total // sum(weights.values())

    @cached_property
    def score(self) -> Column:
        a, b = self.one_sided("need"), self.one_sided("offer")
        joined = 2 * a * b // np.maximum(a + b, 1)
        kept = 1_000 - (self.offers["penalty"] + self.needs["penalty"])
        return np.broadcast_to(joined * kept // 1_000, (self.size,))

    @cached_property
    def gap(self) -> Column:
        """How little is missing, for pairs that fail: 0 is nothing, ONE a whole condition."""
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
        }  # fmt: skip
        total = np.zeros(self.size, np.int64)
        for condition, gap in gaps.items():
            total += self.broken[condition] * gap
        return total

    def matches(self, top: int) -> Column:
        """Rows of the pairs that fail nothing, best first; ties by the older row."""
        unfit = np.zeros(self.size, bool)
        for broken in self.broken.values():
            unfit |= broken
        return self._best(np.flatnonzero(~unfit), -self.score, top)

    def near_misses(self, top: int) -> Column:
        """Rows that fail one mendable condition and come near a required skill, the least missing first."""
        fails = self.fails
        one = (fails & (fails - 1)) == 0
        mendable = (fails & int(MENDABLE)) > 0
        common = self.skills.near >= COMMON
        # What is missing counts first, in tenths; among equals the best score.
        order = (self.gap // (ONE // 10)) * (ONE + 1) - self.score
        return self._best(np.flatnonzero(one & mendable & common), order, top)

    def _best(self, rows: Column, order: Column, top: int) -> Column:
        ids = (self.needs if len(self.offers) == 1 and self.size > 1 else self.offers)["id"]
        if len(self.offers) == 1 == len(self.needs):
            return rows[:top]
        if len(rows) > 4 * top:  # the rest can't be in the list: don't sort it
            edge = np.partition(order[rows], top - 1)[top - 1]
            rows = rows[order[rows] <= edge]
        return rows[np.lexsort((ids[rows], order[rows]))][:top]


def _root(square: Column) -> Column:
    # Exact: the squares stay far below 2**53, where a float's root is the nearest one.
    return np.floor(np.sqrt(square)).astype(np.int64)


def _length(column_and_weight: tuple[Column, int]) -> int:
    return len(column_and_weight[0])


def _week(first: int, days: int, weekdays: int) -> int:
    return sum(weekdays >> (first + day) % 7 & 1 for day in range(days))


# By week day of the first day, days beyond whole weeks, and the week days that count: how many.
_TAIL = np.array(
    [_week(first, days, mask) for first in range(7) for days in range(7) for mask in range(128)],
    np.int32,
)
_COUNT = np.array([mask.bit_count() for mask in range(128)], np.int32)


def usable_days(first: Column, days: Column, weekdays: Column) -> Column:
    """Days of the mask (Monday is the lowest bit) among so many days from the first."""
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
    """Some rows of a column, which may be one value for all."""
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
    return ONE * np.minimum(days, spans) // spans


def _free(cards) -> Column:
    left = np.maximum(cards["room"], 0)
    return ONE * left // np.maximum(left + cards["asked"], 1)


def part_values(verdict: Verdict, rows: Column, side: str) -> np.ndarray:
    """The parts of some rows, in the order of PARTS, one under the other."""
    values = np.empty((len(PARTS), len(rows)), np.int32)
    for place, part in enumerate(PARTS):
        column = verdict.parts[side][part]
        values[place] = column if len(column) == 1 else column[rows]
    return values


def telling_parts(values: np.ndarray, weights: np.ndarray) -> list[str]:
    """The codes of the strongest arguments of each column of parts, as the words would choose them.
    `weights`: of each part, for all columns or for each."""
    tells = values >= _TELLING
    order = np.argsort(np.where(tells, -values * weights, 1), axis=0, kind="stable")
    order = order[:MOST_ARGUMENTS]
    kept = np.where(np.take_along_axis(tells, order, axis=0), order, len(PARTS))
    return [_codes(*column) for column in zip(*kept.tolist(), strict=True)]


_TELLING = np.array([TELLING[part] for part in PARTS])[:, None]


@cache
def _codes(*places: int) -> str:
    return " ".join(PARTS[place] for place in places if place < len(PARTS))
