"""The tables of a first migration, made at once instead of one after the other (docs/decisions/0071)."""

from typing import Any

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation


class CreateModels(Operation):
    """As each of these operations one after the other. Django renders all models anew that a new one points to, and
    those that point to these: where all point to people, that is every model for every table."""

    def __init__(self, tables: list[CreateModel]) -> None:
        self.tables = tables

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__qualname__, [], {"tables": self.tables}

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.__dict__.pop("apps", None)  # rendered once, when it is next asked for
        for table in self.tables:
            table.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        for table in self.tables:
            table.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        for table in reversed(self.tables):
            table.database_backwards(app_label, schema_editor, from_state, to_state)

    def references_model(self, name: str, app_label: str) -> bool:
        return any(table.references_model(name, app_label) for table in self.tables)

    def describe(self) -> str:
        return f"Create {len(self.tables)} tables"


def at_once(operations: list[Operation]) -> list[Operation]:
    """The same operations; each row of tables that are created one after the other is created at once."""
    done: list[Operation] = []
    for operation in operations:
        if not isinstance(operation, CreateModel):
            done.append(operation)
        elif done and isinstance(done[-1], CreateModels):
            done[-1].tables.append(operation)
        else:
            done.append(CreateModels([operation]))
    return done
