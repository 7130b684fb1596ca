"""manage.py load_skills: our own list of skills, from its files."""

from typing import Any

from django.core.management.base import BaseCommand

from marketplace.actions.market import skills


class Command(BaseCommand):
    help = "Load our families, skills and synonyms. May run again: edits made by hand stay."

    def handle(self, *args: Any, **options: Any) -> None:
        done = skills.load()
        self.stdout.write(
            f"Skills: {done.families} families, {done.skills} skills and {done.synonyms} synonyms "
            f"written; {done.kept_edits} fields edited by hand kept, {done.withdrawn} withdrawn."
        )
