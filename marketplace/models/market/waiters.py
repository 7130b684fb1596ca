"""Waiters: who waits, in their turn, for a place of what is full: an offer for one of a need, or a need for one of an offer."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Step, User
from marketplace.models import reasons
from marketplace.models.in_line import InLine, InLineQuerySet
from marketplace.models.market.needs import Need
from marketplace.models.market.offers import Offer
from marketplace.models.market.proposals import Proposal, Side
from marketplace.states import WAITER_MOVES, ProposalStatus, WaiterStatus

STANDING = (WaiterStatus.WAITING, WaiterStatus.OFFERED)


class WaiterQuerySet(InLineQuerySet["Waiter"]):
    def of_need(self, need: Need | OuterRef) -> Self:
        """Those who wait for a place of this need."""
        return self.filter(need=need, side=Side.OFFER)

    def of_offer(self, offer: Offer) -> Self:
        """Those who wait for a place of this offer."""
        return self.filter(offer=offer, side=Side.NEED)

    def standing(self) -> Self:
        """Those who wait, or for whom a place is kept."""
        return self.filter(status__in=STANDING)

    def holding(self) -> Self:
        """Those whose place is nobody else's: it is kept for their answer or, since their yes, for that of the other side."""
        answered = Q(status=WaiterStatus.TAKEN, proposal__status=ProposalStatus.OPEN)
        return self.filter(Q(status=WaiterStatus.OFFERED) | answered)

    def visible_to(self, user: User) -> Self:
        """Those in whose name this person puts a name down and answers: with an offer of their own or of their team, for a
        need of their structure."""
        if not user.pk:
            return self.none()
        theirs = Offer.objects.to_apply_with(user).order_by().values("pk")
        return self.filter(
            Q(side=Side.OFFER, offer__in=theirs)
            | Q(side=Side.NEED, need__in=Need.objects.spoken_for_by(user).order_by().values("pk"))
        )

    def shown_to(self, reader: User) -> Self:
        """Of those that are listed to a coordinator, without what somebody offers at home under them: to them it is as if it
        weren't there."""
        return self.exclude(Offer.at_home_under(reader, at="offer__"))


class Waiter(InLine):
    """`side` is the one who waits. The yes of whoever comes first makes the proposal that anybody makes, an application or an
    invitation."""

    MOVES = WAITER_MOVES

    need = models.ForeignKey(Need, models.CASCADE, related_name="waiters")
    offer = models.ForeignKey(Offer, models.CASCADE, related_name="waiters")
    side = models.CharField(_("who waits"), max_length=10, choices=Side)
    word = models.TextField(_("a word with it"), max_length=2000, blank=True)
    answers = models.JSONField(
        default=list,
        blank=True,
        help_text="To the structure’s questions: pairs, as they were asked.",
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    status = models.CharField(
        _("state"), max_length=20, choices=WaiterStatus, default=WaiterStatus.WAITING
    )
    proposal = models.ForeignKey(
        Proposal, models.SET_NULL, null=True, blank=True, related_name="waiters"
    )

    objects = WaiterQuerySet.as_manager()

    class Meta:
        verbose_name = _("place on a waiting list")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "offer", "side"],
                condition=Q(status__in=["WAITING", "OFFERED"]),
                name="waiter_once",
                violation_error_message=_("This name is on the waiting list already."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=WaiterStatus.values), name="waiter_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=WaiterStatus.OFFERED) | Q(offered_until__isnull=False),
                name="waiter_offered_until",
            ),
        ]
        indexes = [
            models.Index(fields=["need", "side", "status", "asked_at", "id"], name="waiters_need"),
            models.Index(
                fields=["offer", "side", "status", "asked_at", "id"], name="waiters_offer"
            ),
            models.Index(
                fields=["side", "asked_at", "id"],
                condition=Q(status__in=["WAITING", "OFFERED"]),
                name="waiters_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer} · {self.need}"

    def get_absolute_url(self) -> str:
        return reverse("waiter", args=[self.pk])

    @property
    def is_for_need(self) -> bool:
        """Whether it is a place of the need that is waited for."""
        return self.side == Side.OFFER

    @property
    def full(self) -> Need | Offer:
        """What they wait for a place of."""
        return self.need if self.is_for_need else self.offer

    @property
    def stands(self) -> bool:
        return self.status in STANDING

    @property
    def has_said_yes(self) -> bool:
        return self.status == WaiterStatus.TAKEN


class WaiterStep(Step):
    STATUSES = WaiterStatus
    REASONS = reasons.WORDS

    waiter = models.ForeignKey(Waiter, models.CASCADE, related_name="steps")
