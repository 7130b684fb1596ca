"""The letters to whoever puts their name down: a seat, the waiting list, a seat that is kept for them, the day before, and
whether it served. Their links answer in their reader's name."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

from marketplace.letters.families import MISSIONS
from marketplace.models import Attendance, AttendanceStep
from marketplace.rules import attendance_links
from marketplace.rules.gatherings import turn_of
from notifications.letter import Key, Letter
from notifications.models import Notification


def _moved_on(letter: Notification, *, step: int) -> str:
    """Something else holds by now: of two letters about one seat the later is true."""
    told = AttendanceStep.objects.filter(pk=step)
    later = AttendanceStep.objects.filter(attendance__in=told.values("attendance"), pk__gt=step)
    return gettext_noop("Something in it is no longer true") if later.exists() else ""


def _no_seat(letter: Notification, *, attendance: int, **_parts: object) -> str:
    found = Attendance.objects.confirmed().filter(pk=attendance)
    comes = found.filter(gathering__starts_at__gt=timezone.now(), comes_at=None)
    return "" if comes.exists() else gettext_noop("They have answered")


def _said(letter: Notification, *, attendance: int) -> str:
    waits = Attendance.objects.came().filter(pk=attendance, serves=None)
    return "" if waits.exists() else gettext_noop("They have answered")


def _said_use(letter: Notification, *, attendance: int) -> str:
    waits = Attendance.objects.came().filter(pk=attendance, uses="").exclude(serves=False)
    return "" if waits.exists() else gettext_noop("They have answered")


ATTENDANCE_TOLD = Letter(
    "attendance_told", Key("attendance-step:{step}"), secret=True, to_leavers=True, moot=_moved_on
)
ATTENDANCE_OFFERED = Letter(
    "attendance_offered",
    Key("attendance-step:{step}:seat"),
    asks=True,
    secret=True,
    moot=_moved_on,
)
ATTENDANCE_EVE = Letter(
    "attendance_eve",
    Key("attendance:{attendance}:eve:{day:word}"),
    asks=True,
    secret=True,
    moot=_no_seat,
)
ATTENDANCE_AFTER = Letter(
    "attendance_after",
    Key("attendance:{attendance}:after"),
    MISSIONS,
    asks=True,
    secret=True,
    moot=_said,
)


ATTENDANCE_LATER = Letter(
    "attendance_later",
    Key("attendance:{attendance}:later"),
    MISSIONS,
    asks=True,
    secret=True,
    moot=_said_use,
)
ATTENDANCE_ASKED = Letter(
    "attendance_asked",
    Key("attendance-step:{step}:there"),
    asks=True,
    secret=True,
    moot=_moved_on,
)


def attendance_told(attendance: Attendance, step: AttendanceStep) -> None:
    """A seat, a place on the waiting list, or none any more."""
    ATTENDANCE_TOLD.tell(
        [attendance.person],
        step=step.pk,
        has_a_seat=attendance.has_a_seat,
        waits=attendance.waits,
        number=turn_of(attendance) if attendance.waits else 0,
        words=step.said if step.reason else "",
        **_facts(attendance),
    )


def attendance_offered(attendance: Attendance, step: AttendanceStep) -> None:
    """They were the first who waited: a seat is kept for them, until its hour."""
    facts = _facts(attendance)
    ATTENDANCE_OFFERED.tell(
        [attendance.person],
        step=step.pk,
        kept_until=attendance.offered_until,
        expires_at=attendance.offered_until,
        take_url=_choice(facts["url"], attendance_links.TAKE),
        give_up_url=_choice(facts["url"], attendance_links.GIVE_UP),
        **facts,
    )


def attendance_eve(attendance: Attendance) -> None:
    facts = _facts(attendance)
    ATTENDANCE_EVE.tell(
        [attendance.person],
        attendance=attendance.pk,
        day=attendance.gathering.day.isoformat(),
        expires_at=attendance.gathering.starts_at,
        comes_url=_choice(facts["url"], attendance_links.COMES),
        give_up_url=_choice(facts["url"], attendance_links.GIVE_UP),
        online=attendance.gathering.link,
        **facts,
    )


def attendance_asked(attendance: Attendance, step: AttendanceStep) -> None:
    """The host says that they were there without a seat: only their own yes puts them on the list."""
    facts = _facts(attendance)
    ATTENDANCE_ASKED.tell(
        [attendance.person],
        step=step.pk,
        came_url=_choice(facts["url"], attendance_links.CAME),
        not_there_url=_choice(facts["url"], attendance_links.NOT_THERE),
        **facts,
    )


def attendance_after(attendance: Attendance) -> None:
    facts = _facts(attendance)
    ATTENDANCE_AFTER.tell(
        [attendance.person],
        attendance=attendance.pk,
        served_url=_choice(facts["url"], attendance_links.SERVED),
        not_served_url=_choice(facts["url"], attendance_links.NOT_SERVED),
        **facts,
    )


def attendance_later(attendance: Attendance) -> None:
    """Three months later: one click for yes, a little, no."""
    facts = _facts(attendance)
    ATTENDANCE_LATER.tell(
        [attendance.person],
        attendance=attendance.pk,
        uses_url=_choice(facts["url"], attendance_links.USES),
        a_little_url=_choice(facts["url"], attendance_links.USES_A_LITTLE),
        not_url=_choice(facts["url"], attendance_links.USES_NOT),
        **facts,
    )


def _facts(attendance: Attendance) -> dict[str, Any]:
    page = attendance_links.link(attendance)
    return {
        "url": page,
        "gathering": attendance.gathering,
        "date_url": f"{settings.SITE_URL}{page}date.ics",
        "house": attendance.organisation.name if attendance.organisation else "",
    }


def _choice(page: str, choice: str) -> str:
    return f"{settings.SITE_URL}{page}?reponse={choice}"
