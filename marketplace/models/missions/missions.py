"""A mission, which begins when both sides have said yes: who does what, from when to when, and what came of it."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    ForbiddenMove,
    Membership,
    Movable,
    Organisation,
    Step,
    User,
    coordinated_by,
)
from accounts.scope import scope_of
from marketplace.models import by_number, reasons
from marketplace.models.desk.promises import REVIEWS_AWAITED
from marketplace.models.market.needs import Need
from marketplace.models.market.offers import Offer, Time
from marketplace.models.market.programmes import CompanyProgramme, Employee
from marketplace.models.market.proposals import Proposal, Side, near
from marketplace.models.market.sides import of_a_side
from marketplace.models.missions.apart import Apart
from marketplace.models.missions.course import WithCourse
from marketplace.models.missions.days import HasDays
from marketplace.models.missions.regimes import Framed, Regime
from marketplace.states import (
    LIVE,
    MISSION_MOVES,
    OVER,
    REVIEWABLE,
    STOPPED,
    MissionStatus,
)


class MissionQuerySet(WithCourse["Mission"]):
    def running(self) -> Self:
        return self.filter(status=MissionStatus.RUNNING)

    def live(self) -> Self:
        """Missions from the two yeses to the delivery: somebody is engaged in them."""
        return self.filter(status__in=LIVE)

    def first_ones(self) -> Self:
        """Missions that weren't interrupted, each as it began: neither renewals, nor those for one of its structures apart."""
        return self.filter(interrupted_at=None, renewed_from=None, apart_for=None)

    def taking_a_place(self) -> Self:
        """Missions that take a place of their need: the first ones, whose place their renewals share, as long as none of these
        has been given on."""
        return self.first_ones().filter(gave_place_on=False)

    def with_open_reviews(self, now: datetime) -> Self:
        """Missions whose reviews may be read: both sides have given theirs, or the days for it are over, or nobody
        can give one any more. During a disagreement the days don't end it, since nobody can give a review then."""
        reviews = apps.get_model("marketplace", "Review").objects.filter(mission=OuterRef("pk"))
        return self.filter(
            Q(*(Exists(reviews.filter(side=side)) for side in Side))
            | Q(delivered_at__lte=now - REVIEWS_AWAITED, status__in=REVIEWABLE)
            | Q(status__in=OVER)
            | Q(interrupted_at__isnull=False)
        )

    def done_at_work_by(self, user: User) -> Self:
        """Missions that this person does on working time for a company, whether they still belong to it or have
        left."""
        return self.filter(offer__person_id=user.pk, offer__time=Time.WORK)

    def left_behind_by(self, user: User) -> Self:
        """Of the missions that this person does on working time, those of companies to which they no longer belong. They are
        their own: a company's sign-in doesn't show them."""
        if not scope_of(user).own:
            return self.none()
        whatever_the_session = User(pk=user.pk)
        theirs = Offer.with_coming(whatever_the_session, at="offer__")
        return self.done_at_work_by(user).exclude(theirs)

    def at_work_of(self, employees: models.QuerySet[Employee]) -> Self:
        """Missions that these employees do on their company's time."""
        theirs = employees.filter(
            organisation=OuterRef("offer__organisation"), person=OuterRef("offer__person")
        )
        return self.filter(Exists(theirs), offer__time=Time.WORK)

    def left_to_others_by(self, user: User) -> Self:
        """The missions of which this coordinator is a side, or whose sheet they have written or papers signed for one,
        though they have left it since, where another coordinator of the pôle is on none; and what is done at home under
        them, whoever else there is."""
        return self.filter(_left_to_others_by(user))

    def visible_to(self, user: User) -> Self:
        """Missions for their two sides, each structure that they serve and the pôle's coordinators. A company sees what is done on its time, and
        not what its people do on their own, by coordinating the pôle either: of its people, those whose role says so, and
        the representative to whom the sheet says to turn."""
        if not user.pk:
            return self.none()
        return self.filter(
            of_a_side(user)
            | Q(need__pole__in=coordinated_by(user)) & ~Offer.at_home_under(user, at="offer__")
        )

    def near(self, user: User) -> Self:
        """Those of a side of which this person may be, by short lists that indexes give. What "or" says of which they are would
        read all missions with their needs and offers."""
        served = apps.get_model("marketplace", "Served").objects.order_by()
        ours = Membership.objects.of(user).representing().order_by().values("organisation")
        lists = near(Mission.objects.all(), user)
        first, *others = *lists, served.filter(organisation__in=ours).values("mission")
        return self.filter(pk__in=first.union(*others))

    def on_the_dates_of(self, user: User) -> Self:
        """Of those that this person sees, the ones that have to do with their own days: a side of theirs, or followed by
        them."""
        followed = Q(coordinator=user.pk)
        return self.visible_to(user).filter(of_a_side(user) | followed)


