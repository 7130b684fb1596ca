"""Who publishes the site and who hosts it, as the law asks: one row, whatever the number of pôles."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

ONLY = 1
# What the law wants named; for data, the coordinators answer where nobody else is named.
REQUIRED = ("publisher", "director", "host_name", "host_address", "host_phone")


class LegalNotice(models.Model):
    """The legal notice. Read it by `LegalNotice.now()`: there is no row as long as nothing has been filled in."""

    publisher = models.TextField(_("name and address of the publisher"), max_length=500, blank=True)
    director = models.CharField(_("director of publication"), max_length=120, blank=True)
    host_name = models.CharField(_("name of the host"), max_length=120, blank=True)
    host_address = models.TextField(_("the host’s address"), max_length=300, blank=True)
    host_phone = models.CharField(_("the host’s telephone"), max_length=30, blank=True)
    data_contact = models.EmailField(_("address for questions about personal data"), blank=True)
    changed_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("legal notice of the site")
        verbose_name_plural = _("legal notice of the site")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=ONLY), name="legal_notice_only_one"),
        ]

    def __str__(self) -> str:
        return self.publisher.partition("\n")[0]

    @classmethod
    def now(cls) -> "LegalNotice":
        return cls.objects.filter(pk=ONLY).first() or cls(pk=ONLY)

    @property
    def is_complete(self) -> bool:
        return all(getattr(self, name) for name in REQUIRED)
