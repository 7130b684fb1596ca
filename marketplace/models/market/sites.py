"""Where an organisation's people work: its sites, by the names that it gives them."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune, Organisation


class Site(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="sites")
    name = models.CharField(_("name"), max_length=120)
    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="+", verbose_name=_("commune")
    )

    class Meta:
        verbose_name = _("site")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("name"),
                name="site_once",
                violation_error_message=_("There is a site of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
