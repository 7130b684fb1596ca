"""Files that people hand in: kept outside the web root under a random name, given back by a view."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from marketplace.models.missions import Mission


def random_name() -> str:
    return secrets.token_hex(16)


class StoredFile(models.Model):
    name = models.CharField(max_length=64, unique=True, default=random_name, editable=False)
    original_name = models.CharField(_("name"), max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    mission = models.ForeignKey(
        Mission, models.PROTECT, null=True, blank=True, related_name="files"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="files"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("file")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.original_name
