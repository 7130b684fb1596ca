"""The questions of a structure to whoever offers themselves for its need: a few, a line each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_QUESTIONS, LONGEST_QUESTION = 3, 200


class AsksQuestions(models.Model):
    questions = models.TextField(
        _("questions to whoever offers their help"),
        max_length=MOST_QUESTIONS * (LONGEST_QUESTION + 1),
        blank=True,
        default="",
        db_default="",
        help_text="One a line.",
    )

    class Meta:
        abstract = True

    @property
    def question_list(self) -> list[str]:
        return self.questions.splitlines()
