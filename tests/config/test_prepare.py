"""`manage.py prepare`: what it refuses to open."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from config.management.commands.prepare import BEFORE_THE_FIRST_RELEASE


def test_a_database_of_before_the_first_release_is_left_as_it_is_with_a_sentence(tmp_path):
    file = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(file)) as former, former:
        former.execute(
            "CREATE TABLE django_migrations (id integer, app text, name text, applied text)"
        )
        former.execute(
            "INSERT INTO django_migrations VALUES (1, ?, ?, '2026-10-01')", BEFORE_THE_FIRST_RELEASE
        )
    plain = {
        "DATABASE_URL": "sqlite",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(tmp_path),
        "REDIS_URL": "none",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=settings.BASE_DIR,
        env=os.environ | plain | {"DEBUG": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "before version 0.1.0" in done.stderr
    assert "start again" in done.stderr
    with closing(sqlite3.connect(file)) as former, former:
        assert former.execute("SELECT name FROM sqlite_master").fetchall() == [
            ("django_migrations",)
        ]


def test_no_migration_of_today_bears_that_name():
    """Else every database would be refused."""
    assert BEFORE_THE_FIRST_RELEASE not in MigrationLoader(None).disk_migrations
