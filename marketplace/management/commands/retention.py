"""manage.py retention: erases what has been kept for its time, as the clock does each night; with --dry-run it only counts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from marketplace.actions.desk import retention
from marketplace.actions.desk.retention_lines import line


class Command(BaseCommand):
    help = "Erases what has been kept long enough, line by line of the table on the legal page."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="count what is due, erase nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        counts = retention.due(now) if options["dry_run"] else retention.apply(now)
        for code, number in counts.items():
            self.stdout.write(f"{number:>8}  {code}: {line(code).what}")
        done = "would be erased" if options["dry_run"] else "erased"
        self.stdout.write(f"{sum(counts.values()):>8}  {done}.")
