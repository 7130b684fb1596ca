"""Distances on the globe: pure arithmetic, no database."""

from math import asin, cos, degrees, radians, sin, sqrt
from typing import NamedTuple

EARTH_RADIUS_KM = 6371.0088  # mean radius (IUGG)
KM_PER_DEGREE = EARTH_RADIUS_KM * radians(1)

type Position = tuple[float, float]


class Box(NamedTuple):
    south: float
    north: float
    west: float
    east: float
    narrow: bool
    """False when the box crosses the date line or a pole: longitude then filters nothing."""


def distance_km(a: Position, b: Position) -> float:
    """Great-circle distance between two (latitude, longitude), by haversine."""
    across = sin(radians(b[0] - a[0]) / 2) ** 2
    along = sin(radians(b[1] - a[1]) / 2) ** 2
    haversine = across + cos(radians(a[0])) * cos(radians(b[0])) * along
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, haversine)))


def distances_km(origin: Position, positions: list[Position]) -> list[float]:
    """The distance to each of many places, in kilometres; the origin's part is computed once."""
    latitude, longitude = radians(origin[0]), radians(origin[1])
    cos_latitude = cos(latitude)
    found = []
    for other_latitude, other_longitude in positions:
        other = radians(other_latitude)
        across = sin((other - latitude) / 2)
        along = sin((radians(other_longitude) - longitude) / 2)
        haversine = across * across + cos_latitude * cos(other) * along * along
        found.append(2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, haversine))))
    return found


def haversine_of(km: float) -> float:
    """The haversine of that distance, in kilometres, so that a database can compare without an arc sine."""
    return sin(min(km / (2 * EARTH_RADIUS_KM), radians(90))) ** 2


def cos_of(latitude: float) -> float:
    return cos(radians(latitude))


def box_around(latitude: float, longitude: float, km: float) -> Box:
    """The smallest box of latitudes and longitudes that holds the circle."""
    reach = degrees(km / EARTH_RADIUS_KM)
    south, north = latitude - reach, latitude + reach
    if south <= -90 or north >= 90:
        return Box(south, north, -180.0, 180.0, narrow=False)
    sideways = degrees(asin(min(1.0, sin(radians(reach)) / cos_of(latitude))))
    west, east = longitude - sideways, longitude + sideways
    return Box(south, north, west, east, narrow=west >= -180 and east <= 180)
