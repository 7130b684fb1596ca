"""Somebody who did a mission on working time has left the company: from which day, and what comes next."""

from datetime import date, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership, User
from marketplace.models.market.proposals import Proposal, ProposalStep
from marketplace.models.missions.missions import Mission
from marketplace.states import ProposalStatus

OWN_HOURS_FOR = timedelta(days=14)
STOPPING = {"REPLACED", "TRANSFERRED", "INTERRUPTED"}  # what stops the mission of whoever had left


class DepartureQuerySet(models.QuerySet["Departure"]):
    def open(self) -> Self:
        """Departures for which nobody has said yet what becomes of the mission."""
        return self.filter(settled_at=None)

    def writing(self, today: date) -> Self:
        """Those of which the person may still write hours of a mission that was stopped since they had left."""
        stopped = self.filter(outcome__in=STOPPING, person__is_active=True)
        return stopped.filter(last_on__gte=today - OWN_HOURS_FOR)


class Departure(models.Model):
    """Somebody has left the company during a mission: a row for each mission and each time. `last_on` is the last
    day that counts, `back_on` the first day after their return."""

    class Why(models.TextChoices):
        REMOVED = "REMOVED", _("removed from the company by an administrator")
        LEFT = "LEFT", _("has left the company")
        CLOSED = "CLOSED", _("has closed their account")
        FOUND = "FOUND", _("no longer belongs to the company")
        HOUSE = "HOUSE", _("the company has left the site")

    class Outcome(models.TextChoices):
        OVER = "OVER", _("nothing to settle: the mission was over")
        BACK = "BACK", _("the person is back")
        REPLACED = "REPLACED", _("somebody else is looked for")
        TRANSFERRED = "TRANSFERRED", _("a colleague takes over")
        INTERRUPTED = "INTERRUPTED", pgettext_lazy("departure", "interrupted")

    mission = models.ForeignKey(Mission, models.PROTECT, related_name="departures")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    why = models.CharField(max_length=10, choices=Why)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    before = models.CharField(
        max_length=20, blank=True, help_text="Where the mission stood, to take it up from there."
    )
    left_at = models.DateTimeField()
    last_on = models.DateField()
    back_on = models.DateField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)

    objects = DepartureQuerySet.as_manager()

    class Meta:
        verbose_name = _("departure")
        ordering = ["left_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mission"], condition=Q(settled_at=None), name="departure_one_open"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, outcome="")
                | (Q(settled_at__isnull=False) & ~Q(outcome="")),
                name="departure_settled_somehow",
            ),
            models.CheckConstraint(
                condition=Q(back_on=None) | Q(back_on__gte=F("last_on")),
                name="departure_back_after_the_last_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.mission}"

    @property
    def own_hours_until(self) -> date:
        """The last day on which the person may write their hours themselves; after it the company writes them."""
        return self.last_on + OWN_HOURS_FOR

    @property
    def hours_up_to(self) -> date:
        """The last day whose hours count: the person's, or the mission's where it was over before."""
        mission = self.mission
        last = mission.lasted_until if mission.was_interrupted else mission.ends_on
        return min(self.last_on, last)

    @property
    def house_has_left(self) -> bool:
        """Whether the company itself has left the site: after the person's own two weeks nobody writes their hours."""
        return self.why == self.Why.HOUSE

    @property
    def had_begun(self) -> bool:
        """Whether the mission had begun, by its first day too, when they left: otherwise no hours were given."""
        return bool(self.mission.started_at) and self.mission.starts_on <= self.last_on

    @property
    def ended_the_mission(self) -> bool:
        """Whether the mission was stopped since they had left: it lasted until their last day."""
        return self.outcome in STOPPING

    @property
    def is_theirs_to_write(self) -> bool:
        return self.person.is_active and timezone.localdate() <= self.own_hours_until

    def takes_away(self, day: date) -> bool:
        return self.last_on < day and (self.back_on is None or day < self.back_on)


class TransferQuerySet(models.QuerySet["Transfer"]):
    def waiting(self) -> Self:
        return self.filter(answer="", ended_at=None)

    def asking(self) -> Self:
        """Transfers that wait for the colleague or, once they have said yes, for the structure."""
        return self.waiting() | self.filter(proposal__status=ProposalStatus.OPEN)

    def last_since(self) -> models.QuerySet[Any, Any]:
        """For the mission of the query around it, whose person has left: since when its last transfer waits for the
        colleague or the structure, or is over without either."""
        steps = ProposalStep.objects.filter(proposal=OuterRef("proposal")).order_by("-pk")
        over = Coalesce(Subquery(steps.values("at")[:1]), "ended_at", "answered_at")
        since = Case(
            When(proposal__status=ProposalStatus.OPEN, then="proposal__created_at"),
            When(answer="", ended_at=None, then="asked_at"),
            default=over,
        )
        of_it = self.filter(departure__mission=OuterRef("pk"), departure__settled_at=None)
        return of_it.order_by("-pk").values(since=since)[:1]

    def of_somebody_gone(self) -> Self:
        """Transfers asked of a colleague who no longer belongs to the company, or whose account is closed."""
        still = Membership.objects.filter(
            organisation=OuterRef("departure__mission__offer__organisation"),
            user=OuterRef("colleague"),
            user__is_active=True,
        )
        return self.exclude(Exists(still))

    def visible_to(self, user: User) -> Self:
        """The transfers asked of this person, while they belong to the company; the others read of it on the
        mission's page."""
        mine = Membership.objects.of(user).values("organisation")
        return self.filter(colleague_id=user.pk, departure__mission__offer__organisation__in=mine)


class Transfer(models.Model):
    """A colleague is asked to take a mission over; nobody can say yes for them."""

    class Answer(models.TextChoices):
        YES = "YES", _("Yes, I take it over")
        NO = "NO", _("No, I can’t")

    departure = models.ForeignKey(Departure, models.PROTECT, related_name="transfers")
    colleague = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    word = models.TextField(_("a word with it"), max_length=1000, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(_("answer"), max_length=5, choices=Answer, blank=True)
    reason = models.CharField(_("why"), max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="Nothing to answer any more: it went on in another way."
    )
    proposal = models.OneToOneField(
        Proposal, models.PROTECT, null=True, blank=True, related_name="transfer"
    )

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer to a colleague")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["departure"],
                condition=Q(answer="", ended_at=None),
                name="transfer_one_waiting",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="transfer_answered_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.colleague} ← {self.departure}"

    def get_absolute_url(self) -> str:
        return reverse("transfer", args=[self.pk])

    @property
    def mission(self) -> Mission:
        return self.departure.mission

    @property
    def is_yes(self) -> bool:
        return self.answer == self.Answer.YES

    @property
    def is_no(self) -> bool:
        return self.answer == self.Answer.NO

    @property
    def is_waiting(self) -> bool:
        return not self.answer and self.ended_at is None

    @property
    def is_with_the_structure(self) -> bool:
        """Whether the colleague has said yes and the structure hasn't answered yet."""
        return self.proposal is not None and self.proposal.is_open
