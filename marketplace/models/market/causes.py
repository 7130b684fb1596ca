"""What a structure works for, and whom it serves: two short lists, from data/."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Named(models.Model):
    code = models.SlugField(_("code"), max_length=60, unique=True)
    label_fr = models.CharField(_("French label"), max_length=120)
    label_en = models.CharField(_("English label"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "label_fr"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.label_en if (get_language() or "fr").startswith("en") else self.label_fr


class Cause(Named):
    class Meta(Named.Meta):
        verbose_name = _("cause")


class Beneficiary(Named):
    class Meta(Named.Meta):
        verbose_name = _("people served")
        verbose_name_plural = _("people served")
