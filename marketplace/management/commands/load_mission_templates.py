"""manage.py load_mission_templates: the library of missions, from its file."""

from typing import Any

from django.core.management.base import BaseCommand

from marketplace.actions.market import mission_templates


class Command(BaseCommand):
    help = "Load the library of mission templates. May run again: it follows its file."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Mission templates: {mission_templates.load()}.")
