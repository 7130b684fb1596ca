"""The kinds of things in the calendar, in the order in which a day shows them."""

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.dates import midnight
from marketplace.desk.agenda.kind import Entry, Kind
from marketplace.desk.scope import Scope
from marketplace.models import (
    Case,
    CaseEntry,
    FollowUp,
    Gathering,
    Mission,
    Offer,
    Task,
    Visit,
    VisitTime,
)
from marketplace.states import MissionStatus, VisitStatus


def _days(column: str) -> Callable[[date, date], dict[str, Any]]:
    return lambda first, last: {f"{column}__gte": first, f"{column}__lte": last}


def _moments(column: str) -> Callable[[date, date], dict[str, Any]]:
    """The same for a column of moments, which its index finds by moments."""
    return lambda first, last: {
        f"{column}__gte": midnight(first),
        f"{column}__lt": midnight(last + timedelta(days=1)),
    }


def _name(row: Any) -> str:
    """Who follows it, in words."""
    return str(row.coordinator or row.operator or "")


# --- visits ---------------------------------------------------------------------------------
def _visits(scope: Scope) -> QuerySet[Any]:
    """Those that were agreed, or took place."""
    rows = Visit.objects.filter(pole__in=scope.poles).followed_by(scope.reader)
    return rows.filter(status__in=[VisitStatus.AGREED, VisitStatus.TOOK_PLACE])


def _visit(visit: Visit, _today: date) -> Entry:
    return _of_a_visit(visit, visit.begins_at, visit.ends, is_over=not visit.is_agreed)


def _held_times(scope: Scope) -> QuerySet[Any]:
    """The times that wait for an answer."""
    visits = Visit.objects.held().filter(pole__in=scope.poles).followed_by(scope.reader)
    return VisitTime.objects.filter(visit__in=visits.order_by().values("pk"), is_held=True)


def _read_held_times(numbers: Collection[int]) -> QuerySet[Any]:
    return VisitTime.objects.filter(pk__in=numbers).select_related(
        "visit__organisation__commune", "visit__coordinator"
    )


def _held_time(time: VisitTime, _today: date) -> Entry:
    return _of_a_visit(time.visit, time.begins_at, time.ends_at, is_awaited=True)


def _of_a_visit(
    visit: Visit, begins: Any, ends: Any, *, is_over: bool = False, is_awaited: bool = False
) -> Entry:
    begins, ends = timezone.localtime(begins), timezone.localtime(ends)
    return Entry(
        what=visit.organisation.name,
        url=visit.get_absolute_url(),
        about=visit.place or visit.get_how_display(),
        who=str(visit.coordinator or _("nobody comes yet")),
        when=f"{begins:%H:%M}–{ends:%H:%M}",
        is_over=is_over,
        is_awaited=is_awaited,
    )


# --- tasks ----------------------------------------------------------------------------------
def _tasks(scope: Scope) -> QuerySet[Any]:
    return Task.objects.visible_to(scope.reader).filter(pole__in=scope.poles)


def _task(task: Task, today: date) -> Entry:
    return Entry(
        what=task.what,
        url=task.get_absolute_url(),
        about=str(task.subject or ""),
        who=str(task.assignee or task.operator or ""),
        is_over=task.is_done,
        is_late=task.is_late(today),
    )


# --- follow-ups -----------------------------------------------------------------------------
def _follow_ups(scope: Scope) -> QuerySet[Any]:
    """The questions whose answer is awaited, on the day on which they were asked."""
    rows = FollowUp.objects.unanswered().filter(mission__need__pole__in=scope.poles)
    return rows.followed_by(scope.reader)


def _read_follow_ups(numbers: Collection[int]) -> QuerySet[Any]:
    return FollowUp.objects.filter(pk__in=numbers).select_related(
        "mission__need__organisation", "mission__coordinator", "mission__operator", "asked"
    )


def _follow_up(row: FollowUp, _today: date) -> Entry:
    return Entry(
        what=_("Asked %(who)s: %(kind)s") % {"who": row.asked, "kind": row.moment},
        url=row.mission.get_absolute_url(),
        about=str(row.mission),
        who=_name(row.mission),
    )


# --- meetings -------------------------------------------------------------------------------
def _meetings(scope: Scope) -> QuerySet[Any]:
    cases = Case.objects.filter(pole__in=scope.poles).followed_by(scope.reader)
    return CaseEntry.objects.filter(kind=CaseEntry.Kind.MEETING, case__in=cases.values("pk"))


def _read_meetings(numbers: Collection[int]) -> QuerySet[Any]:
    return CaseEntry.objects.filter(pk__in=numbers).select_related(
        "case__mission__need__organisation",
        "case__proposal__need__organisation",
        "case__organisation",
        "by",
    )


def _meeting(row: CaseEntry, _today: date) -> Entry:
    return Entry(
        what=_("Met about: %(what)s") % {"what": row.case.title},
        url=row.case.get_absolute_url(),
        about=row.case.structure.name,
        who=str(row.by or ""),
        is_over=True,
    )


# --- gatherings -----------------------------------------------------------------------------
def _gatherings(scope: Scope) -> QuerySet[Any]:
    """Those that the hosts of the pôle have announced."""
    return Gathering.objects.announced().filter(pole__in=scope.poles)


