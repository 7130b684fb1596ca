"""manage.py compile_translations: makes the .mo files that Django reads from the .po files that people write."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.reloader import translation_file_changed


class Command(BaseCommand):
    help = "Compiles locale/*/LC_MESSAGES/*.po without gettext's own tools; skips what is fresh."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in Path(folder).rglob("*.po"):
                compiled = source.with_suffix(".mo")
                if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
                    continue
                # Written aside and moved: a page that is reading never sees half a catalogue.
                draft = compiled.with_suffix(".mo.new")
                polib.pofile(str(source)).save_as_mofile(str(draft))
                draft.replace(compiled)
                translation_file_changed(None, compiled)  # this process may have read it too soon
                if options["verbosity"] > 1:
                    self.stdout.write(f"{compiled.relative_to(settings.BASE_DIR)} compiled")
