"""What happened in a year of a pôle, as its reports tell it: the missions that were agreed, the hours and the value that were
given, each with its operator, its département and its programme. A few questions, whatever the size of the pôle."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Pole
from marketplace.figures.brought import operators_by_person, seated_ever
from marketplace.figures.counts import NO_REGIME
from marketplace.figures.neighbours import Cells, Gift
from marketplace.figures.reckoning import families_of
from marketplace.figures.told_missions import HAPPY
from marketplace.models import HoursEntry, Mission, Review, Telling, Time, Valuation
from marketplace.models.desk.figures import slice_of

WHOLE, REGIME = "", "regime"
CHUNK = 5000
MOST_STORIES = 60
# Of the mission, or of what leads to it.
WHERE = ("need__operator", "need__coordinator", "need__commune__department", "programme")


class Agreed(NamedTuple):
    """A mission that was agreed in the year; `scopes` are those in which it is counted."""

    need: int
    structure: int
    person: int | None
    commune: str
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Whose:
    """Who followed what in a pôle, and of which family each need is: the same for all its years."""

    pole: Pole
    operators: frozenset[int]
    by_person: Mapping[int, int]
    families: Mapping[int, int]

    @classmethod
    def of(cls, pole: Pole) -> "Whose":
        operators = frozenset(seated_ever(pole))
        return cls(pole, operators, operators_by_person(pole), families_of(pole))

    def scopes(
        self, operator: int | None, person: int | None, department: str, programme: int | None,
        regime: str = "",
    ) -> tuple[str, ...]:  # fmt: skip
        """As slices of the figures are named; a legal frame is one more."""
        follows = operator or self.by_person.get(person or 0)
        chosen: list[tuple[str, int | str | None]] = [
            ("operator", follows if follows in self.operators else None),
            ("department", department),
            ("programme", programme),
            (REGIME, regime),
        ]
        return (WHOLE, *(slice_of(**{name: value}) for name, value in chosen if value))


@dataclass(frozen=True)
class Year:
    """What happened in a year; `untold_hours` and `untold_value` are the scopes of which these amounts aren't told."""

    number: int
    missions: list[Agreed]
    hours: Cells[str]
    value: Cells[str]
    helped: Mapping[str, set[int]]  # the structures where hours were given
    givers: Mapping[str, set[int]]
    stories: Mapping[str, list[int]]
    """Missions of which somebody may have told something: whether they agree to it is asked as it is read."""

    @classmethod
    def read(cls, whose: Whose, year: int) -> "Year":
        hours, scopes, structures = _hours(whose, year)
        helped: dict[str, set[int]] = defaultdict(set)
        givers: dict[str, set[int]] = defaultdict(set)
        for gift, there, structure in zip(hours, scopes, structures, strict=True):
            for scope in there:
                helped[scope].add(structure)
                givers[scope].update({gift.person} - {None})  # type: ignore[arg-type]
        value, of_value = _value(whose, year)
        return cls(
            year, _missions(whose, year), _cells(hours, scopes), _cells(value, of_value), helped, givers,
            _stories(whose, year),
        )  # fmt: skip

    @cached_property
    def untold_hours(self) -> set[str]:
        return self.hours.untold()

    @cached_property
    def untold_value(self) -> set[str]:
        return self.value.untold()

    @cached_property
    def _by_scope(self) -> Mapping[str, list[Agreed]]:
        found: dict[str, list[Agreed]] = defaultdict(list)
        for mission in self.missions:
            for scope in mission.scopes:
                found[scope].append(mission)
        return found

    def agreed(self, scope: str) -> list[Agreed]:
        return self._by_scope.get(scope, [])

    def structures(self, scope: str) -> set[int]:
        asked = {mission.structure for mission in self.agreed(scope)}
        return asked | self.helped.get(scope, set())

    def people(self, scope: str) -> set[int]:
        came = {mission.person for mission in self.agreed(scope) if mission.person}
        return came | self.givers.get(scope, set())


