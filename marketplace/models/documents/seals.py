"""The links of the chain in which each act on a document is sealed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.models.documents.documents import ERASED_AFTER, Document, Register
from marketplace.models.written_once import WrittenOnce


class Seal(models.Model):
    """One link of the chain: what was done to which document, sealed with the link before. Once a paper's time is over, what
    its links said of people is emptied; the last link of the paper, ERASED, seals which ones were."""

    class Act(models.TextChoices):
        MADE = "MADE", _("made")
        SIGNED = "SIGNED", _("signed")
        COMPLETED = "COMPLETED", _("signed by all")
        VOIDED = "VOIDED", _("voided")
        ERASED = "ERASED", _("erased: kept long enough")

    register = models.ForeignKey(Register, models.PROTECT, related_name="seals")
    position = models.PositiveIntegerField()
    document = models.ForeignKey(Document, models.PROTECT, related_name="seals")
    act = models.CharField(max_length=10, choices=Act)
    said = models.JSONField()
    seal = models.CharField(max_length=64)
    # The same under a key that came later; the links after it go on with the first.
    resealed = models.CharField(max_length=64, editable=False, default="", db_default="")

    class Meta:
        ordering = ["register", "position"]
        constraints = [
            models.UniqueConstraint(fields=["register", "position"], name="seal_position_once"),
            WrittenOnce(
                name="seal_written_once",
                fields=["register", "position", "document", "act", "said", "seal"],
                erased={"said": "'{}'"},
                erased_days=ERASED_AFTER,
                since="said.at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} · {self.act}"
