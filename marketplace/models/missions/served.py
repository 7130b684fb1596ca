"""The structures that a mission serves, where it isn't the lead of its need alone: fixed when the mission is made."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from marketplace.models.missions.missions import Mission


class ServedQuerySet(models.QuerySet["Served"]):
    def beside_the_lead(self) -> Self:
        """Those of co-carriers: the lead signs and answers for itself."""
        return self.exclude(organisation=models.F("mission__need__organisation"))

    def ask_again(self) -> int:
        """Another legal frame binds to something else: what was agreed on the one before counts no more."""
        return self.update(mandated_version=None, mandated_at=None, mandated_by=None)


class Served(models.Model):
    """One of the structures that a mission serves. A mission without such rows serves the lead of its need alone; where
    there are several the lead has its row too.

    The lead signs the papers in the name of the others, by a mandate that each gives in writing, by a click of somebody
    who may sign for it, once it has read the sheet (civil code, articles 1984 to 1987)."""

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="served")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("structure")
    )
    mandated_version = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="The version of the sheet that it has read for its mandate.",
    )
    mandated_at = models.DateTimeField(null=True, blank=True)
    mandated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    capacity = models.CharField(_("capacity"), max_length=120, blank=True)

    objects = ServedQuerySet.as_manager()

    class Meta:
        verbose_name = _("structure served")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["mission", "organisation"], name="served_once"),
            models.CheckConstraint(
                condition=Q(mandated_at=None, mandated_by=None, mandated_version=None)
                | Q(
                    mandated_at__isnull=False,
                    mandated_by__isnull=False,
                    mandated_version__isnull=False,
                ),
                name="served_mandate_of_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def has_mandated(self) -> bool:
        return self.mandated_at is not None
