"""Attendances: who has a seat at a gathering, who waits for one and in which turn, who came."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership, Organisation, Step, User
from accounts.models.people import Anybody
from accounts.scope import scope_of
from marketplace.models import reasons
from marketplace.models.gatherings.gatherings import Gathering
from marketplace.models.in_line import InLine, InLineQuerySet
from marketplace.models.market.needs import Need
from marketplace.states import ATTENDANCE_MOVES, OWN_ATTENDANCE, AttendanceStatus

# A seat that is kept for somebody is nobody else's.
SEATED = (
    AttendanceStatus.CONFIRMED,
    AttendanceStatus.OFFERED,
    AttendanceStatus.CAME,
    AttendanceStatus.MISSED,
)
STANDING = (AttendanceStatus.CONFIRMED, AttendanceStatus.OFFERED, AttendanceStatus.WAITING)
EXPECTED = (AttendanceStatus.CONFIRMED, AttendanceStatus.CAME, AttendanceStatus.MISSED)


class AttendanceQuerySet(InLineQuerySet["Attendance"]):
    def open_to(self, user: User) -> Self:
        """Those of this person that their session opens: for oneself, and for an organisation whether or not one is still
        of it; whoever has left a house keeps what they were at."""
        mine, scope = self.filter(person_id=user.pk), scope_of(user)
        if scope.only is not None:
            return mine.filter(organisation=scope.only)
        return mine.exclude(organisation__in=scope.shut) if scope.shut else mine

    def visible_to(self, user: Anybody) -> Self:
        """One's own, and those of the gatherings that one's organisations host."""
        if not user.pk:
            return self.none()
        hosts = Membership.objects.of(user).representing().values("organisation")
        mine = self.open_to(user).order_by().values("pk")
        return self.filter(Q(pk__in=mine) | Q(gathering__host__in=hosts))

    def seated(self) -> Self:
        """Those who hold a seat, also one that is kept for their answer."""
        return self.filter(status__in=SEATED)

    def standing(self) -> Self:
        """Those who come or wait, before it begins."""
        return self.filter(status__in=STANDING)

    def expected(self) -> Self:
        """Those who have said yes to a seat, whether they came or not."""
        return self.filter(status__in=EXPECTED)

    def confirmed(self) -> Self:
        return self.filter(status=AttendanceStatus.CONFIRMED)

    def came(self) -> Self:
        return self.filter(status=AttendanceStatus.CAME)

    def that_served(self, need: Need) -> Self:
        """Those of somebody who came in the name of its structure and said that it served, at what teaches a skill that the
        need asks for, or none in particular."""
        teaches = Gathering.skills.through.objects.filter(gathering=OuterRef("gathering"))
        fits = ~Exists(teaches) | Exists(teaches.filter(skill__in=need.wanted.values("skill")))
        return self.came().filter(fits, organisation=need.organisation_id, serves=True)


class Attendance(InLine):
    """One person at one gathering, in the name of an organisation of theirs or in their own. `comes_at`: when they last
    said, asked the day before, that they come; `serves`: what they said of it after; `uses`: what they said three months
    later."""

    MOVES = ATTENDANCE_MOVES

    class Use(models.TextChoices):
        YES = "YES", pgettext_lazy("what was learnt", "still used")
        LITTLE = "LITTLE", pgettext_lazy("what was learnt", "used a little")
        NO = "NO", pgettext_lazy("what was learnt", "not used")

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="attendances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="attendances")
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="attendances"
    )
    status = models.CharField(_("state"), max_length=20, choices=AttendanceStatus)
    comes_at = models.DateTimeField(null=True, blank=True)
    serves = models.BooleanField(_("did it serve?"), null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    uses = models.CharField(
        _("do they still use it?"),
        max_length=10,
        choices=Use,
        blank=True,
        default="",
        db_default="",
    )
    uses_said_at = models.DateTimeField(null=True, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["gathering", "person"], name="attendance_once"),
            models.CheckConstraint(
                condition=Q(status__in=AttendanceStatus.values), name="attendance_status_known"
            ),
            models.CheckConstraint(
                condition=Q(uses__in=["", "YES", "LITTLE", "NO"]), name="attendance_use_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=AttendanceStatus.OFFERED) | Q(offered_until__isnull=False),
                name="attendance_offered_until",
            ),
        ]
        indexes = [
            models.Index(fields=["gathering", "status", "asked_at", "id"], name="attendance_turns"),
            models.Index(
                fields=["offered_until"],
                condition=Q(status=AttendanceStatus.OFFERED),
                name="attendance_lapses",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_status_display()}"

    @property
    def own_status(self) -> str:
        """The state, as its person reads it."""
        return str(OWN_ATTENDANCE[AttendanceStatus(self.status)])

    @property
    def has_a_seat(self) -> bool:
        return self.status == AttendanceStatus.CONFIRMED

    @property
    def stands(self) -> bool:
        return self.status in STANDING

    @property
    def came(self) -> bool:
        return self.status == AttendanceStatus.CAME

    @property
    def is_asked(self) -> bool:
        """Whether the host has said that they were there, and they haven't said so themselves."""
        return self.status == AttendanceStatus.ASKED

    @property
    def missed(self) -> bool:
        return self.status == AttendanceStatus.MISSED


class AttendanceStep(Step):
    STATUSES = AttendanceStatus
    REASONS = reasons.WORDS

    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="steps")
