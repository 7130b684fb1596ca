"""A pôle that was asked to look among its own people for a need of another pôle."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Pole
from marketplace.models.market.needs import Need


class AskedPole(models.Model):
    """A pôle asked about a need: its coordinators may put their offers forward and its people may apply, like those
    of the need's own pôle, to which the mission will belong."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="asked_poles")
    pole = models.ForeignKey(
        Pole, models.CASCADE, related_name="asked_needs", verbose_name=_("pôle")
    )
    word = models.TextField(_("a word with it"), max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["need", "pole"], name="asked_pole_once")]

    def __str__(self) -> str:
        return f"{self.need} → {self.pole}"
