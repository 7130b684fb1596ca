"""Both said yes: who does what, from when to when, and what came of it."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Movable, Step, coordinated_by
from marketplace.models.needs import Need
from marketplace.models.offers import Offer
from marketplace.models.proposals import Proposal, Side
from marketplace.states import MISSION_MOVES, MissionStatus


class MissionQuerySet(models.QuerySet["Mission"]):
    def running(self):
        return self.filter(status=MissionStatus.RUNNING)

    def taking_a_place(self):
        """Running or done: cancelled ones give their place back."""
        return self.exclude(status=MissionStatus.CANCELLED)

    def visible_to(self, user):
        if not user.pk:
            return self.none()
        mine = Membership.objects.filter(user_id=user.pk).values("organisation")
        return self.filter(
            Q(need__organisation__in=mine)
            | Q(offer__organisation__in=mine)
            | Q(offer__person_id=user.pk)
            | Q(need__pole__in=coordinated_by(user))
        )


class Mission(Movable):
    MOVES = MISSION_MOVES

    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="mission")
    need = models.ForeignKey(Need, models.PROTECT, related_name="missions")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="missions")
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="missions_followed",
        verbose_name=_("coordinator in charge"),
    )
    status = models.CharField(
        _("state"), max_length=20, choices=MissionStatus, default=MissionStatus.RUNNING
    )
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    created_at = models.DateTimeField(default=timezone.now)

    objects = MissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mission")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=MissionStatus.values), name="mission_status_known"
            ),
        ]
        indexes = [models.Index(fields=["status", "starts_on"], name="mission_follow_up")]

    def __str__(self) -> str:
        return self.need.title

    def get_absolute_url(self) -> str:
        return reverse("mission", args=[self.pk])


class MissionStep(Step):
    STATUSES = MissionStatus

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="steps")


class Review(models.Model):
    """What one side says at the end. Once a side."""

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="reviews")
    side = models.CharField(max_length=10, choices=Side)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    rating = models.PositiveSmallIntegerField(
        _("how did it go?"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    words = models.TextField(_("in a few words"), max_length=2000, blank=True)
    again = models.BooleanField(_("would you do it again?"))
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("review")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["mission", "side"],
                name="review_once_a_side",
                violation_error_message=_("Your side has already given its review."),
            ),
            models.CheckConstraint(
                condition=Q(rating__gte=1, rating__lte=5), name="review_rating_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mission} {self.rating}/5"
