"""The seats of operators in pôles: an operator coordinates where it holds one, so that it may coordinate several pôles
and a pôle has several operators."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import capabilities
from accounts.capabilities import Capability
from accounts.models.moves import Movable, Step
from accounts.models.people import Anybody, User
from accounts.models.poles import Pole
from accounts.scope import scope_of
from accounts.states import HELD, SEAT_MOVES, OrganisationStatus, SeatStatus

CARRIED = "avec"  # in an address: the slug of the door by which one came


def coordinates_by(seat: str = "") -> Q:
    """A condition on seats, or on rows from which `seat` leads to one ("organisation__seats__"): it is held today, by a
    verified operator. With another condition on the same seat it belongs into one `filter`."""
    return Q(
        **{
            f"{seat}status__in": HELD,
            f"{seat}operator__kind__in": capabilities.kinds_that(Capability.COORDINATE),
            f"{seat}operator__status": OrganisationStatus.ACCEPTED,
        }
    )


class SeatQuerySet(models.QuerySet["Seat"]):
    def coordinating(self) -> Self:
        """Seats by which people coordinate today."""
        return self.filter(coordinates_by())

    def held(self) -> Self:
        """Seats that are held, whatever has become of their operator."""
        return self.filter(status__in=HELD)

    def ever_held(self) -> Self:
        """Seats that are held or were: an operator that was asked, and never came, was never of the pôle."""
        return self.filter(status__in=[*HELD, SeatStatus.ENDED])

    def live(self) -> Self:
        """Seats that are held, or asked for."""
        return self.exclude(status__in=[SeatStatus.DECLINED, SeatStatus.ENDED])

    def held_by(self, user: Anybody) -> Self:
        """Seats by which this person coordinates today; none for an anonymous user."""
        mine = self.coordinating().filter(operator__memberships__user_id=user.pk)
        return scope_of(user).opened(mine, "operator")

    def with_the_last_step(self) -> models.QuerySet[Any]:
        """Adds `asked_at` and `moved_by`: when it last moved, and by whom."""
        last = SeatStep.objects.filter(seat=OuterRef("pk")).order_by("-at", "-pk")
        return self.annotate(
            asked_at=Subquery(last.values("at")[:1]), moved_by=Subquery(last.values("by")[:1])
        )

    def to_answer_by(self, user: Anybody) -> models.QuerySet[Any]:
        """Seats that wait for this person's yes or no: as an administrator of the operator that is asked itself, or of
        a second one. The one whose seat it is counts as the second only where there is no other; and nobody gives both
        yeses, though they administer two."""
        here = Seat.objects.coordinating().filter(pole=OuterRef("pole"))
        seconds = here.exclude(operator=OuterRef("asked_for"))
        neutral = seconds.exclude(operator=OuterRef("operator"))
        second = Exists(neutral.administered_by(user)) | (
            ~Exists(neutral) & Exists(seconds.administered_by(user))
        )
        waits = Q(status__in=[SeatStatus.PROPOSED, SeatStatus.LEAVING]) & ~Q(moved_by=user.pk)
        offered = Q(
            pk__in=Seat.objects.administered_by(user).values("pk"),
            status=SeatStatus.INVITED,
            operator__status=OrganisationStatus.ACCEPTED,
        )
        return self.with_the_last_step().filter(offered | (waits & Q(second)))

    def administered_by(self, user: Anybody) -> Self:
        """Seats of the operators that this person administers."""
        mine = self.filter(
            operator__memberships__user_id=user.pk, operator__memberships__role="ADMINISTRATOR"
        )
        return scope_of(user).opened(mine, "operator")

    def visible_to(self, user: Anybody) -> Self:
        """Seats of the pôles that this person coordinates; of an operator to which they belong, those that the pôle has
        offered it."""
        ours = Q(pole__in=coordinated_by(user))
        mine = Q(operator__memberships__user_id=user.pk)
        before = Q(status__in=[SeatStatus.PROPOSED, SeatStatus.DECLINED])
        answered = SeatStep.objects.filter(seat=OuterRef("pk"), before=SeatStatus.INVITED)
        return self.filter(ours | (mine & (~before | Exists(answered)))).distinct()


class Seat(Movable):
    """An operator's place in a pôle. It is given, and taken back, by two yeses: an operator of the pôle asks, another
    one confirms; and nobody is seated without their own yes."""

    MOVES = SEAT_MOVES

    operator = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="seats", verbose_name=_("operator")
    )
    pole = models.ForeignKey(Pole, models.PROTECT, related_name="seats", verbose_name=_("pôle"))
    status = models.CharField(
        _("state"), max_length=20, choices=SeatStatus, default=SeatStatus.PROPOSED
    )
    role = models.CharField(_("role in the pôle"), max_length=300, blank=True)
    asked_for = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+",
        help_text="In whose name the question that waits was asked: to seat it, or to end it.",
    )  # fmt: skip
    email = models.EmailField(
        _("address of its first administrator"), blank=True,
        help_text="Of an operator that isn’t on the site yet; forgotten once it is invited.",
    )  # fmt: skip
    since = models.DateTimeField(_("since"), null=True, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat in a pôle")
        verbose_name_plural = _("seats in pôles")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=SeatStatus.values), name="seat_status_known"
            ),
            models.UniqueConstraint(
                fields=["operator", "pole"],
                condition=~Q(status__in=[SeatStatus.DECLINED, SeatStatus.ENDED]),
                name="seat_one_live",
                violation_error_message=_("This operator is in the pôle already, or asked to be."),
            ),
        ]
        indexes = [models.Index(fields=["pole", "status", "operator"], name="seat_of_pole")]

    def __str__(self) -> str:
        return f"{self.operator} · {self.pole}"

    def get_absolute_url(self) -> str:
        return reverse("seat", args=[self.pk])

    @property
    def is_held(self) -> bool:
        return self.status in HELD

    @property
    def is_proposed(self) -> bool:
        return self.status == SeatStatus.PROPOSED

    @property
    def is_offered(self) -> bool:
        return self.status == SeatStatus.INVITED

    @property
    def is_leaving(self) -> bool:
        return self.status == SeatStatus.LEAVING


class SeatStep(Step):
    """What became of a seat, and who did it."""

    STATUSES = SeatStatus

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="steps")


class DoorQuerySet(models.QuerySet["Door"]):
    def open(self) -> Self:
        """Doors of the operators that coordinate a pôle today: who comes by another one is counted with nobody."""
        return self.filter(operator__in=Seat.objects.coordinating().order_by().values("operator"))


class Door(models.Model):
    """An operator's own door to the site, `/avec/<slug>/`. Who comes in by it is counted with this operator for ever."""

    operator = models.OneToOneField(
        "accounts.Organisation", models.PROTECT, related_name="door", verbose_name=_("operator")
    )
    slug = models.SlugField(
        _("address"),
        unique=True,
        error_messages={"unique": _("Another operator has this address.")},
    )
    words = models.TextField(_("in your own words"), max_length=600, blank=True)

    objects = DoorQuerySet.as_manager()

    class Meta:
        verbose_name = _("door of an operator")
        verbose_name_plural = _("doors of operators")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("door", args=[self.slug])

    @property
    def query(self) -> str:
        """What the addresses of its buttons carry, and the pages behind them: no cookie does."""
        return f"{CARRIED}={self.slug}"


def coordinated_by(user: Anybody) -> QuerySet[Seat, Any]:
    """The pôles that this person coordinates, as a queryset of ids to filter with. Where a page has read that there are none,
    the database isn't asked about them."""
    if getattr(user, "coordinates_nothing", False):  # which a visitor isn't asked
        return Seat.objects.none().values("pole")
    return Seat.objects.held_by(user).order_by().values("pole")


def numbers_of_poles(user: User) -> frozenset[int]:
    """The numbers themselves: a page that only reads has them already."""
    if (read := user.poles_read) is not None:
        return read
    return frozenset(coordinated_by(user).values_list("pole", flat=True))


def poles_of(user: Anybody) -> QuerySet[Pole]:
    """The same, as the pôles themselves."""
    return Pole.objects.filter(pk__in=coordinated_by(user))
