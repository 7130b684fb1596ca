"""The score of many pairs at once. The only place where it is worked out; see definition.py.

One need against many offers, or one offer against many needs: the same lines, since NumPy stretches
the side that is alone.
"""

from dataclasses import dataclass
from functools import cached_property

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
    REQUIRED,
    SPANS,
    TELLING,
    WEIGHTS,
    WELCOME,
    Condition,
)
from marketplace.matching.kinship import Kinship

type Column = np.ndarray


@dataclass(frozen=True)
class Rules:
    """What is the same for every pair of a calculation."""

    kinship: Kinship
    today: int  # days since year 1
    weights: dict[str, dict[str, int]]

    @classmethod
    def standard(cls, kinship: Kinship, today: int) -> "Rules":
        return cls(kinship, today, WEIGHTS)


@dataclass(frozen=True)
class SkillSums:
    """What the skills of each pair come to."""

    mean: Column
    best: Column
    near: Column  # the best credit of a required skill; of any, when all are only welcome
    met: Column  # how many of the wanted ones reach ENOUGH
    lacking: Column  # how far the required ones are below ENOUGH, in all
    missing: Column  # how many of the required ones are below ENOUGH


class Verdict:
    """Everything the score is made of, a column each, pair by pair."""

    def __init__(self, needs: Needs, offers: Offers, rules: Rules):
        self.needs, self.offers, self.rules = needs, offers, rules
        self.size = max(len(needs), len(offers)) if len(needs) and len(offers) else 0
        n, o = needs, offers
        self.skills = skill_sums(needs, offers, rules.kinship)
        self.metres = _metres(n, o)
        self.on_site = (n["place"] & o["place"] & ON_SITE).astype(bool) & (
            self.metres <= o["reach"]
        )
        self.remote = (n["place"] & o["place"] & REMOTE).astype(bool)
        self.first = np.maximum(np.maximum(n["start"], o["start"]), rules.today)
        self.last = np.minimum(n["end"], o["end"])
        self.days = np.maximum(self.last - self.first + 1, 0)
        self.usable = usable_days(self.first, self.days, o["weekdays"])
        self.hours = np.minimum(np.maximum(o["hours"], 0), self.usable * HOURS_A_DAY)

    @cached_property
    def fails(self) -> Column:
        """The hard conditions that each pair fails, as Condition bits."""
        n, o, kin = self.needs, self.offers, self.skills
        tests = {
            Condition.SKILLS: (kin.missing > 0) | (kin.best < ENOUGH),
            Condition.PLACE: ~(self.on_site | self.remote),
            Condition.TIME: self.usable < 1,
            Condition.ROOM: (n["room"] < 1) | (o["room"] < 1) | (o["hours"] < 1),
            Condition.LANGUAGE: (n["languages"] & o["languages"]) == 0,
            Condition.SAME_HOUSE: (o["organisation"] == n["organisation"])
            & (o["organisation"] != NOBODY),
            Condition.POLE: n["pole"] != o["pole"],
        }
        failed = np.zeros(self.size, np.int64)
        for condition, broken in tests.items():
            failed |= np.where(broken, int(condition), 0)
        return failed

    @cached_property
    def parts(self) -> dict[str, dict[str, Column]]:
        """The parts of each side, from 0 to ONE."""
        need, offer = _places(self)
        both = {
            "time": ONE * np.minimum(self.needs["hours"], self.hours) // self.needs["hours"],
            "cause": _causes(self.needs, self.offers),
            "format": _formats(self.needs, self.days),
            "regime": np.where(
                (self.offers["work"] > 0) & (self.needs["eligible"] == 0), DOUBTFUL_REGIME, ONE
            ),
        }
        waited = np.clip(self.rules.today - self.needs["since"], 0, LONG_WAIT)
        return {
            "need": both | {
                "skills": self.skills.mean,
                "place": need,
                "answers": self.offers["answers"],
                "room": _room(self.offers),
                "waiting": np.zeros(self.size, np.int64),
            },
            "offer": both | {
                "skills": (self.skills.mean + self.skills.best) // 2,
                "place": offer,
                "answers": self.needs["answers"],
                "room": _room(self.needs),
                "waiting": ONE * waited // LONG_WAIT,
            },
        }  # fmt: skip

    def one_sided(self, side: str) -> Column:
        weights, parts = self.rules.weights[side], self.parts[side]
        total = sum((weights[part] * parts[part] for part in PARTS), np.zeros(1, np.int64))
        return total // sum(weights.values())

    @cached_property
    def score(self) -> Column:
        a, b = self.one_sided("need"), self.one_sided("offer")
        joined = 2 * a * b // np.maximum(a + b, 1)
        kept = 1_000 - self.offers["penalty"] - self.needs["penalty"]
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
            total += np.where(self.fails & int(condition), gap, 0)
        return total

    def matches(self, top: int) -> Column:
        """Rows of the pairs that fail nothing, best first; ties by the older row."""
        return self._best(np.flatnonzero(self.fails == 0), -self.score, top)

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
        ids = (self.needs if len(self.offers) == 1 and self.size > 1 else self.offers).rows["id"]
        if len(self.offers) == 1 == len(self.needs):
            return rows[:top]
        if len(rows) > 4 * top:  # the rest can't be in the list: don't sort it
            edge = np.partition(order[rows], top - 1)[top - 1]
            rows = rows[order[rows] <= edge]
        return rows[np.lexsort((ids[rows], order[rows]))][:top]


