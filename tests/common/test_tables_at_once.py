"""Tables that a migration makes at once are the same as one after the other, and cost less."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from common.tables_at_once import CreateModels, at_once


def table(name: str, *pointing: str) -> migrations.CreateModel:
    to = [
        (f"to_{other}", models.ForeignKey(f"house.{other}", models.CASCADE)) for other in pointing
    ]
    return migrations.CreateModel(name, [("id", models.BigAutoField(primary_key=True)), *to])


def steps() -> list[migrations.operations.base.Operation]:
    circle = models.ForeignKey("house.Line", models.CASCADE, null=True)
    word = migrations.AddField("Word", "line", circle)
    return [table("Word"), table("Line", "Word"), word, table("Page", "Word", "Line")]


def lived(operations: list[migrations.operations.base.Operation]) -> ProjectState:
    state = ProjectState()
    assert not state.apps.get_models()  # models are rendered from here on
    for operation in operations:
        operation.state_forwards("house", state)
    return state


def tables(state: ProjectState) -> dict[str, list[str]]:
    return {
        model._meta.db_table: sorted(field.name for field in model._meta.get_fields())
        for model in state.apps.get_models()
    }


def test_only_what_comes_one_after_the_other_is_made_at_once():
    first, field, last = at_once(steps())
    assert [one.name for one in first.tables] == ["Word", "Line"]
    assert isinstance(field, migrations.AddField)
    assert isinstance(last, CreateModels)
    assert [one.name for one in last.tables] == ["Page"]


def test_the_models_are_those_of_one_after_the_other():
    together, alone = lived(at_once(steps())), lived(steps())
    assert together == alone
    assert tables(together) == tables(alone)


def test_no_model_is_rendered_before_it_is_asked_for():
    assert "apps" not in vars(lived(at_once([table("Word"), table("Line", "Word")])))


@pytest.mark.django_db(transaction=True)
def test_the_tables_are_there_and_go_again():
    together = at_once([table("Word"), table("Line", "Word")])[0]
    before, after = ProjectState(), lived([together])
    with connection.schema_editor() as editor:
        together.database_forwards("house", editor, before, after)
    word, line = (after.apps.get_model("house", name) for name in ("Word", "Line"))
    assert line.objects.create(to_Word=word.objects.create()).pk
    line.objects.all().delete()
    with connection.schema_editor() as editor:
        together.database_backwards("house", editor, after, before)
    assert not {"house_word", "house_line"} & set(connection.introspection.table_names())
