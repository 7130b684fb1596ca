"""The e-mail domains of an organisation, and those who ask to join it."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import domains
from accounts.models.memberships import Membership
from accounts.models.organisations import NUMBERS_FREED, Organisation
from accounts.models.people import User
from accounts.states import OrganisationStatus

AGREED_FOR = timedelta(days=365)
HOLDS_WITHOUT = timedelta(days=7)  # how long a right outlives the record that can't be found


class MailDomainQuerySet(models.QuerySet["MailDomain"]):
    def live(self) -> Self:
        """Named, and not ended."""
        return self.filter(ended_at=None)

    def claimed(self) -> Self:
        """Live ones that an organisation has shown or proven to be its own; of one that was refused or closed, none."""
        shown = Q(shown_at__isnull=False) | Q(found_at__isnull=False)
        return self.live().filter(shown).exclude(organisation__status__in=NUMBERS_FREED)

    def open(self) -> Self:
        """Those by which somebody may join today, or ask to."""
        return self.claimed().filter(organisation__status=OrganisationStatus.ACCEPTED)

    def opening_alone(self, now: datetime) -> Self:
        """Those by which one joins without an administrator's yes: the same as `opens_alone`."""
        held = Q(lost_at=None) | Q(lost_at__gt=now - HOLDS_WITHOUT)
        return self.open().filter(held, found_at__isnull=False, agreed_until__gt=now)

    def waiting(self) -> Self:
        """Those about which the coordinators have been asked."""
        return self.live().filter(
            asked_at__isnull=False, organisation__status=OrganisationStatus.ACCEPTED
        )

    def visible_to(self, user: User) -> Self:
        """Those of the organisations that this person represents."""
        mine = Membership.objects.of(user).representing().values("organisation")
        return self.filter(organisation__in=mine)


class MailDomain(models.Model):
    """An organisation says that its people have their addresses at this domain. What that opens depends on what is
    shown: nothing; joining with an administrator's yes; joining without."""

    HOST = "_trait-d-union"

    class Seen(models.TextChoices):
        """What a check of the DNS has seen."""

        FOUND = "FOUND", _("The record is there.")
        NOTHING = "NOTHING", _("There is no such record yet, or it isn’t known everywhere.")
        OTHER = "OTHER", _("There is a record of this name, with another value.")
        SILENT = "SILENT", _("The servers of the domain haven’t answered in time.")
        BROKEN = "BROKEN", _("The servers of the domain answer with an error.")

    class End(models.TextChoices):
        BY_HAND = "BY_HAND", _("its administrators")
        OWNER = "OWNER", _("it is another organisation’s")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="mail_domains")
    domain = models.CharField(_("domain"), max_length=domains.LONGEST)
    txt = models.CharField(_("value of the record"), max_length=43)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added"), default=timezone.now)

    # By a letter to an address of it, whose link an administrator has opened.
    mailbox = models.EmailField(_("address written to"), blank=True)
    token = models.CharField(max_length=64, null=True, blank=True, unique=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mailed_count = models.PositiveSmallIntegerField(default=0)
    shown_at = models.DateTimeField(_("shown"), null=True, blank=True)

    # By the record.
    found_at = models.DateTimeField(_("record found"), null=True, blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    seen = models.CharField(_("seen"), max_length=10, choices=Seen, blank=True)
    lost_at = models.DateTimeField(_("no longer found since"), null=True, blank=True)

    # The coordinators' yes. `asked_at` is empty again once they have answered.
    asked_at = models.DateTimeField(pgettext_lazy("when", "asked"), null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_at = models.DateTimeField(pgettext_lazy("when", "agreed"), null=True, blank=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_until = models.DateTimeField(_("agreed until"), null=True, blank=True)
    refused_at = models.DateTimeField(pgettext_lazy("when", "refused"), null=True, blank=True)
    refused_reason = models.CharField(_("reason"), max_length=500, blank=True)

    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_why = models.CharField(max_length=10, choices=End, blank=True)

    objects = MailDomainQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail domain")
        verbose_name_plural = _("e-mail domains")
        ordering = ["domain", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "domain"],
                condition=Q(ended_at=None),
                name="mail_domain_one_live",
                violation_error_message=_("This domain is in your list already."),
            ),
        ]
        indexes = [
            models.Index(fields=["domain"], condition=Q(ended_at=None), name="mail_domain_live")
        ]

    def __str__(self) -> str:
        return self.shown

    def get_absolute_url(self) -> str:
        return reverse("mail-domain", args=[self.pk])

    @property
    def shown(self) -> str:
        """As people read it."""
        return domains.in_letters(self.domain)

    @property
    def record_name(self) -> str:
        return f"{self.HOST}.{self.domain}"

    @property
    def record_value(self) -> str:
        return f"trait-d-union={self.txt}"

    @property
    def is_claimed(self) -> bool:
        """Whether somebody has shown or proven that it is the organisation's."""
        return self.ended_at is None and bool(self.shown_at or self.found_at)

    def record_holds(self, now: datetime) -> bool:
        """Whether the record was found, and hasn't been away for too long."""
        away = self.lost_at is not None and self.lost_at <= now - HOLDS_WITHOUT
        return self.found_at is not None and not away

    def opens_alone(self, now: datetime) -> bool:
        """Whether one joins by it without an administrator's yes."""
        agreed = self.agreed_until is not None and now < self.agreed_until
        return (
            self.ended_at is None
            and agreed
            and self.record_holds(now)
            and self.organisation.is_accepted
        )


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def open(self) -> Self:
        return self.filter(answered_at=None)


class JoinRequest(models.Model):
    """Somebody with an address of the organisation's domain asks to join; an administrator says yes or no."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="join_requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="join_requests")
    domain = models.ForeignKey(
        MailDomain, models.SET_NULL, null=True, blank=True, related_name="join_requests"
    )
    asked_at = models.DateTimeField(pgettext_lazy("when", "asked"), default=timezone.now)
    answered_at = models.DateTimeField(pgettext_lazy("when", "answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    accepted = models.BooleanField(null=True, blank=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(answered_at=None),
                name="join_request_one_open",
                violation_error_message=_("You have asked already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.organisation}"
