"""How many rows there are of several sorts, or whether there is any of each, in one question."""

from collections.abc import Sequence

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def counted(sorts: Sequence[QuerySet]) -> list[int]:
    """How many rows each of these has, in their order: each is counted as by `count()`, with its own index."""
    return _row([_words(one.order_by().values("pk")) for one in sorts])


def there_are(sorts: Sequence[QuerySet]) -> list[bool]:
    """Whether there is any row of each of these, in their order: each is looked for as by `exists()`."""
    asked = [_words(one.order_by().values("pk")[:1]) for one in sorts]
    return [bool(found) for found in _row(asked)]


def _row(asked: Sequence[tuple[str, tuple]]) -> list[int]:
    words = ", ".join(sql for sql, _values in asked)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {words}", [value for _sql, values in asked for value in values])
        return list(cursor.fetchone())


def _words(rows: QuerySet) -> tuple[str, tuple]:
    try:
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:  # it is known to have none
        return "0", ()
    return f"(SELECT COUNT(*) FROM ({sql}) AS counted)", values
