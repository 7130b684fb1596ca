"""What somebody's calendar program reads at their own address: their tasks, the first and the last day of their missions, and
the questions of the follow-up that wait for them. Nothing that they may not see today."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from accounts.models import User
from marketplace.models import CalledOff, FollowUp, Mission, SheetVersion, Task
from marketplace.models.desk.calendars import SAID_FOR
from marketplace.rules import calendar_names
from marketplace.states import MissionStatus

AHEAD = timedelta(days=400)
MOST = 1000  # of each kind
REREAD = timedelta(hours=4)  # what we ask of programs; some read once a day


@dataclass(frozen=True, kw_only=True)
class Dated:
    """Something on one whole day."""

    thing: str
    day: date
    version: int
    what: str
    url: str = ""
    about: str = ""
    is_called_off: bool = False


def written(user: User, *, now: datetime) -> bytes:
    """The calendar of this person, in iCalendar."""
    calendar = Calendar()
    calendar.add("prodid", "-//Trait d’union//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Trait d’union")
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", REREAD, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    calendar.add_component(_timezone())
    told: set[str] = set()
    for one in _dated(user, now):
        if one.thing not in told:
            told.add(one.thing)
            calendar.add_component(_event(one, now))
    return calendar.to_ical()


@cache
def _timezone() -> Timezone:
    return Timezone.from_tzid(settings.TIME_ZONE)


def _event(one: Dated, now: datetime) -> Event:
    event = Event()
    event.add("uid", calendar_names.uid(one.thing))
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", one.day)
    event.add("dtend", one.day + timedelta(days=1))
    event.add("summary", one.what)
    event.add("sequence", one.version)
    event.add("status", "CANCELLED" if one.is_called_off else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if one.url:
        event.add("url", f"{settings.SITE_URL}{one.url}")
    if one.about:
        event.add("description", one.about)
    return event


def _dated(user: User, now: datetime) -> Iterator[Dated]:
    """What still stands comes before what was called off: what has come back counts."""
    today = timezone.localdate(now)
    days = (today - SAID_FOR, today + AHEAD)
    yield from _tasks(user, days)
    yield from _missions(user, days, now)
    yield from _questions(user, days)
    for gone in CalledOff.objects.told(now).filter(user=user).order_by("-at")[:MOST]:
        yield Dated(
            thing=gone.thing,
            day=gone.day,
            version=gone.version,
            what=_("Called off"),
            is_called_off=True,
        )


def _tasks(user: User, days: tuple[date, date]) -> Iterator[Dated]:
    rows = Task.objects.visible_to(user).filter(assignee=user, due_on__range=days)
    for task in rows.with_what_lists_show().order_by("due_on", "pk")[:MOST]:
        yield Dated(
            thing=calendar_names.of_task(task.pk),
            day=task.due_on,
            version=task.version,
            what=_("Done: %(what)s") % {"what": task.what} if task.is_done else task.what,
            url=task.get_absolute_url(),
            about=str(task.subject or ""),
        )


def _missions(user: User, days: tuple[date, date], now: datetime) -> Iterator[Dated]:
    shown = Q(interrupted_at=None) | Q(interrupted_at__gt=now - SAID_FOR)
    mine = Mission.objects.on_the_dates_of(user).filter(shown)
    marks: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("start", lambda title: _("Begins: %(mission)s") % {"mission": title}),
        ("end", lambda title: _("Ends: %(mission)s") % {"mission": title}),
    )
    for which, words in marks:
        day = f"{which}s_on"
        rows = _versioned(mine.filter(**{f"{day}__range": days})).order_by(day, "pk")
        for mission in rows[:MOST]:
            on = getattr(mission, day)
            yield Dated(
                thing=calendar_names.of_mission(mission.pk, which),
                day=on,
                version=mission.version,
                what=words(mission.need.title),
                url=mission.get_absolute_url(),
                about=mission.need.organisation.name,
                is_called_off=_is_called_off(mission, on),
            )


def _is_called_off(mission: Mission, on: date) -> bool:
    """A day of an interrupted mission that hadn't come by then."""
    if mission.status != MissionStatus.INTERRUPTED or mission.interrupted_at is None:
        return False
    return on >= timezone.localdate(mission.interrupted_at)


def _versioned(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With how often its state or its sheet, which holds the dates, has changed: a number that only grows."""
    this = Mission.objects.filter(pk=OuterRef("pk")).order_by().values("pk")
    written = SheetVersion.objects.filter(sheet__mission=OuterRef("pk")).order_by().values("sheet")
    steps, sheets = this.annotate(n=Count("steps")), written.annotate(n=Count("pk"))
    version = Coalesce(Subquery(steps.values("n")), 0) + Coalesce(Subquery(sheets.values("n")), 0)
    return rows.annotate(version=version).select_related("need__organisation")


def _questions(user: User, days: tuple[date, date]) -> Iterable[Dated]:
    rows = FollowUp.objects.asked_to(user).filter(asked_on__range=days)
    for row in rows.select_related("mission__need")[:MOST]:
        yield Dated(
            thing=calendar_names.of_follow_up(row.pk),
            day=row.asked_on,
            version=0,
            what=_("To answer: how is it going? %(mission)s") % {"mission": row.mission},
            url=row.mission.get_absolute_url(),
        )
