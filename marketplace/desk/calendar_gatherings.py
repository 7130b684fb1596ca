"""Gatherings in the calendar of somebody's own address: those they come to, lead or host and, of the pôles that they
coordinate, those that are announced."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User, coordinated_by
from marketplace.desk.calendar_line import Dated
from marketplace.models import Attendance, AttendanceStep, Gathering, GatheringStep, Offer
from marketplace.models.desk.calendars import SAID_FOR
from marketplace.models.gatherings.attendances import EXPECTED
from marketplace.models.gatherings.gatherings import ANNOUNCED
from marketplace.rules import calendar_names
from marketplace.states import GatheringStatus


def of(user: User, now: datetime, *, ahead: timedelta, most: int) -> Iterator[Dated]:
    mine = Attendance.objects.open_to(user).filter(gathering=OuterRef("pk"))
    called_off = GatheringStep.objects.filter(
        gathering=OuterRef("pk"), after=GatheringStatus.CANCELLED, at__gt=now - SAID_FOR
    )
    comes = Exists(mine.filter(status__in=EXPECTED))
    leads = Offer.with_coming(user, at="trainer__") & ~Q(trainer_agreed_at=None)
    hosts = Q(created_by=user)
    stands = Q(status__in=ANNOUNCED) & (comes | leads | hosts | Q(pole__in=coordinated_by(user)))
    # Whoever had a seat at what was called off has none any more: what they were at is in its steps.
    gone = Exists(called_off) & (Exists(mine.filter(was_expected())) | leads | hosts)
    steps = GatheringStep.objects.filter(gathering=OuterRef("pk")).order_by().values("gathering")
    theirs = AttendanceStep.objects.filter(
        attendance__gathering=OuterRef("pk"), attendance__person=user
    )
    own = theirs.order_by().values("attendance__gathering")
    rows = Gathering.objects.visible_to(user).filter(
        stands | gone, starts_at__range=(now - SAID_FOR, now + ahead)
    )
    rows = rows.annotate(
        version=Coalesce(Subquery(steps.values(n=Count("pk"))), 0)
        + Coalesce(Subquery(own.values(n=Count("pk"))), 0),
        is_at=Case(When(leads, then=True), default=Exists(mine.filter(status__in=EXPECTED))),
    )
    for gathering in rows.with_what_pages_show().order_by("starts_at", "pk")[:most]:
        yield dated(
            gathering,
            gathering.version,
            url=gathering.get_absolute_url(),
            link=gathering.link if gathering.is_at else "",
            knows_alone=not (gathering.is_at or is_there(user, gathering)),
        )


def was_expected() -> Q:
    """A condition on attendances: they had said yes to a seat at some time."""
    return Q(steps__after__in=EXPECTED)


def is_there(user: User, gathering: Gathering) -> bool:
    """Whether they lead it, or wrote it for its host."""
    leads = gathering.trainer is not None and gathering.trainer.person_id == user.pk
    return leads or gathering.created_by_id == user.pk


def version_for(gathering: Gathering, user: User | None) -> int:
    """How often what this person was told of it has changed: a number that only grows."""
    own = AttendanceStep.objects.filter(attendance__gathering=gathering, attendance__person=user)
    return gathering.steps.count() + (own.count() if user else 0)


def dated(
    gathering: Gathering,
    version: int,
    *,
    link: str,
    url: str = "",
    knows_alone: bool = False,
) -> Dated:
    said = [str(gathering.get_kind_display()).capitalize(), gathering.host.name]
    return Dated(
        thing=calendar_names.of_gathering(gathering.pk),
        day=timezone.localdate(gathering.starts_at),
        begins=gathering.starts_at,
        ends=gathering.ends_at,
        version=version,
        what=gathering.title,
        url=url,
        about=" · ".join(filter(None, [*said, link])),
        where=gathering.where,
        is_called_off=gathering.is_cancelled,
        is_theirs_to_know=knows_alone,
    )
