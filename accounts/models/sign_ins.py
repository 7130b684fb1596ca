"""An organisation's own sign-in: the OpenID provider by which its people come in on working time."""

from datetime import datetime
from typing import Self

from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.mail_domains import MailDomain
from accounts.models.organisations import Organisation


class SignInQuerySet(models.QuerySet["SignIn"]):
    def live(self) -> Self:
        """Set up, and not ended."""
        return self.filter(ended_at=None)

    def backed(self, now: datetime) -> Self:
        """Live ones whose organisation has a domain by which its people may join without a yes: a provider speaks for
        the addresses of such a domain, and for no other."""
        theirs = MailDomain.objects.opening_alone(now).filter(organisation=OuterRef("organisation"))
        return self.live().filter(Exists(theirs))

    def working(self, now: datetime) -> Self:
        """Those by which one comes in today: an administrator has tried it and opened it to all."""
        return self.backed(now).filter(opened_at__isnull=False)

    def required(self, now: datetime) -> Self:
        """Those without which working time isn't shown today."""
        return self.working(now).filter(required_at__isnull=False)


class SignIn(models.Model):
    """What an administrator has written of their provider. It opens nothing before one of them has come back from it with
    an address of the domain."""

    class End(models.TextChoices):
        BY_HAND = "BY_HAND", _("its administrators")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="sign_ins")
    # allauth's: what identifies us to the provider. None once it has ended: its secret is gone.
    app = models.OneToOneField(
        SocialApp, models.SET_NULL, null=True, blank=True, related_name="sign_in"
    )
    issuer = models.URLField(_("address of the provider"), max_length=500)
    # Some providers never say whether an address is verified (Microsoft's): the administrators answer for theirs.
    vouched = models.BooleanField(
        _("addresses are written by the directory alone, never by the people themselves"),
        default=False,
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added"), default=timezone.now)
    tried_at = models.DateTimeField(_("tried"), null=True, blank=True)
    tried_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField(_("opened to all"), null=True, blank=True)
    required_at = models.DateTimeField(_("required on working time"), null=True, blank=True)
    fault = models.CharField(_("last fault"), max_length=30, blank=True)
    failed_at = models.DateTimeField(_("last failed"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_why = models.CharField(max_length=10, choices=End, blank=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in of an organisation")
        verbose_name_plural = _("sign-ins of organisations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(ended_at=None),
                name="sign_in_one_live",
                violation_error_message=_("This organisation has its sign-in already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.issuer}"

    def get_absolute_url(self) -> str:
        return reverse("sign-in-settings", args=[self.organisation_id])
