"""Who belongs to which organisation, as what; and whom that makes a coordinator."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, StringAgg, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Anybody, User
from accounts.models.seats import Seat, coordinates_by
from accounts.states import ACTIVE


class MembershipQuerySet(models.QuerySet["Membership"]):
    def of(self, user: Anybody) -> Self:
        """The memberships of this person; none for an anonymous user."""
        return self.filter(user_id=user.pk)

    def acting(self) -> "MembershipQuerySet":
        """Memberships by which one may act for the organisation: it is neither suspended nor closed."""
        return self.filter(organisation__status__in=ACTIVE)

    def administrators(self) -> "MembershipQuerySet":
        return self.filter(role=Membership.Role.ADMINISTRATOR)

    def of_active_accounts(self) -> "MembershipQuerySet":
        return self.filter(user__is_active=True)

    def coordinating(self, pole: Any) -> "MembershipQuerySet":
        """Memberships that make a coordinator of this pôle (a row, its number, or a reference to one): those in a
        verified operator that holds a seat there."""
        return self.filter(coordinates_by("organisation__seats__"), organisation__seats__pole=pole)

    def with_poles(self) -> "MembershipQuerySet":
        """Adds what `Membership.poles` reads, so that a page asks once."""
        seats = Seat.objects.coordinating().filter(operator=OuterRef("organisation")).order_by()
        told = seats.values("operator").annotate(
            told=StringAgg(Cast("pole", TextField()), Value(" ", TextField()))
        )
        return self.annotate(
            poles_told=Coalesce(Subquery(told.values("told")), Value("", TextField()))
        )

    def people(self) -> models.QuerySet[User]:
        """The people of these memberships who still have an account."""
        return User.objects.filter(is_active=True, pk__in=self.values("user"))


class Membership(models.Model):
    class Role(models.TextChoices):
        ADMINISTRATOR = "ADMINISTRATOR", _("administrator")
        MEMBER = "MEMBER", _("member")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.MEMBER)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                name="membership_once",
                violation_error_message=_("This person already belongs to the organisation."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} @ {self.organisation}"

    @property
    def is_administrator(self) -> bool:
        return self.role == self.Role.ADMINISTRATOR

    @cached_property
    def poles(self) -> frozenset[int]:
        """The numbers of the pôles that its person coordinates by it."""
        told: str | None = getattr(self, "poles_told", None)
        if told is not None:
            return frozenset(int(number) for number in told.split())
        seats = Seat.objects.coordinating().filter(operator=self.organisation_id)
        return frozenset(seats.values_list("pole", flat=True))
