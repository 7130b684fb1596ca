"""The geometry of the figures: bars, columns and a map, as numbers that a template writes in an SVG.

Coordinates are whole or have one decimal, and are strings, so that no language puts a comma in them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil

from accounts.land import WIDTH, Spot, Weighed, land, say, spots
from common.dates import spoken
from marketplace.figures.comparison import Place, Row
from marketplace.figures.tiles import days_in_words

BAR_WIDTH = 240
COLUMNS, HEIGHT, GROUND = 360, 120, 138


@dataclass(frozen=True)
class Bar:
    """One bar: its words, its count, its share of the first or of the largest, its length."""

    label: str
    count: int
    share: int
    length: str


def bars(lines: Iterable[tuple[str, int]]) -> list[Bar]:
    kept = list(lines)
    largest = max((count for _label, count in kept), default=0) or 1
    return [
        Bar(label, count, round(100 * count / largest), say(BAR_WIDTH * count / largest))
        for label, count in kept
    ]


@dataclass(frozen=True)
class Column:
    x: str
    y: str
    width: str
    height: str
    tone: str


@dataclass(frozen=True)
class Columns:
    """For each month, three columns side by side: posted, agreed, done."""

    columns: list[Column]
    marks: list[tuple[str, str]]  # x, words
    tallest: int

    width, height, ground = COLUMNS, GROUND + 22, GROUND

    @property
    def paths(self) -> list[tuple[str, str]]:
        """For each tone one path of all its columns: a rectangle for each weighs four times as much."""
        drawn: dict[str, list[str]] = {}
        for one in self.columns:
            path = f"M{one.x} {one.y}h{one.width}v{one.height}h-{one.width}z"
            drawn.setdefault(one.tone, []).append(path)
        return [(tone, "".join(parts)) for tone, parts in drawn.items()]


def columns(months: Sequence[Row]) -> Columns:
    tallest = max((row.counts.posted for row in months), default=0)
    tallest = max([tallest, *(row.counts.agreed for row in months)])
    step = COLUMNS / max(len(months), 1)
    wide = step * 0.8 / 3
    drawn, marks = [], []
    for index, row in enumerate(months):
        counts = (row.counts.posted, row.counts.agreed, row.counts.done)
        for place, (count, tone) in enumerate(zip(counts, ("a", "b", "c"), strict=True)):
            height = HEIGHT * count / (tallest or 1)
            x = index * step + place * wide
            drawn.append(Column(say(x), say(GROUND - height), say(wide), say(height), tone))
        if row.month and (index % max(len(months) // 6, 1) == 0):
            marks.append((say(index * step), spoken(row.month, "N y")))
    return Columns(drawn, marks, tallest)


@dataclass(frozen=True)
class Circle:
    place: Place
    spot: Spot


@dataclass(frozen=True)
class Map:
    land: str  # one path: a dot for each commune
    circles: list[Circle]
    height: int

    width = WIDTH


def territory(departments: Iterable[str], places: Iterable[Place]) -> Map | None:
    """The map; None where no commune is known. The most active places are named where there is room."""
    project, dots = land(tuple(sorted(departments)))
    if project is None:
        return None
    shown = [place for place in places if place.missions or place.needs]
    weighed = [
        Weighed(place.name, place.latitude, place.longitude, place.missions or place.needs)
        for place in shown
    ]
    placed = spots(project, weighed)
    circles = [Circle(place, spot) for place, spot in zip(shown, placed, strict=True)]
    return Map(dots, circles, project.height)


@dataclass(frozen=True)
class AmountBar:
    """A bar of days or hours: its words, its amount in words, its length."""

    label: str
    count: str
    length: str


def days_bars(lines: Iterable[tuple[str, Decimal]]) -> list[AmountBar]:
    return amount_bars((label, days, days_in_words(days)) for label, days in lines)


def amount_bars(lines: Iterable[tuple[str, Decimal, str]]) -> list[AmountBar]:
    """Each line with its words, the amount that is drawn, and what is said of it."""
    kept = list(lines)
    largest = max((amount for _label, amount, _said in kept), default=Decimal(0)) or Decimal(1)
    return [
        AmountBar(label, said, say(float(BAR_WIDTH * amount / largest)))
        for label, amount, said in kept
    ]


def part_of_bar(part: Decimal, whole: Decimal) -> str:
    """The length of what is filled of one bar; a whole one where there is more than it holds."""
    return say(float(BAR_WIDTH * min(part / whole, Decimal(1)))) if whole else "0"


def days_beside(now: Sequence[Decimal], before: Sequence[Decimal], year: int) -> Columns:
    """For each month, two columns side by side: the days of the year and those of the year before."""
    tallest = ceil(max([*now, *before, Decimal(0)]))
    step = COLUMNS / len(now)
    wide = step * 0.8 / 2
    drawn, marks = [], []
    for index, pair in enumerate(zip(now, before, strict=True)):
        for place, (days, tone) in enumerate(zip(pair, ("a", "c"), strict=True)):
            height = HEIGHT * float(days) / (tallest or 1)
            x = index * step + place * wide
            drawn.append(Column(say(x), say(GROUND - height), say(wide), say(height), tone))
        if index % 2 == 0:
            marks.append((say(index * step), spoken(date(year, index + 1, 1), "N")))
    return Columns(drawn, marks, tallest)