@by_number.unless_on_no_side
@by_number.kept
def _left_to_others_by(user: User) -> Q:
    versions = apps.get_model("marketplace", "SheetVersion").objects.exclude(side="")
    signed = apps.get_model("marketplace", "Signature").objects.all()
    acts = ((versions, "sheet__mission", "by"), (signed, "document__mission", "user"))
    acted, others = Q(), Proposal.on_no_side().exclude(user_id=user.pk)
    for rows, mission, who in acts:
        acted |= Q(Exists(rows.filter(**{mission: OuterRef("pk"), f"{who}_id": user.pk})))
        theirs = rows.filter(**{mission: OuterRef(OuterRef("pk")), who: OuterRef("user")})
        others = others.exclude(Exists(theirs))
    at_home = Offer.at_home_under(user, at="offer__")
    return Proposal.left_to_others(user) | acted & Q(Exists(others)) | at_home


class Mission(Framed, Apart, HasDays, Movable):
    MOVES = MISSION_MOVES

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="missions")
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
    operator = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("operator in charge"),
        help_text="Handed to an operator as a whole, until somebody there takes it.",
    )
    status = models.CharField(
        _("state"), max_length=20, choices=MissionStatus, default=MissionStatus.FRAMING
    )
    regime = models.CharField(_("legal frame"), max_length=20, choices=Regime, blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    has_dates = models.BooleanField(
        default=True,
        db_default=True,
        help_text="Somebody has said its dates: of a need without any, its sheet asks for them.",
    )
    programme = models.ForeignKey(
        CompanyProgramme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="missions",
        verbose_name=_("company programme"),
    )
    agreed_version = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The version of the sheet that the employer has agreed to."
    )
    agreed_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    renewed_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="renewal"
    )
    gave_place_on = models.BooleanField(
        default=False,
        db_default=False,
        help_text="A renewal of it was left, and a colleague or somebody else has its place of the need.",
    )
    interrupted_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    moved_at = models.DateTimeField(
        default=timezone.now, help_text="When the state last changed: what the desk sorts by."
    )

    # after `with_course`
    document_kinds_made: str | None
    amendment_open: int | None
    document_kinds_signed: str | None
    is_valued: bool  # on the page of its papers
    # after `with_parts`
    is_renewed: bool
    hours_in_all: Decimal | None

    objects = MissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mission")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=MissionStatus.values), name="mission_status_known"
            ),
            models.CheckConstraint(
                condition=Q(regime__in=["", *Regime.values]), name="mission_regime_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="mission_ends_after_it_starts",
                violation_error_message=_("The end comes before the beginning."),
            ),
            models.CheckConstraint(
                condition=~Q(status="INTERRUPTED") | Q(interrupted_at__isnull=False),
                name="mission_interrupted_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "starts_on"], name="mission_follow_up"),
            models.Index(fields=["status", "moved_at"], name="mission_desk"),
            # The coordinators' list, whose pôle is that of the need.
            *(
                models.Index(fields=[name, "id"], name=f"mission_list_{name}")
                for name in ("starts_on", "ends_on", "created_at", "moved_at")
            ),
        ]

    def __str__(self) -> str:
        return self.need.title

    def may(self, to: str) -> bool:
        """Whether this move is allowed. While the person has left, only an interruption is (`move(back=True)` is
        their return)."""
        return super().may(to) and (not self.has_been_left or to == MissionStatus.INTERRUPTED)

    def move(
        self, to: str, *, by: User | None, reason: str = "", back: bool = False
    ) -> "MissionStep":
        """Change the status, and keep the time of the move in `moved_at`, so that nobody has to look for the last
        step. `back`: the person who had left the company belongs to it again. Raises ForbiddenMove."""
        if not (back or self.may(to)):
            raise ForbiddenMove(self, self.status, to)
        step = super().move(to, by=by, reason=reason)
        Mission.objects.filter(pk=self.pk).update(moved_at=step.at)
        self.moved_at = step.at
        return step

    def get_absolute_url(self) -> str:
        return reverse("mission", args=[self.pk])

    @property
    def is_own_time(self) -> bool:
        return self.offer.time == Time.OWN

    @property
    def person_coming(self) -> User:
        """The person who comes: the one whom the offer names, otherwise whoever wrote it."""
        return self.offer.person or self.offer.created_by

    @property
    def has_been_left(self) -> bool:
        """Whether the person who came on working time has left the company and nobody has settled what comes next."""
        return self.status == MissionStatus.LEFT

    @property
    def is_left_to_the_company(self) -> bool:
        """Whether the company writes the hours of somebody who has left, after their own two weeks."""
        last = self.departures.last() if self.offer.person_has_left else None
        return last is not None and not last.is_theirs_to_write

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def is_being_framed(self) -> bool:
        return self.status == MissionStatus.FRAMING

    @property
    def is_launched(self) -> bool:
        """Whether it was started and its first day is still to come."""
        started = self.status == MissionStatus.RUNNING
        return started and self.has_dates and self.starts_on > timezone.localdate()

    @property
    def state_words(self) -> str:
        """Its state as pages say it: what was started early isn't under way before its first day."""
        return gettext("launched") if self.is_launched else self.get_status_display()

    @property
    def is_disputed(self) -> bool:
        return self.status == MissionStatus.DISPUTED

    @property
    def is_delivered(self) -> bool:
        return self.status == MissionStatus.DELIVERED

    @property
    def has_been_stopped(self) -> bool:
        """Whether somebody has stopped the mission, for a while or for good, and said why."""
        return self.status in STOPPED

    @property
    def until_when(self) -> str:
        """Its last day, for a line; of one that has stopped that it has: nobody knows until when then."""
        return capfirst(self.get_status_display()) if self.has_been_stopped else self.when_in_short

    @property
    def was_interrupted(self) -> bool:
        return self.interrupted_at is not None

    @property
    def ended_words(self) -> str:
        """How it has ended, in a sentence; "" while it lives."""
        if self.is_live:
            return ""
        if self.was_interrupted:
            return str(_("The mission is stopped."))
        if self.status in OVER:
            return str(_("The mission is closed."))
        return str(_("The mission is delivered."))

    @property
    def was_called_off(self) -> bool:
        """Whether it was stopped before it began: before its start, or before its first day where it was launched."""
        return self.was_interrupted and self.never_began

    @property
    def reviews_awaited_until(self) -> datetime | None:
        """When they open even if one is missing; None before the delivery, and in a disagreement, which no day ends."""
        at = None if self.is_disputed else self.delivered_at
        return at and at + REVIEWS_AWAITED

    @property
    def reviewers(self) -> str:
        """Those with whose reviews all are open, in the reader's words: the employer of whoever came isn't waited for."""
        one, team = (
            _("the structure and the person who came"),
            _("the structure and the team that came"),
        )
        return str(one if self.offer.person_id else team)

    @property
    def is_reviewable(self) -> bool:
        """Whether reviews may be given: once the work is done, and not for a mission that was interrupted."""
        return self.status in REVIEWABLE and not self.was_interrupted

    def has_open_reviews(self, now: datetime) -> bool:
        """Whether the reviews may be read: the same answer as `with_open_reviews`."""
        until = self.reviews_awaited_until
        if self.was_interrupted or self.status in OVER:
            return True
        if self.status in REVIEWABLE and until and until <= now:
            return True
        return {review.side for review in self.reviews.all()} >= set(Side.values)


class MissionStep(Step):
    STATUSES = MissionStatus
    REASONS = reasons.WORDS

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="steps")

    @property
    def state_words(self) -> str:
        """What was started before its first day was launched, and wasn't under way yet."""
        mission = self.mission
        is_early = mission.has_dates and timezone.localdate(self.at) < mission.starts_on
        is_launched = self.after == MissionStatus.RUNNING and is_early
        return gettext("launched") if is_launched else super().state_words


class Voice(models.TextChoices):
    """Those who are asked about a mission: its two sides, the company that gave its time, and each other structure served."""

    NEED = "NEED", _("the structure")
    OFFER = "OFFER", _("the person who offers")
    COMPANY = "COMPANY", _("the company")
    CARRIER = "CARRIER", _("a structure that carries the need with it")
