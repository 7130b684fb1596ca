"""A constraint for rows that are never changed nor deleted, or only once they are old: the database itself refuses it."""

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
FOR EACH ROW %(young)s EXECUTE FUNCTION %(name)s()
"""
SQLITE = (
    "CREATE TRIGGER %(name)s_u BEFORE UPDATE OF %(columns)s ON %(table)s "
    "BEGIN SELECT RAISE(ABORT, '%(words)s'); END",
    "CREATE TRIGGER %(name)s_d BEFORE DELETE ON %(table)s %(young)s "
    "BEGIN SELECT RAISE(ABORT, '%(words)s'); END",
)
WORDS = "This row is written once: it is neither changed nor deleted."


class WrittenOnce(WithTheTable):
    """The fields in `fields` never change after the insert, and the row is never deleted; with `kept_days`, not before
    its column `at` is that old. Triggers in the database see to it."""

    def __init__(self, *, name: str, fields: list[str], kept_days: int | None = None) -> None:
        super().__init__(name=name, violation_error_message=WORDS)
        self.fields = list(fields)
        self.kept_days = kept_days

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
                young=self._young(vendor),
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

    def _young(self, vendor: str) -> str:
        """The condition under which a row isn't deleted: none, without `kept_days`."""
        if self.kept_days is None:
            return ""
        days = int(self.kept_days)
        if vendor == "postgresql":
            return f"WHEN (OLD.at > now() - interval '{days} days')"
        return f"WHEN OLD.at > datetime('now', '-{days} days')"

    def deconstruct(self) -> Deconstructed:
        path = "marketplace.models.written_once.WrittenOnce"
        kept = {} if self.kept_days is None else {"kept_days": self.kept_days}
        return path, (), {"name": self.name, "fields": self.fields, **kept}


def _column_of(model: type[Model], name: str) -> str:
    column: str = model._meta.get_field(name).column  # type: ignore[union-attr, assignment]  # its own
    return column
