"""Hours given, day by day, and whether the structure has confirmed them."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from marketplace.models.missions.missions import Mission


class HoursQuerySet(models.QuerySet["HoursEntry"]):
    def confirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=False)

    def confirmed_by_then(self, moment: datetime) -> Self:
        """Hours that were confirmed at that moment: those confirmed since aren't among them."""
        return self.filter(confirmed_at__lte=moment)

    def to_confirm(self) -> Self:
        """Hours that are neither confirmed nor contested: the structure has to look at them."""
        return self.filter(confirmed_at=None, contested_at=None)

    def contested(self) -> Self:
        """Hours that aren't right as the structure sees it: whoever wrote them has to look at them again."""
        return self.filter(contested_at__isnull=False)

    def of_the_first(self) -> Self:
        """Hours for the structure that the mission's papers name first; the others' have their own name."""
        return self.filter(served=None)

    def of_structure(self, mission: Mission, organisation: Organisation) -> Self:
        """Those for one of the structures that the mission serves."""
        first = organisation.pk == mission.structure_id
        return self.filter(served=None if first else organisation)

    def for_these(self, mission: Mission, structures: Iterable[Organisation] | None) -> Self:
        """Those for some of the structures that the mission serves; for the first of them unless it is said."""
        if structures is None:
            return self.of_the_first()
        numbers = {one.pk for one in structures}
        first = Q(served=None) if mission.structure_id in numbers else Q(pk=None)
        return self.filter(first | Q(served__in=numbers))

    def for_whom(self, structures: models.QuerySet) -> Self:
        """Those that served one of these structures, in whatever missions."""
        lead = Q(mission__apart_for=None, mission__need__organisation__in=structures)
        first = Q(served=None) & (lead | Q(mission__apart_for__in=structures))
        return self.filter(first | Q(served__in=structures))

    def silent_since(self, moment: datetime) -> Self:
        return self.to_confirm().filter(asked_at__lte=moment)

    def between(self, first: date, last: date) -> Self:
        return self.filter(day__gte=first, day__lte=last)

    def total(self) -> Decimal:
        return self.aggregate(total=Sum("hours"))["total"] or Decimal(0)

    def sums(self) -> dict[str, Any]:
        """In one question: the hours, those confirmed of them; how many rows there are, of how many days, and how many of them
        wait or are contested."""
        confirmed, contested = Q(confirmed_at__isnull=False), Q(contested_at__isnull=False)
        return self.aggregate(
            total=Coalesce(Sum("hours"), Decimal(0)),
            confirmed=Coalesce(Sum("hours", filter=confirmed), Decimal(0)),
            rows=Count("pk"),
            days=Count("day", distinct=True),
            waiting=Count("pk", filter=~confirmed & ~contested),
            contested=Count("pk", filter=contested),
        )


class HoursEntry(models.Model):
    mission = models.ForeignKey(Mission, models.PROTECT, related_name="hours")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="hours")
    served = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("structure served"),
        help_text="Empty: the one that the mission's papers name first, which is the need's lead.",
    )
    day = models.DateField(_("day"))
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=2)
    what = models.CharField(_("what was done"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="At the company, when the person has left it; empty when they wrote it themselves.",
    )
    asked_at = models.DateTimeField(
        null=True, blank=True, help_text="The structure has had a letter about it."
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Nobody when a week of silence has confirmed it.",
    )
    contested_at = models.DateTimeField(null=True, blank=True)
    contested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    contested_why = models.CharField(_("what is wrong"), max_length=500, blank=True)

    objects = HoursQuerySet.as_manager()

    class Meta:
        verbose_name = _("hours")
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mission", "person", "day"],
                condition=Q(served=None),
                name="hours_once_a_day",
                violation_error_message=_("This day has already been written."),
            ),
            models.UniqueConstraint(
                fields=["mission", "person", "day", "served"],
                condition=Q(served__isnull=False),
                name="hours_once_a_day_a_structure",
                violation_error_message=_("This day has already been written."),
            ),
            models.CheckConstraint(condition=Q(hours__gt=0, hours__lte=24), name="hours_of_a_day"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(contested_at=None),
                name="hours_confirmed_or_contested",
            ),
        ]
        indexes = [models.Index(fields=["mission", "confirmed_at"], name="hours_to_confirm")]

    def __str__(self) -> str:
        return f"{self.day} {self.hours} h"

    @property
    def structure(self) -> Organisation:
        """The structure that these hours served."""
        return self.served or self.mission.structure

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def corrected_by(self) -> User | Organisation:
        """Who can still correct them: whoever gave them; their company, once they have left it and their own two
        weeks are over."""
        company = self.mission.offer.organisation
        left = self.mission.is_left_to_the_company
        if company and self.mission.offer.person_id is None:
            part = self.mission.team.filter(person=self.person_id).first()
            left = part is not None and not part.has_time_to_write
        return company if company and left else self.person

    @property
    def by_silence(self) -> bool:
        return self.confirmed_at is not None and self.confirmed_by_id is None
