"""A constraint for rows that are never changed nor deleted: the database itself refuses it."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import Model

from common.with_the_table import Deconstructed, WithTheTable, triggers_of

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


class WrittenOnce(WithTheTable):
    """The fields in `fields` never change after the insert, and the row is never deleted. Triggers in the database
    see to it."""

    def __init__(self, *, name: str, fields: list[str]) -> None:
        super().__init__(name=name, violation_error_message=WORDS)
        self.fields = list(fields)

    def statements(
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

    def remove_sql(  # type: ignore[override]  # Django hands both over, always
        self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> str:
        on = triggers_of(schema_editor, model)
        for end in ("u", "d"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.name}_{end}{on}", None)
        return ""

    def deconstruct(self) -> Deconstructed:
        path = "marketplace.models.written_once.WrittenOnce"
        return path, (), {"name": self.name, "fields": self.fields}


def _column_of(model: type[Model], name: str) -> str:
    column: str = model._meta.get_field(name).column  # type: ignore[union-attr, assignment]  # its own
    return column
