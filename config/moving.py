"""Carries every row from one kind of database into the other, as it is: numbers, days, seals. All of it, or nothing."""

from itertools import batched

from django.apps import apps
from django.core.management.color import no_style
from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import AutoField, Model

from config.backup.refusals import NotPossible, Say

HERE, THERE = "default", "moved-to"
AT_ONCE = 500


def models() -> list[type[Model]]:
    """Every table that we have, those between two others too."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]


def move(say: Say, here: str = HERE, there: str = THERE) -> int:
    """From one alias into the other, whose tables are laid out, and which holds nobody: what a migration has put there goes.
    Returns how many rows. Raises NotPossible: there all is then as it was.

    The triggers of the house stay on: those that fill the words to be searched do so, the others let rows come in.
    """
    new = connections[there]
    _require_laid_out(new)
    with transaction.atomic(using=here), transaction.atomic(using=there):
        _empty(new)
        rows = sum(_table(model, here, there, say) for model in models())
        try:
            new.check_constraints()
        except DatabaseError as error:
            raise NotPossible(
                f"A row names another that isn’t there: {_first_line(error)}"
            ) from None
        _go_on_counting(connections[here], new)
    return rows


def _require_laid_out(there: BaseDatabaseWrapper) -> None:
    people = "accounts_user"
    names = set(there.introspection.table_names())
    missing = {model._meta.db_table for model in models()} - names
    if missing or people not in names:
        raise NotPossible(f"These tables are not laid out there: {', '.join(sorted(missing))}.")
    with there.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {people}")
        if cursor.fetchone()[0]:
            raise NotPossible("There are people in that database: name an empty one.")


def _empty(there: BaseDatabaseWrapper) -> None:
    tables = [model._meta.db_table for model in models()]
    for statement in there.ops.sql_flush(no_style(), tables):
        with there.cursor() as cursor:
            cursor.execute(statement)


def _table(model: type[Model], here: str, there: str, say: Say) -> int:
    """Every row as the database holds it: nothing is reckoned anew, no `auto_now` among it."""
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    rows, done = model._base_manager.using(here).order_by("pk"), 0
    new = model._base_manager.using(there)
    for some in batched(rows.iterator(chunk_size=AT_ONCE), AT_ONCE, strict=False):
        try:
            with transaction.atomic(using=there):
                new._insert(some, fields=fields, using=there, raw=True)  # type: ignore[attr-defined]  # Django’s own way for fixtures
        except (DatabaseError, ValueError) as error:
            where = f"{model._meta.db_table}, from {some[0].pk} to {some[-1].pk}"
            raise NotPossible(f"A row of {where}, isn’t taken: {_first_line(error)}") from None
        done += len(some)
    if (found := new.count()) != done:
        raise NotPossible(f"{model._meta.db_table} has {found} rows there, and {done} here.")
    if done:
        say(f"{model._meta.db_table}: {done}")
    return done


def _go_on_counting(here: BaseDatabaseWrapper, there: BaseDatabaseWrapper) -> None:
    """Where the old database had come to: the number of a row that is gone is named in letters, and isn't given again."""
    for model in models():
        key = model._meta.pk
        if not isinstance(key, AutoField):
            continue
        table, column = model._meta.db_table, str(key.column)
        last = _last_number(here, table, column)
        if not last:
            continue
        with there.cursor() as cursor:
            if there.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                counted = "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)"
                cursor.execute(counted, [table, last])
            else:
                named = "SELECT setval(pg_get_serial_sequence(%s, %s), %s)"
                cursor.execute(named, [f'"{table}"', column, last])


def _last_number(here: BaseDatabaseWrapper, table: str, column: str) -> int:
    with here.cursor() as cursor:
        if here.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        else:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', column])
            (sequence,) = cursor.fetchone()
            cursor.execute(f"SELECT last_value FROM {sequence} WHERE is_called")
        found = cursor.fetchone()
    return found[0] if found else 0


def _first_line(error: Exception) -> str:
    """What the database says, without the row that it quotes."""
    return str(error).partition("\n")[0]
