"""Two published needs that are alike, and may become one that both structures carry."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Movable, Step, User
from marketplace.models import reasons
from marketplace.models.market.carriers import Carrier
from marketplace.models.market.needs import Need
from marketplace.states import JOINING_MOVES, JoiningStatus


class JoiningQuerySet(models.QuerySet["Joining"]):
    def found(self) -> Self:
        """Those that the site has seen, and no coordinator has settled yet."""
        return self.filter(status=JoiningStatus.FOUND)

    def asked(self) -> Self:
        return self.filter(status=JoiningStatus.ASKED)

    def judged_by(self, user: User) -> Self:
        """Those of which this coordinator judges both needs."""
        theirs = Need.objects.judged_by(user).values("pk")
        return self.filter(older__in=theirs, younger__in=theirs)

    def visible_to(self, user: User) -> Self:
        """For the coordinators who judge both needs and, once they are asked, the people of the two structures."""
        if not user.pk:
            return self.none()
        mine = Need.objects.spoken_for_by(user).order_by().values("pk")
        told = ~Q(status__in=[JoiningStatus.FOUND, JoiningStatus.DISMISSED])
        sides = (Q(older__in=mine) | Q(younger__in=mine)) & told
        return self.filter(sides | Q(pk__in=Joining.objects.judged_by(user).values("pk")))


class Joining(Movable):
    """The older of the two stays, with what is put forward for it; the younger ends, and its structure carries the older."""

    MOVES = JOINING_MOVES

    older = models.ForeignKey(Need, models.CASCADE, related_name="joinings_kept")
    younger = models.ForeignKey(Need, models.CASCADE, related_name="joinings_ended")
    metres = models.PositiveIntegerField(help_text="How far their communes are from each other.")
    found_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    hours = models.PositiveSmallIntegerField(_("hours in all, per person"), null=True, blank=True)
    places = models.PositiveSmallIntegerField(_("number of people wanted"), null=True, blank=True)
    word = models.TextField(_("a word with it"), max_length=1000, blank=True)
    older_said_yes_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    younger_said_yes_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    hours_before = models.PositiveSmallIntegerField(null=True, blank=True)
    places_before = models.PositiveSmallIntegerField(null=True, blank=True)
    carrier = models.ForeignKey(Carrier, models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(
        _("state"), max_length=20, choices=JoiningStatus, default=JoiningStatus.FOUND
    )

    objects = JoiningQuerySet.as_manager()

    class Meta:
        verbose_name = _("needs put together")
        ordering = ["metres", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["older", "younger"],
                condition=Q(status__in=["FOUND", "ASKED", "DONE"]),
                name="joining_once_a_pair",
            ),
            models.CheckConstraint(
                condition=Q(status__in=JoiningStatus.values), name="joining_status_known"
            ),
        ]
        indexes = [models.Index(fields=["status", "older"], name="joining_desk")]

    def __str__(self) -> str:
        return f"{self.older} + {self.younger}"

    def get_absolute_url(self) -> str:
        return reverse("joining", args=[self.pk])

    @property
    def is_found(self) -> bool:
        return self.status == JoiningStatus.FOUND

    @property
    def is_asked(self) -> bool:
        return self.status == JoiningStatus.ASKED

    @property
    def is_done(self) -> bool:
        return self.status == JoiningStatus.DONE

    @property
    def is_over(self) -> bool:
        """Whether nothing is proposed any more: they are together, or go their own ways."""
        return not (self.is_found or self.is_asked)

    @property
    def kilometres(self) -> int:
        return round(self.metres / 1_000)

    def other_than(self, need: Need) -> Need:
        return self.younger if need.pk == self.older_id else self.older

    def has_yes_of(self, need: Need) -> bool:
        who = self.older_said_yes_by_id if need.pk == self.older_id else self.younger_said_yes_by_id
        return who is not None


class JoiningStep(Step):
    STATUSES = JoiningStatus
    REASONS = reasons.WORDS

    joining = models.ForeignKey(Joining, models.CASCADE, related_name="steps")
