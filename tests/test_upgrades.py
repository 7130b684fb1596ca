"""Each migration leaves the release before working: what breaks it is refused before anybody runs it."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection, migrations, models
from django.db.migrations.state import ModelState, ProjectState
from psycopg.errors import LockNotAvailable

from accounts.models import User
from common import slow_steps
from config.management.commands import migrate
from config.release import RELEASE, ordered
from tests import upgrades
from tests.factories import make_user

pytestmark = pytest.mark.once
YES_OR_NO = models.Q(flag__in=["a", "b"])


def a_release() -> ProjectState:
    state = ProjectState()
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("flag", models.CharField(max_length=10)),
        ("word", models.CharField(max_length=10, null=True)),
        ("count", models.IntegerField(db_default=0)),
    ]
    kept = models.CheckConstraint(condition=YES_OR_NO, name="thing_flag")
    state.add_model(ModelState("market", "Thing", fields, options={"constraints": [kept]}))
    return state


def faults(*operations, atomic=True) -> list[str]:
    migration = migrations.Migration("0002_new", "market")
    migration.operations, migration.atomic = list(operations), atomic
    return list(upgrades.faults_of(migration, a_release()))


def test_no_migration_since_the_last_release_breaks_it(settings):
    settings.MIGRATION_MODULES = {}  # for the tests there are none
    assert upgrades.faults() == []


def test_the_changelog_names_the_release_before_and_it_comes_before_this_code():
    name, commit = upgrades.release_before()
    assert len(commit) >= 8
    assert ordered(name) <= ordered(RELEASE)
    said = (upgrades.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{RELEASE}"' in said


@pytest.mark.parametrize("app", upgrades.OURS)
def test_the_changelog_says_once_what_each_migration_since_the_release_brings(app):
    folder = upgrades.ROOT / app / "migrations"
    last = upgrades.RELEASED[app][:4]
    made = {one.name[:4] for one in folder.glob("0*.py") if one.name[:4] > last}
    assert upgrades.told_of(app) == sorted(made)


@pytest.mark.parametrize(
    ("step", "word"),
    [
        (migrations.RemoveField("thing", "flag"), "drop it a release later"),
        (migrations.RenameField("thing", "flag", "mark"), "drop it a release later"),
        (migrations.DeleteModel("Thing"), "leave it until the next one"),
        (migrations.RenameModel("Thing", "Item"), "leave it until the next one"),
        (migrations.AlterModelTable("thing", "other"), "leave it until the next one"),
        (migrations.AddField("thing", "new", models.TextField()), "db_default"),
        (migrations.AddField("thing", "new", models.TextField(default="")), "db_default"),
        (migrations.AlterField("thing", "word", models.CharField(max_length=10)), "a db_default first"),
        (migrations.AlterField("thing", "count", models.IntegerField()), "leaves to the database"),
        (migrations.AlterField("thing", "flag", models.CharField(max_length=5)), "no longer takes"),
        (migrations.AlterField("thing", "count", models.TextField(db_default="")), "written anew"),
        (
            migrations.AddConstraint("thing", models.UniqueConstraint(fields=["flag"], name="one")),
            "doesn’t know",
        ),
        (
            migrations.AddConstraint("thing", models.CheckConstraint(condition=models.Q(count__gt=0), name="two")),
            "doesn’t know",
        ),
        (migrations.AddIndex("thing", models.Index(fields=["flag"], name="i")), "AddIndexMeanwhile"),
        (migrations.RunPython(migrations.RunPython.noop), "in pieces"),
    ],
)  # fmt: skip
def test_what_breaks_the_release_before_or_holds_a_table_is_refused_with_what_to_do(step, word):
    found = faults(step)
    assert [fault for fault in found if word in fault], found


@pytest.mark.parametrize(
    "step",
    [
        migrations.AddField("thing", "new", models.TextField(null=True)),
        migrations.AddField("thing", "new", models.TextField(db_default="")),
        migrations.AlterField("thing", "flag", models.CharField(max_length=20)),
        migrations.AlterField("thing", "flag", models.CharField(max_length=10, choices=[("a", "A")])),
        migrations.AlterField("thing", "flag", models.TextField()),
        migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))]),
        migrations.RemoveField("other", "anything"),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("thing", "flag")]),
        migrations.AddConstraint("thing", models.CheckConstraint(condition=YES_OR_NO, name="thing_flag")),
        migrations.AddConstraint(
            "thing", models.CheckConstraint(condition=models.Q(new=None) | models.Q(count=1), name="three")
        ),
    ],
)  # fmt: skip
def test_what_the_release_before_bears_is_let_through(step):
    assert faults(step) == []


def test_an_index_made_meanwhile_and_rows_in_pieces_are_let_through():
    index = models.Index(fields=["flag"], name="i")
    rows = migrations.RunPython(migrations.RunPython.noop)
    assert faults(slow_steps.AddIndexMeanwhile("thing", index), rows, atomic=False) == []


def test_rows_that_were_treated_before_it_broke_off_arent_treated_again():
    for number in range(5):
        make_user(first_name=f"P{number}", trade="")
    lacking, seen, said = User.objects.filter(trade=""), [], []

    def do(piece):
        if len(seen) == 4:
            raise OperationalError("the machine was stopped")
        seen.extend(piece.values_list("pk", flat=True))
        piece.update(trade="maçon")

    with pytest.raises(OperationalError):
        slow_steps.in_pieces(lacking, do, size=2, say=said.append)
    assert said[-1] == "accounts_user: 4 of 5"
    seen.clear()
    assert slow_steps.in_pieces(lacking, do, size=2, say=said.append) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_index_is_made_while_others_write_and_one_that_was_broken_off_is_made_anew():
    index = models.Index(fields=["trade"], name="user_by_trade_tried")
    step = slow_steps.AddIndexMeanwhile("user", index)
    step.state_forwards = lambda *_arguments: None
    state = ProjectState.from_apps(apps)
    with connection.schema_editor(atomic=False) as editor:
        for _twice in range(2):
            step.database_forwards("accounts", editor, state, state)
        step.database_backwards("accounts", editor, state, state)
    with pytest.raises(RuntimeError, match="atomic = False"), connection.schema_editor() as editor:
        step.database_forwards("accounts", editor, state, state)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_migration_gives_way_to_whoever_holds_a_table_and_says_so_in_the_end(monkeypatch):
    tried = []

    def blocked(*_arguments, **_options):
        tried.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("3s",)
        error = OperationalError("canceling statement due to lock timeout")
        error.__cause__ = LockNotAvailable()
        raise error

    (djangos,) = migrate.Command.__bases__
    monkeypatch.setattr(djangos, "handle", blocked)
    monkeypatch.setattr(migrate, "REST", 0)
    monkeypatch.setattr(migrate, "TRIES", 3)
    with pytest.raises(CommandError, match="pg_stat_activity"):
        call_command("migrate", verbosity=0)
    assert len(tried) == 3
