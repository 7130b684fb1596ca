"""manage.py turn_keys: after a change of PAPERS_KEY or SECRET_KEY in .env, brings what the old ones hold under today's."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.backup import turning
from config.backup.refusals import NotPossible, where_there_is_room


class Command(BaseCommand):
    help = (
        "After a change of keys (the new ones in .env, the old ones in PAPERS_KEY_FALLBACKS and SECRET_KEY_FALLBACKS, every "
        "process restarted): seals papers anew, hides costs of hours anew, signs the lists apart anew, and puts the old keys "
        "away, readable under today's for backups of before. A run that was broken off is begun again."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        only_look = options["dry_run"]
        try:
            with where_there_is_room(str(settings.VAR_DIR)):
                outcome = turning.turn(self._say, only_look=only_look)
        except NotPossible as refusal:
            raise CommandError(f"{refusal} Run it again once there is.") from None
        done = "Under an old key" if only_look else "Brought under today’s key"
        self.stdout.write(
            f"{done}: {outcome.papers.links} link(s) of papers, {outcome.papers.costs} cost(s) of hours, "
            f"{outcome.lines} line(s) of the lists apart. Old keys {'to put' if only_look else 'put'} away: {outcome.keys}."
        )
        if outcome.papers.unreadable:
            self.stdout.write(
                f"{outcome.papers.unreadable} cost(s) can’t be read with any key of .env, and stay as they are: they are "
                "asked anew of whoever entered them."
            )
        if outcome.papers.broken:
            raise CommandError(
                "Not sealed anew, since the chain doesn’t hold under any key of .env: leave the old keys there, and see "
                "docs/documents.md.\n" + "\n".join(outcome.papers.broken)
            )
        if not only_look:
            self._what_next()

    def _what_next(self) -> None:
        if settings.PAPERS_KEY_FALLBACKS:
            self.stdout.write(
                "PAPERS_KEY_FALLBACKS may be taken out of .env. Restart every process, then run verify_documents."
            )
        if settings.SECRET_KEY_FALLBACKS:
            day = timezone.localdate() + timedelta(days=365)
            self.stdout.write(
                f"SECRET_KEY_FALLBACKS stays in .env for the links in letters that are under way: until {day:%Y-%m-%d}, if "
                "it was changed today. Taken out earlier, they open nothing any more."
            )

    def _say(self, words: str) -> None:
        self.stdout.write(f"turn_keys: {words}")
        self.stdout.flush()
