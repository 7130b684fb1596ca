"""Every text that the database holds, table by table and column by column, whether a model knows it or not."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection


def columns_by_table() -> dict[str, dict[str, str]]:
    """For each table of a model, “app.Model.field” by column."""
    return {
        model._meta.db_table: {
            field.column: f"{model._meta.label}.{field.name}"
            for field in model._meta.concrete_fields
        }
        for model in apps.get_models(include_auto_created=True)
    }


def texts() -> Iterator[tuple[str, str]]:
    """(column, text): of a model “app.Model.field”, of another table “table.column”."""
    known = columns_by_table()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [one[0] for one in cursor.description]
            for line in cursor.fetchall():
                for name, value in zip(names, line, strict=True):
                    if text := _said(value):
                        yield known.get(table, {}).get(name, f"{table}.{name}"), text


def _said(value: object) -> str:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    return value if isinstance(value, str) else ""


def where(*words: str) -> set[str]:
    """The columns in which one of these words stands, in capitals or not."""
    wanted = [word.lower() for word in words]
    return {column for column, text in texts() if any(word in text.lower() for word in wanted)}
