"""What a step of a first migration renders anew is what it changes; the tables are the same."""

from contextlib import nullcontext
from typing import Any

import pytest
from django.core.management import call_command
from django.db import migrations, models
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from common.first_state import only_what_changes
from config.management.commands import migrate
from tests.common.test_tables_at_once import table

INDEX = models.Index(fields=["id"], name="house_word_at")
THOROUGH = ProjectState.reload_model


def lived(context: Any) -> tuple[ProjectState, dict[str, type], dict[str, type]]:
    """The state, with its models before and after Word has got an index."""
    state = ProjectState()
    for operation in (table("Word"), table("Line", "Word"), table("Page", "Word", "Line")):
        operation.state_forwards("house", state)
    before = {model.__name__: model for model in state.apps.get_models()}
    with context:
        migrations.AddIndex("Word", INDEX).state_forwards("house", state)
    return state, before, {model.__name__: model for model in state.apps.get_models()}


def test_of_an_index_only_its_model_is_rendered_anew():
    _state, before, after = lived(only_what_changes())
    assert {name for name in before if before[name] is not after[name]} == {"Word"}
    assert after["Word"]._meta.indexes == [INDEX]


def test_the_state_is_the_same():
    quick, thorough = lived(only_what_changes())[0], lived(nullcontext())[0]
    assert quick == thorough


def test_who_points_to_it_is_known_of_it():
    after = lived(only_what_changes())[2]
    assert {one.related_model.__name__ for one in after["Word"]._meta.related_objects} == {
        "Line",
        "Page",
    }


def test_a_relation_is_rendered_with_all_that_it_touches():
    state = lived(nullcontext())[0]
    before = {model.__name__: model for model in state.apps.get_models()}
    field = models.ForeignKey("house.Page", models.CASCADE, null=True)
    with only_what_changes():
        migrations.AddField("Word", "page", field).state_forwards("house", state)
    assert not set(before.values()) & set(state.apps.get_models())


def test_what_reads_rows_has_models_that_agree():
    """RunPython has them rendered by this: they point to each other as they are."""
    state = lived(only_what_changes())[0]
    state.clear_delayed_apps_cache()
    word, line = (state.apps.get_model("house", name) for name in ("Word", "Line"))
    assert line._meta.get_field("to_Word").related_model is word


@pytest.mark.django_db
@pytest.mark.parametrize("begun", [{("accounts", "0001_initial"): None}, {}])
def test_only_a_database_without_any_migration_is_migrated_so(begun, monkeypatch):
    ways = []
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _recorder: begun)
    djangos = (
        migrate.Command.__base__
    )  # the tests' own may have taken the place of what the module holds today
    monkeypatch.setattr(djangos, "handle", lambda *_a, **_o: ways.append(ProjectState.reload_model))
    call_command("migrate", verbosity=0)
    assert [way is THOROUGH for way in ways] == [bool(begun)]
    assert ProjectState.reload_model is THOROUGH
