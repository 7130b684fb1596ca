"""A word against a proposal, by a structure that carries the need beside its lead: once, and it decides nothing."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.models.market.carriers import Carrier
from marketplace.models.market.proposals import Proposal


class Objection(models.Model):
    """Read by the lead, the others that carry the need and the coordination; not by whoever offers."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="objections")
    carrier = models.ForeignKey(Carrier, models.CASCADE, related_name="objections")
    word = models.TextField(_("why"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("objection")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "carrier"],
                name="objection_once",
                violation_error_message=_("Your structure has objected already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.carrier} · {self.proposal}"
