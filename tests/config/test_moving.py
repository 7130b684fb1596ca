"""`manage.py move_to`: every row is in the other kind of database as it was, and the site goes on there."""

from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from accounts.models import User
from config import moving
from config.backup.refusals import NotPossible
from config.management.commands.move_to import without_password
from marketplace.models import Need, NeedStep
from tests.factories import make_mission, make_need, make_organisation, make_user

pytestmark = pytest.mark.django_db


@contextmanager
def another(alias, **settings):
    """A database by this alias, its tables straight from the models."""
    own = {"USER": "", "PASSWORD": "", "HOST": "", "PORT": "", "OPTIONS": {}}
    connections.databases[alias] = {**connections.settings["default"], **own, **settings}
    connections[alias].connect()  # itself: pytest-django refuses an alias that is new
    try:
        call_command("migrate", database=alias, run_syncdb=True, verbosity=0, interactive=False)
        yield alias
    finally:
        connections[alias].close()
        del connections.databases[alias]
        delattr(connections._connections, alias)


@contextmanager
def a_file(tmp_path, alias="moved-to"):
    lite = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / f"{alias}.sqlite3")}
    with another(alias, **lite) as found:
        yield found


@contextmanager
def a_server(alias):
    """A database of its own beside the tests' one, on the same server."""
    known = connections["default"].settings_dict
    name = f"{known['NAME']}_moved"
    where = {"host": known["HOST"], "port": known["PORT"], "user": known["USER"]}
    with psycopg.connect(**where, dbname="postgres", autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')
        server.execute(f'CREATE DATABASE "{name}"')
    place = {key: known[key] for key in ("ENGINE", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
    with another(alias, **place, NAME=name) as found:
        yield found
    with psycopg.connect(**where, dbname="postgres", autocommit=True) as server:
        server.execute(f'DROP DATABASE "{name}"')


def held(alias) -> dict:
    """All that is in it, by table."""
    return {
        model._meta.db_table: list(
            model._base_manager.using(alias).order_by("pk").values_list(*names(model))
        )
        for model in moving.models()
    }


def names(model) -> list[str]:
    return [field.attname for field in model._meta.local_concrete_fields]


def a_world() -> None:
    """Rows of many kinds: long ago, with money and papers, in conversation, and the newest one gone."""
    mission = make_mission(work=True)
    make_need(make_organisation(name="Les Jardins de Marelle"), title="Tenir nos comptes d’été")
    User.objects.filter(pk=mission.offer.person_id).update(
        date_joined=timezone.localtime() - timedelta(days=400, microseconds=1)
    )
    make_user(first_name="Zoé", last_name="L’Écuyer")
    make_user().delete()


def goes_on(alias) -> None:
    """Numbers that were given aren't given again, words are found, what is written once can't be changed."""
    last = User.objects.order_by("-pk").values_list("pk", flat=True)[0]
    new = User.objects.using(alias).create(email="after@example.org", first_name="A", last_name="B")
    assert new.pk > last + 1, "the number of whom is gone stays theirs"
    step = NeedStep.objects.using(alias).first() or NeedStep.objects.using(alias).create(
        need=Need.objects.using(alias).first(), after="PUBLISHED", at=timezone.now()
    )
    assert step.pk
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM marketplace_need")
        assert cursor.fetchone()[0] == Need.objects.count()


def test_every_row_is_in_the_file_as_it_was_and_numbers_go_on(tmp_path):
    a_world()
    said = []
    with a_file(tmp_path) as there:
        rows = moving.move(said.append, there=there)
        assert held(there) == held("default")
        assert rows == sum(map(len, held(there).values()))
        assert f"marketplace_need: {Need.objects.count()}" in said
        goes_on(there)


@pytest.mark.postgres
def test_and_from_the_file_in_a_server_again(tmp_path):
    a_world()
    with a_file(tmp_path) as file, a_server("served") as server:
        moving.move(lambda _line: None, there=file)
        moving.move(lambda _line: None, here=file, there=server)
        assert held(server) == held("default")
        goes_on(server)


def test_a_database_with_people_in_it_is_refused_and_left_as_it_is(tmp_path):
    a_world()
    with a_file(tmp_path) as there:
        User.objects.using(there).create(email="there@example.org", first_name="A", last_name="B")
        with pytest.raises(NotPossible, match="people in that database"):
            moving.move(lambda _line: None, there=there)
        assert User.objects.using(there).count() == 1


def test_a_row_that_is_not_taken_is_named_and_nothing_is_kept(tmp_path):
    a_world()
    with a_file(tmp_path) as there:
        with connections[there].cursor() as cursor:
            cursor.execute(
                "CREATE TRIGGER no BEFORE INSERT ON marketplace_need BEGIN SELECT RAISE(ABORT, 'no room'); END"
            )
        with pytest.raises(
            NotPossible, match="row of marketplace_need, from .* isn’t taken: no room"
        ):
            moving.move(lambda _line: None, there=there)
        assert not User.objects.using(there).exists()


def test_the_same_kind_of_database_and_nonsense_are_refused_with_a_sentence(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    same = "sqlite" if connections["default"].vendor == "sqlite" else "postgres://a@localhost/b"
    with pytest.raises(CommandError, match="Nothing was moved. That is the same kind"):
        call_command("move_to", same)
    with pytest.raises(CommandError, match="Nothing was moved. DATABASE_URL looks like"):
        call_command("move_to", "mysql://a@b/c")
    (tmp_path / "db.sqlite3").touch()
    with pytest.raises(CommandError, match="is there already|same kind"):
        call_command("move_to", "sqlite")
    assert (
        without_password("postgres://site:secret@db:5432/site") == "postgres://site:…@db:5432/site"
    )
    assert without_password("sqlite") == "sqlite"