def skill_sums(needs: Needs, offers: Offers, kinship: Kinship) -> SkillSums:
    if len(needs) == 1:
        return _sums_of_one_need(needs, offers, kinship)
    return _sums_of_one_offer(needs, offers, kinship)


def credit_table(needs: Needs, offers: Offers, kinship: Kinship) -> np.ndarray:
    """Each wanted skill (rows) against each held one (columns)."""
    return kinship.credits(
        needs.skill[:, None], needs.level[:, None], offers.skill[None, :], offers.level[None, :]
    )


def _weights(needs: Needs, kinship: Kinship) -> Column:
    return kinship.rarity(needs.skill) * np.where(needs.required, REQUIRED, WELCOME)


def _sums_of_one_need(needs: Needs, offers: Offers, kinship: Kinship) -> SkillSums:
    credits = best_credits(credit_table(needs, offers, kinship), offers)
    weights = _weights(needs, kinship)[:, None]
    short = np.maximum(ENOUGH - credits, 0) * needs.required[:, None]
    return SkillSums(
        mean=(weights * credits).sum(axis=0) // max(int(weights.sum()), 1),
        best=credits.max(axis=0, initial=0),
        near=(credits[needs.required] if needs.required.any() else credits).max(axis=0, initial=0),
        met=(credits >= ENOUGH).sum(axis=0),
        lacking=short.sum(axis=0),
        missing=(short > 0).sum(axis=0),
    )


def best_credits(credits: np.ndarray, offers: Offers) -> np.ndarray:
    """Wanted x offers: the best of each offer's held skills."""
    if not len(offers):
        return np.zeros((len(credits), 0), np.int64)
    padded = np.concatenate([credits, np.zeros((len(credits), 1), np.int64)], axis=1)
    best = np.maximum.reduceat(padded, offers.starts[:-1], axis=1)
    return np.where(np.diff(offers.starts) > 0, best, 0)


def _sums_of_one_offer(needs: Needs, offers: Offers, kinship: Kinship) -> SkillSums:
    credits = credit_table(needs, offers, kinship).max(axis=1, initial=0)
    weights = _weights(needs, kinship)
    short = np.maximum(ENOUGH - credits, 0) * needs.required
    return SkillSums(
        mean=_sum(weights * credits, needs) // np.maximum(_sum(weights, needs), 1),
        best=_reduce(np.maximum, credits, needs),
        near=_reduce(np.maximum, credits * (needs.required | _all_welcome(needs)), needs),
        met=_sum((credits >= ENOUGH).astype(np.int64), needs),
        lacking=_sum(short, needs),
        missing=_sum((short > 0).astype(np.int64), needs),
    )


