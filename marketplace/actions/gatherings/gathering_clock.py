"""What the clock does with gatherings: seats kept in vain go to the next, the day before people are asked whether they still
come, those whose hours are over took place, and who came is asked whether it served."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.states import OrganisationStatus
from common.dates import midnight
from marketplace import letters
from marketplace.actions.gatherings import attendances, gatherings, leading
from marketplace.models import Attendance, AttendanceStep, Gathering, Reminder, reasons
from marketplace.rules import gatherings as rules
from marketplace.states import AttendanceStatus, GatheringStatus
from notifications.faults import each_row

ACT = "gatherings"
ASKED_FOR = timedelta(days=60)  # who is said to have come later than that is asked no more


def sweep(now: datetime) -> int:
    """Found again from the rows: a missed hour is no missed person."""
    to_come = Gathering.objects.to_come(now).order_by("pk")
    left = to_come.exclude(trainer=None).filter(~Exists(rules.trainers_there()))
    led = [(one, now) for one in left]
    hostless = [(one, now) for one in to_come.filter(host__status=OrganisationStatus.CLOSED)]
    due = [(one, now) for one in _to_settle(now)]
    done = each_row("gatherings-trainers", led, _follow_trainer)
    done += each_row("gatherings-hosts", hostless, _call_off)
    done += each_row(
        "gatherings-paused", [(one, now) for one in _of_paused_hosts(now)], _follow_host
    )
    done += leading.follow(now)
    done += each_row(ACT, due, _settle)
    done += each_row("gatherings-eve", _unsaid(_tomorrow(now), _eve, now), _ask)
    done += each_row("gatherings-over", [(one, now) for one in _over(now)], _end)
    done += each_row("gatherings-after", _unsaid(_came(now), _after, now), _ask_after)
    return done + each_row("gatherings-later", _unsaid(_long_since(now), _later, now), _ask_later)


def _follow_trainer(gathering: Gathering, now: datetime) -> bool:
    return gatherings.follow_trainer(gathering, now=now)


def _call_off(gathering: Gathering, now: datetime) -> None:
    gatherings.cancel(gathering, word=reasons.coded("site-left"), by=None, now=now)


def _of_paused_hosts(now: datetime) -> QuerySet[Gathering]:
    """Those of hosts who may not act, which wasn't told or is near; and those of hosts who may again."""
    to_come = Gathering.objects.to_come(now).exclude(host__status=OrganisationStatus.CLOSED)
    near = Q(starts_at__lt=rules.after_tomorrow(now))
    off = ~rules.hosts_acting() & (Q(host_paused_at=None) | near)
    return to_come.filter(off | Q(rules.hosts_acting(), host_paused_at__isnull=False)).order_by(
        "pk"
    )


def _follow_host(gathering: Gathering, now: datetime) -> bool:
    return gatherings.follow_host(gathering, now=now)


def _to_settle(now: datetime) -> QuerySet[Gathering]:
    """Those with somebody who waits, who hasn't answered in time, or who has left."""
    here = Attendance.objects.standing().filter(gathering=OuterRef("pk"))
    due = here.filter(
        ~rules.still_there()
        | Q(status=AttendanceStatus.WAITING)
        | Q(status=AttendanceStatus.OFFERED, offered_until__lte=now)
    )
    return Gathering.objects.to_come(now).filter(Exists(due)).order_by("pk")


def _settle(gathering: Gathering, now: datetime) -> None:
    attendances.settle_one(gathering, now=now)


# --- the day before --------------------------------------------------------------------------
def _tomorrow(now: datetime) -> QuerySet[Attendance]:
    """Those who come tomorrow, or later today, and have had their seat since before today."""
    today = midnight(timezone.localdate(now))
    seated = AttendanceStep.objects.filter(
        attendance=OuterRef("pk"), after=AttendanceStatus.CONFIRMED, at__lt=today
    )
    rows = Attendance.objects.confirmed().filter(
        Exists(seated),
        gathering__in=Gathering.objects.to_come(now)
        .filter(starts_at__lt=rules.after_tomorrow(now))
        .values("pk"),
    )
    return rows.filter(comes_at=None).order_by("pk")


def _eve(attendance: Attendance) -> str:
    return f"seat-tomorrow:{attendance.pk}:{attendance.gathering.day}"


def _after(attendance: Attendance) -> str:
    return f"seat-served:{attendance.pk}"


def _later(attendance: Attendance) -> str:
    return f"seat-used:{attendance.pk}"


def _unsaid(
    rows: QuerySet[Attendance], key: Callable[[Attendance], str], now: datetime
) -> list[tuple[Attendance, datetime]]:
    """Of these, the ones who haven't been written to."""
    found = list(rows.select_related("person", "organisation", "gathering"))
    said = Reminder.objects.said(key(one) for one in found)
    return [(one, now) for one in found if key(one) not in said]


@transaction.atomic
def _ask(attendance: Attendance, now: datetime) -> bool:
    if not Reminder.claim(_eve(attendance), now):
        return False
    letters.attendance_eve(attendance)
    return True


# --- afterwards ------------------------------------------------------------------------------
def _over(now: datetime) -> QuerySet[Gathering]:
    return Gathering.objects.over(now).order_by("pk")


def _end(gathering: Gathering, now: datetime) -> bool:
    return gatherings.end(gathering, now=now)


def _came(now: datetime) -> QuerySet[Attendance]:
    """Whoever came, from the day after: the host has had the evening to correct who did."""
    today = midnight(timezone.localdate(now))
    return (
        Attendance.objects.came()
        .filter(
            gathering__status=GatheringStatus.TOOK_PLACE,
            gathering__ends_at__gt=now - ASKED_FOR,
            gathering__ends_at__lt=today,
            serves=None,
            person__is_active=True,
        )
        .order_by("pk")
    )


@transaction.atomic
def _ask_after(attendance: Attendance, now: datetime) -> bool:
    if not Reminder.claim(_after(attendance), now):
        return False
    letters.attendance_after(attendance)
    return True


# --- three months later ----------------------------------------------------------------------
def _long_since(now: datetime) -> QuerySet[Attendance]:
    """Whoever came, and hasn't said that it served nothing; after an outage two months later still."""
    since = rules.long_since(now)
    rows = Attendance.objects.came().filter(
        gathering__status=GatheringStatus.TOOK_PLACE,
        gathering__ends_at__gt=since - ASKED_FOR,
        gathering__ends_at__lt=since,
        uses="",
        person__is_active=True,
    )
    return rows.exclude(serves=False).order_by("pk")


@transaction.atomic
def _ask_later(attendance: Attendance, now: datetime) -> bool:
    if not Reminder.claim(_later(attendance), now):
        return False
    letters.attendance_later(attendance)
    return True
