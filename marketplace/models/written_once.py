"""A constraint for rows that are never changed nor deleted: the database itself refuses it."""

from collections.abc import Collection
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint, Model

POSTGRES = """
CREATE OR REPLACE FUNCTION %(name)s() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '%(words)s' USING ERRCODE = 'check_violation'; END
$$ LANGUAGE plpgsql;
CREATE TRIGGER %(name)s_u BEFORE UPDATE OF %(columns)s ON %(table)s
FOR EACH ROW EXECUTE FUNCTION %(name)s();
CREATE TRIGGER %(name)s_d BEFORE DELETE ON %(table)s
FOR EACH ROW EXECUTE FUNCTION %(name)s()
"""
SQLITE = (
    "CREATE TRIGGER %(name)s_u BEFORE UPDATE OF %(columns)s ON %(table)s "
    "BEGIN SELECT RAISE(ABORT, '%(words)s'); END",
    "CREATE TRIGGER %(name)s_d BEFORE DELETE ON %(table)s "
    "BEGIN SELECT RAISE(ABORT, '%(words)s'); END",
)
WORDS = "This row is written once: it is neither changed nor deleted."


class WrittenOnce(BaseConstraint):
    """The fields in `fields` never change after the insert, and the row is never deleted. Triggers in the database
    see to it."""

    def __init__(self, *, name: str, fields: list[str]) -> None:
        super().__init__(name=name, violation_error_message=WORDS)
        self.fields = list(fields)

    def _statements(
        self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> list[Statement]:
        vendor = schema_editor.connection.vendor
        quote = schema_editor.quote_name
        columns = ", ".join(quote(_column_of(model, name)) for name in self.fields)
        templates = (POSTGRES,) if vendor == "postgresql" else SQLITE
        return [
            Statement(
                template,
                table=Table(model._meta.db_table, quote),
                name=self.name,
                columns=columns,
                words=WORDS,
            )
            for template in templates
        ]

    def constraint_sql(  # type: ignore[override]  # Django hands both over, always
        self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> str:
        """No SQL inside CREATE TABLE: the trigger is created right after the table."""
        schema_editor.deferred_sql.extend(self._statements(model, schema_editor))
        return ""

    def create_sql(  # type: ignore[override]  # Django hands both over, always
        self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> str:
        schema_editor.deferred_sql.extend(self._statements(model, schema_editor))
        return ""

    def remove_sql(  # type: ignore[override]  # Django hands both over, always
        self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> str:
        quote = schema_editor.quote_name
        on = (
            f" ON {quote(model._meta.db_table)}"
            if schema_editor.connection.vendor == "postgresql"
            else ""
        )
        for end in ("u", "d"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.name}_{end}{on}", None)
        return ""

    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: Collection[str] | None = None,
        using: str = "default",
    ) -> None:
        """Nothing to check: a row that isn't saved yet can't break this constraint."""

    def deconstruct(self) -> tuple[str, tuple, dict[str, Any]]:
        path = "marketplace.models.written_once.WrittenOnce"
        return path, (), {"name": self.name, "fields": self.fields}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WrittenOnce) and self.deconstruct() == other.deconstruct()

    __hash__ = BaseConstraint.__hash__


def _column_of(model: type[Model], name: str) -> str:
    column: str = model._meta.get_field(name).column  # type: ignore[union-attr, assignment]  # its own
    return column
