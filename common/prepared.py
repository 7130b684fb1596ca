"""Questions that the database is asked so often that their words are put together once in each process: for a long one
that takes ten times as long as the answer."""

from collections.abc import Callable, Iterable
from functools import cache

from django.db import connection
from django.db.models import QuerySet, Value
from django.db.models.sql import Query

type Question = Callable[[int, int], QuerySet]

# Nobody's numbers: they stand for the reader's and for the row's in the words that are kept.
READER, ROW = -1, -2


def holds(question: Question, reader: int, row: int) -> bool:
    """Whether `question(reader, row)` finds anything. It has to be a function of a module, which knows no more than the
    two numbers: whatever else it reads, such as the time, would stay what it was when it was first asked."""
    words, values = _words_of(question)
    numbers = {READER: reader, ROW: row}
    with connection.cursor() as cursor:
        cursor.execute(words, [numbers.get(value, value) for value in values])
        return cursor.fetchone() is not None


def rows(question: Callable[..., QuerySet], reader: int, *also: bool) -> list[tuple]:
    """The rows of `question(reader, *also)`, which gives a values_list. The same holds of it: a function of a module, which
    knows no more than that."""
    words, values, columns, query = _rows_of(question, also)
    with connection.cursor() as cursor:
        cursor.execute(words, [reader if value == READER else value for value in values])
        found = cursor.fetchall()
    compiler = query.get_compiler(connection=connection)
    converters = compiler.get_converters(columns)
    return list(map(tuple, compiler.apply_converters(found, converters)))


@cache
def _words_of(question: Question) -> tuple[str, tuple]:
    found = question(READER, ROW).order_by().values_list(Value(1))[:1]
    words, values = found.query.sql_with_params()
    _require_for_ever(values, question.__name__, {READER, ROW})
    return words, values


@cache
def _rows_of(
    question: Callable[..., QuerySet], also: tuple[bool, ...]
) -> tuple[str, tuple, list, Query]:
    """The words and values of the question, and what turns the columns of its answer into Python's values."""
    query = question(READER, *also).query
    compiler = query.get_compiler(connection=connection)
    words, values = compiler.as_sql()
    _require_for_ever(values, question.__name__, {READER})
    return words, tuple(values), [column for column, *_words in compiler.select], query


def _require_for_ever(values: Iterable, name: str, asked: set[int]) -> None:
    others = [value for value in values if not _is_for_ever(value)]
    assert not others, f"{name} knows more than these numbers: {others}"
    assert asked <= set(values), f"{name} doesn’t ask about all of them."


def _is_for_ever(value: object) -> bool:
    """Whether it is a number or a word; a time isn't, which SQLite is handed as text."""
    is_a_word = isinstance(value, str) and not any(letter.isdigit() for letter in value)
    return is_a_word or isinstance(value, int)
