"""Steps of migrations that take long on a large table, written so that the site goes on meanwhile (docs/decisions/0074)."""

from collections.abc import Callable
from typing import Any

from django.db import models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddConstraint, AddIndex, RemoveIndex
from django.db.migrations.operations.base import Operation

A_PIECE = 2_000


class AddIndexMeanwhile(AddIndex):
    """Adds an index: on PostgreSQL concurrently, for which its migration is `atomic = False`. One that was broken off is
    taken away and made anew."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        elif self.allow_migrate_model(schema_editor.connection.alias, model):
            _require_no_transaction(schema_editor)
            name = schema_editor.quote_name(self.index.name)
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            schema_editor.add_index(model, self.index, concurrently=True)  # type: ignore[call-arg]

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            _require_no_transaction(schema_editor)
            name = schema_editor.quote_name(self.index.name)
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        else:
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class RemoveIndexMeanwhile(RemoveIndex):
    """Takes an index away, on PostgreSQL concurrently."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            _require_no_transaction(schema_editor)
            name = schema_editor.quote_name(self.name)
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        else:
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class AddCheckOfNewRows(AddConstraint):
    """Adds a check; one of the same name leaves its place to it. On PostgreSQL only what is written from now on is held to it, and
    nobody waits: the rows that are there are read by `CheckRowsThere`, in a later migration."""

    def state_forwards(self, app_label: str, state: Any) -> None:
        if self._former(app_label, state):
            state.remove_constraint(app_label, self.model_name_lower, self.constraint.name)
        super().state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        elif self.allow_migrate_model(schema_editor.connection.alias, model):
            table, name = map(
                schema_editor.quote_name, (model._meta.db_table, self.constraint.name)
            )
            schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}", None)
            check = self.constraint.create_sql(model, schema_editor)
            schema_editor.execute(f"{check} NOT VALID", None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        super().database_backwards(app_label, schema_editor, from_state, to_state)
        model = to_state.apps.get_model(app_label, self.model_name)
        for former in self._former(app_label, to_state):
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.add_constraint(model, former)

    def _former(self, app_label: str, state: Any) -> list[models.BaseConstraint]:
        options = state.models[app_label, self.model_name_lower].options
        return [one for one in options.get("constraints", []) if one.name == self.constraint.name]


class CheckRowsThere(Operation):
    """Holds the rows that were there before it to a check. On PostgreSQL they are read while others write, for which its migration
    is `atomic = False`; once they have been, this takes no time."""

    def __init__(self, model_name: str, name: str) -> None:
        self.model_name, self.name = model_name, name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models don't know the difference."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        alias = schema_editor.connection.alias
        is_postgres = schema_editor.connection.vendor == "postgresql"
        if is_postgres and self.allow_migrate_model(alias, model):
            _require_no_transaction(schema_editor)
            table, name = map(schema_editor.quote_name, (model._meta.db_table, self.name))
            schema_editor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}", None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        """What the rows have been held to they may be held to no more, without doing anything."""

    def describe(self) -> str:
        return f"Hold the rows of {self.model_name} to {self.name}"


def in_pieces(
    rows: models.QuerySet,
    do: Callable[[models.QuerySet], object],
    *,
    say: Callable[[str], object] = print,
    size: int = A_PIECE,
) -> int:
    """Treat rows some at a time, each piece in a transaction of its own, from a migration that is `atomic = False`. One that is
    broken off goes on where it was, if `rows` are those that still lack it. Returns how many."""
    done, last, total = 0, 0, rows.count()
    ordered = rows.order_by("pk").values_list("pk", flat=True)
    while pks := list(ordered.filter(pk__gt=last)[:size]):
        with transaction.atomic():
            do(rows.model._base_manager.filter(pk__in=pks))
        done, last = done + len(pks), pks[-1]
        say(f"{rows.model._meta.db_table}: {done} of {total}")
    return done


def _require_no_transaction(schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.in_atomic_block:
        raise RuntimeError(
            "What is done while others write needs `atomic = False` in its migration."
        )
