"""Who there is in a simulated pôle: needs, offers, what each likes, and what each would answer.

All chance is drawn here, before anything is lived: whether these two would say yes to each other, how soon she
answers him, who reads how far down a list. So each way of making lists meets the same people in the same mood, and
what differs between two years is the order of the lists alone.
"""

import random
from dataclasses import dataclass

import numpy as np

from marketplace.matching.columns import FRENCH, NOBODY, Needs, Offers, Skilled
from marketplace.matching.definition import ONE, WEIGHTS
from marketplace.matching.kernel import Rules, Verdict
from marketplace.matching.skill_graph import SkillGraph, rarity_of
from marketplace.matching.skills import SkillSums, Wanted

SKILLS = 60
MOST_SKILLS = 3  # of a need
FIRST_DAY = 740_000
A_YEAR = 364
BEFORE, AFTER = 56, 154  # days lived before the needs that count are published, and after
TOWNS = [(0, 0), (12_000, 5_000), (30_000, -10_000), (60_000, 20_000), (95_000, 0)]
# What people weigh when they say yes: the mission itself, never how the site counts the rest.
TASTED = ("skills", "place", "time", "cause", "format", "regime")
OPENED = 0.5  # of the letters of new matches
EAGER = 0.3  # of those who would say yes if asked: would ask first
HALFWAY, STEEP = 0.72, 8  # a mark of HALFWAY gets a yes every other time


@dataclass(frozen=True)
class Moods:
    """Of each pair: drawn once, the same in all years."""

    yes: dict[str, np.ndarray]  # by side: below the chance of a yes, it is one
    answers: dict[str, np.ndarray]  # by side, first and second time: below its rate, it answers
    days: dict[str, np.ndarray]  # by side: after how many days
    eager: np.ndarray  # whether who offers would ask first, where a yes is meant


