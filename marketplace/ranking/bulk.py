"""Statements on many rows at once, or one statement over and over, in the quickest way of each database: the ORM
would take longer than the work itself."""

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache

from django.conf import settings
from django.db import connection
from psycopg.types.numeric import Int8


def fetch(sql: str, values: dict[str, int | list[int]]) -> list[tuple]:
    """The rows that the query returns. `:name` stands for a whole number, and `IN :name` for
    a list of them.

    PostgreSQL plans the query once for each connection and answers in binary, which
    Django's own cursor can't ask for; SQLite caches the statement by its text.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            # Django forbids it; its cursors don't use it. Through PgBouncer the next connection wouldn't know it.
            kept = not settings.DATABASE_DIRECT
            connection.connection.prepare_threshold = 1 if kept else None
            with connection.Database.Cursor(connection.connection) as cursor:  # type: ignore[attr-defined]
                sized = {name: _of_eight_bytes(value) for name, value in values.items()}
                cursor.execute(_for_postgresql(sql), sized, binary=True, prepare=kept)
                return cursor.fetchall()
        plain = {n: json.dumps(v) if isinstance(v, list) else v for n, v in values.items()}
        return connection.connection.execute(_for_sqlite(sql), plain).fetchall()


@cache
def _for_postgresql(sql: str) -> str:
    return re.sub(r":(\w+)", r"%(\1)s", re.sub(r"IN :(\w+)", r"= ANY(%(\1)s)", sql))


@cache
def _for_sqlite(sql: str) -> str:
    return re.sub(r"IN :(\w+)", r"IN (SELECT value FROM json_each(:\1))", sql)


def _of_eight_bytes(value: int | list[int]) -> Int8 | list[Int8]:
    """The number as a bigint: otherwise each width of integer would be planned as another query."""
    return list(map(Int8, value)) if isinstance(value, list) else Int8(value)


def insert(table: str, columns: Sequence[str], rows: Iterable[tuple]) -> None:
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        signs = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({signs})", list(rows))


def run(sql: str, types: Sequence[str], rows: list[tuple]) -> None:
    """Run a statement that reads `rows(a, b...)`: once for all rows on PostgreSQL, once for
    each row on SQLite.

    `sql` has {values} in the place of a row's values.
    """
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ", ".join(f"c{place}" for place in range(len(types)))
            arrays = ", ".join(f"%s::{kind}[]" for kind in types)
            source = f"SELECT {names} FROM unnest({arrays}) AS given({names})"
            columns = [_array(column) for column in zip(*rows, strict=True)]
            cursor.execute(sql.format(values=source), columns)
            return
        source = f"VALUES ({', '.join(['%s'] * len(types))})"
        cursor.executemany(sql.format(values=source), rows)


def _array(column: Sequence) -> str:
    """The values as PostgreSQL writes an array. Adapting each value would take ten times as long."""
    if isinstance(column[0], int):
        return f"{{{','.join(map(str, column))}}}"
    quoted = (value.replace("\\", r"\\").replace('"', r"\"") for value in column)
    return '{"' + '","'.join(quoted) + '"}'
