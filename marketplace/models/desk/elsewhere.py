"""A pôle that was asked to look among its own people for a need of another pôle."""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Movable, Pole, Step, User
from accounts.states import OrganisationStatus
from marketplace.models.market.needs import Need, NeedStep
from marketplace.models.market.offers import Offer, Time
from marketplace.models.market.proposals import Proposal
from marketplace.states import ASKED_POLE_MOVES, AskedPoleStatus, NeedStatus

# The same in every pôle, in working days: reminded once, then closed, and who asked is told.
REMINDED_AFTER, CLOSED_AFTER = 5, 10
# What was answered by “nobody here” isn't asked again before.
AGAIN_AFTER = timedelta(days=30)


class AskedPoleQuerySet(models.QuerySet["AskedPole"]):
    def still_asked(self) -> Self:
        """Whatever was answered; not where it was taken back."""
        return self.exclude(status=AskedPoleStatus.TAKEN_BACK)

    def waiting(self) -> Self:
        """Those that have to answer."""
        return self.shown().filter(status=AskedPoleStatus.ASKED)

    def shown(self) -> Self:
        """Those whose need still looks for somebody, and is shown to them."""
        return self.filter(
            ~Q(pole=F("need__pole")),  # its structure may have moved there since
            need__status=NeedStatus.PUBLISHED,
            need__is_listed=True,
            need__organisation__status=OrganisationStatus.ACCEPTED,
        )

    def with_since(self) -> QuerySet[Any]:
        """Adds `since`: when it was asked, or when the need came back to the catalogue after that."""
        back = NeedStep.objects.filter(need=OuterRef("need"), after=NeedStatus.PUBLISHED)
        last = Subquery(back.exclude(before=F("after")).order_by("-at").values("at")[:1])
        return self.annotate(since=Greatest(F("at"), Coalesce(last, F("at"))))

    def with_proposed(self, reader: User | None = None) -> QuerySet[Any]:
        """Adds `proposed`: how many of its people were proposed, or have applied. For a coordinator who reads it, without
        those who offer at home under them."""
        theirs = Proposal.objects.filter(need=OuterRef("need"), offer__pole=OuterRef("pole"))
        if reader:
            theirs = theirs.exclude(Offer.at_home_under(reader, at="offer__"))
        many = theirs.order_by().values("need").annotate(n=Count("pk")).values("n")
        return self.annotate(proposed=Coalesce(Subquery(many), 0))

    def as_told(self, reader: User | None = None) -> QuerySet[Any]:
        """With all that a page says of them to its structure, or to a coordinator: by whom, how many were proposed, and the
        words that came with it."""
        told = self.with_proposed(reader).select_related("need", "pole", "by")
        return told.prefetch_related("steps")

    def looked_into_by(self, user: User) -> Self:
        """Without those where this coordinator is of the structure, or on the side of an offer for the need: they leave
        it to the others there; where there is nobody else, they keep it."""
        beside = Proposal.objects.filter(Proposal.on_a_side(user), need=OuterRef("need"))
        mine = Membership.objects.filter(user=user.pk).values("organisation")
        on_a_side = Q(Exists(beside)) | Q(need__organisation__in=mine)
        on_a_side |= Q(need__created_by=user.pk, need__behalf=None)
        return self.exclude(on_a_side & Q(Exists(_on_no_side().exclude(user=user.pk))))


def _on_no_side() -> QuerySet[Membership]:
    """The memberships of those who coordinate the pôle and are on no side, inside a condition on asked pôles."""
    person, need = OuterRef("user"), OuterRef(OuterRef("need"))
    theirs = Membership.objects.filter(
        user=person, organisation=OuterRef(OuterRef("need__organisation"))
    )
    at_work = Q(offer__time=Time.WORK) | Q(offer__person=None)
    beside = Proposal.objects.filter(
        Q(offer__person=person)
        | Q(offer__created_by=person)
        | Q(at_work, offer__organisation__memberships__user=person),
        need=need,
    )
    return Membership.objects.coordinating(OuterRef("pole")).filter(
        ~Exists(theirs),
        ~Exists(beside),
        ~Q(user=OuterRef("need__created_by"))
        | Q(Exists(Need.objects.filter(pk=need, behalf__isnull=False))),
        user__is_active=True,
    )


class AskedPole(Movable):
    """A pôle asked about a need: its coordinators may put their offers forward and its people may apply, like those
    of the need's own pôle, to which the mission will belong. Asked again, it is the same row."""

    MOVES = ASKED_POLE_MOVES

    need = models.ForeignKey(Need, models.CASCADE, related_name="asked_poles")
    pole = models.ForeignKey(
        Pole, models.CASCADE, related_name="asked_needs", verbose_name=_("pôle")
    )
    word = models.TextField(_("a word with it"), max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    status = models.CharField(
        _("state"),
        max_length=20,
        choices=AskedPoleStatus,
        default=AskedPoleStatus.ASKED,
        db_default=AskedPoleStatus.ASKED,
    )

    objects = AskedPoleQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["need", "pole"], name="asked_pole_once"),
            models.CheckConstraint(
                condition=Q(status__in=AskedPoleStatus.values), name="asked_pole_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need} → {self.pole}"

    @property
    def is_asked(self) -> bool:
        return self.status == AskedPoleStatus.ASKED

    @property
    def has_found(self) -> bool:
        return self.status == AskedPoleStatus.FOUND

    @property
    def is_taken_back(self) -> bool:
        return self.status == AskedPoleStatus.TAKEN_BACK

    @property
    def may_be_answered(self) -> bool:
        return self.may(AskedPoleStatus.NOBODY)

    @property
    def last_step(self) -> "AskedPoleStep":
        return list(self.steps.all())[-1]  # prefetched or not

    @property
    def answer(self) -> str:
        """The words that came with “nobody here”; "" without any, or in another state."""
        said = self.status == AskedPoleStatus.NOBODY and self.last_step.said
        return said or ""


class AskedPoleStep(Step):
    STATUSES = AskedPoleStatus

    asked = models.ForeignKey(AskedPole, models.CASCADE, related_name="steps")

    @property
    def words(self) -> str:
        """What was done then: whether an answer has come is no part of its being asked."""
        return str(_("Asked to look")) if self.after == AskedPoleStatus.ASKED else super().words
