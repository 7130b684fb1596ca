"""What an organisation works for and whom it serves, said once: its needs begin with it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from marketplace.models.market.causes import Beneficiary, Cause


class Serving(models.Model):
    """A need takes it as it is written, and may differ."""

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, primary_key=True, related_name="serving"
    )
    cause = models.ForeignKey(Cause, models.PROTECT, related_name="+", verbose_name=_("cause"))
    beneficiaries = models.ManyToManyField(
        Beneficiary, blank=True, related_name="+", verbose_name=_("people served")
    )

    class Meta:
        verbose_name = _("cause and people served")

    def __str__(self) -> str:
        return str(self.cause)

    @property
    def served(self) -> list[Beneficiary]:
        return list(self.beneficiaries.all())
