"""The secret address at which somebody's calendar program reads what is theirs, and what has left it lately."""

from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SAID_FOR = timedelta(days=30)  # so that a program that was shut for a holiday learns of it


class CalendarAddress(models.Model):
    """One a person; `token` is the fingerprint of the secret in the address."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_address"
    )
    token = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("address of a calendar")

    def __str__(self) -> str:
        return str(self.user)


class CalledOffQuerySet(models.QuerySet["CalledOff"]):
    def past(self, now: datetime) -> Self:
        return self.filter(at__lte=now - SAID_FOR)

    def told(self, now: datetime) -> Self:
        return self.filter(at__gt=now - SAID_FOR)


class CalledOff(models.Model):
    """Something that stood in somebody's calendar and no longer does: its name for programs and its day, none of its
    words."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    thing = models.CharField(max_length=40)
    day = models.DateField()
    version = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    objects = CalledOffQuerySet.as_manager()

    class Meta:
        verbose_name = _("what was called off")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "thing"], name="called_off_once")]
        indexes = [models.Index(fields=["at"], name="called_off_at")]

    def __str__(self) -> str:
        return f"{self.thing} {self.day}"

    @classmethod
    def note(cls, user: int, thing: str, *, day: date, version: int, now: datetime) -> None:
        """Say once that it has left this person's calendar: the latest counts."""
        said = {"day": day, "version": version, "at": now}
        cls.objects.update_or_create(user_id=user, thing=thing, defaults=said)
