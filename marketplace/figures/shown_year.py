"""A year of an employer to be shown to anybody: nobody can be recognised in it, and only those are named who have agreed.
Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import FilteredRelation, Q, QuerySet, Sum

from accounts.models import Organisation
from marketplace.figures.discretion import Given, number, people, told, untold
from marketplace.figures.programme_year import ProgrammeYear
from marketplace.models import Cause, HoursEntry, Time
from marketplace.rules import worked_with
from marketplace.rules.few import FEW

NOTHING = Decimal(0)
GROUPS = ("programmes", "sites", "causes", "territories")


@dataclass(frozen=True)
class ShownPart:
    """The share of a programme, a site, a cause or a territory: `name` is "" where none is known; `hours` are words where
    they aren't told, and `weight` is then nothing."""

    name: str
    hours: int | str
    weight: Decimal


@dataclass(frozen=True)
class ShownYear:
    """`people` and `hours` as `discretion` tells them, `before` the year before, until the same day for a year that goes
    on; a group of which nothing is told is empty; `named` are the structures of which both sides have agreed to be named together, `others` how many more."""

    people: int | str
    people_before: int | str
    share: Decimal | None
    hours: int | str
    hours_before: int | str
    missions: int | str
    structures: int | str
    named: list[str]
    groups: dict[str, list[ShownPart]]

    @property
    def tells_hours(self) -> bool:
        return isinstance(self.hours, int)

    @property
    def others(self) -> int:
        if isinstance(self.structures, str):
            return 0
        return max(self.structures - len(self.named), 0)


def of(organisation: Organisation, year: ProgrammeYear) -> ShownYear:
    rows = _rows(organisation, *year.periods.spans["now"])
    whole = _given(rows)
    before = _whole(_entries(organisation, *year.periods.spans["same"]))
    said = people(len(whole.by))
    is_of_few = len(whole.by) < FEW
    missions, helped = year.now.missions, year.now.structures
    structures = {row.structure for row in rows}
    together = worked_with.partners_of(organisation)
    return ShownYear(
        people=said,
        people_before=people(len(before.by)),
        share=year.staff.share(said) if isinstance(said, int) and said else None,
        hours=told(whole, "hours"),
        hours_before=told(before, "hours"),
        missions=number(missions) if is_of_few else missions,
        structures=number(helped) if is_of_few else helped,
        named=sorted(one.name for one in together if one.pk in structures),
        groups={
            name: _parts([(row.named[place], row) for row in rows], whole)
            for place, name in enumerate(GROUPS)
        },
    )


class Row(NamedTuple):
    """What one person gave in one structure; `named` as GROUPS has them."""

    structure: int
    given: Given
    named: tuple[str, ...]


def _entries(organisation: Organisation, first: date, last: date) -> QuerySet[HoursEntry]:
    """The confirmed hours of these days, on its working time."""
    lent = HoursEntry.objects.confirmed().filter(
        mission__offer__organisation=organisation, mission__offer__time=Time.WORK
    )
    return lent.between(first, last).order_by()


def _whole(entries: QuerySet[HoursEntry]) -> Given:
    rows = list(entries.values_list("person").annotate(Sum("hours")))
    return Given(sum((hours for _who, hours in rows), NOTHING), frozenset(who for who, _h in rows))


def _rows(organisation: Organisation, first: date, last: date) -> list[Row]:
    """What each person gave in each mission; their site is as their employer says it today."""
    theirs = Q(person__employments__organisation=organisation)
    placed = _entries(organisation, first, last).annotate(
        employed=FilteredRelation("person__employments", condition=theirs)
    )
    need = "mission__need__"
    found = placed.values_list(
        "person", f"{need}organisation", "mission__programme__name", "employed__site__name", f"{need}cause",
        f"{need}commune__department__name",
    ).annotate(Sum("hours"))  # fmt: skip
    causes = {cause.pk: cause.label for cause in Cause.objects.all()}
    return [
        Row(structure, Given(hours, frozenset({person})), (programme or "", site or "", causes.get(cause, ""), where))
        for person, structure, programme, site, cause, where, hours in found
    ]  # fmt: skip


def _given(rows: Iterable[Row]) -> Given:
    given = [row.given for row in rows]
    by = frozenset[int]().union(*(one.by for one in given))
    return Given(sum((one.amount for one in given), NOTHING), by)


def _parts(rows: Iterable[tuple[str, Row]], whole: Given) -> list[ShownPart]:
    """The most first, what isn't known at the end; those of few people, or that would tell of them, aren't told."""
    kept: dict[str, list[Row]] = defaultdict(list)
    for name, row in rows:
        kept[name].append(row)
    given = {name: _given(some) for name, some in kept.items()}
    parts = list(given.values())
    hidden = untold(parts, whole)
    found = []
    for place, (name, part) in enumerate(given.items()):
        hours = told(part, "hours", hidden=place in hidden)
        weight = Decimal(hours) if isinstance(hours, int) else NOTHING
        found.append(ShownPart(name, hours, weight))
    if not any(one.weight for one in found):
        return []
    return sorted(found, key=lambda one: (not one.name, -one.weight, one.name))
