"""Questions that the database is asked so often that their words are put together once in each process: for a long one
that takes ten times as long as the answer."""

from collections.abc import Callable
from functools import cache

from django.db import connection
from django.db.models import QuerySet, Value

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


@cache
def _words_of(question: Question) -> tuple[str, tuple]:
    found = question(READER, ROW).order_by().values_list(Value(1))[:1]
    words, values = found.query.sql_with_params()
    others = [value for value in values if not _is_for_ever(value)]
    assert not others, f"{question.__name__} knows more than two numbers: {others}"
    assert {READER, ROW} <= set(values), f"{question.__name__} doesn’t ask about both."
    return words, values


def _is_for_ever(value: object) -> bool:
    """Whether it is a number or a word; a time isn't, which SQLite is handed as text."""
    is_a_word = isinstance(value, str) and not any(letter.isdigit() for letter in value)
    return is_a_word or isinstance(value, int)
