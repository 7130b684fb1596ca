"""What has been erased, by number, since a backup that is restored brings it back; and which backups were restored."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def unwritten(self) -> Self:
        """Those that the list apart from the database doesn't hold yet."""
        return self.filter(written_at=None)


class Erasure(models.Model):
    """Somebody, or what was held about somebody, is erased: its kind and number, never a name."""

    kind = models.CharField(max_length=30)
    number = models.BigIntegerField()
    # Tells this row from another one that bears its number after a restore.
    mark = models.CharField(max_length=32)
    at = models.DateTimeField(default=timezone.now)
    written_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ErasureQuerySet] = ErasureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "number", "mark"], name="erasure_once"),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(written_at=None), name="erasure_unwritten"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    @property
    def line(self) -> str:
        return f"{self.kind} {self.number} {self.mark} {self.at.isoformat()}"


class RestorationQuerySet(models.QuerySet["Restoration"]):
    def lost_times(self) -> list[tuple[datetime, datetime]]:
        """From when to when nothing of what happened is in the database."""
        return list(self.values_list("backup_of", "at"))


class Restoration(models.Model):
    """A backup was restored: what had happened since it was made isn't in the database."""

    backup_of = models.DateTimeField()
    at = models.DateTimeField()

    objects: ClassVar[RestorationQuerySet] = RestorationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.backup_of:%Y-%m-%d %H:%M} → {self.at:%Y-%m-%d %H:%M}"
