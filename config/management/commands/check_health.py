"""manage.py check_health: the health page for those who have a shell: containers, and operators at night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import health


class Command(BaseCommand):
    help = (
        "Says whether database, broker, worker, clock and letters are well; fails when one isn't."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        lines = health.look()
        if not health.are_well(lines):
            raise CommandError(health.in_words(lines))
        self.stdout.write(health.in_words(lines), ending="")
