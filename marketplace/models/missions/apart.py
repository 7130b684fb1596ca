"""A mission that serves a co-carrier of the need alone, because its hours have a legal frame of their own."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation


class Apart(models.Model):
    apart_for = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("the one structure served"),
        help_text="Of a need carried by several; empty where its lead is served, alone or with others.",
    )

    class Meta:
        abstract = True

    @property
    def structure(self) -> Organisation:
        """The structure that its papers name first and that answers for its hours: the lead of the need, unless the
        mission serves another alone."""
        need: models.Model = self.need  # type: ignore[attr-defined]
        return self.apart_for or need.organisation  # type: ignore[attr-defined]

    @property
    def structure_id(self) -> int:
        return self.apart_for_id or self.need.organisation_id  # type: ignore[attr-defined]