def _gathering(gathering: Gathering, _today: date) -> Entry:
    begins, ends = timezone.localtime(gathering.starts_at), timezone.localtime(gathering.ends_at)
    return Entry(
        what=gathering.title,
        url=gathering.get_absolute_url(),
        about=gathering.where,
        who=gathering.host.name,
        when=f"{begins:%H:%M}–{ends:%H:%M}",
        is_over=not gathering.is_announced,
    )


# --- missions -------------------------------------------------------------------------------
def missions(scope: Scope) -> QuerySet[Any]:
    """Without what is done at home under the reader, nor what was called off."""
    at_home = Offer.at_home_under(scope.reader, at="offer__")
    rows = Mission.objects.filter(~at_home, need__pole__in=scope.poles)
    return rows.exclude(status=MissionStatus.INTERRUPTED)


def _dated(scope: Scope) -> QuerySet[Any]:
    """Those whose dates somebody has said."""
    return missions(scope).filter(has_dates=True)


def _ending(scope: Scope) -> QuerySet[Any]:
    """The same, without those that were over before the end that was planned."""
    early = Q(interrupted_at__date__lt=F("ends_on")) | Q(delivered_at__date__lt=F("ends_on"))
    # Whether it began is asked first: of each of many missions, two moments are made days of otherwise.
    return _dated(scope).filter(Q(started_at=None) | ~early)


def _read_missions(numbers: Collection[int]) -> QuerySet[Any]:
    return Mission.objects.filter(pk__in=numbers).select_related(
        "need__organisation", "coordinator", "operator", "offer__person", "offer__organisation"
    )


def _start(mission: Mission, today: date) -> Entry:
    waits = mission.is_live and mission.started_at is None
    return _of_a_mission(mission, is_late=waits and mission.starts_on < today)


def _end(mission: Mission, today: date) -> Entry:
    return _of_a_mission(mission, is_late=mission.is_live and mission.ends_on < today)


def _of_a_mission(mission: Mission, *, is_late: bool) -> Entry:
    """With who comes: the two missions of a pair are of one need."""
    return Entry(
        what=mission.need.title,
        url=mission.get_absolute_url(),
        about=f"{mission.need.organisation.name} · {mission.offer.discreet_name}",
        who=_name(mission),
        is_late=is_late,
        is_over=not mission.is_live,
    )


KINDS: tuple[Kind, ...] = (
    Kind(
        code="visites",
        label=gettext_lazy("Visits"),
        icon="geo-alt",
        rows=_visits,
        day="begins_at",
        on=TruncDate("begins_at"),
        between=_moments("begins_at"),
        person="coordinator",
        whole="",
        read=lambda numbers: Visit.objects.filter(pk__in=numbers).with_what_pages_show(),
        say=_visit,
    ),
    Kind(
        code="creneaux",
        label=gettext_lazy("Times held for a visit"),
        icon="hourglass-split",
        rows=_held_times,
        day="begins_at",
        on=TruncDate("begins_at"),
        between=_moments("begins_at"),
        person="visit__coordinator",
        whole="",
        read=_read_held_times,
        say=_held_time,
        to_come=True,
    ),
    Kind(
        code="taches",
        label=gettext_lazy("Tasks"),
        icon="check-circle",
        rows=_tasks,
        day="due_on",
        on="due_on",
        between=_days("due_on"),
        person="assignee",
        whole="operator",
        read=lambda numbers: Task.objects.with_what_lists_show().filter(pk__in=numbers),
        say=_task,
    ),
    Kind(
        code="rencontres",
        label=gettext_lazy("Meetings"),
        icon="people",
        rows=_meetings,
        day="at",
        on=TruncDate("at"),
        between=_moments("at"),
        person="by",
        whole="",
        read=_read_meetings,
        say=_meeting,
    ),
    Kind(
        code="seances",
        label=gettext_lazy("Gatherings"),
        icon="mortarboard",
        rows=_gatherings,
        day="starts_at",
        on=TruncDate("starts_at"),
        between=_moments("starts_at"),
        person="created_by",
        whole="",
        read=lambda numbers: Gathering.objects.with_what_pages_show().filter(pk__in=numbers),
        say=_gathering,
    ),
    Kind(
        code="suivis",
        label=gettext_lazy("Follow-ups that wait"),
        icon="question-circle",
        rows=_follow_ups,
        day="asked_on",
        on="asked_on",
        between=_days("asked_on"),
        person="mission__coordinator",
        whole="mission__operator",
        read=_read_follow_ups,
        say=_follow_up,
    ),
    Kind(
        code="debuts",
        label=gettext_lazy("Missions that begin"),
        icon="play-circle",
        rows=_dated,
        day="starts_on",
        on="starts_on",
        between=_days("starts_on"),
        person="coordinator",
        whole="operator",
        read=_read_missions,
        say=_start,
    ),
    Kind(
        code="fins",
        label=gettext_lazy("Missions that end"),
        icon="flag",
        rows=_ending,
        day="ends_on",
        on="ends_on",
        between=_days("ends_on"),
        person="coordinator",
        whole="operator",
        read=_read_missions,
        say=_end,
    ),
)
BY_CODE = {kind.code: kind for kind in KINDS}
