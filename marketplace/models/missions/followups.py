"""The follow-up questions that the site asks by itself about a mission, and what people answered."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership, User, coordinated_by
from common.among import among
from marketplace.models.market.offers import Time
from marketplace.models.market.proposals import Proposal
from marketplace.models.missions.missions import Mission, Voice

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def unanswered(self) -> Self:
        """Questions whose answer is still awaited: nobody has answered, nor settled them."""
        return self.filter(answered_at=None, settled_at=None)

    def asked_to(self, user: User) -> Self:
        """Unanswered questions to a side for which this person may speak today (somebody who has left may not). The
        same answer as `permissions.has_voice`."""
        works = Membership.objects.of(user).acting()
        spoken_for = works.representing().values("organisation")
        led = Q(need__organisation__in=spoken_for, apart_for=None)
        spoken = led | Q(apart_for__in=spoken_for)
        ours = Mission.objects.filter(spoken).exclude(offer__person=user)
        theirs = Mission.objects.filter(
            Proposal.offered_by(user),
            Q(offer__time=Time.OWN) | Q(offer__organisation__in=works.values("organisation")),
        )
        on_our_side, on_theirs = among(ours, "mission"), among(theirs, "mission")
        may_answer = Q(side=Voice.NEED) & on_our_side | ~Q(side=Voice.NEED) & on_theirs
        facing = Q(side=Voice.COMPANY) & on_our_side
        return self.unanswered().filter(may_answer & ~facing, asked=user)

    def silent_since(self, day: date) -> Self:
        """Questions asked on or before that day that nobody has answered."""
        return self.unanswered().filter(asked_on__lte=day)

    def told(self, now: datetime) -> Self:
        """The answers that may be read now. “All is well” to the question that asks for the review tells how the
        review went, so it is hidden until the reviews open; a doubt or a call for help is read at once."""
        well = Q(kind=FollowUp.Kind.REVIEW, answer=FollowUp.Answer.GOOD)
        is_open = Mission.objects.with_open_reviews(now).filter(pk=OuterRef("mission"))
        return self.filter(~well | Exists(is_open)).exclude(answered_at=None)

    def followed_by(self, user: User) -> Self:
        """Without those about a mission of which this coordinator is a side, while somebody else there is on none."""
        left = Mission.objects.left_to_others_by(user)
        return self.exclude(Exists(left.filter(pk=OuterRef("mission"))))

    def visible_to(self, user: User) -> Self:
        return self.filter(among(Mission.objects.visible_to(user), "mission"))

    def on_the_desk_of(self, user: User) -> Self:
        return self.filter(mission__need__pole__in=coordinated_by(user))


class FollowUp(models.Model):
    class Kind(models.TextChoices):
        FIRST_WEEK = "FIRST_WEEK", _("after a week")
        MIDWAY = "MIDWAY", _("half way")
        ENDING = "ENDING", _("before the end")
        REVIEW = "REVIEW", _("at the end")
        LATER = "LATER", _("three months after")

    class Answer(models.TextChoices):
        GOOD = "GOOD", _("All is well")
        DOUBT = "DOUBT", _("I have a doubt")
        HELP = "HELP", _("I need help")

    class StillUsed(models.TextChoices):
        YES = "YES", _("Yes, it serves")
        PARTLY = "PARTLY", _("In part, or it has been changed since")
        NO = "NO", _("No, not any more")

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="follow_ups")
    kind = models.CharField(max_length=20, choices=Kind)
    side = models.CharField(max_length=10, choices=Voice)
    asked = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="follow_ups",
        verbose_name=pgettext_lazy("who", "asked"),
    )
    asked_on = models.DateField(_("asked on"))
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    words = models.TextField(_("in a few words"), max_length=2000, blank=True)
    still_used = models.CharField(
        _("does what was made still serve?"), max_length=10, choices=StillUsed, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="A coordinator has dealt with a doubt or a call for help."
    )
    created_at = models.DateTimeField(default=timezone.now)

    is_told: bool  # set by the page that shows it, as is the next
    may_settle: bool
    own_link: str

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        ordering = ["asked_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["mission", "kind", "side"], name="follow_up_asked_once")
        ]
        # What the desk looks for: few rows among hundreds of thousands.
        indexes = [
            models.Index(
                fields=["answered_at"],
                condition=Q(settled_at=None, answer__in=["DOUBT", "HELP"]),
                name="follow_up_worry",
            ),
            models.Index(
                fields=["asked_on"],
                condition=Q(answered_at=None, settled_at=None),
                name="follow_up_silence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mission} {self.kind}"

    @property
    def moment(self) -> "StrOrPromise":
        """When in the mission it is asked."""
        return MOMENTS[self.moment_code]

    @property
    def moment_code(self) -> str:
        """Of a mission that hasn't begun, nothing has lasted a week."""
        early = self.kind == self.Kind.FIRST_WEEK and self.mission.started_at is None
        return BEFORE_IT_BEGINS if early else f"when-{self.kind}"

    @property
    def has_something_to_settle(self) -> bool:
        """Whether a coordinator still has something to settle: nobody has answered, or the answer is a doubt or a
        call for help."""
        is_fine = self.answered_at is not None and self.answer in {"", self.Answer.GOOD}
        return self.settled_at is None and not is_fine

    @property
    def is_well(self) -> bool:
        return self.answer == self.Answer.GOOD

    @property
    def asks_a_review(self) -> bool:
        return self.kind == self.Kind.REVIEW

    def is_read_by(self, *, coordinates: bool) -> bool:
        """Whether the answer may be read while the reviews are closed. To the question that asks for the review: a
        doubt or a call for help by the coordinators, “all is well” by nobody; to the others, always."""
        if self.kind != FollowUp.Kind.REVIEW:
            return True
        return coordinates and self.answer != FollowUp.Answer.GOOD


BEFORE_IT_BEGINS = "when-planned"
MOMENTS: dict[str, "StrOrPromise"] = {f"when-{kind}": kind.label for kind in FollowUp.Kind}
MOMENTS[BEFORE_IT_BEGINS] = _("a week after its planned first day")
