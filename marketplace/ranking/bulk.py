"""Many rows at once, the quick way of each database: the ORM would take longer than the work itself."""

from collections.abc import Iterable, Sequence

from django.db import connection


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
    """A statement that reads `rows(a, b...)`: one for all on PostgreSQL, one a row on SQLite.

    `sql` has {values} where the values of a row stand; they come from the table given, or are given."""
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
    """As PostgreSQL writes an array. Adapting each value would take ten times as long."""
    if isinstance(column[0], int):
        return f"{{{','.join(map(str, column))}}}"
    quoted = (value.replace("\\", r"\\").replace('"', r"\"") for value in column)
    return '{"' + '","'.join(quoted) + '"}'
