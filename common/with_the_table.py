"""Constraints that are made of triggers: they come right after their table, with migrations or without."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement
from django.db.models import BaseConstraint, Model


class WithTheTable(BaseConstraint):
    """A kind of it says its `statements`, its `remove_sql` and what it is made of (`deconstruct`)."""

    def statements(
        self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> Iterable[Statement]:
        raise NotImplementedError

    def constraint_sql(  # type: ignore[override]  # Django hands both over, always
        self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> str:
        """No SQL inside CREATE TABLE: the triggers are created right after the table."""
        schema_editor.deferred_sql.extend(self.statements(model, schema_editor))
        return ""

    def create_sql(  # type: ignore[override]  # Django hands both over, always
        self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> str:
        schema_editor.deferred_sql.extend(self.statements(model, schema_editor))
        return ""

    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: Collection[str] | None = None,
        using: str = "default",
    ) -> None:
        """Nothing to check before the row is saved."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.deconstruct() == other.deconstruct()

    __hash__ = BaseConstraint.__hash__


def triggers_of(schema_editor: BaseDatabaseSchemaEditor, model: type[Model]) -> str:
    """What follows the name of a trigger that is dropped: its table on PostgreSQL, nothing on SQLite."""
    on_postgres = schema_editor.connection.vendor == "postgresql"
    return f" ON {schema_editor.quote_name(model._meta.db_table)}" if on_postgres else ""


type Deconstructed = tuple[str, tuple, dict[str, Any]]
