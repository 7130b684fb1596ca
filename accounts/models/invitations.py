"""Invitations to join an organisation: the letter's link, who sent it, and until when it can be used."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.memberships import Membership
from accounts.models.organisations import Organisation
from accounts.models.people import User
from accounts.states import ACTIVE

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def for_addresses_of(self, user: User) -> Self:
        """Invitations to an address that this person has shown to be theirs."""
        mine = EmailAddress.objects.filter(user_id=user.pk, verified=True)
        return self.filter(email__in=mine.values("email"))

    def pending(self, now: datetime) -> Self:
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)

    def told(self, now: datetime) -> Self:
        """Those whose letter has left: of a list, nobody hears before."""
        return self.filter(sent_at__lte=now)

    def backed(self) -> Self:
        """Invitations behind which somebody still stands, or the site itself: the same as `is_backed`."""
        inviter = Membership.objects.acting().administrators()
        theirs = inviter.filter(
            user=OuterRef("invited_by"), user__is_active=True, organisation=OuterRef("organisation")
        )
        by_the_site = Q(invited_by=None, organisation__status__in=ACTIVE)
        return self.filter(by_the_site | Exists(theirs))

    def left_by_their_sender(self, now: datetime) -> Self:
        """Open ones of employees behind which nobody stands any more: another administrator may take them over."""
        pending = self.pending(now).filter(role=Membership.Role.EMPLOYEE, invited_by__isnull=False)
        return pending.exclude(pk__in=self.model.objects.backed().values("pk"))

    def shown(self) -> Self:
        """Invitations that the members' page lists: neither accepted nor withdrawn."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """An invitation, by letter, to join an organisation and speak for it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(
        _("role"), max_length=20, choices=Membership.Role, default=Membership.Role.REPRESENTATIVE
    )
    # As whoever invites has written them; the person isn't asked again.
    first_name = models.CharField(_("first name"), max_length=80, blank=True, db_default="")
    last_name = models.CharField(_("last name"), max_length=80, blank=True, db_default="")
    by_list = models.BooleanField(
        default=False, db_default=False, help_text=_("One of many: who joins is told once a day.")
    )
    token = models.CharField(max_length=64, unique=True)  # the digest of the secret in the letter
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty when the site itself invites: the first coordinator of a pôle."),
    )
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(default=timezone.now)
    sent_count = models.PositiveSmallIntegerField(default=1)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the list that it came with was taken back.")
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_open",
                violation_error_message=_("This person has already been invited."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.organisation}"

    def get_absolute_url(self) -> str:
        """The page for whoever is logged in with the invited address; the letter has a link of its own."""
        return reverse("my-invitation", args=[self.pk])

    @property
    def role_words(self) -> "StrOrPromise":
        return Membership.words_of(self.role, self.organisation)

    def is_open(self, now: datetime) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at

    def is_expired(self, now: datetime) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and now >= self.expires_at

    @property
    def is_backed(self) -> bool:
        """Whether whoever sent it may still invite today; for one that the site has sent, whether the organisation
        is active."""
        if self.invited_by is None:
            return self.organisation.is_active
        return self.invited_by.administers(self.organisation)
