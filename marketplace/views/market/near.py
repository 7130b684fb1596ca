"""Near where somebody looks: the commune that they name, or the one that is remembered of them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from django.db.models import Q
from django.http import QueryDict

from accounts.geometry import Position, box_around, distances_km
from accounts.models import Commune
from accounts.requests import OurRequest
from accounts.scope import scope_of

NAMED = "near"  # in the address and, of a visitor, in the session
WIDEST = 50
DEPARTMENT = "department"
USUAL = "20"
WITHIN = ("10", USUAL, "50", DEPARTMENT)


@dataclass(frozen=True)
class Near:
    """A commune, and how far around it: so many kilometres, or its whole département."""

    commune: Commune
    within: str

    @classmethod
    def of(cls, wanted: dict) -> Self | None:
        commune = wanted.get(NAMED)
        return cls(commune, wanted.get("within") or USUAL) if commune else None

    @property
    def position(self) -> Position:
        return self.commune.position

    @property
    def is_department(self) -> bool:
        return self.within == DEPARTMENT

    @cached_property
    def _around(self) -> list[tuple[str, str, float]]:
        """The communes at most WIDEST km away, and those of the same département, with how far they are."""
        box = box_around(*self.position, WIDEST)
        inside = Q(latitude__range=(box.south, box.north))
        if box.narrow:
            inside &= Q(longitude__range=(box.west, box.east))
        beside = Commune.objects.filter(inside | Q(department=self.commune.department_id))
        rows = list(beside.order_by().values_list("pk", "department", "latitude", "longitude"))
        far = distances_km(self.position, [(north, east) for _pk, _code, north, east in rows])
        return [(row[0], row[1], km) for row, km in zip(rows, far, strict=True)]

    def communes(self, within: str = "") -> list[str]:
        """The numbers of the communes that are so near."""
        within = within or self.within
        if within == DEPARTMENT:
            return [pk for pk, code, _km in self._around if code == self.commune.department_id]
        return [pk for pk, _code, km in self._around if km <= int(within)]

    def every(self) -> list[str]:
        """The communes of which any of the choices would hold."""
        own = self.commune.department_id
        return [pk for pk, code, km in self._around if km <= WIDEST or code == own]


def asked(request: OurRequest) -> tuple[QueryDict, bool]:
    """What the address asks; where it says nothing of a place, the commune that is remembered is put in, which the
    second says."""
    if NAMED in request.GET or not (commune := _remembered(request)):
        return request.GET, False
    typed = request.GET.copy()
    typed[NAMED], typed[f"{NAMED}-code"] = str(commune), commune.pk
    return typed, True


def with_usual_distance(asked: QueryDict) -> QueryDict:
    """The same, with the distance that is meant where none is said: its box shows it."""
    if asked.get("within") in WITHIN:
        return asked
    typed = asked.copy()
    typed["within"] = USUAL
    return typed


def _remembered(request: OurRequest) -> Commune | None:
    """The commune of one's profile, but at work; a visitor's, the last that they have looked near."""
    if reader := request.reader:
        return reader.commune if scope_of(reader).own else None
    chosen = request.session.get(NAMED)
    return Commune.objects.filter(pk=chosen).first() if chosen else None


def remember(request: OurRequest, near: Near | None) -> None:
    """Keep a visitor's choice as long as their session; “everywhere” is one too."""
    if request.reader or NAMED not in request.GET:
        return
    chosen = near.commune.pk if near else None
    if request.session.get(NAMED) == chosen:
        return
    if chosen:
        request.session[NAMED] = chosen
    else:
        del request.session[NAMED]
