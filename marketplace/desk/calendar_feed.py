"""What somebody's calendar program reads at their own address: their visits, their tasks, the first and the last day of their
missions, and the questions of the follow-up that wait for them. Nothing that they may not see today."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from accounts.models import Organisation, User
from marketplace.desk import calendar_gatherings
from marketplace.desk.calendar_line import Dated
from marketplace.models import (
    CalledOff,
    FollowUp,
    Gathering,
    Mission,
    SheetVersion,
    Task,
    Visit,
    VisitStep,
    VisitTime,
)
from marketplace.models.desk.calendars import SAID_FOR
from marketplace.models.desk.visits import CLOSED_AFTER
from marketplace.rules import calendar_names
from marketplace.states import VisitStatus

AHEAD = timedelta(days=400)
MOST = 1000  # of each kind
REREAD = timedelta(hours=4)  # what we ask of programs; some read once a day


def written(user: User, *, now: datetime) -> bytes:
    """The calendar of this person, in iCalendar."""
    calendar = _empty()
    calendar.add("x-wr-calname", "Trait d’union")
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", REREAD, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    told: set[str] = set()
    for one in _dated(user, now):
        if one.thing not in told:
            told.add(one.thing)
            calendar.add_component(_event(one, now))
    return calendar.to_ical()


def of_visit(visit: Visit, *, now: datetime, url: str) -> bytes:
    """The date of one visit that was agreed, by the name that it has in its readers' feeds. `url`: its page for whoever asks."""
    version = visit.steps.count()
    calendar = _empty()
    calendar.add_component(_event(replace(_of_a_visit(visit, version), url=url), now))
    return calendar.to_ical()


def of_gathering(
    gathering: Gathering, reader: User, *, now: datetime, url: str, link: str
) -> bytes:
    """The date of one gathering, by the name that it has in its readers' feeds; called off, the file says so to a program that
    had taken it in. `link`: where it is online, for who comes alone."""
    version = calendar_gatherings.version_for(gathering, reader)
    calendar = _empty("CANCEL" if gathering.is_cancelled else "PUBLISH")
    one = calendar_gatherings.dated(gathering, version, link=link)
    calendar.add_component(_event(replace(one, url=url), now))
    return calendar.to_ical()


def _empty(method: str = "PUBLISH") -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Trait d’union//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_timezone())
    return calendar


@cache
def _timezone() -> Timezone:
    return Timezone.from_tzid(settings.TIME_ZONE)


def _event(one: Dated, now: datetime) -> Event:
    event = Event()
    event.add("uid", calendar_names.uid(one.thing))
    event.add("dtstamp", now.astimezone(UTC))
    if one.begins and one.ends:
        event.add("dtstart", timezone.localtime(one.begins))
        event.add("dtend", timezone.localtime(one.ends))
    else:
        event.add("dtstart", one.day)
        event.add("dtend", one.day + timedelta(days=1))
    event.add("summary", one.what)
    event.add("sequence", one.version)
    event.add("status", _status(one))
    takes_time = one.begins and not (one.is_called_off or one.is_theirs_to_know)
    event.add("transp", "OPAQUE" if takes_time else "TRANSPARENT")
    if one.where:
        event.add("location", one.where)
    if one.url:
        event.add("url", f"{settings.SITE_URL}{one.url}")
    if one.about:
        event.add("description", one.about)
    return event


def _status(one: Dated) -> str:
    if one.is_called_off:
        return "CANCELLED"
    return "TENTATIVE" if one.is_awaited else "CONFIRMED"


def _dated(user: User, now: datetime) -> Iterator[Dated]:
    """What still stands comes before what was called off: what has come back counts."""
    today = timezone.localdate(now)
    days = (today - SAID_FOR, today + AHEAD)
    yield from _visits(user, now)
    yield from _held_times(user, now)
    yield from calendar_gatherings.of(user, now, ahead=AHEAD, most=MOST)
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


def _visits(user: User, now: datetime) -> Iterator[Dated]:
    """Those to which they go, and those to the structures that they speak for."""
    ours = Organisation.objects.spoken_for_by(user).values("pk")
    cancelled = VisitStep.objects.filter(
        visit=OuterRef("pk"), after=VisitStatus.CANCELLED, at__gt=now - SAID_FOR
    )
    stand = Q(status__in=[VisitStatus.AGREED, VisitStatus.TOOK_PLACE])
    rows = Visit.objects.visible_to(user).filter(
        Q(coordinator=user) | Q(organisation__in=ours),
        stand | Exists(cancelled),
        begins_at__range=(now - SAID_FOR, now + AHEAD),
    )
    steps = VisitStep.objects.filter(visit=OuterRef("pk")).order_by().values("visit")
    rows = rows.annotate(version=Coalesce(Subquery(steps.values(n=Count("pk"))), 0))
    for visit in rows.with_what_pages_show().order_by("begins_at", "pk")[:MOST]:
        yield _of_a_visit(visit, visit.version)


