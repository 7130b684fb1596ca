"""What a page reads of the figures: a period, some filters, and the same length of time before."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Self
from urllib.parse import urlencode

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, JSONField, Max, Sum
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Pole
from common.spoken import ASKED_FOR
from marketplace.figures.brought import seated_ever
from marketplace.figures.counts import Counts, total
from marketplace.models import MonthFigures, PlaceFigures, SkillFamily
from marketplace.models.desk.figures import slice_of

LENGTHS = {12: _("12 months"), 3: _("3 months"), 6: _("6 months"), 24: _("24 months")}
BY = {
    "month": _("by month"),
    "department": _("by territory"),
    "operator": _("by operator"),
    "family": _("by family of skills"),
    "language": _("by language"),
}
FILTERS = ("department", "operator", "family", "language")


def plus(month: date, number: int) -> date:
    """The first day of the month that is so many months later, or earlier when negative."""
    years, index = divmod(month.year * 12 + month.month - 1 + number, 12)
    return date(years, index + 1, 1)


@dataclass(frozen=True)
class Options:
    """The possible values of the filters, as {value in the address: words}. French isn't among the languages: nearly all would
    be found."""

    department: dict[str, str]
    operator: dict[str, str]
    family: dict[str, str]
    language: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, pole: Pole) -> Self:
        return cls(
            {found.code: str(found) for found in Department.objects.filter(poles=pole)},
            {str(pk): name for pk, name in seated_ever(pole).items()},
            {str(found.pk): found.label for found in SkillFamily.objects.all()},
            {tag: str(label) for tag, label in ASKED_FOR},
        )


@dataclass(frozen=True)
class Choice:
    """A period that begins on the day `first`, and the filters; read from an address and written back to one."""

    pole: Pole
    options: Options
    first: date
    length: int = 12
    by: str = "month"
    filters: dict[str, str] = field(default_factory=dict)
    is_named: bool = False  # the address says which pôle, as it does for who coordinates several

    @classmethod
    def asked(cls, pole: Pole, options: Options, query: Mapping[str, str], *, today: date) -> Self:
        """The choice in an address. What can't be understood is left out, without an error."""
        length = query.get("months", "")
        months = int(length) if length.isascii() and length.isdigit() and len(length) < 3 else 12
        months = months if months in LENGTHS else 12
        known = {
            name: query.get(name, "")
            for name in FILTERS
            if query.get(name, "") in getattr(options, name)
        }
        by = query.get("by", "")
        first = plus(today.replace(day=1), 1 - months)
        named = query.get("pole", "") == str(pole.pk)
        return cls(pole, options, first, months, by if by in BY else "month", known, named)

    @classmethod
    def of_year(cls, pole: Pole, options: Options, year: int) -> Self:
        return cls(pole, options, date(year, 1, 1))

    @property
    def after(self) -> date:
        return plus(self.first, self.length)

    @property
    def before(self) -> Self:
        return replace(self, first=plus(self.first, -self.length))

    def months(self) -> list[date]:
        return [plus(self.first, number) for number in range(self.length)]

    @property
    def whose(self) -> dict[str, int]:
        """What links carry of the pôle: nothing where there is none to choose."""
        return {"pole": self.pole.pk} if self.is_named else {}

    @property
    def is_partial(self) -> bool:
        """Whether a need may stand in none of the rows: no operator follows it, it has no family."""
        return self.by in {"operator", "family"}

    @property
    def is_of_several(self) -> bool:
        """Whether a need may stand in several rows, or in none."""
        return self.by == "language"

    @property
    def of_pole(self) -> str:
        return urlencode(self.whose)

    def query(self, **changed: str | int) -> str:
        kept = {"months": self.length, "by": self.by} | self.filters | self.whose | changed
        return urlencode({name: value for name, value in kept.items() if value})


@dataclass(frozen=True)
class Row:
    label: str
    counts: Counts
    month: date | None = None
    slice: str = ""


@dataclass(frozen=True)
class Comparison:
    choice: Choice
    now: Counts
    before: Counts
    months: list[Row]

    @property
    def is_empty(self) -> bool:
        return not (self.now.posted or self.now.asked or self.now.missions or self.now.hours)


def read(choice: Choice) -> Comparison:
    """The figures of the period and of the one before, in one query, with as many rows as months."""
    found = MonthFigures.objects.filter(
        pole=choice.pole,
        slice=slice_of(**choice.filters),
        month__gte=choice.before.first,
        month__lt=choice.after,
    )
    by_month = {row.month: Counts.from_json(row.counts) for row in found}
    name = slice_of(**choice.filters)
    months = [Row("", by_month.get(month, Counts()), month, name) for month in choice.months()]
    earlier = (by_month.get(month, Counts()) for month in choice.before.months())
    return Comparison(choice, total(row.counts for row in months), total(earlier), months)


