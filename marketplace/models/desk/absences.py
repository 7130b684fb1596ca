"""When a coordinator is away, and who answers in their place."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Pole, User, coordinated_by


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, user: User) -> Self:
        """Those of the pôles that this person coordinates."""
        return self.filter(pole__in=coordinated_by(user))

    def of_coordinators(self) -> Self:
        """Without those of somebody who has left the pôle since."""
        theirs = Membership.objects.coordinating(OuterRef("pole")).filter(
            user=OuterRef("person"), user__is_active=True
        )
        return self.filter(Exists(theirs))

    def standing(self) -> Self:
        """Not those that were ended before their last day."""
        return self.filter(ended_at=None)

    def on(self, day: date) -> Self:
        return self.standing().filter(first_day__lte=day, last_day__gte=day)

    def from_then_on(self, day: date) -> Self:
        """Those of this day, and those to come."""
        return self.standing().filter(last_day__gte=day)

    def between(self, first: date, last: date) -> Self:
        """Those with at least one day among these, both included."""
        return self.standing().filter(first_day__lte=last, last_day__gte=first)


class Absence(models.Model):
    """A coordinator is away from a pôle from one day to another, both included; no reason is asked. Who is away in two
    pôles has a row for each: the colleagues aren't the same."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences", verbose_name=_("person")
    )
    pole = models.ForeignKey(Pole, models.CASCADE, related_name="absences")
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who answers meanwhile"),
    )
    first_day = models.DateField(_("first day away"))
    last_day = models.DateField(_("last day away"))
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveSmallIntegerField(default=0)  # of its letters: each change is told

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="absence_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(stand_in=None) | ~Q(stand_in=F("person")),
                name="absence_stood_in_by_another",
            ),
        ]
        indexes = [models.Index(fields=["pole", "last_day"], name="absences_of_a_pole")]

    def __str__(self) -> str:
        return f"{self.person} {self.first_day} – {self.last_day}"

    def get_absolute_url(self) -> str:
        return reverse("absence", args=[self.pk])

    def is_on(self, day: date) -> bool:
        return self.ended_at is None and self.first_day <= day <= self.last_day
