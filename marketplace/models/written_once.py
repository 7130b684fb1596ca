"""A constraint for rows that are never changed nor deleted, or only once they are old: the database itself refuses it."""

from collections.abc import Callable
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import Model

from common.with_the_table import Deconstructed, WithTheTable, triggers_of

POSTGRES = """
CREATE OR REPLACE FUNCTION %(name)s() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '%(words)s' USING ERRCODE = 'check_violation'; END
$$ LANGUAGE plpgsql;
CREATE TRIGGER %(name)s_u BEFORE UPDATE OF %(columns)s ON %(table)s
FOR EACH ROW %(unless)s EXECUTE FUNCTION %(name)s();
CREATE TRIGGER %(name)s_d BEFORE DELETE ON %(table)s
FOR EACH ROW %(young)s EXECUTE FUNCTION %(name)s()
"""
SQLITE = (
    "CREATE TRIGGER %(name)s_u BEFORE UPDATE OF %(columns)s ON %(table)s %(unless)s "
    "BEGIN SELECT RAISE(ABORT, '%(words)s'); END",
    "CREATE TRIGGER %(name)s_d BEFORE DELETE ON %(table)s %(young)s "
    "BEGIN SELECT RAISE(ABORT, '%(words)s'); END",
)
WORDS = "This row is written once: it is neither changed nor deleted."


class WrittenOnce(WithTheTable):
    """The fields in `fields` never change after the insert, and the row is never deleted; with `kept_days`, not before
    its column `at` is that old. With `erased`, names of fields each with its empty value in SQL, these may be emptied, all
    of them at once and no other, once the field `since` is `erased_days` old (a dotted `since` is a moment inside a JSON
    field). Triggers in the database see to it."""

    def __init__(
        self,
        *,
        name: str,
        fields: list[str],
        kept_days: int | None = None,
        erased: dict[str, str] | None = None,
        erased_days: int = 0,
        since: str = "at",
    ) -> None:
        super().__init__(name=name, violation_error_message=WORDS)
        self.fields = list(fields)
        self.kept_days = kept_days
        self.erased, self.erased_days, self.since = erased or {}, erased_days, since

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
                unless=self._unless(model, vendor, quote),
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

    def _unless(self, model: type[Model], vendor: str, quote: Callable[[str], str]) -> str:
        """The condition under which a change is refused: any, without `erased`."""
        if not self.erased:
            return ""
        same = "IS NOT DISTINCT FROM" if vendor == "postgresql" else "IS"
        asked = [self._is_old(model, vendor, quote)]
        for field in self.fields:
            column = quote(_column_of(model, field))
            kept = self.erased.get(field, f"OLD.{column}")
            if vendor == "postgresql" and kept == "'{}'":
                kept += "::jsonb"
            asked.append(f"NEW.{column} {same} {kept}")
        return f"WHEN (NOT ({' AND '.join(asked)}))"

    def _is_old(self, model: type[Model], vendor: str, quote: Callable[[str], str]) -> str:
        field, _dot, key = self.since.partition(".")
        column, days = quote(_column_of(model, field)), int(self.erased_days)
        if vendor == "postgresql":
            at = f"to_timestamp((OLD.{column}->>'{key}')::float8)" if key else f"OLD.{column}"
            return f"coalesce({at} < now() - interval '{days} days', false)"
        at = (
            f"datetime(json_extract(OLD.{column}, '$.{key}'), 'unixepoch')"
            if key
            else f"OLD.{column}"
        )
        return f"coalesce({at} < datetime('now', '-{days} days'), 0)"

    def deconstruct(self) -> Deconstructed:
        path = "marketplace.models.written_once.WrittenOnce"
        said: dict[str, Any] = {"name": self.name, "fields": self.fields}
        if self.kept_days is not None:
            said["kept_days"] = self.kept_days
        if self.erased:
            said |= {"erased": self.erased, "erased_days": self.erased_days, "since": self.since}
        return path, (), said


def _column_of(model: type[Model], name: str) -> str:
    column: str = model._meta.get_field(name).column  # type: ignore[union-attr, assignment]  # its own
    return column
