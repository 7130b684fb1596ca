"""Who carries a need beside the structure that leads it: `need.organisation` leads, each other one is a `Carrier`."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    Anybody,
    Membership,
    Movable,
    Organisation,
    Step,
    User,
    coordinated_by,
)
from accounts.states import OrganisationStatus
from marketplace.models import reasons
from marketplace.models.market.needs import Need
from marketplace.states import CARRIER_MOVES, CarrierStatus

MOST = 6  # structures that carry one need beside its lead


class CarrierQuerySet(models.QuerySet["Carrier"]):
    def invited(self) -> Self:
        """Those who haven't answered yet: until they do, or are gone without, the need isn't published."""
        return self.filter(status=CarrierStatus.INVITED)

    def agreed(self) -> Self:
        """Those who carry the need today."""
        return self.filter(status=CarrierStatus.AGREED)

    def standing(self) -> Self:
        """Those who carry it or have been asked to."""
        return self.filter(status__in=[CarrierStatus.INVITED, CarrierStatus.AGREED])

    def of_the_unverified(self) -> Self:
        """Those of organisations that were suspended or have left since."""
        return self.exclude(organisation__status=OrganisationStatus.ACCEPTED)

    def represented_by(self, user: Anybody) -> Self:
        """Those of the structures that this person represents; none for an anonymous user."""
        mine = Membership.objects.of(user).representing().order_by().values("organisation")
        return self.filter(organisation__in=mine)

    def visible_to(self, user: User) -> Self:
        """Those of needs that this person represents, as the lead or as the one that was asked, and for the coordinators of
        the pôle once the need is in their hands."""
        if not user.pk:
            return self.none()
        mine = Q(pk__in=self.model.objects.represented_by(user).values("pk"))
        led = Q(need__in=Need.objects.spoken_for_by(user).values("pk"))
        ours = Q(need__pole__in=coordinated_by(user)) & Q(
            need__in=Need.objects.told_to_coordinators().values("pk")
        )
        return self.filter(mine | led | ours)


class Carrier(Movable):
    """A structure that carries a need with the one that leads it: invited by the lead, and only then by its own yes."""

    MOVES = CARRIER_MOVES

    need = models.ForeignKey(Need, models.CASCADE, related_name="carriers")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="needs_carried", verbose_name=_("structure")
    )
    referent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who speaks for it about this need: whoever said yes, until it names another.",
    )
    word = models.TextField(_("a word with it"), max_length=1000, blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    agreed_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(
        _("state"),
        max_length=20,
        choices=CarrierStatus,
        default=CarrierStatus.INVITED,
        db_default=CarrierStatus.INVITED,
    )

    objects = CarrierQuerySet.as_manager()

    class Meta:
        verbose_name = _("co-carrier")
        ordering = ["invited_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "organisation"],
                condition=Q(status__in=["INVITED", "AGREED"]),
                name="carrier_once_a_need",
                violation_error_message=_("This structure has been asked already."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=CarrierStatus.values), name="carrier_status_known"
            ),
        ]
        indexes = [
            models.Index(fields=["need", "status"], name="carriers_of_a_need"),
            models.Index(fields=["organisation", "status"], name="carried_by_a_structure"),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    def get_absolute_url(self) -> str:
        return reverse("carrier", args=[self.pk])

    @property
    def is_invited(self) -> bool:
        return self.status == CarrierStatus.INVITED

    @property
    def is_agreed(self) -> bool:
        return self.status == CarrierStatus.AGREED


class CarrierStep(Step):
    STATUSES = CarrierStatus
    REASONS = reasons.WORDS

    carrier = models.ForeignKey(Carrier, models.CASCADE, related_name="steps")
