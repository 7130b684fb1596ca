"""A visit of a coordinator to a structure: three times are held for it until one is chosen."""

from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Movable, Organisation, Pole, Step, User, coordinated_by
from common.dates import spoken
from marketplace.models import reasons
from marketplace.models.market.needs import Need
from marketplace.models.market.proposals import Proposal
from marketplace.models.missions.missions import Mission
from marketplace.states import VISIT_MOVES, VisitStatus

TIMES = 3  # how many an invitation holds
# The same in every pôle, in working days: reminded once, then the times are free again.
REMINDED_AFTER, CLOSED_AFTER = 3, 5
FURTHEST = timedelta(days=120)


class FreeTime(models.Model):
    """When a coordinator is free for visits: some hours of each week, or of one day, by the wall's clock."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("each Monday")
        TUESDAY = 1, _("each Tuesday")
        WEDNESDAY = 2, _("each Wednesday")
        THURSDAY = 3, _("each Thursday")
        FRIDAY = 4, _("each Friday")
        SATURDAY = 5, _("each Saturday")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="free_times")
    weekday = models.PositiveSmallIntegerField(choices=Weekday, null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    begins = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))

    class Meta:
        verbose_name = _("hours for visits")
        ordering = ["weekday", "day", "begins", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday=None, day__isnull=False) | Q(weekday__isnull=False, day=None),
                name="free_time_each_week_or_once",
            ),
            models.CheckConstraint(
                condition=Q(ends__gt=F("begins")), name="free_time_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        when = self.get_weekday_display() if self.day is None else spoken(self.day, "l j F Y")
        return f"{when}, {self.begins:%H:%M} – {self.ends:%H:%M}"

    def is_on(self, day: date) -> bool:
        return day == self.day if self.day else self.weekday == day.weekday()


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: User) -> Self:
        """Those to the structures that this person speaks for, and those of the pôles that they coordinate."""
        if not user.is_active:
            return self.none()
        theirs = Organisation.objects.spoken_for_by(user).values("pk")
        ours = self.filter(pole__in=coordinated_by(user)).followed_by(user)
        return self.filter(Q(organisation__in=theirs) | Q(pk__in=ours.order_by().values("pk")))

    def followed_by(self, user: User) -> Self:
        """Without those about what this coordinator leaves to another one, being on a side."""
        offers = Proposal.objects.filter(Proposal.left_to_others(user), need=OuterRef("need"))
        left = Organisation.objects.left_to_others_by(user).filter(pk=OuterRef("organisation"))
        mission = Mission.objects.left_to_others_by(user).filter(pk=OuterRef("mission"))
        return self.exclude(Exists(left)).exclude(Exists(mission)).exclude(Exists(offers))

    def held(self) -> Self:
        """Those that wait for an answer."""
        return self.filter(status=VisitStatus.INVITED)

    def to_come(self) -> Self:
        """Those that are proposed, or agreed and not over."""
        return self.filter(status__in=[VisitStatus.INVITED, VisitStatus.AGREED])

    def agreed(self) -> Self:
        return self.filter(status=VisitStatus.AGREED)

    def between(self, start: datetime, end: datetime) -> Self:
        """The visits that were agreed and begin in this time, or that took place in it; the earliest first."""
        stand = self.filter(status__in=[VisitStatus.AGREED, VisitStatus.TOOK_PLACE])
        return stand.filter(begins_at__gte=start, begins_at__lt=end).order_by("begins_at", "pk")

    def with_what_pages_show(self) -> Self:
        return self.select_related(
            "organisation__commune", "pole", "coordinator", "need", "mission__need"
        )


class Visit(Movable):
    """A visit that a coordinator proposes to a structure, perhaps about one of its needs or missions."""

    MOVES = VISIT_MOVES

    class How(models.TextChoices):
        THERE = "THERE", _("at the structure")
        VIDEO = "VIDEO", _("by video")
        PHONE = "PHONE", _("by phone")

    pole = models.ForeignKey(Pole, models.PROTECT, related_name="visits")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="visits")
    need = models.ForeignKey(Need, models.SET_NULL, null=True, blank=True, related_name="visits")
    mission = models.ForeignKey(
        Mission, models.SET_NULL, null=True, blank=True, related_name="visits"
    )
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="visits",
        help_text="Empty when they have left: a colleague has to take it.",
    )
    how = models.CharField(_("how"), max_length=10, choices=How, default=How.THERE)
    where = models.CharField(_("where"), max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(_("how long"), default=60)
    word = models.TextField(_("a word with it"), max_length=2000, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(help_text="Until when the three times are held.")
    begins_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(
        _("state"), max_length=20, choices=VisitStatus, default=VisitStatus.INVITED
    )

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(status=VisitStatus.INVITED),
                name="visit_one_waits_for_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(status__in=VisitStatus.values), name="visit_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[VisitStatus.AGREED, VisitStatus.TOOK_PLACE])
                | Q(begins_at__isnull=False),
                name="visit_agreed_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["pole", "status"], name="visits_of_a_pole"),
            models.Index(fields=["begins_at"], name="visits_by_day"),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    def get_absolute_url(self) -> str:
        return reverse("visit", args=[self.pk])

    @property
    def subject(self) -> Organisation | Need | Mission:
        """What it is about, as precisely as it was said."""
        return self.mission or self.need or self.organisation

    @property
    def ends(self) -> datetime | None:
        return self.begins_at + timedelta(minutes=self.minutes) if self.begins_at else None

    @property
    def last_day(self) -> date:
        return timezone.localdate(self.ends_at)

    @property
    def place(self) -> str:
        """Where, or by which number: as it was written or, at the structure's, its own address and commune."""
        house = self.organisation
        theirs = (house.address, house.commune) if self.is_there else ()
        return self.where or ", ".join(str(part) for part in theirs if part)

    @property
    def is_there(self) -> bool:
        return self.how == Visit.How.THERE

    @property
    def is_held(self) -> bool:
        return self.status == VisitStatus.INVITED

    @property
    def is_agreed(self) -> bool:
        return self.status == VisitStatus.AGREED

    @property
    def waits_for_the_pole(self) -> bool:
        """None of the times suited, or nobody answered: its coordinator has to say what comes next."""
        return self.may(VisitStatus.SET_ASIDE)

    def has_begun(self, now: datetime) -> bool:
        return self.is_agreed and self.begins_at is not None and self.begins_at <= now

    @property
    def last_step(self) -> "VisitStep":
        return list(self.steps.all())[-1]  # prefetched or not


class VisitStep(Step):
    STATUSES = VisitStatus
    REASONS = reasons.WORDS

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="steps")


class VisitTimeQuerySet(models.QuerySet["VisitTime"]):
    def held_by(self, person: User | int | None) -> Self:
        """The times of this coordinator that nobody else may be given."""
        return self.filter(coordinator=person, is_held=True)

    def across(self, begins: datetime, ends: datetime) -> Self:
        """Those that share a moment with this one."""
        return self.filter(begins_at__lt=ends, ends_at__gt=begins)


class VisitTime(models.Model):
    """One of the times of an invitation: held until it is answered; the chosen one, until the visit is over."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="times")
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_held = models.BooleanField(default=True)

    objects = VisitTimeQuerySet.as_manager()

    class Meta:
        ordering = ["begins_at", "pk"]
        constraints = [
            # What overlaps without beginning together is kept apart by the lock of its coordinator (actions/desk/visits.py).
            models.UniqueConstraint(
                fields=["coordinator", "begins_at"],
                condition=Q(is_held=True),
                name="visit_time_held_once",
                violation_error_message=_("This time has just been taken: choose another."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")), name="visit_time_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.begins_at):%Y-%m-%d %H:%M}"