class Years(dict[int, Year]):
    """The years of a pôle, each read once, when it is first asked for."""

    def __init__(self, pole: Pole) -> None:
        super().__init__()
        self.whose = Whose.of(pole)

    def __missing__(self, year: int) -> Year:
        self[year] = Year.read(self.whose, year)
        return self[year]

    def kept_back(self, last: int) -> dict[str, dict[str, list[str]]]:
        """The scopes of which no report tells the hours, nor the value, in this year and in the two before: the file of the
        figures tells no more."""
        return {
            str(year): {
                "hours": sorted(self[year].untold_hours),
                "value": sorted(self[year].untold_value),
            }
            for year in range(last - 2, last + 1)
        }


def _cells(gifts: list[Gift], scopes: Iterable[tuple[str, ...]]) -> Cells[str]:
    dimensions: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for place, there in enumerate(scopes):
        for scope in there:
            dimensions[scope.partition("=")[0]][scope].add(place)
    return Cells(gifts, dimensions)


def _between(field: str, year: int) -> dict[str, datetime]:
    begins = (timezone.make_aware(datetime(number, 1, 1)) for number in (year, year + 1))
    return dict(zip((f"{field}__gte", f"{field}__lt"), begins, strict=True))


def _missions(whose: Whose, year: int) -> list[Agreed]:
    rows = Mission.objects.filter(
        need__pole=whose.pole, renewed_from=None, apart_for=None, **_between("created_at", year)
    )
    told = rows.order_by("pk").values_list(
        "need", "need__organisation", "offer__person", "need__commune", *WHERE
    )
    found = []
    for need, structure, person, commune, *where in told.iterator(chunk_size=CHUNK):
        found.append(Agreed(need, structure, person, commune, whose.scopes(*where)))
    return found


def _hours(whose: Whose, year: int) -> tuple[list[Gift], list[tuple[str, ...]], list[int]]:
    rows = (
        HoursEntry.objects.confirmed()
        .filter(mission__need__pole=whose.pole, day__gte=date(year, 1, 1), day__lt=date(year + 1, 1, 1))
        .order_by()
        .annotate(for_whom=Coalesce("served", "mission__apart_for", "mission__need__organisation"))
        .values_list("mission", "person", "for_whom", *_lent("mission__"))
        .annotate(total=Sum("hours"))
    )  # fmt: skip
    gifts, scopes, structures = [], [], []
    for _mission, person, structure, *lent, total in rows.iterator(chunk_size=CHUNK):
        gifts.append(Gift(total, person, _house(*lent[:2])))
        scopes.append(_within(whose, lent[2:]))
        structures.append(structure)
    return gifts, scopes, structures


def _value(whose: Whose, year: int) -> tuple[list[Gift], list[tuple[str, ...]]]:
    rows = Valuation.objects.filter(
        mission__need__pole=whose.pole, **_between("declared_at", year)
    ).order_by("pk")
    told = rows.values_list("amount", "mission__offer__person", *_lent("mission__"))
    gifts, scopes = [], []
    for amount, person, *lent in told.iterator(chunk_size=CHUNK):
        gifts.append(Gift(amount, person, _house(*lent[:2])))
        scopes.append(_within(whose, lent[2:]))
    return gifts, scopes


def _stories(whose: Whose, year: int) -> Mapping[str, list[int]]:
    ended = Mission.objects.filter(need__pole=whose.pole, **_between("delivered_at", year))
    heard = Review.objects.filter(mission=OuterRef("pk"), rating__gte=HAPPY).exclude(words="")
    told = ended.filter(Exists(Telling.objects.filter(mission=OuterRef("pk"))) | Exists(heard))
    found: dict[str, list[int]] = defaultdict(list)
    rows = told.order_by("-delivered_at", "-pk").values_list("pk", *WHERE)
    for pk, *where in rows.iterator(chunk_size=CHUNK):
        for scope in whose.scopes(*where):
            if len(found[scope]) < MOST_STORIES:
                found[scope].append(pk)
    return found


def _lent(before: str) -> list[str]:
    lent = ("offer__time", "offer__organisation", *WHERE, REGIME)
    return [f"{before}{field}" for field in lent]


def _within(whose: Whose, where: list[Any]) -> tuple[str, ...]:
    operator, person, department, programme, regime = where
    return whose.scopes(operator, person, department, programme, regime or NO_REGIME)


def _house(time: str, organisation: int | None) -> int | None:
    return None if time == Time.OWN else organisation
