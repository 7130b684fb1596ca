"""What a pôle learns of itself, month by month: counts that can be added up, made anew from the events each night."""

from datetime import date, datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Pole


class Reckoning(models.Model):
    """When a pôle's figures were last made, and whether somebody has asked for newer ones since."""

    pole = models.OneToOneField(Pole, models.CASCADE, related_name="reckoning")
    made_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    evenness = models.JSONField(
        null=True, blank=True, help_text="What ranking.evenness said at that moment, by its names."
    )
    exchanges = models.JSONField(
        null=True,
        blank=True,
        help_text="What operators brought to each other: see figures/exchanges.py.",
    )
    kept_back = models.JSONField(
        null=True,
        blank=True,
        help_text="By year, the slices of which no report tells the hours, nor the value.",
    )
    load = models.JSONField(
        null=True, blank=True, help_text="Who followed how much then: see figures/load.py."
    )

    class Meta:
        verbose_name = _("reckoning of the figures")

    def __str__(self) -> str:
        return f"{self.pole} {self.made_at:%Y-%m-%d}" if self.made_at else str(self.pole)


class MonthFigures(models.Model):
    """One month of one pôle, for one choice of filters.

    `slice` is "" for the whole pôle, or names a département, an operator in charge, a
    family of skills ("department=59 family=3"). Each choice has its own row, so that a
    page reads as many rows as it shows months. `counts` holds what
    marketplace/figures/counts.py defines. Rows are never edited: a reckoning replaces all
    of them.
    """

    pole = models.ForeignKey(Pole, models.CASCADE, related_name="+")
    slice = models.CharField(max_length=80, blank=True)
    month = models.DateField(help_text="Its first day.")
    counts = models.JSONField()

    class Meta:
        verbose_name = _("figures of a month")
        ordering = ["month"]
        constraints = [
            models.UniqueConstraint(fields=["pole", "slice", "month"], name="figures_once_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.pole} {self.month:%Y-%m} {self.slice}".rstrip()


class PlaceFigures(models.Model):
    """The counts of one month in one intercommunality, for the map. A commune that belongs to none has its own row."""

    pole = models.ForeignKey(Pole, models.CASCADE, related_name="+")
    month = models.DateField()
    code = models.CharField(max_length=9)
    name = models.CharField(max_length=120)
    latitude = models.FloatField()
    longitude = models.FloatField()
    needs = models.PositiveIntegerField(default=0)
    missions = models.PositiveIntegerField(default=0)
    hours = models.DecimalField(max_digits=12, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("figures of a place")
        ordering = ["month", "pk"]
        indexes = [models.Index(fields=["pole", "month"], name="places_of_a_pole")]

    def __str__(self) -> str:
        return f"{self.name} {self.month:%Y-%m}"


def month_of(day: date | datetime) -> date:
    """The first day of the month of a date, or of a datetime in the site's time zone."""
    on = timezone.localdate(day) if isinstance(day, datetime) else day
    return on.replace(day=1)


def slice_of(**chosen: str | int | None) -> str:
    """The name of a choice of filters: slice_of(department="59", operator=None, family=3)."""
    return " ".join(f"{name}={value}" for name, value in sorted(chosen.items()) if value)
