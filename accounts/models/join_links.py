"""Links by which the people of an organisation join it by themselves: printed, shown as a QR code or sent around."""

from datetime import date, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import tokens
from accounts.models.memberships import Membership
from accounts.models.organisations import Organisation

LASTS = timedelta(days=30)  # unless somebody says otherwise
LONGEST = timedelta(days=365)
MOST = 10_000


def in_a_month() -> date:
    return timezone.localdate() + LASTS


class JoinLinkQuerySet(models.QuerySet["JoinLink"]):
    def with_backing(self) -> Self:
        """Adds what `why_shut` reads, so that a page asks once."""
        theirs = Membership.objects.acting().administrators().of_active_accounts()
        backing = theirs.filter(user=OuterRef("made_by"), organisation=OuterRef("organisation"))
        return self.select_related("organisation", "made_by").annotate(backed=Exists(backing))


class JoinLink(models.Model):
    """A way in for the employees of one organisation, until a day and for a number of people."""

    class Shut(models.TextChoices):
        """Why nobody joins by it today."""

        CLOSED = "CLOSED", _("closed")
        HOUSE = "HOUSE", _("the organisation takes nobody today")
        ENDED = "ENDED", _("ended")
        FULL = "FULL", _("full")
        UNBACKED = "UNBACKED", _("to be taken over")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="join_links")
    label = models.CharField(_("what for"), max_length=80, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        help_text=_("Who made it, or has taken it over: it works as long as they administer."),
    )
    made_at = models.DateTimeField(default=timezone.now)
    # With the site's own key it makes the key in the address: the table alone gives nobody a link that works.
    nonce = models.CharField(max_length=32, default=tokens.new_nonce, editable=False)
    ends_on = models.DateField(_("last day"), default=in_a_month)
    places = models.PositiveSmallIntegerField(
        _("how many may join"), validators=[MinValueValidator(1), MaxValueValidator(MOST)]
    )
    used = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = JoinLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to join")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(places__gte=1, places__lte=MOST), name="join_link_places"
            ),
            models.CheckConstraint(
                condition=Q(used__lte=F("places")),
                name="join_link_not_overfull",
                violation_error_message=_("More people than that have joined by it already."),
            ),
        ]

    def __str__(self) -> str:
        return self.label or str(_("Link without a name"))

    def get_absolute_url(self) -> str:
        """The page for those who administer it."""
        return reverse("join-link-page", args=[self.pk])

    @property
    def path(self) -> str:
        """The page for those who join. It holds the key."""
        return reverse("join-link", args=[self.pk, tokens.join_key(self.pk, self.nonce)])

    @property
    def address(self) -> str:
        """The whole address, to be copied or printed."""
        return f"{settings.SITE_URL}{self.path}"

    @property
    def left(self) -> int:
        return self.places - self.used

    @property
    def is_backed(self) -> bool:
        """Whether somebody who may bring people in still stands behind it."""
        told: bool | None = getattr(self, "backed", None)
        return self.made_by.administers(self.organisation) if told is None else told

    def why_shut(self, today: date) -> "JoinLink.Shut | None":
        """Why nobody joins by it today; None when it is open."""
        house = self.organisation
        reasons: tuple[tuple[Any, JoinLink.Shut], ...] = (
            (self.closed_at, self.Shut.CLOSED),
            (house.leaves_on or not (house.is_accepted and house.may_offer), self.Shut.HOUSE),
            (today > self.ends_on, self.Shut.ENDED),
            (self.left < 1, self.Shut.FULL),
        )
        for is_so, reason in reasons:
            if is_so:
                return reason
        return None if self.is_backed else self.Shut.UNBACKED
