"""Each migration leaves the release before working: what breaks it is refused before anybody runs it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, OperationalError, connection, connections, migrations, models
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
NEW_IS_SAID = models.Q(new=None) | models.Q(count=1)


def a_release() -> ProjectState:
    state = ProjectState()
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("flag", models.CharField(max_length=10)),
        ("word", models.CharField(max_length=10, null=True)),
        ("count", models.IntegerField(db_default=0)),
        ("whose", models.ForeignKey("Thing", models.CASCADE, null=True, db_constraint=False)),
    ]
    kept = models.CheckConstraint(condition=YES_OR_NO, name="thing_flag")
    state.add_model(ModelState("market", "Thing", fields, options={"constraints": [kept]}))
    state.add_model(ModelState("market", "Promises", fields[:-1]))
    return state


def reckoned() -> models.GeneratedField:
    return models.GeneratedField(
        expression=models.F("count") + 1, output_field=models.IntegerField(), db_persist=True
    )


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
        (migrations.AddConstraint("thing", models.CheckConstraint(condition=NEW_IS_SAID, name="four")), "CheckRowsThere"),
        (
            migrations.AddConstraint("thing", models.CheckConstraint(condition=YES_OR_NO, name="thing_flag")),
            "CheckRowsThere",
        ),
        (migrations.AddConstraint("thing", models.UniqueConstraint(fields=["new"], name="one")), "CONCURRENTLY"),
        (slow_steps.CheckRowsThere("thing", "thing_flag"), "atomic = False"),
        (migrations.AddField("thing", "new", models.ForeignKey("Thing", models.CASCADE, null=True)), "AddIndexMeanwhile"),
        (
            migrations.AddField("thing", "new", models.ForeignKey("Thing", models.CASCADE, db_index=False, db_default=1)),
            "looked for elsewhere",
        ),
        (migrations.AddField("thing", "new", models.TextField(null=True, unique=True)), "AddIndexMeanwhile"),
        (migrations.AddField("thing", "new", reckoned()), "written anew"),
        (migrations.AlterField("thing", "whose", models.ForeignKey("Thing", models.CASCADE, null=True)), "looked for elsewhere"),
        (migrations.AlterField("thing", "word", models.CharField(max_length=10, null=True, db_index=True)), "AddIndexMeanwhile"),
        (migrations.AlterField("thing", "word", models.CharField(max_length=10, db_default="")), "CheckRowsThere"),
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
        migrations.AddField("thing", "new", models.ForeignKey("Thing", models.CASCADE, null=True, db_index=False)),
        migrations.AddField("thing", "new", models.ManyToManyField("Thing")),
        slow_steps.AddCheckOfNewRows("thing", models.CheckConstraint(condition=YES_OR_NO, name="thing_flag")),
        slow_steps.AddCheckOfNewRows("thing", models.CheckConstraint(condition=NEW_IS_SAID, name="three")),
        migrations.AddConstraint("promises", models.CheckConstraint(condition=NEW_IS_SAID, name="five")),
    ],
)  # fmt: skip
def test_what_the_release_before_bears_is_let_through(step):
    assert faults(step) == []


def test_an_index_made_meanwhile_and_rows_in_pieces_are_let_through():
    index = models.Index(fields=["flag"], name="i")
    rows = migrations.RunPython(migrations.RunPython.noop)
    assert faults(slow_steps.AddIndexMeanwhile("thing", index), rows, atomic=False) == []


def test_a_check_that_the_rows_there_are_never_held_to_is_told():
    check = models.CheckConstraint(condition=YES_OR_NO, name="thing_flag")
    first, second = (migrations.Migration(name, "market") for name in ("0002_new", "0003_there"))
    first.operations = [slow_steps.AddCheckOfNewRows("thing", check)]
    second.operations = [slow_steps.CheckRowsThere("thing", "thing_flag")]
    assert upgrades.never_read([first, second]) == []
    for chain in ([first], [second, first]):
        assert upgrades.never_read(chain) == [
            "the rows there are never held to thing_flag: CheckRowsThere"
        ]


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


def a_check_of_people(condition: models.Q) -> tuple:
    """A check of the accounts, as a migration's steps: what adds it, what holds the rows there to it, and the states around."""
    check = models.CheckConstraint(condition=condition, name="user_tried")
    add, hold = (
        slow_steps.AddCheckOfNewRows("user", check),
        slow_steps.CheckRowsThere("user", "user_tried"),
    )
    before = ProjectState.from_apps(apps)
    after = before.clone()
    add.state_forwards("accounts", after)
    return add, hold, before, after


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_check_is_of_new_rows_first_and_then_of_those_there_while_others_write():
    add, hold, before, after = a_check_of_people(models.Q(trade="maçon"))
    there = make_user(trade="tailleuse")
    with connection.schema_editor(atomic=False) as editor:
        for _twice in range(2):  # the first was broken off
            add.database_forwards("accounts", editor, before, after)
        with pytest.raises(IntegrityError, match="user_tried"):
            make_user(trade="tailleuse")
        with pytest.raises(IntegrityError, match="user_tried"):
            hold.database_forwards("accounts", editor, after, after)
        User.objects.filter(pk=there.pk).update(trade="maçon")
        with somebody_writes(there), connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '1s'")
            hold.database_forwards("accounts", editor, after, after)
            cursor.execute("SET lock_timeout = 0")
        hold.database_backwards("accounts", editor, after, after)
        add.database_backwards("accounts", editor, after, before)
    make_user(trade="tailleuse")
    with pytest.raises(RuntimeError, match="atomic = False"), connection.schema_editor() as editor:
        hold.database_forwards("accounts", editor, after, after)


@contextmanager
def somebody_writes(person: User) -> Iterator[None]:
    """On a connection of their own, in a transaction that isn't over."""
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE accounts_user SET last_name = 'X' WHERE id = %s", [person.pk])
            yield
            cursor.execute("ROLLBACK")
    finally:
        other.close()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_check_that_takes_the_place_of_another_is_taken_back_to_it():
    make_user(trade="maçon")
    narrow, _hold, before, first = a_check_of_people(models.Q(trade="maçon"))
    wide = slow_steps.AddCheckOfNewRows(
        "user", models.CheckConstraint(condition=~models.Q(trade=""), name="user_tried")
    )
    second = first.clone()
    wide.state_forwards("accounts", second)
    assert [one.name for one in second.models["accounts", "user"].options["constraints"]].count(
        "user_tried"
    ) == 1
    with connection.schema_editor(atomic=False) as editor:
        narrow.database_forwards("accounts", editor, before, first)
        wide.database_forwards("accounts", editor, first, second)
        make_user(trade="tailleuse").delete()
        wide.database_backwards("accounts", editor, second, first)
        with pytest.raises(IntegrityError):
            make_user(trade="tailleuse")
        narrow.database_backwards("accounts", editor, first, before)
    make_user(trade="tailleuse")


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
