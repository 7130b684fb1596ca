"""A year of a simulated pôle, under six ways of making lists: `python -m benchmarks.fairness`.

Pure: no database. Seeded. Each week new needs and offers come, structures look at the first ten of their list and
ask those whom they like best; people answer late or never, say yes by the real score and by a taste that no way
knows, and are busy for a while. The truth that nDCG is measured against is the simulator's: the chance of a yes
from both. All six ways see the same year, so that they are compared year by year: the difference to
"reciprocal" comes with the interval that holds its mean 95 times in 100.

How thick the market is decides what a list can spread: with fewer people who suit than a list has lines,
everybody is shown to everybody. `--offers 150` is a young pôle, `--offers 600` a busy one.
"""

import argparse
import math
import random
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from marketplace.matching.allocation import Pair, allocate, gini
from marketplace.matching.columns import FRENCH, NOBODY, Needs, Offers, Skilled
from marketplace.matching.definition import ONE, PARTS, WEIGHTS
from marketplace.matching.exposure import A_WEEK, SHORT_LIST, penalty_of
from marketplace.matching.kernel import Rules, Verdict
from marketplace.matching.kinship import Kinship

SKILLS = 60
WEEKS = 52
FIRST_DAY = 740_000
LOOK = SHORT_LIST  # how far down a list one looks, and exposure is counted
FIRST = 5
FADES = (
    0.9  # what a week leaves of exposure, as marketplace/ranking/standing.py counts it each night
)
ASK = 2  # how many are asked a week
ANSWER_RATE = 0.75
WAYS = (
    "newest first",
    "nearest first",
    "one-sided",
    "reciprocal",
    "reciprocal + exposure",
    "allocation",
)


AGAINST = "reciprocal"


@dataclass
class Outcome:
    ndcg: list[float] = field(default_factory=list)
    mutual: list[bool] = field(default_factory=list)
    shown: dict[int, int] = field(default_factory=dict)
    first: dict[int, int] = field(default_factory=dict)
    """In how many short lists each offer stood."""
    asked: dict[int, int] = field(default_factory=dict)
    missions: dict[int, int] = field(default_factory=dict)
    contact: dict[int, int] = field(default_factory=dict)
    served: set[int] = field(default_factory=set)
    reachable: set[int] = field(default_factory=set)
    could: set[int] = field(default_factory=set)
    suit: list[int] = field(default_factory=list)
    """How many met every condition, each time a list was looked at."""


