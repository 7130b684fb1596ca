"""manage.py backup FOLDER: the database, the files and what is kept apart, in a folder of its own that is whole or isn't."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backup import taking
from config.backup.refusals import NotPossible
from config.direct import speak_directly


class Command(BaseCommand):
    help = (
        "Takes a backup into a new folder below the one that is named: the database, the vault, the files that people sent, "
        "what is kept apart, and the sum of each. The keys of .env are not in it: keep them elsewhere, and as long."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where backups are kept")

    def handle(self, *args: Any, **options: Any) -> None:
        speak_directly()
        try:
            taken = taking.take(options["folder"].absolute(), say=self._say)
        except NotPossible as refusal:
            raise CommandError(f"No backup was taken. {refusal}") from None
        self.stdout.write(f"{taken}\nThe keys of .env are not in it: keep them elsewhere.")

    def _say(self, words: str) -> None:
        self.stdout.write(f"backup: {words}")
        self.stdout.flush()
