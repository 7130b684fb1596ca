"""A territory as a drawing: its communes as dots, on a projection flat enough for a region, and circles upon them.

Coordinates have one decimal at the most, and are strings where a template writes them, so that no language puts a comma
in them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians, sqrt

import numpy as np

from accounts.models import Commune

WIDTH, MARGIN = 480, 24
SMALLEST, WIDEST = 3, 22  # of a circle
NAMED = 6
AROUND = 0.15  # degrees around points in which their nearest commune is looked for

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
    dots = {(round(x), round(y)) for x, y in (project(*point) for point in points)}
    return project, "".join(f"M{x} {y}h0" for x, y in sorted(dots))


@lru_cache(maxsize=64)
def departments_around(points: tuple[Point, ...]) -> tuple[str, ...]:
    """The départements of the communes that are nearest to these points. Asked once in each process, as `land`."""
    if not points:
        return ()
    norths, easts = [point[0] for point in points], [point[1] for point in points]
    near = Commune.objects.filter(
        latitude__range=(min(norths) - AROUND, max(norths) + AROUND),
        longitude__range=(min(easts) - AROUND, max(easts) + AROUND),
    )
    rows = list(near.order_by("insee").values_list("latitude", "longitude", "department_id"))
    if not rows:
        return ()
    places = np.array([row[:2] for row in rows])
    nearest = {
        int(((places - point) ** 2 @ (1, cos(radians(point[0])) ** 2)).argmin()) for point in points
    }
    return tuple(sorted({rows[index][2] for index in nearest}))


@dataclass(frozen=True)
class Spot:
    """A circle, and where its name is written, for those that are named."""

    x: str
    y: str
    radius: str
    label_x: str
    named: bool
    at_the_end: bool


def spots(
    project: Projection,
    weighed: Iterable[tuple[float, float, int]],
    *,
    smallest: int = SMALLEST,
    named: int = NAMED,
) -> list[Spot]:
    """Circles whose surface says how much; the first ones are named where there is room."""
    kept = list(weighed)
    most = max((weight for _north, _east, weight in kept), default=1)
    drawn: list[Spot] = []
    taken: list[Point] = []
    for latitude, longitude, weight in kept:
        x, y = project(latitude, longitude)
        is_named = len(taken) < named and not any(
            abs(x - left) < 130 and abs(y - top) < 18 for left, top in taken
        )
        if is_named:
            taken.append((x, y))
        radius = smallest + (WIDEST - smallest) * sqrt(weight / most)
        at_the_end = x > WIDTH * 0.6
        beside = say(x - radius - 4 if at_the_end else x + radius + 4)
        drawn.append(Spot(say(x), say(y), say(radius), beside, is_named, at_the_end))
    return drawn
