"""A year of an employer to be shown to anybody: nobody can be recognised in it, and only those are named who have agreed.
Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from accounts.models import Organisation
from marketplace.figures.discretion import Given, number, people, told, untold
from marketplace.figures.programme_shares import PERIODS, Share
from marketplace.figures.programme_year import ProgrammeYear
from marketplace.models import Cause
from marketplace.rules import worked_with
from marketplace.rules.few import FEW

NOTHING = Decimal(0)
NOW, SAME = PERIODS.index("now"), PERIODS.index("same")
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
    causes = {cause.pk: cause.label for cause in Cause.objects.all()}
    rows = [_row(share, causes) for share in year.shares if share.hours[NOW]]
    whole = _given(rows)
    before = _of(year.shares, SAME)
    said = people(len(whole.by))
    is_of_few = len(whole.by) < FEW
    missions, helped = year.now.missions, year.now.structures
    structures = {row.structure for row in rows}
    together = worked_with.partners_of(organisation)
    return ShownYear(
        people=said,
        people_before=people(len(before.by)),
        share=year.staff.share(said) if year.staff and isinstance(said, int) and said else None,
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
    """What one person gave in one mission; `named` as GROUPS has them."""

    structure: int
    given: Given
    named: tuple[str, ...]


def _row(share: Share, causes: dict[int, str]) -> Row:
    given = Given(share.hours[NOW], frozenset({share.person}))
    named = (share.programme_name, share.site, causes.get(share.cause, ""), share.territory)
    return Row(share.structure, given, named)


def _of(shares: Iterable[Share], period: int) -> Given:
    there = [share for share in shares if share.hours[period]]
    by = frozenset(share.person for share in there)
    return Given(sum((share.hours[period] for share in there), NOTHING), by)


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
