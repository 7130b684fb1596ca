"""Signing without an account: the addresses that a side has given, and the links sent."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from marketplace.models.documents.documents import Document, Kind, Party


class SigningAddressQuerySet(models.QuerySet["SigningAddress"]):
    def standing(self) -> Self:
        return self.filter(removed_at=None)

    def confirmed(self) -> Self:
        return self.standing().filter(confirmed_at__isnull=False)


class SigningAddress(models.Model):
    """The e-mail address of somebody who signs for an organisation without an account. It is given by one of those
    who sign for the organisation, and confirmed from that very address."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="signing_addresses")
    name = models.CharField(_("name"), max_length=160)
    capacity = models.CharField(_("capacity"), max_length=120)
    email = models.EmailField(_("e-mail address"))
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    party = models.CharField(_("for"), max_length=10, choices=Party)
    token = models.CharField(max_length=64, unique=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = SigningAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("signing address")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                condition=Q(removed_at=None),
                name="signing_address_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.organisation}"

    @property
    def masked(self) -> str:
        return masked(self.email)

    def is_expired(self, now: datetime) -> bool:
        return self.confirmed_at is None and self.expires_at <= now


def masked(email: str) -> str:
    """An address as a…e@example.org: its owner recognises it, and nobody else learns it."""
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}…{name[-1] if len(name) > 2 else ''}@{domain}"


class SigningLink(models.Model):
    """A link that lets one person sign one version, once; only its fingerprint is stored.

    It goes to an account of the side (`user`) or to an address that the side has given
    (`address`). The oldest links have neither.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="links")
    party = models.CharField(_("for"), max_length=10, choices=Party)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    address = models.ForeignKey(
        SigningAddress, models.PROTECT, null=True, blank=True, related_name="links"
    )
    name = models.CharField(_("name"), max_length=160)
    capacity = models.CharField(_("capacity"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"))
    token = models.CharField(max_length=64, unique=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None) | Q(address=None), name="signing_link_to_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.document}"

    @property
    def masked(self) -> str:
        return masked(self.email)

    @property
    def signs_for(self) -> str:
        """The name in which the link signs: the side's organisation, or the person's own when they are the one who
        comes."""
        mission = self.document.mission
        if mission is None or self.party not in {Party.STRUCTURE, Party.EMPLOYER}:
            return self.name
        return str(
            mission.structure
            if self.party == Party.STRUCTURE
            else mission.offer.organisation or self.name
        )

    @property
    def is_in_own_name(self) -> bool:
        """Whether its reader signs for nobody but themselves."""
        return self.party == Party.PERSON

    @property
    def is_to_sender(self) -> bool:
        """Whether whoever signs sent it to themselves: nobody asks them."""
        return self.user_id == self.sent_by_id

    @property
    def with_whom(self) -> str:
        """The others who sign it; of a paper that one alone signs, the other side of the mission."""
        mission = self.document.mission
        if mission is None:
            return ""
        person = mission.person_coming.get_full_name()
        employer = None if mission.is_own_time else mission.offer.organisation
        names = {
            Party.EMPLOYER: str(employer or person),
            Party.PERSON: person,
            Party.STRUCTURE: mission.for_whom,
        }
        others = [names[one] for one in Kind(self.document.kind).signers if one != self.party]
        if not others:
            return names[Party.EMPLOYER if self.party == Party.STRUCTURE else Party.STRUCTURE]
        return get_text_list(others, gettext("and"))

    def is_open(self, now: datetime) -> bool:
        return self.used_at is None and self.stopped_at is None and self.expires_at > now
