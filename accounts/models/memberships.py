"""Who belongs to which organisation, as what; and whom that makes a coordinator."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, StringAgg, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Anybody, User
from accounts.models.seats import Seat, coordinates_by
from accounts.scope import scope_of
from accounts.states import ACTIVE

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from accounts.models.organisations import Organisation


class MembershipQuerySet(models.QuerySet["Membership"]):
    def of(self, user: Anybody) -> Self:
        """The memberships of this person that their session opens; none for an anonymous user. What keeps somebody from
        something asks by `user_id`, whatever the session."""
        return scope_of(user).opened(self.filter(user_id=user.pk))

    def acting(self) -> "MembershipQuerySet":
        """Memberships by which one may act for the organisation: it is neither suspended nor closed."""
        return self.filter(organisation__status__in=ACTIVE)

    def administrators(self) -> "MembershipQuerySet":
        return self.filter(role=Membership.Role.ADMINISTRATOR)

    def representing(self) -> "MembershipQuerySet":
        """Memberships of those who speak for the organisation: not of its plain employees, who have there what is their
        own and nothing else."""
        return self.filter(role__in=Membership.REPRESENTS)

    def employees(self) -> "MembershipQuerySet":
        return self.filter(role=Membership.Role.EMPLOYEE)

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
        # Kept as they were kept before employees had a role: a release and the one after it read the same.
        REPRESENTATIVE = "MEMBER", _("representative")
        EMPLOYEE = "EMPLOYEE", _("employee")

    class How(models.TextChoices):
        """By which way somebody came in; "" for who founded it, and for those who were there before it was kept."""

        INVITATION = "INVITATION", _("invitation")
        LIST = "LIST", _("list")
        LINK = "LINK", _("link")
        DOMAIN = "DOMAIN", _("address of the domain")
        SIGN_IN = "SIGN_IN", _("sign-in of the organisation")
        ASKED = "ASKED", _("asked, with an administrator’s yes")

    # Reads what is the organisation's and acts in its name.
    REPRESENTS = (Role.ADMINISTRATOR, Role.REPRESENTATIVE)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.REPRESENTATIVE)
    came_by = models.CharField(
        _("came by"), max_length=20, choices=How, blank=True, default="", db_default=""
    )
    link = models.ForeignKey(
        "accounts.JoinLink", models.SET_NULL, null=True, blank=True, editable=False, related_name="joined",
    )  # fmt: skip  # by which they came
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

    @property
    def acts(self) -> bool:
        """Whether one may act by it. The same answer as `acting`; it reads the organisation."""
        return self.organisation.is_active

    @property
    def represents(self) -> bool:
        """Whether its person speaks for the organisation."""
        return self.role in self.REPRESENTS

    @property
    def role_words(self) -> "StrOrPromise":
        return self.words_of(self.role, self.organisation)

    @classmethod
    def words_of(cls, role: str, organisation: "Organisation") -> "StrOrPromise":
        """The role as it is called there: a public body has agents."""
        is_agent = role == cls.Role.EMPLOYEE and organisation.is_public
        return _("agent") if is_agent else cls.Role(role).label

    @classmethod
    def roles_in(cls, organisation: "Organisation") -> "list[Membership.Role]":
        """The roles that there are in this organisation: one that lends its people has employees who don't speak for it;
        in the others, operators among them, everybody does."""
        return [role for role in cls.Role if role != cls.Role.EMPLOYEE or organisation.may_offer]

    @cached_property
    def poles(self) -> frozenset[int]:
        """The numbers of the pôles that its person coordinates by it."""
        told: str | None = getattr(self, "poles_told", None)
        if told is not None:
            return frozenset(int(number) for number in told.split())
        seats = Seat.objects.coordinating().filter(operator=self.organisation_id)
        return frozenset(seats.values_list("pole", flat=True))


class PastMembership(models.Model):
    """Who has left an organisation, and when: for a year, on the list of its people."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="past_memberships"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, related_name="past_memberships"
    )
    role = models.CharField(_("role"), max_length=20, choices=Membership.Role)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(default=timezone.now)
    # The fingerprint of their address of that day (`tokens.mailbox`): one that they take later is nothing to those they left.
    mailbox = models.CharField(max_length=12, blank=True, default="", db_default="", editable=False)

    class Meta:
        verbose_name = _("past membership")
        ordering = ["-left_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user} @ {self.organisation}, {self.left_at:%Y-%m-%d}"

    @property
    def role_words(self) -> "StrOrPromise":
        return Membership.words_of(self.role, self.organisation)