def _all_welcome(needs: Needs) -> Column:
    """For each wanted skill: nothing is required in its need."""
    return np.repeat(_sum(needs.required.astype(np.int64), needs) == 0, np.diff(needs.starts))


def _sum(values: Column, cards: Needs) -> Column:
    return _reduce(np.add, values, cards)


def _reduce(operation, values: Column, cards: Needs) -> Column:
    if not len(cards):
        return np.zeros(0, np.int64)
    padded = np.append(values, 0)
    return np.where(np.diff(cards.starts) > 0, operation.reduceat(padded, cards.starts[:-1]), 0)


def _metres(needs: Needs, offers: Offers) -> Column:
    square = sum((needs[axis] - offers[axis]) ** 2 for axis in "xyz")
    # Exact: the squares stay far below 2**53, where a float's root is the nearest one.
    return np.floor(np.sqrt(square)).astype(np.int64)


# _USABLE[week day of the first day][days beyond whole weeks] -> which week days they are
_TAIL = np.array(
    [[sum(1 << (first + i) % 7 for i in range(days)) for days in range(7)] for first in range(7)],
    np.int64,
)
_COUNT = np.array([mask.bit_count() for mask in range(128)], np.int64)


def usable_days(first: Column, days: Column, weekdays: Column) -> Column:
    """Days of the mask (Monday is the lowest bit) among so many days from the first."""
    weekday = (first - 1) % 7  # day 1 of year 1 was a Monday
    tail = _TAIL[weekday, days % 7] & weekdays
    return days // 7 * _COUNT[weekdays & 127] + _COUNT[tail]


def _places(verdict: Verdict) -> tuple[Column, Column]:
    needs, offers = verdict.needs, verdict.offers
    edge = np.maximum(offers["reach"], 1)
    inside = np.minimum(verdict.metres, edge)
    sides = []
    for own, near in ((needs["place"], NEAR_NEED), (offers["place"], NEAR_OFFER)):
        there = np.where(verdict.on_site, ONE - (ONE - near) * inside // edge, 0)
        from_afar = np.where(own == REMOTE, ONE, REMOTE_TOO)
        sides.append(np.maximum(there, np.where(verdict.remote, from_afar, 0)))
    return sides[0], sides[1]


def _causes(needs: Needs, offers: Offers) -> Column:
    shared = (needs["causes"] & offers["causes"]) > 0
    return np.where(shared, ONE, np.where(offers["causes"] == 0, NO_CAUSE, OTHER_CAUSE))


_SPANS = np.array(list(SPANS.values()), np.int64)


def _formats(needs: Needs, days: Column) -> Column:
    spans = _SPANS[needs["format"]]
    return ONE * np.minimum(days, spans) // spans


def _room(cards) -> Column:
    left = np.maximum(cards["room"], 0)
    return ONE * left // np.maximum(left + cards["asked"], 1)


def telling_parts(verdict: Verdict, rows: Column, side: str) -> list[str]:
    """The codes of the strongest arguments of some rows, as the words would choose them."""
    weights, parts = verdict.rules.weights[side], verdict.parts[side]
    values = np.array([np.broadcast_to(parts[part], (verdict.size,))[rows] for part in PARTS])
    worth = values * np.array([weights[part] for part in PARTS])[:, None]
    tells = values >= np.array([TELLING[part] for part in PARTS])[:, None]
    order = np.argsort(np.where(tells, -worth, 1), axis=0, kind="stable")[:MOST_ARGUMENTS]
    kept = np.take_along_axis(tells, order, axis=0)
    return [
        " ".join(PARTS[part] for part, told in zip(column, telling, strict=True) if told)
        for column, telling in zip(order.T.tolist(), kept.T.tolist(), strict=True)
    ]
