"""manage.py import_communes: reads the official list of communes, in place of the one that comes with the site."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts import place_files
from accounts.actions import places


class Command(BaseCommand):
    help = (
        "Reads the official list of communes, CSV or JSON, with the columns of geo.api.gouv.fr: "
        "code, nom, codesPostaux, codeDepartement, codeEpci, population, centre. "
        "If a line is wrong, the line is named and nothing is changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            communes = place_files.official_communes(file)
        except place_files.BrokenFile as trouble:
            raise CommandError(
                _("Nothing was changed. %(trouble)s") % {"trouble": trouble}
            ) from trouble
        places.load_departments(place_files.our_departments())
        loaded = places.load_communes(communes)
        self.stdout.write(
            _(
                "Communes: %(created)s new, %(changed)s changed, %(unchanged)s as they were, "
                "%(withdrawn)s that exist no more."
            )
            % vars(loaded)
        )
