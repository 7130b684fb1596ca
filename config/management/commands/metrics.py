"""manage.py metrics: what /metriques/ tells, for a machine that has no web server: into a file that node_exporter reads."""

from typing import Any

from django.core.management.base import BaseCommand

from config.metrics import page


class Command(BaseCommand):
    help = "Writes what Prometheus reads at /metriques/: of this machine's processes, and of the database."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(page.in_words().decode(), ending="")
