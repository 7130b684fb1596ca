"""manage.py load_places: loads the départements and communes that come with the site."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from accounts import place_files
from accounts.actions import places


class Command(BaseCommand):
    help = "Loads the départements and communes that come with the site. May be run again."

    def handle(self, *args: Any, **options: Any) -> None:
        places.load_departments(place_files.our_departments())
        loaded = places.load_communes(place_files.our_communes())
        self.stdout.write(
            _("Communes: %(created)s new, %(changed)s changed, %(unchanged)s as they were.")
            % {
                "created": loaded.created,
                "changed": loaded.changed,
                "unchanged": loaded.unchanged,
            }
        )
