"""Reads a page of the calendar: as many questions whatever it holds, since each kind is asked by its days for the first
lines of each."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from common.counted import there_are
from marketplace.desk.agenda import kinds
from marketplace.desk.agenda import window as windows
from marketplace.desk.agenda.kind import Entry, Kind, Line
from marketplace.desk.scope import Scope
from marketplace.models import Absence
from marketplace.states import MissionStatus

SPANS = 6  # missions that go on all the time, shown by name


@dataclass
class Day:
    """A day with its first lines, and how many there are besides."""

    on: date
    is_today: bool
    is_shown: bool
    entries: list[Entry] = field(default_factory=list)
    more: int = 0
    url: str = ""

    @property
    def is_bare(self) -> bool:
        """Nothing to show on a phone, where days stand below each other: today stays, to say where one is."""
        return not (self.entries or self.is_today)


@dataclass(frozen=True)
class Span:
    """What goes on over these days."""

    what: str
    first: date
    last: date
    url: str
    who: str = ""


@dataclass(frozen=True)
class Page:
    days: list[Day]
    away: list[Span]
    running: list[Span]
    running_more: int

    @property
    def weeks(self) -> list[list[Day]]:
        return [self.days[at : at + 7] for at in range(0, len(self.days), 7)]

    @property
    def is_of_a_day(self) -> bool:
        return len(self.days) == 1

    @property
    def is_empty(self) -> bool:
        return not any(day.entries for day in self.days)


def read(scope: Scope, window: windows.Window, *, today: date) -> Page:
    """`scope` says whose, `window` which days and which kinds."""
    scope = scope.asked_beforehand()
    found: dict[date, list[Entry]] = defaultdict(list)
    more: Counter[date] = Counter()
    lines = _lines(scope, window)
    rows = _rows_of(lines)
    for kind in kinds.KINDS:
        if kind.code in lines:
            _add(kind, lines[kind.code], rows[kind.read], window, today, found, more)
    for entries in found.values():
        entries.sort(key=lambda entry: (not entry.when, entry.when))  # by the hour; then the others
    days = [
        Day(
            on,
            on == today,
            window.shows(on),
            found[on],
            more[on],
            f"?{window.with_(view='jour', day=on).query}",
        )
        for on in window.days()
    ]
    running, others = _running(scope, window)
    return Page(days, _away(scope, window), running, others)


def _lines(scope: Scope, window: windows.Window) -> dict[str, list[Line]]:
    """The first lines of each day, of each kind that is shown and has any: in one question, whose parts are kept."""
    asked = [
        kind
        for kind in kinds.KINDS
        # No operator follows as a whole what has no way to one.
        if kind.code not in window.without and (kind.whole or scope.whose != "operator")
    ]
    if asked and not scope.on_no_side:
        # To find a plan for the whole of these questions takes longer than their answer.
        some = there_are([kind.may_hold(window.first, window.last) for kind in asked])
        asked = [kind for kind, there in zip(asked, some, strict=True) if there]
    if not asked:
        return {}
    parts = [kind.in_words(scope, window.first, window.last, window.cap) for kind in asked]
    words = " UNION ALL ".join(
        f"SELECT {at}, lines.* FROM ({sql}) AS lines" for at, (sql, _values) in enumerate(parts)
    )
    found: dict[str, list[Line]] = {}
    with connection.cursor() as cursor:
        cursor.execute(words, [value for _sql, values in parts for value in values])
        for at, day, nth, number, of, _reader in cursor.fetchall():
            on = date.fromisoformat(day) if isinstance(day, str) else day  # SQLite has no days
            found.setdefault(asked[at].code, []).append((on, nth, number, of))
    return {code: sorted(lines) for code, lines in found.items()}


def _rows_of(lines: Mapping[str, list[Line]]) -> dict[Callable[..., Any], dict[int, Any]]:
    """The rows of these lines by how they are read: a mission that begins, and another that ends, in one question."""
    numbers: dict[Callable[..., Any], set[int]] = defaultdict(set)
    for code, some in lines.items():
        numbers[kinds.BY_CODE[code].read].update(number for _day, _nth, number, _of in some)
    return {read: {row.pk: row for row in read(some)} for read, some in numbers.items()}


def _add(
    kind: Kind,
    chosen: list[Line],
    read: Mapping[int, Any],
    window: windows.Window,
    today: date,
    found: dict[date, list[Entry]],
    more: Counter[date],
) -> None:
    """The first lines of each day, in the order of their rows, and how many are left out."""
    shown: Counter[date] = Counter()
    for day, _nth, pk, of in chosen:
        if pk in read:
            entry = kind.say(read[pk], today)
            found[day].append(replace(entry, kind=kind.code, icon=kind.icon, label=str(kind.label)))
            shown[day] += 1
        if shown[day] == min(of, window.cap):
            more[day] += of - shown[day]


def _running(scope: Scope, window: windows.Window) -> tuple[list[Span], int]:
    """The missions that go on from before the first of these days until after the last, those that end first."""
    if {"debuts", "fins"} <= window.without:
        return [], 0
    rows = kinds.missions(scope).filter(
        status=MissionStatus.RUNNING, starts_on__lt=window.first, ends_on__gt=window.last
    )
    rows = scope.theirs(rows)
    first = rows.order_by("ends_on", "pk").select_related("need__organisation", "coordinator")
    shown = list(first[: SPANS + 1])
    more = rows.count() - SPANS if len(shown) > SPANS else 0
    spans = [
        Span(
            one.need.title,
            one.starts_on,
            one.ends_on,
            one.get_absolute_url(),
            one.need.organisation.name,
        )
        for one in shown[:SPANS]
    ]
    return spans, more


def _away(scope: Scope, window: windows.Window) -> list[Span]:
    rows = Absence.objects.between(window.first, window.last).filter(pole__in=scope.poles)
    rows = scope.theirs(rows.of_coordinators(), person="person", whole="")
    found = rows.select_related("person").order_by("first_day", "pk")[:30]
    said = {
        (one.person_id, one.first_day, one.last_day): Span(
            _("%(who)s is away") % {"who": one.person},
            one.first_day,
            one.last_day,
            one.get_absolute_url(),
        )
        for one in found
    }
    return list(said.values())
