"""What whoever offers themselves for a need has answered to the questions of its structure."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.models.market.proposals import Proposal

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_ANSWER = 1000  # characters


class Answer(models.Model):
    """One question, as it was asked that day, and what was answered. Changing the need changes nothing of it."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="answers")
    place = models.PositiveSmallIntegerField()
    question = models.CharField(_("question"), max_length=200)
    words = models.TextField(_("answer"), max_length=LONGEST_ANSWER)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("answer to a structure’s question")
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "place"], name="answer_once_a_question"),
        ]

    def __str__(self) -> str:
        return self.question

    @staticmethod
    def keep(proposal: Proposal, said: "Iterable[tuple[str, str]]", *, by: int) -> None:
        """Keep these questions with their answers; one that was left blank isn't kept. Twice is once."""
        Answer.objects.bulk_create(
            [
                Answer(proposal=proposal, place=place, question=question, words=words, by_id=by)
                for place, (question, words) in enumerate(said, 1)
                if words
            ],
            ignore_conflicts=True,
        )
