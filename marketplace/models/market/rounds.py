"""Rounds: “in March, twenty people for one day”. A call that an employer's people answer, and the teams made of them."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Movable, Organisation, Step, User, coordinated_by
from common.dates import spoken
from common.numbers import chosen_by
from marketplace.models.market.offers import Offer
from marketplace.models.market.programmes import CompanyProgramme
from marketplace.states import ROUND_MOVES, RoundStatus


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: User) -> Self:
        """For the people of the employer once it is open, before for who runs its programmes (the page asks); for the
        coordinators of its pôle once teams look for a need."""
        mine = Q(organisation__in=Membership.objects.of(user).values("organisation"))
        teams = RoundTeam.objects.exclude(offer=None).values("round")
        ours = Q(pk__in=teams, organisation__pole__in=coordinated_by(user))
        return self.filter(mine | ours)

    def open_on(self, day: date) -> Self:
        """Those that may be answered."""
        return self.filter(status=RoundStatus.OPEN, answer_by__gte=day)

    def ever_open(self) -> Self:
        """Without drafts, and drafts that were given up."""
        return self.filter(
            Exists(RoundStep.objects.filter(round=OuterRef("pk"), after=RoundStatus.OPEN))
            | Q(status__in=[RoundStatus.OPEN, RoundStatus.CLOSED])
        )

    def standing(self) -> Self:
        """Those that are open or closed to answers."""
        return self.filter(status__in=[RoundStatus.OPEN, RoundStatus.CLOSED])

    def standing_on(self, day: date) -> Self:
        """The same, of those whose days aren't over."""
        return self.standing().filter(ends_on__gte=day)


class Round(Movable):
    """`days` is what each person gives; `called_up_to` is the number of the last member who has been called;
    `teams_told_at`: since when those who come know their team."""

    MOVES = ROUND_MOVES

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="rounds")
    programme = models.ForeignKey(
        CompanyProgramme,
        models.PROTECT,
        related_name="rounds",
        verbose_name=_("company programme"),
    )
    title = models.CharField(_("title"), max_length=120)
    about = models.TextField(_("what will be done"), max_length=3000, blank=True)
    places = models.PositiveIntegerField(
        _("places"), validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    days = models.DecimalField(
        _("days each"),
        max_digits=4,
        decimal_places=1,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(Decimal(30))],
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    answer_by = models.DateField(_("answers until"))
    status = models.CharField(
        _("state"), max_length=20, choices=RoundStatus, default=RoundStatus.DRAFT
    )
    called_up_to = models.BigIntegerField(default=0)
    teams_told_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("noun", "round")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=RoundStatus.values), name="round_status_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="round_ends_after_it_starts",
                violation_error_message=_("The end comes before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(answer_by__lte=F("starts_on")),
                name="round_answered_before_it_starts",
                violation_error_message=_("Answers have to end before it begins."),
            ),
            models.CheckConstraint(condition=Q(places__gte=1), name="round_has_places"),
        ]
        indexes = [models.Index(fields=["status", "answer_by"], name="round_due")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("round", args=[self.pk])

    def takes_answers_on(self, day: date) -> bool:
        """The same answer as `open_on`."""
        return self.status == RoundStatus.OPEN and self.answer_by >= day

    def is_over_on(self, day: date) -> bool:
        return self.ends_on < day

    @property
    def when(self) -> str:
        """Its days in the reader's words."""
        if self.starts_on == self.ends_on:
            return gettext("on %(day)s") % {"day": spoken(self.starts_on)}
        days = {"from": spoken(self.starts_on), "until": spoken(self.ends_on)}
        return gettext("from %(from)s to %(until)s") % days

    @property
    def whole_days(self) -> int:
        """By which a language chooses between one day and several."""
        return chosen_by(self.days)


class RoundStep(Step):
    STATUSES = RoundStatus

    round = models.ForeignKey(Round, models.CASCADE, related_name="steps")


class RoundTeam(models.Model):
    """Some of those who come, together. Once it looks for a need, it has an offer in the employer's name."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="teams")
    number = models.PositiveSmallIntegerField(_("number"))
    offer = models.OneToOneField(
        Offer, models.SET_NULL, null=True, blank=True, related_name="round_team"
    )

    class Meta:
        verbose_name = _("team of a round")
        verbose_name_plural = _("teams of a round")
        ordering = ["number", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="round_team_once")]

    def __str__(self) -> str:
        return f"{self.round} {self.number}"


class RoundAnswerQuerySet(models.QuerySet["RoundAnswer"]):
    def coming(self) -> Self:
        return self.filter(answer=RoundAnswer.Answer.COMES)

    def standing(self) -> Self:
        """Those who come, and those who wait for a place."""
        return self.filter(answer__in=RoundAnswer.STANDING)

    def waiting(self) -> Self:
        """Those who wait for a place, in their turn."""
        return self.filter(answer=RoundAnswer.Answer.WAITS).order_by("answered_at", "pk")


class RoundAnswer(models.Model):
    """What one of its people has answered. Whoever comes has a place; when there is none left they wait their turn."""

    class Answer(models.TextChoices):
        COMES = "COMES", pgettext_lazy("round", "comes")
        WAITS = "WAITS", pgettext_lazy("round", "waits for a place")
        DECLINES = "DECLINES", pgettext_lazy("round", "can’t come")
        WITHDRAWN = "WITHDRAWN", pgettext_lazy("round", "no longer comes")

    STANDING = (Answer.COMES, Answer.WAITS)

    round = models.ForeignKey(Round, models.CASCADE, related_name="answers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    answer = models.CharField(_("answer"), max_length=10, choices=Answer)
    word = models.CharField(_("a word"), max_length=300, blank=True)
    answered_at = models.DateTimeField(default=timezone.now)
    team = models.ForeignKey(
        RoundTeam, models.SET_NULL, null=True, blank=True, related_name="people"
    )

    objects = RoundAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to a round")
        verbose_name_plural = _("answers to a round")
        ordering = ["answered_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="round_answer_once"),
            models.CheckConstraint(
                condition=Q(team=None) | Q(answer="COMES"), name="round_team_of_those_who_come"
            ),
        ]
        indexes = [models.Index(fields=["round", "answer", "answered_at"], name="round_turns")]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_answer_display()}"

    @property
    def comes(self) -> bool:
        return self.answer == self.Answer.COMES

    @property
    def waits(self) -> bool:
        return self.answer == self.Answer.WAITS

    @property
    def is_withdrawn(self) -> bool:
        return self.answer == self.Answer.WITHDRAWN

    @property
    def stands(self) -> bool:
        """Whether they come or wait for a place."""
        return self.answer in self.STANDING
