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

    served_list: str | None

    class Meta:
        abstract = True

    @property
    def structure(self) -> Organisation:
        """The structure that its papers name first and that answers for its hours: the lead of the need, unless the
        mission serves another alone."""
        need: models.Model = self.need  # type: ignore[attr-defined]
        return self.apart_for or need.organisation  # type: ignore[attr-defined]

    @property
    def for_whom(self) -> str:
        """All the structures that it serves, the one that its papers name first at the head; in lists after `with_served`."""
        if "served_list" not in vars(self):
            rows = self.served.order_by("pk").exclude(organisation=self.structure_id)  # type: ignore[attr-defined]
            self.served_list = "\n".join(rows.values_list("organisation__name", flat=True))
        others = self.served_list.split("\n") if self.served_list else []
        return ", ".join([str(self.structure), *others])

    @property
    def read_by(self) -> str:
        """The structures whose people read it: the lead reads what serves another alone too."""
        lead = f", {self.need.organisation}" if self.apart_for_id else ""  # type: ignore[attr-defined]
        return self.for_whom + lead

    @property
    def structure_id(self) -> int:
        return self.apart_for_id or self.need.organisation_id  # type: ignore[attr-defined]
