"""manage.py load_demo: fills the site with an invented pôle, to look at and to test with."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Commune
from marketplace import demo, ranking
from marketplace.actions.desk import figures
from marketplace.models import Skill
from marketplace.ranking import snapshot


class Command(BaseCommand):
    help = "Loads the demo pôle, once. Refuses where DEBUG is off: its password is known to all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--scale", type=int, default=1, help="how many times the data, for load tests"
        )

    def handle(self, *args: Any, scale: int, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "load_demo only runs with DEBUG=true: its accounts have a password known to all."
            )
        if not 1 <= scale <= 1000:
            raise CommandError("--scale is a number from 1 to 1000.")
        if not Commune.objects.exists() or not Skill.objects.exists():
            raise CommandError("Load the reference data first: manage.py load_places, load_skills.")
        if demo.is_loaded():
            self.stdout.write("The demo pôle is already there: nothing to do.")
            return
        # Of what is read inside its one transaction nothing is kept, and hundreds of acts read it.
        snapshot.bits(give=True)
        snapshot.read()
        demo.load(scale=scale, say=self.stdout.write)
        ranking.refresh_due(timezone.now())
        figures.refresh_due(timezone.now())
        self.stdout.write(self.style.SUCCESS("The demo pôle is ready."))
