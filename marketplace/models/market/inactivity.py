"""Somebody of whom nothing has been seen for long: they are told, and from what is told the day doesn't come nearer."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class InactivityQuerySet(models.QuerySet["Inactivity"]):
    def open(self) -> Self:
        return self.filter(ended_at=None)

    def due(self, today: date) -> Self:
        """Those whose day has come."""
        return self.open().filter(closes_on__lte=today)


class Inactivity(models.Model):
    """One silence of one person, told to them. It ends by a sign of them, by the closing of their account, or because
    something has to be settled first: then they are told anew before anything is closed."""

    class End(models.TextChoices):
        KEPT = "KEPT", _("they have given a sign")
        HELD = "HELD", _("something is to be settled first")
        CLOSED = "CLOSED", _("the account is closed")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="inactivities"
    )
    since = models.DateField(help_text="The day of their last sign.")
    told_at = models.DateTimeField()
    closes_on = models.DateField(
        help_text="As they were told: a setting changed since doesn't shorten it."
    )
    warned_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=10, choices=End, blank=True)

    objects = InactivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("silence of a person")
        verbose_name_plural = _("silences of people")
        ordering = ["-told_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at=None), name="inactivity_one_open"
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gt=F("since")), name="inactivity_closes_after"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="") | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="inactivity_ended_somehow",
            ),
        ]
        indexes = [
            models.Index(fields=["closes_on"], condition=Q(ended_at=None), name="inactivity_closes")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.since}"

    @property
    def is_kept(self) -> bool:
        """Whether they have said that they stay, or were seen."""
        return self.end == self.End.KEPT
