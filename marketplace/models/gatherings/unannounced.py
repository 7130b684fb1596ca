"""Those who came to a gathering unannounced, and are counted without a name."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from marketplace.models.gatherings.gatherings import Gathering


class Unannounced(models.Model):
    """So many people of one structure, or of none that is registered here, as the host says it."""

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="unannounced")
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("structure"),
    )
    people = models.PositiveSmallIntegerField(_("people"), validators=[MinValueValidator(1)])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("people who came unannounced")
        verbose_name_plural = _("people who came unannounced")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["gathering", "organisation"], name="unannounced_once_a_structure"
            ),
            models.CheckConstraint(condition=Q(people__gte=1), name="unannounced_somebody"),
        ]

    def __str__(self) -> str:
        return str(self.organisation or _("without a structure here"))
