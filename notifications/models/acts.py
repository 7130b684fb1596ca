"""The acts of the clock: when each last ran through, and the rows that it had to set aside."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ClockActQuerySet(models.QuerySet["ClockAct"]):
    def know(self, names: Iterable[str]) -> None:
        """Keep a row for each of these acts, so that one that never runs is late; rows of other names are deleted."""
        wanted = set(names)
        self.exclude(name__in=wanted).delete()
        self.bulk_create((self.model(name=name) for name in sorted(wanted)), ignore_conflicts=True)

    def passed(self, name: str, *, now: datetime) -> None:
        well = {"passed_at": now, "failing_since": None, "last_error": ""}
        self.update_or_create(name=name, defaults=well)

    def failed(self, name: str, *, error: str, now: datetime) -> None:
        self.get_or_create(name=name)
        self.filter(name=name).update(
            failing_since=models.functions.Coalesce("failing_since", models.Value(now)),
            last_error=error[:300],
        )


class ClockAct(models.Model):
    """An act of the clock, by its name in the schedule."""

    name = models.CharField(_("act"), max_length=40, unique=True)
    known_at = models.DateTimeField(default=timezone.now)
    passed_at = models.DateTimeField(_("last ran through"), null=True, blank=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    objects: ClassVar[ClockActQuerySet] = ClockActQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("act of the clock")
        verbose_name_plural = _("acts of the clock")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RowFaultQuerySet(models.QuerySet["RowFault"]):
    def note(self, act: str, row: tuple[str, str], *, error: str, now: datetime) -> None:
        """Note a fault of a row; since when and how often it has failed is kept from the first one."""
        kind, number = row
        fresh = {"since": now, "last_at": now, "error": error[:300]}
        fault, made = self.get_or_create(act=act, kind=kind, number=number, defaults=fresh)
        if not made:
            self.filter(pk=fault.pk).update(
                last_at=now, times=models.F("times") + 1, error=error[:300]
            )


class RowFault(models.Model):
    """A row that an act couldn't treat while the others went on. It is deleted when the row passes."""

    act = models.CharField(_("act"), max_length=40)
    kind = models.CharField(_("kind of row"), max_length=80, help_text="application.model")
    number = models.CharField(_("number"), max_length=80)
    since = models.DateTimeField(_("since"))
    last_at = models.DateTimeField(_("last seen"))
    times = models.PositiveIntegerField(_("times"), default=1)
    error = models.CharField(_("error"), max_length=300)

    objects: ClassVar[RowFaultQuerySet] = RowFaultQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("row set aside")
        verbose_name_plural = _("rows set aside")
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["act", "kind", "number"], name="row_fault_once"),
        ]

    def __str__(self) -> str:
        return f"{self.act}: {self.kind} {self.number}"
