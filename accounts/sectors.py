"""The sectors of a pôle, in which people are counted for strangers: each of its communes is of one, and of no other.

Towns are taken from the largest on: one that is more than thirty kilometres from those before it gives its name to a
sector, and each commune is of the nearest of these towns. So a sector lies within thirty kilometres of its town, and no
two of them overlap: nothing can be learnt by taking the count of one from that of its neighbour.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.core.cache import caches

from accounts import geometry
from accounts.models import Commune, Pole

KM = 30
KEPT_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Sector:
    """A sector by the commune that names it, and the codes of all its communes."""

    insee: str
    name: str
    communes: list[str]


def sector_of(commune: Commune, pole: Pole) -> Sector:
    """The sector of a commune of this pôle's territory."""
    towns = _towns(pole)
    town = towns.get(commune.pk, (commune.pk, commune.name))
    return Sector(*town, [insee for insee, its_town in towns.items() if its_town == town])


def _towns(pole: Pole) -> dict[str, tuple[str, str]]:
    """For each commune of the pôle the town of its sector, kept for a day in each process."""
    key = f"sectors:{pole.pk}"
    found: dict[str, tuple[str, str]] | None = caches["counts"].get(key)
    if found is None:
        communes = Commune.objects.in_departments(pole.departments.values("pk"))
        rows = communes.order_by("-population", "insee").values_list(
            "insee", "name", "parent", "latitude", "longitude"
        )
        found = _shared_out(list(rows))
        caches["counts"].set(key, found, KEPT_SECONDS)
    return found


def _shared_out(
    rows: Sequence[tuple[str, str, str | None, float, float]],
) -> dict[str, tuple[str, str]]:
    """The communes, the largest first, each with the town nearest to it."""
    nearest = np.full(len(rows), np.inf)
    town_of = np.zeros(len(rows), dtype=int)
    places = [(latitude, longitude) for *_others, latitude, longitude in rows]
    for number, (_insee, _name, parent, *_at) in enumerate(rows):
        if parent is None and nearest[number] > KM:  # an arrondissement is of its town
            away = np.array(geometry.distances_km(places[number], places))
            closer = away < nearest
            nearest[closer], town_of[closer] = away[closer], number
    return {
        insee: rows[town][:2] for (insee, *_rest), town in zip(rows, town_of.tolist(), strict=True)
    }
