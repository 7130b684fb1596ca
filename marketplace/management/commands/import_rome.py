"""manage.py import_rome DIR: the State's list of trades, from its official CSV files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.actions.market.rome import import_rome
from marketplace.words.rome_files import FILES, BrokenFile

STEPS = len(FILES) + 6  # the files, then trades, competences, appellations, links, two indexes


class Command(BaseCommand):
    help = (
        "Read the official ROME 4.0 CSV files (France Travail's open data) so that job titles are "
        "understood. All or nothing; may run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="The folder of the CSV files.")

    def handle(self, *, folder: Path, verbosity: int, **options: Any) -> None:
        self.done, self.verbosity = 0, verbosity
        try:
            rome = import_rome(folder, self._step)
        except BrokenFile as refusal:
            self._end()
            raise CommandError(str(refusal)) from refusal
        self._end()
        self.stdout.write(
            f"ROME: {len(rome.trades)} trades, {len(rome.appellations)} job titles, "
            f"{len(rome.macros)} macro-competences, {len(rome.competences)} competences, "
            f"{len(rome.knowledge)} fields of knowledge, {len(rome.mobility)} moves."
        )

    def _step(self, name: str) -> None:
        """Show the progress: a bar on a terminal, a line for each step in a log."""
        self.done += 1
        if not self.verbosity:
            return
        if self.stderr.isatty():
            filled = 30 * self.done // STEPS
            bar = "#" * filled + "." * (30 - filled)
            self.stderr.write(f"\r[{bar}] {self.done}/{STEPS} {name:<26}", ending="")
            self.stderr.flush()
        else:
            self.stderr.write(f"{self.done}/{STEPS} {name}")

    def _end(self) -> None:
        if self.verbosity and self.stderr.isatty():
            self.stderr.write("")
