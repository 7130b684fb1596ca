"""A row that the database refuses to touch: the fault injected, on both databases, with nothing replaced."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone

SQLITE = (
    "CREATE TRIGGER poison BEFORE {event} ON {table} WHEN {where}"
    " BEGIN SELECT RAISE(ABORT, 'poisoned'); END"
)
POSTGRES = """
CREATE FUNCTION poison() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'poisoned'; END $$ LANGUAGE plpgsql;
CREATE TRIGGER poison BEFORE {event} ON {table} FOR EACH ROW WHEN ({where}) EXECUTE FUNCTION poison()
"""


@contextmanager
def poisoned(event: str, model: type[Model], where: str) -> Iterator[None]:
    """While the block lasts; `where` names the row by its NEW or OLD columns."""
    table, on_sqlite = model._meta.db_table, connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        _settle(cursor)
        statement = SQLITE if on_sqlite else POSTGRES
        cursor.execute(statement.format(event=event, table=table, where=where))
    yield
    with connection.cursor() as cursor:
        _settle(cursor)
        cursor.execute("DROP TRIGGER poison" + ("" if on_sqlite else f" ON {table}"))
        if not on_sqlite:
            cursor.execute("DROP FUNCTION poison()")


def _settle(cursor) -> None:
    """PostgreSQL alters no table that has checks left to do at the end of the transaction."""
    if connection.vendor == "postgresql":
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def ago(days: int) -> datetime:
    return timezone.localtime() - timedelta(days=days)


def nothing() -> None:
    """The act finds the row due again by itself."""


@dataclass
class Due:
    """What an act finds when it comes."""

    """`bad` and `good` are rows as a fault names them; `poison` makes the first one fail while it lasts."""

    bad: Model | str
    good: Model | str
    poison: Any
    is_done: Callable[[Any], bool]
    again: Callable[[], None] = nothing


def by_row(event: str, model: type[Model], column: str, row: Model):
    side = "NEW" if event == "INSERT" else "OLD"
    return poisoned(event, model, f"{side}.{column} = {row.pk}")
