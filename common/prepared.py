"""Questions that the database is asked so often that their words are put together once in each process: for a long one
that takes ten times as long as the answer."""

import re
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.db.models import QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler
from django.utils import translation

# What a question is asked with. A list of numbers of rows has as many places in the words as there are, or some more.
type Given = bool | int | str | date | Sequence[int]
type Question[Row] = Callable[..., QuerySet[Any, Row]]

# Nobody's numbers: they stand for the first and the second number given in the words that are kept.
READER, ROW = -1, -2
A_LIST = 1_000_000  # from which number on those of a list stand
A_WORD = "\x01"
NO_ROW = 0  # the number of none, for a list without any
LARGEST = 2**63 - 1  # the number of a row: no database holds a larger one
# Years from one stand to the next: a moment may be asked about as so much earlier or later.
A_CENTURY = 100
LONGEST = timedelta(days=40 * 365)
NO_TIME = timedelta(0)
LONG_AGO = re.compile(r"0\d{3}-")


def rows[Row](question: Question[Row], *given: Given) -> list[Row]:
    """The rows of `question(*given)`. It has to be a function of a module, which knows no more than what it is given:
    whatever else it reads, such as the time or the language, would stay what it was when it was first asked. Numbers, words and
    moments stand in the question as they are given; a bool chooses among questions."""
    return list(_asked(question, tuple(map(_shape, given))).with_values(given))


def in_words(question: Question, *given: Given) -> tuple[str, tuple]:
    """The words and the values of the same question, for a longer one of which it is a part."""
    asked = _asked(question, tuple(map(_shape, given)))
    return asked.words, asked.values_for(given)


def holds(question: Question, reader: int, row: int) -> bool:
    """Whether `question(reader, row)` finds anything; the same holds of it."""
    return bool(rows(_whether(question), reader, row))


@cache
def _whether(question: Question) -> Question:
    def asked(reader: int, row: int) -> QuerySet:
        return question(reader, row).order_by().values_list(Value(1))[:1]

    asked.__name__ = question.__name__
    return asked


@dataclass(frozen=True)
class _Place:
    """Where a value is put: the one given at that place, of a list the one of number `n`; of a moment, so much later."""

    place: int
    n: int | None = None
    later: timedelta = NO_TIME

    def of(self, given: Sequence[Given]) -> Any:
        one: Any = given[self.place]
        if self.n is not None:
            return one[min(self.n, len(one) - 1)] if one else NO_ROW
        if isinstance(one, int) and abs(one) > LARGEST:  # from an address that somebody has typed
            return NO_ROW
        return _adapted(one + self.later) if isinstance(one, date) else one


@dataclass(frozen=True)
class _Asked:
    """A question in words, with the places of what is given among its values."""

    queryset: QuerySet
    compiler: SQLCompiler
    words: str
    values: tuple

    def values_for(self, given: Sequence[Given]) -> tuple:
        return tuple(one.of(given) if isinstance(one, _Place) else one for one in self.values)

    def with_values(self, given: Sequence[Given]) -> QuerySet:
        """A queryset of its own for one answer, which asks in the words that are kept."""
        kept = (self.words, self.values_for(given))
        compiler = copy(self.compiler)
        compiler.connection = connections[self.queryset.db]  # this thread's
        compiler.as_sql = lambda *_args, **_more: kept  # type: ignore[method-assign]
        query = copy(self.queryset.query)
        query.get_compiler = lambda *_args, **_more: compiler  # type: ignore[method-assign]
        found = type(self.queryset)(self.queryset.model, query)
        for name in ("_iterable_class", "_prefetch_related_lookups", "_fields"):
            setattr(found, name, getattr(self.queryset, name))
        return found


@cache
def _asked(question: Question, shapes: tuple) -> _Asked:
    stand = [_stand(place, shape) for place, shape in enumerate(shapes)]
    compiled = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            queryset = question(*stand)
            compiler = queryset.query.get_compiler(queryset.db)
            compiled.append(compiler.as_sql())
    words, values = compiled[0]
    assert all(one == compiled[0] for one in compiled), f"{question.__name__} speaks a language."
    placed = _placed(values, shapes)
    _require_for_ever(placed, question.__name__, shapes)
    return _Asked(queryset, compiler, words, placed)


# --- what stands for what is given -------------------------------------------------------------
def _shape(one: Given) -> object:
    """What of a value chooses the words: its kind alone, but for a bool, and for how long a list is."""
    if isinstance(one, bool):
        return one
    if isinstance(one, int | str | date):
        return type(one)
    return 1 << (max(len(one), 1) - 1).bit_length()


def _stand(place: int, shape: object) -> Given:
    """Nobody's number, a word that nobody writes, a day long ago."""
    if isinstance(shape, bool):
        return shape
    if isinstance(shape, int):
        return [-(A_LIST * (place + 1) + n) for n in range(shape)]
    if shape is int:
        return -(place + 1)
    if shape is str:
        return A_WORD * (place + 1)
    moment = datetime(A_CENTURY * (place + 1), 1, 1, tzinfo=UTC)
    return moment if shape is datetime else moment.date()


def _placed(values: Iterable, shapes: tuple) -> tuple:
    """The values, each that stands for something given as its place."""
    places: dict[object, _Place] = {}
    moments: dict[int, date] = {}
    for place, shape in enumerate(shapes):
        stand = _stand(place, shape)
        if isinstance(stand, date):
            moments[place] = stand
        elif isinstance(stand, list):
            places |= {each: _Place(place, n=n) for n, each in enumerate(stand)}
        elif not isinstance(stand, bool):
            places[stand] = _Place(place)
    return tuple(places.get(value) or _later(value, moments) or value for value in values)


def _later(value: object, moments: dict[int, date]) -> _Place | None:
    """The place of a moment, which may be asked about as so much earlier or later."""
    moment: Any = _moment(value)
    for place, stand in moments.items():
        if type(moment) is type(stand) and abs(moment - stand) < LONGEST:
            return _Place(place, later=moment - stand)
    return None


def _moment(value: object) -> date | None:
    """The moment or the day that SQLite is handed as text, or that PostgreSQL is handed."""
    if isinstance(value, date) or not (isinstance(value, str) and LONG_AGO.match(value)):
        return value if isinstance(value, date) else None
    moment = datetime.fromisoformat(value).replace(tzinfo=UTC)
    return moment if " " in value else moment.date()


def _adapted(one: date) -> object:
    if isinstance(one, datetime):
        return connection.ops.adapt_datetimefield_value(one)
    return connection.ops.adapt_datefield_value(one)


def _require_for_ever(placed: Iterable, name: str, shapes: tuple) -> None:
    others = [one for one in placed if not (isinstance(one, _Place) or _is_for_ever(one))]
    assert not others, f"{name} knows more than it is given: {others}"
    asked = {one.place for one in placed if isinstance(one, _Place)}
    given = {place for place, shape in enumerate(shapes) if not isinstance(shape, bool)}
    assert given <= asked, f"{name} doesn’t ask about all that it is given."


def _is_for_ever(value: object) -> bool:
    """Whether it is a number or a word; a time isn't, which SQLite is handed as text."""
    is_a_word = isinstance(value, str) and not any(letter.isdigit() for letter in value)
    return is_a_word or isinstance(value, int)
