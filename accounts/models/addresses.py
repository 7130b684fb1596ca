"""Changes of somebody's e-mail address: for a week, the address before can take the account back."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

WAY_BACK_LASTS = timedelta(days=7)
FORGOTTEN_AFTER = 2 * WAY_BACK_LASTS  # for a week more the link says that it has expired


class AddressChange(models.Model):
    """One change, with the digest of the link that went to the address before."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    before = models.EmailField(_("address before"))
    token = models.CharField(max_length=64, unique=True)
    changed_at = models.DateTimeField(_("changed"))
    restored_at = models.DateTimeField(_("restored"), null=True, blank=True)

    class Meta:
        verbose_name = _("change of address")
        verbose_name_plural = _("changes of address")
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.changed_at:%Y-%m-%d}"

    @property
    def open_until(self) -> datetime:
        return self.changed_at + WAY_BACK_LASTS
