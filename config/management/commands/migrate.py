"""manage.py migrate: Django's own, which doesn't stand in the way of a site that goes on."""

import time
from contextlib import nullcontext
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.migrations.recorder import MigrationRecorder

from common.first_state import only_what_changes
from config.direct import speak_directly

PATIENCE = "3s"  # whoever comes behind a migration that waits for a table waits too
TRIES, REST = 40, 5.0


class Command(migrate.Command):
    help = (
        migrate.Command.help
        + " On PostgreSQL no page waits more than three seconds behind it: it gives way, and tries again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        speak_directly()
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            self._migrate(connection, *args, **options)
            return
        for attempt in range(1, TRIES + 1):
            _say_patience(connection, PATIENCE)
            try:
                self._migrate(connection, *args, **options)
            except OperationalError as error:
                if not is_a_lock(error):
                    raise
                self.stderr.write(f"migrate: a table is in use, trying again ({attempt})")
                time.sleep(REST)
            else:
                _say_patience(connection, "0")
                return
        raise CommandError(
            "A table was in use all the time: look for a long transaction (pg_stat_activity), end it and run this again. "
            "What had been migrated stays, and the release before works on it."
        )

    def _migrate(self, connection: Any, *args: Any, **options: Any) -> None:
        with nullcontext() if has_begun(connection) else only_what_changes():
            super().handle(*args, **options)


def has_begun(connection: Any) -> bool:
    """Whether any migration has run in it."""
    return bool(MigrationRecorder(connection).applied_migrations())


def _say_patience(connection: Any, patience: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [patience])


def is_a_lock(error: OperationalError) -> bool:
    """Whether somebody else had the table: 55P03, lock_not_available."""
    return getattr(error.__cause__, "sqlstate", "") == "55P03"
