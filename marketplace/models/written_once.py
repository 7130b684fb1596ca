"""What is written once stays: the database itself refuses to change or to delete it."""

from typing import Any

from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint

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
    """`fields` never change after the insert; the row is never deleted. Held by triggers."""

    def __init__(self, *, name: str, fields: list[str]):
        super().__init__(name=name, violation_error_message=WORDS)
        self.fields = list(fields)

    def _statements(self, model, schema_editor) -> list[Statement]:
        vendor = schema_editor.connection.vendor
        quote = schema_editor.quote_name
        columns = ", ".join(quote(model._meta.get_field(name).column) for name in self.fields)
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

    def constraint_sql(self, model, schema_editor) -> str:
        """Inside CREATE TABLE there is no room for a trigger: it comes right after."""
        schema_editor.deferred_sql.extend(self._statements(model, schema_editor))
        return ""

    def create_sql(self, model, schema_editor) -> str:
        schema_editor.deferred_sql.extend(self._statements(model, schema_editor))
        return ""

    def remove_sql(self, model, schema_editor) -> str:
        quote = schema_editor.quote_name
        on = (
            f" ON {quote(model._meta.db_table)}"
            if schema_editor.connection.vendor == "postgresql"
            else ""
        )
        for end in ("u", "d"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.name}_{end}{on}", None)
        return ""

    def validate(self, model, instance, exclude=None, using="default") -> None:
        """Nothing to ask of a row that isn't there yet."""

    def deconstruct(self) -> tuple[str, tuple, dict[str, Any]]:
        path = "marketplace.models.written_once.WrittenOnce"
        return path, (), {"name": self.name, "fields": self.fields}

    def __eq__(self, other) -> bool:
        return isinstance(other, WrittenOnce) and self.deconstruct() == other.deconstruct()

    __hash__ = BaseConstraint.__hash__
