"""What somebody has said of a pôle's own files, so that it isn't asked again: what a column holds, whether two lines are one."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation


class KnownHeading(models.Model):
    """What an operator has said that a column with this heading holds; "" when it is of no use."""

    operator = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    heading = models.CharField(max_length=200)
    field = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("known heading")
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "kind", "heading"], name="known_heading_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.heading} → {self.field}"


class KnownLine(models.Model):
    """What was answered of a line whose name isn't enough to know somebody by. Of the line only a keyed fingerprint is
    kept; `record` is whom it has become, once it was carried out."""

    operator = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    is_above = models.BooleanField(
        default=False, help_text="It is the person of the line above with the same name."
    )
    record = models.BigIntegerField(null=True, blank=True, db_index=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("known line")
        constraints = [
            models.UniqueConstraint(fields=["operator", "kind", "digest"], name="known_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"
