"""When and how often a person wants letters."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import prepared
from notifications.models.people import Person


class Pace(models.TextChoices):
    EACH = "EACH", _("At once, one by one")
    DAILY = "DAILY", _("Once a day, in one letter")
    WEEKLY = "WEEKLY", _("Once a week, on Monday")
    OFF = "OFF", _("Never by e-mail: on the site only")


class HabitsQuerySet(models.QuerySet["Habits"]):
    def of(self, user: Person) -> "Habits":
        """The person's habits, or the site's default ones, unsaved."""
        for habits in prepared.rows(_habits, user.pk):
            return habits
        return Habits(user_id=user.pk)


def _habits(user: int) -> "models.QuerySet[Habits]":
    """Prepared (common/prepared.py): each letter asks."""
    return Habits.objects.filter(user=user)


class Habits(models.Model):
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="letter_habits"
    )
    paces = models.JSONField(default=dict, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("until"), null=True, blank=True)

    objects: ClassVar[HabitsQuerySet] = HabitsQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("letter habits")
        verbose_name_plural = _("letter habits")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_until=None)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="habits_quiet_has_two_ends",
                violation_error_message=_("Say both when the quiet begins and when it ends."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"

    def pace_of(self, family: str, default: str = Pace.EACH) -> str:
        return self.paces.get(family, default)
