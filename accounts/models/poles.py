"""A pôle, to which the organisations of its territory belong."""

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models.places import Commune, Department

LONGEST_CURRENCY = 40
LONGEST_SENDER = 60


class PoleQuerySet(models.QuerySet["Pole"]):
    def covering(self, commune: Commune) -> Self:
        """The pôle whose territory holds this commune; create_pole sees to it that there is one at the most."""
        return self.filter(departments=commune.department_id)


class Pole(models.Model):
    """A territory of cooperation: its départements, and the operators whose people coordinate."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(unique=True)
    departments = models.ManyToManyField(
        Department, related_name="poles", verbose_name=_("départements")
    )
    email = models.EmailField(_("contact address"), blank=True)
    logo = models.ImageField(_("logo"), upload_to="logos/", blank=True)
    # Named, never counted: nothing is paid here, and time that is given has no price in any currency (decisions/0070).
    currency = models.CharField(
        _("name of the local currency"),
        max_length=LONGEST_CURRENCY,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Without its article, as it is written after a number: eusko, gonette, abeille."
        ),
    )
    currency_url = models.URLField(
        _("page that tells of it"), blank=True, default="", db_default=""
    )

    # The address stays the site's, which alone may send: a name before it, and where answers go.
    sender_name = models.CharField(
        _("name that its letters bear"),
        max_length=LONGEST_SENDER,
        blank=True,
        default="",
        db_default="",
    )
    replies_to = models.EmailField(
        _("address that answers go to"), blank=True, default="", db_default=""
    )

    objects = PoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("pôle")
        verbose_name_plural = _("pôles")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("pole", args=[self.slug])