def _of_a_visit(visit: Visit, version: int) -> Dated:
    assert visit.begins_at is not None, "it was agreed"
    return Dated(
        thing=calendar_names.of_visit(visit.pk),
        day=timezone.localdate(visit.begins_at),
        begins=visit.begins_at,
        ends=visit.ends,
        version=version,
        what=_("A visit to %(house)s") % {"house": visit.organisation},
        url=visit.get_absolute_url(),
        about=_about_a_visit(visit),
        where=visit.place,
        is_called_off=visit.status == VisitStatus.CANCELLED,
    )


def _about_a_visit(visit: Visit) -> str:
    """How one meets, who comes, and about what."""
    said = [str(visit.get_how_display()).capitalize()]
    if visit.coordinator:
        said.append(_("with %(who)s, of the coordination") % {"who": visit.coordinator})
    if visit.mission or visit.need:
        said.append(str(visit.mission or visit.need))
    return " · ".join(said)


def _held_times(user: User, now: datetime) -> Iterator[Dated]:
    """The times that they have proposed and that wait for an answer, as long as they are to come."""
    mine = Visit.objects.visible_to(user).held().filter(coordinator=user)
    steps = VisitStep.objects.filter(visit=OuterRef("visit")).order_by().values("visit")
    rows = VisitTime.objects.held_by(user).filter(
        visit__in=mine.order_by().values("pk"), begins_at__gt=now
    )
    rows = rows.annotate(version=Coalesce(Subquery(steps.values(n=Count("pk"))), 0))
    found = rows.select_related("visit__organisation__commune")
    for time in found.order_by("begins_at", "pk")[:MOST]:
        yield Dated(
            thing=calendar_names.of_visit_time(time.pk),
            day=timezone.localdate(time.begins_at),
            begins=time.begins_at,
            ends=time.ends_at,
            version=time.version,
            what=_("Awaited: a visit to %(house)s") % {"house": time.visit.organisation},
            url=time.visit.get_absolute_url(),
            about=_(
                "One of three times that are held until they answer, for %(n)s working days at most."
            )
            % {"n": CLOSED_AFTER},
            where=time.visit.place,
            is_awaited=True,
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
    mine = Mission.objects.on_the_dates_of(user).filter(shown, has_dates=True)
    marks: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("start", lambda title: _("Begins: %(mission)s") % {"mission": title}),
        ("end", lambda title: _("Ends: %(mission)s") % {"mission": title}),
    )
    for which, words in marks:
        day = f"{which}s_on"
        rows = _versioned(mine.filter(**{f"{day}__range": days})).order_by(day, "pk")
        for mission in rows[:MOST]:
            on = getattr(mission, day)
            if which == "end" and not mission.was_called_off:
                on = mission.lasted_until
            yield Dated(
                thing=calendar_names.of_mission(mission.pk, which),
                day=on,
                version=mission.version,
                what=words(mission.need.title),
                url=mission.get_absolute_url(),
                about=mission.need.organisation.name,
                is_called_off=mission.was_called_off,
            )


def _versioned(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With how often its state or its sheet, which holds the dates, has changed: a number that only grows."""
    this = Mission.objects.filter(pk=OuterRef("pk")).order_by().values("pk")
    written = SheetVersion.objects.filter(sheet__mission=OuterRef("pk")).order_by().values("sheet")
    steps, sheets = this.annotate(n=Count("steps")), written.annotate(n=Count("pk"))
    version = Coalesce(Subquery(steps.values("n")), 0) + Coalesce(Subquery(sheets.values("n")), 0)
    found = rows.annotate(version=version).select_related("need__organisation")
    return found.prefetch_related("departures")


def _questions(user: User, days: tuple[date, date]) -> Iterable[Dated]:
    rows = FollowUp.objects.asked_to(user).filter(asked_on__range=days)
    for row in rows.select_related("mission__need")[:MOST]:
        yield Dated(
            thing=calendar_names.of_follow_up(row.pk),
            day=row.asked_on,
            version=0,
            what=_("To answer: how is it going? %(mission)s") % {"mission": row.mission},
            url=row.mission.get_absolute_url() + "#suivi",
        )