class People:
    """Rows of needs and offers, and of the pairs that could ever meet every condition.

    `needs` are published evenly over a year, and as many a week before and after it: the pôle is alive when the
    year begins, and the last ones have all their time. `offers`: as many a year and two months."""

    def __init__(self, seed: int, needs: int, offers: int, taste: float = 0.5):
        self.chance = random.Random(seed)
        span = BEFORE + A_YEAR + AFTER
        many = needs * span // A_YEAR
        drawn = [self._need(number, many, span) for number in range(1, many + 1)]
        found = offers * (span + 60) // (A_YEAR + 60)
        offered = [self._offer(number, found, span + 60) for number in range(1, found + 1)]
        self.needs, self.offers = Needs.of(drawn), Offers.of(offered)
        self.skill_graph = SkillGraph(
            {skill: (skill + 4) // 5 if skill > 12 else None for skill in range(1, SKILLS + 1)},
            rarity=_rarity(self.offers),
        )
        self.capacity = self.offers.rows["room"].copy()
        born = self.needs.rows["since"]
        self.counted = (born >= FIRST_DAY) & (born < FIRST_DAY + A_YEAR)
        self._pair(np.random.default_rng(seed), taste)

    def _where(self) -> dict:
        x, y = self.chance.choices(TOWNS, (40, 20, 15, 15, 10))[0]
        near = self.chance.randint
        return {"x": x + near(-3_000, 3_000), "y": y + near(-3_000, 3_000), "z": 0}

    def _skills(self, least: int, most: int) -> list[int]:
        found: set[int] = set()
        wanted = self.chance.randint(least, most)
        while len(found) < wanted:
            found.add(min(SKILLS, int(self.chance.paretovariate(0.6))))
        return sorted(found)

    def _need(self, number: int, total: int, span: int):
        born = FIRST_DAY - BEFORE + number * span // total
        values = self._where() | {
            "id": number, "organisation": number + 10_000, "pole": 1, "causes": 1 << self.chance.randrange(8),
            "start": born, "end": born + self.chance.randint(40, 150), "hours": self.chance.randint(5, 60),
            "since": born, "answers": 7_000, "penalty": 0, "room": 1, "asked": 0, "place": self.chance.choice([1, 1, 2, 3]),
            "languages": FRENCH, "eligible": 1, "times": 3, "format": self.chance.randrange(5), "undated": 0,
            "carriers": (),
        }  # fmt: skip
        skills = self._skills(1, MOST_SKILLS)
        return values, [
            Skilled(s, self.chance.choice([1, 2, 2, 3]), i == 0) for i, s in enumerate(skills)
        ]

    def _offer(self, number: int, total: int, span: int):
        born = FIRST_DAY - BEFORE - 60 + number * span // total
        causes = sum({1 << self.chance.randrange(8) for _ in range(self.chance.randrange(3))})
        values = self._where() | {
            "id": number, "organisation": NOBODY, "pole": 1, "causes": causes,
            "start": born, "end": born + self.chance.randint(90, 360), "hours": self.chance.randint(10, 100),
            "answers": 7_000, "penalty": 0, "room": self.chance.choice([1, 1, 1, 2, 3]), "asked": 0,
            "place": self.chance.choice([1, 2, 3, 3]),
            "reach": self.chance.choice([10, 30, 60]) * 1_000,
            "weekdays": self.chance.choice([31, 96, 127]), "languages": FRENCH, "work": 0,
        }  # fmt: skip
        return values, [Skilled(s, self.chance.choice([1, 2, 2, 3])) for s in self._skills(2, 6)]

    # --- Pairs ------------------------------------------------------------------------------

    def _pair(self, chance: np.random.Generator, taste: float) -> None:
        rows, credits = [], []
        rules = Rules(self.skill_graph, 0, WEIGHTS)  # before all: days only take away from it
        for need in range(len(self.needs)):
            verdict = Verdict(self.needs.take(np.array([need])), self.offers, rules)
            suit = np.flatnonzero(verdict.fails == 0)
            rows.append(np.stack([np.full(len(suit), need), suit]))
            some = verdict.skills.credits[:, suit]
            credits.append(np.pad(some, ((0, MOST_SKILLS - len(some)), (0, 0))))
        self.need, self.offer = np.concatenate(rows, axis=1)
        wanted = Wanted.of(self.needs, self.skill_graph).take(self.need)
        self.sums = SkillSums(wanted, np.concatenate(credits, axis=1))
        sizes = {"need": len(self.needs), "offer": len(self.offers)}
        # Each weighs the parts in a way of their own, near the standard one.
        self.own = {
            side: chance.uniform(0.5, 1.5, (size, len(TASTED)))
            * np.array([WEIGHTS[side][part] for part in TASTED])
            for side, size in sizes.items()
        }
        likes = {side: chance.normal(size=(size, 4)) for side, size in sizes.items()}
        self.taste = (likes["need"][self.need] * likes["offer"][self.offer]).sum(1) * taste / 2
        self.rate = {side: chance.beta(3, 1, size) for side, size in sizes.items()}
        self.moods = self._moods(chance, len(self.need))
        self.reads = chance.choice([3, 5, 10, 10], sizes["need"])
        self.asks = chance.choice([1, 2, 2, 3], sizes["need"])
        self.returns = {
            "need": chance.integers(5, 11, (sizes["need"], 60)),
            "offer": chance.integers(10, 46, (sizes["offer"], 60)),
        }
        self.opens = chance.random((sizes["offer"], A_YEAR + BEFORE + AFTER)) < OPENED

    @staticmethod
    def _moods(chance: np.random.Generator, many: int) -> Moods:
        sides = ("need", "offer")
        return Moods(
            {side: chance.random(many) for side in sides},
            {side: chance.random((2, many)) for side in sides},
            {side: _days(chance, many) for side in sides},
            chance.random(many) < EAGER,
        )

    def chance_of_yes(self, verdict: Verdict, pairs: np.ndarray, side: str) -> np.ndarray:
        """What each gets from the mission, weighed their own way, and a taste that no list knows."""
        own = self.own[side][self.need[pairs] if side == "need" else self.offer[pairs]]
        parts = [np.broadcast_to(verdict.parts[side][part], len(pairs)) for part in TASTED]
        mark = (own * np.stack(parts, axis=1)).sum(1) / own.sum(1) / ONE
        return 1 / (1 + np.exp(-(STEEP * (mark - HALFWAY) + self.taste[pairs])))


def _days(chance: np.random.Generator, many: int) -> np.ndarray:
    """At once, after a reminder or two, or late; what comes after ten working days comes too late."""
    kind = chance.random(many)
    soon, reminded, late = chance.integers([[0], [3], [9]], [[4], [10], [26]], (3, many))
    return np.where(kind < 0.5, soon, np.where(kind < 0.8, reminded, late))


def _rarity(offers: Offers) -> dict[int, int]:
    holders = np.bincount(offers.skill, minlength=SKILLS + 1)
    return {skill: rarity_of(int(holders[skill]), len(offers)) for skill in range(1, SKILLS + 1)}
