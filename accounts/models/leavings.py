"""An organisation that leaves the site: the day that its administrators have set, what has come of it, and who takes its
papers out afterwards."""

from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.organisations import Organisation
from accounts.models.people import User
from accounts.scope import scope_of
from common.dates import spoken

KEPT_FOR = timedelta(days=60)  # its papers, for those who administered it


class LeavingQuerySet(models.QuerySet["Leaving"]):
    def open(self) -> Self:
        """Those whose day hasn't come, and that may still be called off."""
        return self.filter(called_off_at=None, closed_at=None)

    def to_carry_on(self, today: date) -> Self:
        """Those of which somebody is still to be told, whose day has come, or that aren't emptied yet."""
        due = Q(told_at=None) | Q(closes_on__lte=today)
        stays = Q(called_off_at__isnull=False, stays_told_at=None)
        under_way = Q(called_off_at=None, closed_at=None) & due
        return self.filter(under_way | stays | Q(closed_at__isnull=False, ended_at=None))

    def kept_for(self, user: User, now: datetime) -> Self:
        """Those whose papers this person may still take out: they administered the organisation on the day it left. By what
        opens all of their account."""
        if not (user.pk and user.is_active and scope_of(user).own):
            return self.none()
        return self.filter(administrators=user.pk, closed_at__gt=now - KEPT_FOR)


class Leaving(models.Model):
    """One departure: set, called off, or carried out. `closed_at` is when the organisation has left, `ended_at` when all
    that it had here was ended."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="leavings")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    closes_on = models.DateField()
    told_at = models.DateTimeField(null=True, blank=True)
    called_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    called_off_at = models.DateTimeField(null=True, blank=True)
    stays_told_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    administrators = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", help_text="On the day it left."
    )

    objects = LeavingQuerySet.as_manager()

    class Meta:
        verbose_name = "leaving"
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(called_off_at=None, closed_at=None),
                name="leaving_one_open",
            ),
            models.CheckConstraint(
                condition=Q(called_off_at=None) | Q(closed_at=None), name="leaving_one_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.closes_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("leave-platform", args=[self.organisation_id])

    @property
    def is_open(self) -> bool:
        return self.called_off_at is None and self.closed_at is None

    @property
    def papers_until(self) -> date:
        """The last day on which its papers may be taken out."""
        assert self.closed_at is not None, "it has left"
        return timezone.localdate(self.closed_at + KEPT_FOR)


def why_nothing_new(organisation: Organisation | None) -> str:
    """Why this organisation takes on nothing new, as a sentence; "" when it does."""
    if organisation is None or organisation.leaves_on is None:
        return ""
    return _("%(organisation)s leaves Trait d’union on %(day)s: it takes on nothing new.") % {
        "organisation": organisation,
        "day": spoken(organisation.leaves_on),
    }


def why_not_from(day: date, *organisations: Organisation) -> str:
    """Why one of these organisations can't begin something on that day, as a sentence: it stops on the day on which it
    leaves. "" when all can."""
    gone = (one for one in organisations if one.leaves_on and day >= one.leaves_on)
    return why_nothing_new(next(gone, None))
