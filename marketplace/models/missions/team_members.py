"""Who comes in a team that a house lends: each is named, says yes in their own name, and has hours of their own."""

from collections.abc import Iterator
from datetime import date
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.models import Membership, Movable, Step, User
from accounts.scope import scope_of
from common.among import among
from marketplace.models import reasons
from marketplace.models.missions.departures import OWN_HOURS_FOR
from marketplace.models.missions.missions import Mission
from marketplace.states import LIVE, TEAM_MOVES, TeamStatus

IN_IT = (TeamStatus.NAMED, TeamStatus.COMES)


class TeamMemberQuerySet(models.QuerySet["TeamMember"]):
    def in_it(self) -> Self:
        """Those who are named or come; neither those who said no nor those who have left."""
        return self.filter(status__in=IN_IT)

    def coming(self) -> Self:
        return self.filter(status=TeamStatus.COMES)

    def who_came(self) -> Self:
        """Those who have said yes, whether they still come or have left: hours may be theirs."""
        return self.filter(agreed_at__isnull=False)

    def live(self) -> Self:
        """Those whose mission goes on."""
        return self.filter(mission__status__in=LIVE)

    def gone_from_the_house(self) -> Self:
        """Those who are still in a team, though they no longer belong to the house that lends it."""
        there = Membership.objects.filter(
            user=OuterRef("person"), organisation=OuterRef("mission__offer__organisation")
        )
        return self.in_it().live().exclude(Exists(there), person__is_active=True)

    def visible_to(self, user: User) -> Self:
        """One's own part, and nobody else's: while one belongs to the house; afterwards, once one had said yes, in a
        session that opens what is one's own."""
        if not user.pk:
            return self.none()
        mine = Membership.objects.of(user).values("organisation")
        theirs = Q(mission__offer__organisation__in=mine)
        if scope_of(user).own:
            theirs |= Q(agreed_at__isnull=False)
        return self.filter(theirs, person_id=user.pk)

    def reached_by(self, user: User) -> Self:
        """One's own, and those of missions that one sees: whoever sees one of these asks what they may do with it."""
        mine = among(TeamMember.objects.visible_to(user), "pk")
        return self.filter(mine | among(Mission.objects.visible_to(user), "mission"))


class TeamMember(Movable):
    """One person of the team of a mission. `hours` is their part of the sheet's; `last_on` the last day on which they were
    in it."""

    MOVES = TEAM_MOVES

    mission = models.ForeignKey(Mission, models.PROTECT, related_name="team")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="team_parts")
    hours = models.PositiveSmallIntegerField(
        _("hours planned"), validators=[MinValueValidator(1), MaxValueValidator(9999)]
    )
    status = models.CharField(
        _("state"), max_length=20, choices=TeamStatus, default=TeamStatus.NAMED
    )
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)
    agreed_at = models.DateTimeField(null=True, blank=True, help_text="When they last said yes.")
    last_on = models.DateField(_("last day"), null=True, blank=True)

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("person of a team")
        verbose_name_plural = _("people of a team")
        ordering = ["person__last_name", "person__first_name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=TeamStatus.values), name="team_status_known"
            ),
            models.UniqueConstraint(fields=["mission", "person"], name="team_person_once"),
            models.CheckConstraint(condition=Q(hours__gte=1), name="team_person_has_an_hour"),
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(status="LEFT"), name="team_last_day_of_who_left"
            ),
        ]
        indexes = [models.Index(fields=["person", "status"], name="team_of_person")]

    def __str__(self) -> str:
        return f"{self.person} · {self.mission}"

    def get_absolute_url(self) -> str:
        return reverse("team-member", args=[self.pk])

    @property
    def is_named(self) -> bool:
        return self.status == TeamStatus.NAMED

    @property
    def comes(self) -> bool:
        return self.status == TeamStatus.COMES

    @property
    def is_in_it(self) -> bool:
        return self.status in IN_IT

    @property
    def has_come(self) -> bool:
        """Whether they have said yes at some time: what they gave stays theirs."""
        return self.agreed_at is not None

    @property
    def state_label(self) -> str:
        """The state as it is read today: once the work is over nobody comes, nor is anybody's answer awaited."""
        if self.mission.is_live or not self.is_in_it:
            return self.get_status_display()
        before = pgettext("team", "was in the team"), pgettext("team", "hadn’t answered")
        return before[0] if self.comes else before[1]

    @property
    def own_hours_until(self) -> date | None:
        """The last day on which somebody who has left writes their hours; then the house does."""
        return self.last_on + OWN_HOURS_FOR if self.last_on else None

    @property
    def has_time_to_write(self) -> bool:
        """Whether they write their hours themselves today."""
        if not self.person.is_active or not self.has_come:
            return False
        if self.comes:
            return True
        until = self.own_hours_until
        return until is not None and timezone.localdate() <= until

    def takes_away(self, day: date) -> bool:
        """Whether they weren't in the team on that day: after their last one, or between two stays in it. As a departure
        says it. Reads the steps, which may be prefetched."""
        if self.last_on is not None and self.last_on < day:
            return True
        return any(left < day < back for left, back in self._away())

    def _away(self) -> Iterator[tuple[date, date]]:
        """The last day of each stay but the newest, and the day on which they said yes again."""
        left: date | None = None
        for step in sorted(self.steps.all(), key=lambda one: one.pk):
            on = timezone.localdate(step.at)
            if step.after == TeamStatus.LEFT and step.before == TeamStatus.COMES:
                left = on
            elif step.after == TeamStatus.COMES and left is not None:
                yield left, on
                left = None


class TeamStep(Step):
    STATUSES = TeamStatus
    REASONS = reasons.WORDS

    team_member = models.ForeignKey(TeamMember, models.CASCADE, related_name="steps")