class Year:
    """One way through the year."""

    def __init__(self, way: str, seed: int, needs: int, offers: int):
        self.way, self.chance = way, random.Random(seed)
        self.kinship = Kinship(
            {skill: (skill + 4) // 5 if skill > 12 else None for skill in range(1, SKILLS + 1)}
        )
        self.needs = [self._need(number, needs) for number in range(1, needs + 1)]
        self.offers = [self._offer(number, offers) for number in range(1, offers + 1)]
        self.taste = np.random.default_rng(seed)
        self.need_taste = self.taste.normal(size=(needs + 1, 4))
        self.offer_taste = self.taste.normal(size=(offers + 1, 4))
        self.busy_until = dict.fromkeys(range(1, offers + 1), 0)
        self.open_since = {
            number: values["since"] for number, (values, _s) in enumerate(self.needs, 1)
        }
        self.exposure = dict.fromkeys(range(1, offers + 1), 0.0)
        self.waiting: list[tuple[int, int, int, bool]] = []
        self.tried: dict[int, set[int]] = {}
        self.outcome = Outcome()

    def _where(self) -> dict:
        towns = [(0, 0), (12_000, 5_000), (30_000, -10_000), (60_000, 20_000), (95_000, 0)]
        x, y = self.chance.choices(towns, (40, 20, 15, 15, 10))[0]
        return {
            "x": x + self.chance.randint(-3_000, 3_000),
            "y": y + self.chance.randint(-3_000, 3_000),
            "z": 0,
        }

    def _skills(self, least: int, most: int) -> list[int]:
        found: set[int] = set()
        wanted = self.chance.randint(least, most)
        while len(found) < wanted:
            found.add(min(SKILLS, int(self.chance.paretovariate(0.6))))
        return sorted(found)

    def _need(self, number: int, total: int):
        born = FIRST_DAY + number * 7 * WEEKS // total
        values = self._where() | {
            "id": number, "organisation": number + 10_000, "pole": 1, "causes": 1 << self.chance.randrange(8),
            "start": born, "end": born + self.chance.randint(40, 150), "hours": self.chance.randint(5, 60),
            "since": born, "answers": 7_000, "room": 1, "place": self.chance.choice([1, 1, 2, 3]),
            "languages": FRENCH, "eligible": 1, "format": self.chance.randrange(5),
        }  # fmt: skip
        skills = self._skills(1, 3)
        return values, [
            Skilled(s, self.chance.choice([1, 2, 2, 3]), i == 0) for i, s in enumerate(skills)
        ]

    def _offer(self, number: int, total: int):
        born = FIRST_DAY - 60 + number * 7 * (WEEKS + 8) // total
        causes = sum({1 << self.chance.randrange(8) for _ in range(self.chance.randrange(3))})
        values = self._where() | {
            "id": number, "organisation": NOBODY, "pole": 1, "causes": causes,
            "start": born, "end": born + self.chance.randint(90, 360), "hours": self.chance.randint(10, 100),
            "answers": 7_000, "room": 2, "place": self.chance.choice([1, 2, 3, 3]),
            "reach": self.chance.choice([10, 30, 60]) * 1_000,
            "weekdays": self.chance.choice([31, 96, 127]), "languages": FRENCH, "work": 0,
        }  # fmt: skip
        return values, [Skilled(s, self.chance.choice([1, 2, 2, 3])) for s in self._skills(2, 6)]

    # --- One week ---------------------------------------------------------------------------

    def live(self) -> Outcome:
        for week in range(WEEKS):
            self._week(FIRST_DAY + 7 * week)
        return self.outcome

    def _week(self, today: int) -> None:
        self._answers(today)
        live = [row for row in self.offers if row[0]["start"] - 30 <= today <= row[0]["end"]]
        shown = [self.exposure[values["id"]] for values, _skills in live]
        self.fair = max(0.01, statistics.mean(shown)) if shown else 0.01
        offers = Offers.of([self._card(row, today) for row in live])
        verdicts = {}
        for number in self._open(today):
            need = Needs.of([self.needs[number - 1]])
            found = offers.but(self.tried.get(number, ()))
            verdicts[number] = Verdict(need, found, Rules(self.kinship, today, WEIGHTS))
        chosen = self._allocated(verdicts) if self.way == "allocation" else {}
        for number, verdict in verdicts.items():
            self._look(number, verdict, chosen.get(number), today)
        self.exposure = {number: FADES * shown for number, shown in self.exposure.items()}

    def _open(self, today: int) -> list[int]:
        return [
            number for number, (values, _skills) in enumerate(self.needs, 1)
            if values["since"] <= today <= values["end"] and number not in self.outcome.served
        ]  # fmt: skip

    def _card(self, row, today: int):
        values, skills = row
        number = values["id"]
        free = 1 if self.busy_until[number] <= today else 0
        asked = sum(1 for _need, offer, _day, _yes in self.waiting if offer == number)
        penalty = self._penalty(number) if self.way in WAYS[4:] else 0
        return values | {"room": free, "asked": asked, "penalty": penalty}, skills

    def _penalty(self, number: int) -> int:
        """As each night's count makes it; a look at a list is a week in it."""
        return penalty_of(int(A_WEEK * self.exposure[number]), max(1, int(A_WEEK * self.fair)))

    def _order(self, verdict: Verdict) -> list[int]:
        rows = np.flatnonzero(verdict.fails == 0)
        key = {
            "newest first": -verdict.offers["start"],
            "nearest first": verdict.metres,
            "one-sided": -verdict.one_sided["need"],
        }.get(self.way, -verdict.score)
        return rows[np.argsort(key[rows], kind="stable")].tolist()

    def _allocated(self, verdicts: dict[int, Verdict]) -> dict[int, int]:
        pairs = [
            Pair(number, int(verdict.offers.rows["id"][row]), int(verdict.score[row]))
            for number, verdict in verdicts.items()
            for row in verdict.matches(40)
        ]
        ones = dict.fromkeys({pair.offer for pair in pairs}, 1)
        return {
            pair.need: pair.offer
            for pair in allocate(pairs, dict.fromkeys(verdicts, 1), ones).pairs
        }

    def _look(self, number: int, verdict: Verdict, first: int | None, today: int) -> None:
        order = self._order(verdict)
        if not order:
            return
        self.outcome.could.add(number)
        self.outcome.suit.append(len(order))
        ids = verdict.offers.rows["id"]
        self.outcome.reachable |= {int(ids[row]) for row in order}
        if first is not None:
            order.sort(key=lambda row: int(ids[row]) != first)
        truth = {row: self._likely(number, verdict, row) for row in order}
        self.outcome.ndcg.append(
            _ndcg([truth[row] for row in order], sorted(truth.values(), reverse=True))
        )
        listed = order[:LOOK]
        for row in listed:
            offer = int(ids[row])
            self.outcome.shown[offer] = self.outcome.shown.get(offer, 0) + 1
            self.exposure[offer] += 1
        for row in order[:FIRST]:
            offer = int(ids[row])
            self.outcome.first[offer] = self.outcome.first.get(offer, 0) + 1
        self.outcome.mutual.append(any(self.chance.random() < truth[row] for row in listed))
        for row in listed[:ASK]:
            self._ask(number, int(ids[row]), truth[row], today)

    def _likely(self, need: int, verdict: Verdict, row: int) -> float:
        """The chance that both say yes: what each gets, and a taste that no list knows."""
        offer = int(verdict.offers.rows["id"][row])
        taste = float(self.need_taste[need] @ self.offer_taste[offer]) / 4
        both = [self._sees(verdict, side, row) for side in ("need", "offer")]
        return math.prod(1 / (1 + math.exp(-(8 * (part - 0.72) + taste))) for part in both)

    def _sees(self, verdict: Verdict, side: str, row: int) -> float:
        """Each weighs the parts in a way of their own, near the standard one."""
        offer = int(verdict.offers.rows["id"][row])
        own = np.random.default_rng(offer * 2 + (side == "need")).uniform(0.5, 1.5, len(PARTS))
        weights = own * np.array([WEIGHTS[side][part] for part in PARTS])
        values = [
            np.broadcast_to(verdict.parts[side][part], (verdict.size,))[row] for part in PARTS
        ]
        return float(weights @ np.array(values)) / float(weights.sum()) / ONE

    def _ask(self, need: int, offer: int, likely: float, today: int) -> None:
        self.outcome.asked[offer] = self.outcome.asked.get(offer, 0) + 1
        self.tried.setdefault(need, set()).add(offer)
        load = sum(1 for _need, other, _day, _yes in self.waiting if other == offer)
        answers = self.chance.random() < ANSWER_RATE / (
            1 + 0.5 * load
        )  # asked by all, one answers less
        if answers:
            day = today + 1 + int(self.chance.expovariate(1 / 5))
            self.waiting.append((need, offer, day, self.chance.random() < likely))
            if day - self.open_since[need] <= 7 or need not in self.outcome.contact:
                self.outcome.contact.setdefault(need, day - self.open_since[need])

    def _answers(self, today: int) -> None:
        due = [answer for answer in self.waiting if answer[2] <= today]
        self.waiting = [answer for answer in self.waiting if answer[2] > today]
        for need, offer, day, yes in sorted(due, key=lambda answer: answer[2]):
            free = self.busy_until[offer] <= day
            if yes and free and need not in self.outcome.served:
                self.outcome.served.add(need)
                self.busy_until[offer] = day + 45
                self.outcome.missions[offer] = self.outcome.missions.get(offer, 0) + 1


def _ndcg(got: list[float], ideal: list[float]) -> float:
    def gain(values: list[float]) -> float:
        return sum(value / math.log2(rank + 2) for rank, value in enumerate(values[:10]))

    return gain(got) / gain(ideal) if gain(ideal) else 1.0


def _spread(counts: dict[int, int], year: Outcome) -> float:
    return gini(counts.get(offer, 0) for offer in year.reachable)


MEASURES: dict[str, Callable[[Outcome, int], float]] = {
    "nDCG@10": lambda year, needs: statistics.mean(year.ndcg),
    "mutual success@10": lambda year, needs: statistics.mean(year.mutual),
    "coverage": lambda year, needs: len(year.shown) / max(1, len(year.reachable)),
    "Gini of the ten shown": lambda year, needs: _spread(year.shown, year),
    "of the five first": lambda year, needs: _spread(year.first, year),
    "of requests": lambda year, needs: _spread(year.asked, year),
    "of missions": lambda year, needs: _spread(year.missions, year),
    "contact within a week": lambda year, needs: (
        sum(days <= 7 for days in year.contact.values()) / len(year.could)
    ),
    "needs served": lambda year, needs: len(year.served) / needs,
}


def table(years: dict[str, list[Outcome]], needs: int) -> list[str]:
    """A line a way: the mean of all years."""
    return [
        f"| {way} | "
        + " | ".join(
            f"{statistics.mean(measure(year, needs) for year in lived):.3f}"
            for measure in MEASURES.values()
        )
        + " |"
        for way, lived in years.items()
    ]


def differences(years: dict[str, list[Outcome]], needs: int) -> list[str]:
    """A line a way: how far it is from "reciprocal" in the same years, and how sure that is."""
    rows = []
    for way, lived in years.items():
        if way != AGAINST:
            pairs = list(zip(lived, years[AGAINST], strict=True))
            found = (_difference(measure, pairs, needs) for measure in MEASURES.values())
            rows.append(f"| {way} | {' | '.join(found)} |")
    return rows


def _difference(measure, pairs: list[tuple[Outcome, Outcome]], needs: int) -> str:
    gaps = [measure(one, needs) - measure(other, needs) for one, other in pairs]
    half = 1.96 * statistics.stdev(gaps) / math.sqrt(len(gaps)) if len(gaps) > 1 else math.inf
    return f"{statistics.mean(gaps):+.3f} ± {half:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--needs", type=int, default=300)
    parser.add_argument("--offers", type=int, nargs="+", default=[150, 600])
    parser.add_argument("--years", type=int, default=12, help="seeds")
    options = parser.parse_args()
    for offers in options.offers:
        years = {
            way: [
                Year(way, seed, options.needs, offers).live()
                for seed in range(1, options.years + 1)
            ]
            for way in WAYS
        }
        suit = statistics.median(n for year in years[AGAINST] for n in year.suit)
        print(f"\n{options.years} years of {options.needs} needs and {offers} offers;", end=" ")
        print(f"half of the lists have {suit:.0f} people who meet every condition, or fewer\n")
        heads = f"| way | {' | '.join(MEASURES)} |\n" + "|---" * (len(MEASURES) + 1) + "|"
        print(heads, *table(years, options.needs), "", f"Against “{AGAINST}”:", "", sep="\n")
        print(heads, *differences(years, options.needs), sep="\n", flush=True)


if __name__ == "__main__":
    main()
