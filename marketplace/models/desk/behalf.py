"""What a coordinator has written for somebody who phoned or was visited, until these take it up or say no."""

from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune, Organisation, Pole, User, coordinated_by
from marketplace.models.market.bosses import mailbox_under, under
from marketplace.models.market.needs import Need

LASTS = timedelta(days=60)
TOLD_AHEAD = timedelta(days=15)


class BehalfQuerySet(models.QuerySet["Behalf"]):
    def unclaimed(self) -> Self:
        """Those for which the coordination answers: nobody has taken them up."""
        return self.filter(claimed_at=None)

    def waiting(self) -> Self:
        """Those that may still be taken up."""
        return self.unclaimed().filter(over_at=None)

    def asked(self) -> Self:
        """Those that somebody asks to take up by an address of their own."""
        return self.waiting().filter(asked_by__isnull=False)

    def visible_to(self, user: User) -> Self:
        """Those of the pôles that this person coordinates today; but nothing of what one of their own people offers."""
        if not user.is_active:
            return self.none()
        theirs = mailbox_under(user, "email")
        for whose in ("claimed_by", "asked_by"):
            theirs |= Q(**{f"{whose}__isnull": False}) & under(user, whose)
        return self.filter(pole__in=coordinated_by(user)).exclude(theirs, need=None)


class Behalf(models.Model):
    """A need written for a structure, or what somebody told that they could offer. An offer is kept here alone, as words:
    it is nobody's offer, and in no list, before its person has said yes."""

    class Heard(models.TextChoices):
        CALL = "CALL", _("a call")
        VISIT = "VISIT", _("a visit")
        FILE = "FILE", _("a file of the pôle")

    pole = models.ForeignKey(Pole, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    heard = models.CharField(_("from"), max_length=10, choices=Heard, default=Heard.CALL)
    heard_on = models.DateField()
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="behalves"
    )
    made_here = models.BooleanField(
        default=False, help_text="Its organisation was registered with it, and is nobody’s yet."
    )
    need = models.OneToOneField(Need, models.CASCADE, null=True, blank=True, related_name="behalf")
    text = models.TextField(blank=True, help_text="What somebody offers, as they said it.")
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, blank=True, related_name="+")
    # Whom the letter is for: emptied once they have an account of their own, or it is over.
    person = models.CharField(_("person"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(max_length=40, blank=True)
    token = models.CharField(max_length=64, blank=True, db_index=True)  # the digest of the secret
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    times = models.PositiveSmallIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="Who says that it is for them, by another address than the letter’s.",
    )  # fmt: skip
    asked_at = models.DateTimeField(null=True, blank=True)
    over_at = models.DateTimeField(
        null=True, blank=True, help_text="It has ended, and its need goes on: people are engaged."
    )

    objects = BehalfQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(heard__in=["CALL", "VISIT", "FILE"]), name="behalf_heard_known"
            ),
            models.CheckConstraint(
                condition=Q(claimed_at=None) | Q(person="", email="", phone="", text="", token=""),
                name="behalf_claimed_is_emptied",
            ),
        ]
        indexes = [
            models.Index(fields=["need"], condition=Q(claimed_at=None), name="behalf_unclaimed"),
            models.Index(fields=["pole", "-created_at"], name="behalf_of_pole"),
        ]

    def __str__(self) -> str:
        return f"{self.pole_id}: {self.get_heard_display()}"

    def get_absolute_url(self) -> str:
        return reverse("behalf", args=[self.pk])

    @property
    def is_from_a_visit(self) -> bool:
        return self.heard == self.Heard.VISIT

    @property
    def is_from_a_file(self) -> bool:
        return self.heard == self.Heard.FILE

    @property
    def is_waiting(self) -> bool:
        return self.claimed_at is None and self.over_at is None

    def is_ended(self, now: datetime) -> bool:
        return self.ends_at <= now

    @property
    def last_day(self) -> date:
        return timezone.localdate(self.ends_at)
