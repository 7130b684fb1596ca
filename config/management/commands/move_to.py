"""manage.py move_to ADDRESS: carries a site that began on SQLite over to PostgreSQL, or back."""

import os
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections

from config import env, moving, stores
from config.backup import alone
from config.backup.refusals import NotPossible
from config.direct import speak_directly

NEXT = (
    "{rows} rows are there, all of them and as they were; this database is untouched. Files stay where they are. Now put "
    "DATABASE_URL={address} into .env, run `manage.py prepare` and `manage.py verify_documents`, and start the site. Keep the "
    "old database until you have looked around."
)


class Command(BaseCommand):
    help = (
        "Copies all rows into another, empty database: postgres://user:password@host:5432/name from SQLite, or `sqlite` (a "
        "new file in VAR_DIR) from PostgreSQL. Stop the site first; take a backup."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="as DATABASE_URL says it")

    def handle(self, *args: Any, **options: Any) -> None:
        speak_directly()
        address = options["address"]
        try:
            with alone.nobody_at_work():
                there = self._other(address)
                self._lay_out(address)
                connections.databases[moving.THERE] = there
                rows = moving.move(self._say)
        except (NotPossible, ImproperlyConfigured) as refusal:
            raise CommandError(f"Nothing was moved. {refusal}") from None
        self.stdout.write(NEXT.format(rows=rows, address=without_password(address)))

    def _other(self, address: str) -> dict[str, Any]:
        """Django's settings for that database. Raises NotPossible, and ImproperlyConfigured for what is no address."""
        known = connections.settings["default"]
        path = settings.VAR_DIR / "db.sqlite3"
        if address == "sqlite":
            said = {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": {}}
        else:
            said = env.postgres(address) | {"OPTIONS": stores.tls()}
        if said["ENGINE"] == connection.settings_dict["ENGINE"]:
            raise NotPossible("That is the same kind of database: backup and restore do it.")
        if address == "sqlite" and path.exists():
            raise NotPossible(f"{path} is there already: move it aside.")
        own = {"USER": "", "PASSWORD": "", "HOST": "", "PORT": ""}
        return {**known, **own, **said}

    def _lay_out(self, address: str) -> None:
        """By a process of its own: a migration that reads rows reads those of the database that the settings name."""
        for command in ("migrate", "createcachetable"):
            self._say(f"{command} there")
            done = subprocess.run(
                [sys.executable, "manage.py", command, "-v", "0"],
                cwd=settings.BASE_DIR,
                env=os.environ | {"DATABASE_URL": address, "DATABASE_DIRECT_URL": ""},
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            if done.returncode:
                said = (done.stderr.strip() or "it doesn’t say why").splitlines()[-1]
                raise NotPossible(f"{command} failed there: {said}")

    def _say(self, words: str) -> None:
        self.stdout.write(f"move_to: {words}")
        self.stdout.flush()


def without_password(address: str) -> str:
    before, at, host = address.rpartition("@")
    return f"{before.rpartition(':')[0]}:…@{host}" if at and before.count(":") > 1 else address
