"""People who are asked about a need one after the other: the next when the one before has said no, or nothing."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Movable, Step, User
from marketplace.models import reasons
from marketplace.models.market.needs import Need
from marketplace.models.market.offers import Offer
from marketplace.models.market.proposals import Origin, Proposal
from marketplace.states import ASKED_IN_TURN_MOVES, AskedInTurnStatus, NeedStatus, ProposalStatus

MOST = 10  # people in a list


class AskedInTurnQuerySet(models.QuerySet["AskedInTurn"]):
    def running(self) -> Self:
        return self.filter(status=AskedInTurnStatus.RUNNING)

    def due(self) -> Self:
        """Those that go on: nobody of theirs is being asked, or the need isn't open any more."""
        asked = Proposal.objects.filter(
            turn__asked=OuterRef("pk"), status=ProposalStatus.OPEN
        ).values("pk")
        over = ~Q(need__status=NeedStatus.PUBLISHED)
        return self.running().filter(~Exists(asked) | over)


class AskedInTurn(Movable):
    """A list of people for a need. Who asks, the coordination or the structure, is its `origin`: each of those who may ask in
    that name today sees it, changes it and stops it. Of each origin one is running at the most."""

    MOVES = ASKED_IN_TURN_MOVES

    need = models.ForeignKey(Need, models.CASCADE, related_name="asked_in_turn")
    origin = models.CharField(_("origin"), max_length=20, choices=Origin)
    word = models.TextField(_("a word with it"), max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    status = models.CharField(
        _("state"),
        max_length=20,
        choices=AskedInTurnStatus,
        default=AskedInTurnStatus.RUNNING,
        db_default=AskedInTurnStatus.RUNNING,
    )

    objects = AskedInTurnQuerySet.as_manager()

    class Meta:
        verbose_name = _("people asked in turn")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "origin"],
                condition=Q(status="RUNNING"),
                name="asked_in_turn_one_running",
                violation_error_message=_("People are being asked in turn already."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=AskedInTurnStatus.values), name="asked_in_turn_status_known"
            ),
        ]
        indexes = [models.Index(fields=["status"], name="asked_in_turn_status")]

    def __str__(self) -> str:
        return str(self.need)

    @property
    def is_running(self) -> bool:
        return self.status == AskedInTurnStatus.RUNNING

    @property
    def is_over(self) -> bool:
        """Whether it ended otherwise than by everybody's turn: with a yes, or before."""
        return self.status in {AskedInTurnStatus.FOUND, AskedInTurnStatus.STOPPED}

    @property
    def is_by_structure(self) -> bool:
        return self.origin == Origin.INVITATION

    @property
    def has_found_nobody(self) -> bool:
        return self.status == AskedInTurnStatus.NOBODY

    @property
    def last_step(self) -> "AskedInTurnStep | None":
        return self.steps.last()


class AskedInTurnStep(Step):
    STATUSES = AskedInTurnStatus
    REASONS = reasons.WORDS

    asked = models.ForeignKey(AskedInTurn, models.CASCADE, related_name="steps")


class TurnQuerySet(models.QuerySet["Turn"]):
    def visible_to(self, user: User) -> Self:
        """Without what is offered at home under this reader: to them it is as if it weren't in the list."""
        return self.exclude(Offer.at_home_under(user, at="offer__"))

    def waiting(self) -> Self:
        """Those whose turn hasn't come."""
        return self.filter(proposal=None, passed="")


class Turn(models.Model):
    """An offer in the list. It is asked by an ordinary proposal; where that can't be made on its day, it is passed over."""

    class Passed(models.TextChoices):
        IN_TOUCH = "IN_TOUCH", _("in touch already")
        UNFIT = "UNFIT", _("no longer fits")
        CANNOT = "CANNOT", _("couldn’t be asked that day")

    asked = models.ForeignKey(AskedInTurn, models.CASCADE, related_name="turns")
    offer = models.ForeignKey(Offer, models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()
    lacks = models.PositiveIntegerField(
        default=0, help_text="The conditions that they failed when they were chosen."
    )
    proposal = models.OneToOneField(
        Proposal, models.SET_NULL, null=True, blank=True, related_name="turn"
    )
    passed = models.CharField(max_length=20, choices=Passed, blank=True, default="")

    objects = TurnQuerySet.as_manager()

    class Meta:
        verbose_name = _("turn")
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["asked", "offer"], name="turn_once_an_offer"),
            models.CheckConstraint(
                condition=Q(proposal=None) | Q(passed=""), name="turn_asked_or_passed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}. {self.offer}"

    @property
    def is_waiting(self) -> bool:
        return self.proposal_id is None and not self.passed
