"""A year of a simulated pôle, under seven ways of making lists: `python -m benchmarks.fairness`.

Pure: no database. Seeded. The people are in fairness_people.py, their days in fairness_year.py, the ways in
fairness_ways.py. The truth that nDCG is measured against is the simulator's: the chance of a yes from both, by what
each gets from the mission in their own eyes, and by a taste that no way knows. It reads nothing of what the score adds
for fairness (load, waiting, answers, exposure).

All ways live the same year with the same people in the same mood, so that they are compared year by year: the
difference to "reciprocal" comes with the interval that holds its mean 95 times in 100. Then the same lists under other
rules of asking, against those of the site; and what the needs that were left came to.

How thick the market is decides what a list can change: `--offers 100` is a pôle where volunteers lack, `--offers 150`
a young one, `--offers 600` a busy one.
"""

import argparse
import math
import statistics
from collections import Counter
from collections.abc import Callable

from benchmarks.fairness_people import People
from benchmarks.fairness_ways import Way
from benchmarks.fairness_year import AT_ONCE, NOTHING, Asking, Outcome, Year
from marketplace.matching.allocation import gini

WAYS = (
    Way("newest first"),
    Way("nearest first"),
    Way("one-sided"),
    Way("reciprocal"),
    Way("reciprocal + exposure", exposes=True),
    Way("the same and scarcity", exposes=True, scarce=True),
    Way("allocation", exposes=True, plans=True),
)
AGAINST = "reciprocal"
OURS = WAYS[4]
RULES = (
    Asking(),
    Asking("asked again after a month of silence", again_after=30),
    Asking("a yes after the closing doesn't count", late=NOTHING),
    Asking("a yes after the closing is a mission at once", late=AT_ONCE),
    Asking("letters of matches don't count", letters_count=False),
    Asking("three asks a month", month=3),
)


def _spread(counts: dict[int, int], year: Outcome) -> float:
    return gini(counts.get(offer, 0) for offer in year.reachable)


def _served(year: Outcome, within: int = 1_000) -> float:
    """Of the needs that count."""
    days = (took for need, took in year.served.items() if year.counted[need])
    return sum(took <= within for took in days) / int(year.counted.sum())


def _contact(year: Outcome) -> float:
    could = [need for need in year.could if year.counted[need]]
    return sum(year.contact.get(need, 8) <= 7 for need in could) / len(could)


MEASURES: dict[str, Callable[[Outcome], float]] = {
    "nDCG@10": lambda year: statistics.mean(year.ndcg),
    "mutual success@10": lambda year: statistics.mean(year.mutual),
    "coverage": lambda year: len(year.shown) / max(1, len(year.reachable)),
    "Gini of the ten shown": lambda year: _spread(year.shown, year),
    "of the five first": lambda year: _spread(year.first, year),
    "of requests": lambda year: _spread(year.asked, year),
    "of missions": lambda year: _spread(year.missions, year),
    "contact within a week": _contact,
    "served within a month": lambda year: _served(year, within=30),
    "needs served": _served,
}

type Years = dict[str, list[Outcome]]


def table(years: Years) -> list[str]:
    """A line a way: the mean of all years."""
    return [
        f"| {way} | "
        + " | ".join(
            f"{statistics.mean(measure(year) for year in lived):.3f}"
            for measure in MEASURES.values()
        )
        + " |"
        for way, lived in years.items()
    ]


def differences(years: Years, against: str) -> list[str]:
    """A line a way: how far it is from one of them in the same years, and how sure that is."""
    rows = []
    for way, lived in years.items():
        if way != against:
            pairs = list(zip(lived, years[against], strict=True))
            found = (_difference(measure, pairs) for measure in MEASURES.values())
            rows.append(f"| {way} | {' | '.join(found)} |")
    return rows


def _difference(measure, pairs: list[tuple[Outcome, Outcome]]) -> str:
    gaps = [measure(one) - measure(other) for one, other in pairs]
    half = 1.96 * statistics.stdev(gaps) / math.sqrt(len(gaps)) if len(gaps) > 1 else math.inf
    return f"{statistics.mean(gaps):+.3f} ± {half:.3f}"


def left(years: Years) -> list[str]:
    """A line a way: of all needs, the share that was left for each reason."""
    lines = []
    for way, lived in years.items():
        found = sum((year.why for year in lived), Counter())
        total = sum(int(year.counted.sum()) for year in lived)
        said = ", ".join(f"{why} {count / total:.3f}" for why, count in found.most_common())
        lines.append(f"- {way}: {said}")
    return lines


def told(years: Years, against: str) -> None:
    heads = f"| way | {' | '.join(MEASURES)} |\n" + "|---" * (len(MEASURES) + 1) + "|"
    print(heads, *table(years), "", f"Against “{against}”:", "", sep="\n")
    print(heads, *differences(years, against), "", "Left:", "", *left(years), sep="\n", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--needs", type=int, default=300)
    parser.add_argument("--offers", type=int, nargs="+", default=[100, 150, 600])
    parser.add_argument("--years", type=int, default=12, help="seeds, from 1 on")
    parser.add_argument("--taste", type=float, default=0.5, help="weight of what no list knows")
    options = parser.parse_args()
    for offers in options.offers:
        ways: Years = {way.name: [] for way in WAYS}
        rules: Years = {asking.name: [] for asking in RULES}
        for seed in range(1, options.years + 1):
            people = People(seed, options.needs, offers, options.taste)
            for way in WAYS:
                ways[way.name].append(Year(people, way).live())
            rules[RULES[0].name].append(ways[OURS.name][-1])
            for asking in RULES[1:]:
                rules[asking.name].append(Year(people, OURS, asking).live())
        suit = statistics.median(n for year in ways[AGAINST] for n in year.suit)
        print(f"\n## {options.years} years of {options.needs} needs and {offers} offers;", end=" ")
        print(f"half of the lists have {suit:.0f} people who meet every condition, or fewer\n")
        told(ways, AGAINST)
        print(f"\n“{OURS.name}” under other rules of asking:\n")
        told(rules, RULES[0].name)


if __name__ == "__main__":
    main()
