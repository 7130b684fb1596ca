"""A territory as a drawing: its communes as dots, on a projection flat enough for a region, and circles upon them.

Coordinates have one decimal at the most, and are strings where a template writes them, so that no language puts a comma
in them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians, sqrt
from typing import NamedTuple

from accounts.models import Commune

WIDTH, MARGIN = 480, 24
SMALLEST, WIDEST = 3, 22  # of a circle
NAMED, TRIED = 6, 60  # circles that are named at the most, and those for which it is tried
LETTER, LINE = 6.2, 14  # how wide a letter of a name is, how tall its line
AIR, LEAST = 1.3, 0.3  # of the land around points: so many times as wide, and never fewer degrees
DOTS = 900  # of the land at the most: where communes are many, one stands for its neighbours
FLAT, FLATTEST = 1.5, 2.5  # how many times as wide as tall

Point = tuple[float, float]  # latitude, longitude


def say(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")


class Projection:
    """A map projection flat enough for a region: degrees of longitude are shortened by the cosine of the latitude."""

    def __init__(self, points: Sequence[Point]) -> None:
        norths, easts = [point[0] for point in points], [point[1] for point in points]
        self.top, self.left = max(norths), min(easts)
        self.narrow = cos(radians((max(norths) + min(norths)) / 2))
        wide = max((max(easts) - self.left) * self.narrow, 0.01)
        self.scale = (WIDTH - 2 * MARGIN) / wide
        self.height = round((self.top - min(norths)) * self.scale) + 2 * MARGIN

    def __call__(self, latitude: float, longitude: float) -> Point:
        return (
            MARGIN + (longitude - self.left) * self.narrow * self.scale,
            MARGIN + (self.top - latitude) * self.scale,
        )


@lru_cache(maxsize=16)
def land(departments: tuple[str, ...]) -> tuple[Projection | None, str]:
    """The projection, and the communes as dots in an SVG path. Drawn once in each process, since communes don't
    move; dots on the same spot are one."""
    found = Commune.objects.filter(department__in=departments)
    points = list(found.order_by("insee").values_list("latitude", "longitude"))
    if not points:
        return None, ""
    project = Projection(points)
    return project, _dots(project, points)


@lru_cache(maxsize=64)
def around(points: tuple[Point, ...]) -> tuple[Projection | None, str]:
    """The same for the land around some points, as near as they leave it. Asked once in each process."""
    if not points:
        return None, ""
    norths, easts = [point[0] for point in points], [point[1] for point in points]
    middle = (max(norths) + min(norths)) / 2, (max(easts) + min(easts)) / 2
    narrow = cos(radians(middle[0]))
    tall = max((max(norths) - min(norths)) * AIR, LEAST)
    wide = max((max(easts) - min(easts)) * AIR * narrow, tall * FLAT)
    tall = max(tall, wide / FLATTEST)
    corners = [
        (middle[0] + sign * tall / 2, middle[1] + sign * wide / narrow / 2) for sign in (-1, 1)
    ]
    found = Commune.objects.filter(
        latitude__range=(corners[0][0], corners[1][0]),
        longitude__range=(corners[0][1], corners[1][1]),
    )
    communes = list(found.order_by("insee").values_list("latitude", "longitude"))
    project = Projection([*corners, *points])
    return (project, _dots(project, communes)) if communes else (None, "")


def _dots(project: Projection, points: Sequence[Point]) -> str:
    """Each dot from the one before it, near by: a page then weighs a fifth less than with two thousand places in full."""
    there = [project(*point) for point in points]
    side, dots = 1, sorted({(round(x), round(y)) for x, y in there})
    while len(dots) > DOTS:  # a region's two thousand weigh as much as the figures beside them
        side += 1
        dots = sorted({(round(x / side) * side, round(y / side) * side) for x, y in there})
    before = [(0, 0), *dots]
    steps = ((x - left, y - up) for (x, y), (left, up) in zip(dots, before, strict=False))
    return "".join(f"m{x}{'' if y < 0 else ' '}{y}h0" for x, y in steps)


@dataclass(frozen=True)
class Spot:
    """A circle, and where its name is written, for those that are named."""

    x: str
    y: str
    radius: str
    named: bool
    label_x: str
    label_y: str
    anchor: str  # start, middle or end, as a drawing names them


@dataclass(frozen=True)
class Weighed:
    """What a circle stands for."""

    name: str
    latitude: float
    longitude: float
    weight: int


def spots(
    project: Projection,
    weighed: Sequence[Weighed],
    *,
    smallest: int = SMALLEST,
    widest: int = WIDEST,
    named: int = NAMED,
) -> list[Spot]:
    """Circles whose surface says how much; the first ones are named where there is room."""
    most = max((one.weight for one in weighed), default=1)
    circles = [
        Circle(
            *project(one.latitude, one.longitude),
            smallest + (widest - smallest) * sqrt(one.weight / most),
        )
        for one in weighed
    ]
    names = _names([one.name for one in weighed], circles, named)
    return [_spot(circle, names.get(index)) for index, circle in enumerate(circles)]


def _spot(circle: "Circle", name: "_Name | None") -> Spot:
    x, y, radius = map(say, circle)
    if name is None:
        return Spot(x, y, radius, False, "", "", "")
    return Spot(x, y, radius, True, say(name.start), say(name.y), name.anchor)


class Circle(NamedTuple):
    x: float
    y: float
    radius: float


class _Name(NamedTuple):
    left: float
    right: float
    y: float
    anchor: str

    @property
    def start(self) -> float:
        """Where it is anchored."""
        middle = (self.left + self.right) / 2
        return {"start": self.left, "middle": middle, "end": self.right}[self.anchor]

    def is_on(self, circle: Circle) -> bool:
        beside = max(self.left - circle.x, circle.x - self.right, 0)
        above = max(abs(circle.y - self.y) - LINE / 2, 0)
        return beside**2 + above**2 < circle.radius**2

    def meets(self, other: "_Name") -> bool:
        return self.left < other.right and other.left < self.right and abs(self.y - other.y) < LINE


def _names(names: Sequence[str], circles: Sequence[Circle], most: int) -> dict[int, _Name]:
    """Those that are written, by the number of their circle: each on a side where it covers nothing."""
    written: dict[int, _Name] = {}
    for index, (name, circle) in enumerate(zip(names[:TRIED], circles, strict=False)):
        for place in _sides(name, circle):
            others = (one for number, one in enumerate(circles) if number != index)
            if not any(map(place.is_on, others)) and not any(map(place.meets, written.values())):
                written[index] = place
                break
        if len(written) == most:
            break
    return written


def _sides(name: str, circle: Circle) -> list[_Name]:
    """Beside the circle, the side with more room first, then above and below it, where the name stays on the map."""
    x, y, radius = circle
    wide, off = LETTER * len(name), radius + 4
    right = _Name(x + off, x + off + wide, y, "start")
    left = _Name(x - off - wide, x - off, y, "end")
    above = _Name(x - wide / 2, x + wide / 2, y - radius - LINE / 2, "middle")
    below = above._replace(y=y + radius + LINE / 2)
    beside = [left, right] if x > WIDTH * 0.6 else [right, left]
    return [
        one
        for one in (*beside, above, below)
        if one.left >= 0 and one.right <= WIDTH and one.y > LINE
    ]
