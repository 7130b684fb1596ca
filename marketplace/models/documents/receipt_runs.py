"""A year's receipts made one after the other."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation


class ReceiptRun(models.Model):
    """A year's receipts made one after the other: the page shows how far it is."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="receipt_runs")
    year = models.PositiveSmallIntegerField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(
        default=timezone.now, help_text="When its worker last wrote here."
    )
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year"],
                condition=Q(ended_at=None),
                name="receipt_run_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"