def read_in_time(promised: Mapping[int, int], *, today: date) -> dict[int, tuple[int, int]]:
    """How many of what was handed in over twelve months were read within the working days that each of these pôles has
    promised, and out of how many; in one query."""
    months = MonthFigures.objects.filter(
        pole__in=list(promised), slice="", month__gte=plus(today.replace(day=1), -11)
    ).values_list("pole", "counts__read_days", "counts__unread_days")
    kept: dict[int, list[Counts]] = defaultdict(list)
    for pole, read, unread in months:
        kept[pole].append(Counts.from_json({"read_days": read or {}, "unread_days": unread or {}}))
    return {pole: total(kept[pole]).read_within(days) for pole, days in promised.items()}


def last_year(pole: Pole, *, today: date, without: Collection[str] = ()) -> Counts:
    """The counts of the last twelve months; `without` names those that the reader doesn't show."""
    months = MonthFigures.objects.filter(
        pole=pole, slice="", month__gte=plus(today.replace(day=1), -11)
    ).order_by()
    found = months.values_list(Less("counts", sorted(without)), flat=True)
    return total(Counts.from_json(counts) for counts in found)


class Less(Func):
    """An SQL function: a JSON object without some of its keys, so that what nobody reads is neither sent nor
    parsed."""

    output_field = JSONField()

    def __init__(self, column: str, keys: list[str]) -> None:
        self.keys = keys
        super().__init__(F(column))

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        inside, values = compiler.compile(self.source_expressions[0])
        return f"({inside} - %s::text[])", (*values, self.keys)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        inside, values = compiler.compile(self.source_expressions[0])
        paths = [f"$.{key}" for key in self.keys]
        return f"JSON_REMOVE({', '.join([inside, *['%s'] * len(paths)])})", (*values, *paths)


def broken_down(comparison: Comparison, *, without: Collection[str] = ()) -> list[Row]:
    """The period in rows: by month, territory, operator or family; empty rows are left out. `without` names counts
    that the reader doesn't show."""
    choice = comparison.choice
    if choice.by == "month":
        return comparison.months
    values: dict[str, str] = getattr(choice.options, choice.by)
    names = {
        slice_of(**choice.filters | {choice.by: value}): words
        for value, words in values.items()
        if choice.filters.get(choice.by, value) == value
    }
    found = MonthFigures.objects.filter(
        pole=choice.pole, slice__in=names, month__gte=choice.first, month__lt=choice.after
    )
    sums: dict[str, Counts] = defaultdict(Counts)
    for name, counts in found.order_by().values_list("slice", Less("counts", sorted(without))):
        sums[name].add(Counts.from_json(counts))
    return [Row(words, sums[name], slice=name) for name, words in names.items() if name in sums]


def with_less_filters(comparison: Comparison, rows: Sequence[Row]) -> list[list[Counts]]:
    """For each row, the counts that contain it in files with one filter less, from which it could be subtracted."""
    wider: list[list[Counts]] = [[] for _row in rows]
    for name in comparison.choice.filters:
        kept = {other: value for other, value in comparison.choice.filters.items() if other != name}
        freer = read(replace(comparison.choice, filters=kept))
        same = {row.month or row.label: row.counts for row in broken_down(freer)}
        for row, found in zip(rows, wider, strict=True):
            by_it = name == comparison.choice.by
            found.append(freer.now if by_it else same.get(row.month or row.label, Counts()))
    return wider


@dataclass(frozen=True)
class Place:
    name: str
    latitude: float
    longitude: float
    needs: int
    missions: int
    hours: Decimal


def places(choice: Choice) -> Iterator[Place]:
    """The period by intercommunality, those with most missions first. The filters don't apply to the map."""
    found = (
        PlaceFigures.objects.filter(
            pole=choice.pole, month__gte=choice.first, month__lt=choice.after
        )
        .order_by()
        .values_list("code")
        .annotate(
            called=Max("name"),
            north=Max("latitude"),
            east=Max("longitude"),
            asked=Sum("needs"),
            agreed=Sum("missions"),
            given=Sum("hours"),
        )
        .order_by("-agreed", "-asked", "called")
    )
    for _code, *facts in found:
        yield Place(*facts)
