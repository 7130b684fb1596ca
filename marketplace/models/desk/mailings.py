"""What a pôle writes to several at once: its models of letters, each mailing, and to whom it goes."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Pole, User, coordinated_by
from marketplace.models.market.needs import Need
from marketplace.models.market.offers import Offer
from marketplace.models.missions.missions import Mission

WAITS = timedelta(minutes=10)  # before the first letter leaves, and it may be called off
LONGEST = 5000


class LetterModelQuerySet(models.QuerySet["LetterModel"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(pole__in=coordinated_by(user))

    def in_use(self) -> Self:
        return self.filter(retired_at=None)


class LetterModel(models.Model):
    """Words that a pôle writes often, under a name; a retired one is offered no more."""

    pole = models.ForeignKey(Pole, models.CASCADE, related_name="letter_models")
    name = models.CharField(_("name of the model"), max_length=80)
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(_("text"), max_length=LONGEST)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = LetterModelQuerySet.as_manager()

    class Meta:
        verbose_name = _("model of a letter")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pole", "name"], condition=Q(retired_at=None), name="letter_model_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("letter-model", args=[self.pk])


class MailingQuerySet(models.QuerySet["Mailing"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(pole__in=coordinated_by(user))

    def drafts(self) -> Self:
        return self.filter(sent_at=None)

    def due(self, now: datetime) -> Self:
        """Those that are sent, whose ten minutes are over and that aren't all written yet."""
        return self.filter(due_at__lte=now, called_off_at=None, written_at=None)


class Mailing(models.Model):
    """A letter of a pôle to several, from its draft on. `code` and `query` are the list and the selection of it to which it
    goes; without them, to all who have said yes. `month` is that of a letter that the clock has drafted."""

    pole = models.ForeignKey(Pole, models.PROTECT, related_name="mailings")
    code = models.CharField(max_length=20, blank=True, default="")
    query = models.TextField(blank=True, default="")
    month = models.DateField(null=True, blank=True)
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(_("text"), max_length=LONGEST)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    called_off_at = models.DateTimeField(null=True, blank=True)
    written_at = models.DateTimeField(null=True, blank=True)

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter to several")
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["pole", "month"], name="mailing_one_a_month"),
            models.CheckConstraint(
                condition=Q(sent_at=None, due_at=None, called_off_at=None, written_at=None)
                | Q(sent_at__isnull=False, due_at__isnull=False, by__isnull=False),
                name="mailing_sent_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(sent_at__isnull=False, called_off_at=None, written_at=None),
                name="mailing_due",
            ),
            models.Index(fields=["pole", "-changed_at"], name="mailing_of_pole"),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("mailing", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.sent_at is None

    @property
    def is_called_off(self) -> bool:
        return self.called_off_at is not None

    @property
    def may_be_called_off(self) -> bool:
        """Whether not every letter of it has been handed to the post yet."""
        return not (self.is_draft or self.is_called_off or self.written_at)


class AddresseeQuerySet(models.QuerySet["Addressee"]):
    def received_by(self, user: User) -> Self:
        """What has been written to this person, and by whom."""
        mine = self.filter(person=user.pk, written_at__isnull=False)
        return mine.select_related("mailing__pole", "mailing__by", "need", "offer", "mission__need")

    def waiting(self) -> Self:
        return self.filter(written_at=None, left_out="")


def _about_their_own() -> Q:
    """A condition: the row is about what its ground says, and about nothing else."""
    things, condition = ("need", "offer", "mission"), Q()
    for ground in ("yes", *things):
        others = {f"{thing}__isnull": thing != ground for thing in things}
        condition |= Q(ground=ground.upper(), **others)
    return condition


class Addressee(models.Model):
    """One person to whom a mailing goes, and why one may write to them: their own yes, or their own need, offer or mission.
    `subject` and `text` are in the words that they are sent; `left_out` says why it wasn't, in the end."""

    class Ground(models.TextChoices):
        YES = "YES", _("their own yes to the letters of the pôle")
        NEED = "NEED", _("their own need")
        OFFER = "OFFER", _("their own offer")
        MISSION = "MISSION", _("their own mission")

    class LeftOut(models.TextChoices):
        NO = "NO", _("has not said yes to the letters of the pôle")
        STOPPED = "STOPPED", _("has refused the letters of the pôle")
        BOUNCED = "BOUNCED", _("nothing arrives at this address")
        LEFT = "LEFT", _("has left, or the account is closed")
        SUSPENDED = "SUSPENDED", _("the organisation is suspended")
        GONE = "GONE", _("the organisation has left the site")
        BLOCKED = "BLOCKED", _("keeps you away, or is kept away by you")
        NOBODY = "NOBODY", _("nobody of it has an account")

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="addressees")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    ground = models.CharField(max_length=10, choices=Ground)
    need = models.ForeignKey(Need, models.CASCADE, null=True, blank=True, related_name="+")
    offer = models.ForeignKey(Offer, models.CASCADE, null=True, blank=True, related_name="+")
    mission = models.ForeignKey(Mission, models.CASCADE, null=True, blank=True, related_name="+")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    written_at = models.DateTimeField(null=True, blank=True)
    left_out = models.CharField(max_length=10, choices=LeftOut, blank=True, default="")

    objects = AddresseeQuerySet.as_manager()

    class Meta:
        verbose_name = _("addressee")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["mailing", "person"], name="addressee_once"),
            models.CheckConstraint(condition=_about_their_own(), name="addressee_about_their_own"),
        ]

    def __str__(self) -> str:
        return f"{self.mailing} → {self.person_id}"

    @property
    def about(self) -> Need | Offer | Mission | None:
        return self.need or self.offer or self.mission
