"""How somebody who has left was called and reached, until what others wrote names them no more."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.names_in_text import Called


class LeftNameQuerySet(models.QuerySet["LeftName"]):
    def unread(self) -> Self:
        """Those for whom the tables aren't all read yet."""
        return self.filter(read_at=None)


class LeftName(models.Model):
    """Deleted as soon as the tables are read and no letter that names them waits to leave. `table` and `after` say how far the
    reading is, `waits` which letters still wait, `aside` which rows (table, number) couldn't be changed yet."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    called = models.JSONField()
    at = models.DateTimeField(default=timezone.now)
    table = models.CharField(max_length=80, blank=True, default="")
    after = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)
    waits = models.JSONField(default=list, blank=True)
    aside = models.JSONField(default=list, blank=True)

    objects = LeftNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("name to take out of texts")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return str(self.person_id)

    @property
    def how(self) -> Called:
        return Called.read(self.called)
