"""Tasks whose day has come: what coordinators have promised themselves or a colleague to do."""

from collections.abc import Collection
from datetime import datetime, time
from typing import Any

from django.db.models import DateTimeField, Func, QuerySet, When
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketplace.desk.kind import Followed, Kind
from marketplace.desk.line import Help, Words
from marketplace.desk.ranks import ANSWER, first_of
from marketplace.desk.scope import Scope
from marketplace.models import Task


class Midnight(Func):
    """The first moment of a day on the wall's clock."""

    template = "((%(expressions)s)::timestamp AT TIME ZONE '%(zone)s')"

    def __init__(self, day: str) -> None:
        super().__init__(
            day, zone=timezone.get_default_timezone_name(), output_field=DateTimeField()
        )

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s || ' 00:00:00')")


def _rows(scope: Scope) -> QuerySet[Any]:
    due = Task.objects.due(timezone.localdate(scope.now)).filter(pole__in=scope.poles)
    return due.visible_to(scope.reader).annotate(since=Midnight("due_on"))


def _rank(scope: Scope) -> Combinable:
    """Late from the day after."""
    today = timezone.localdate(scope.now)
    return first_of(When(due_on__lt=today, then=0), otherwise=1) + ANSWER


def _read(numbers: Collection[int], _scope: Scope) -> QuerySet[Task]:
    return Task.objects.with_what_lists_show().filter(pk__in=numbers)


def _say(task: Task) -> Words:
    about, person = task.subject, task.assignee
    holder = person or task.operator
    return Words(
        what=task.what,
        why=_("A task: %(about)s") % {"about": about} if about else _("A task"),
        since=timezone.make_aware(datetime.combine(task.due_on, time())),
        url=task.get_absolute_url(),
        act=_("See and tick off"),
        day=_due(task),
        in_charge=str(holder) if holder else "",
        person=task.assignee_id,
    )


def _due(task: Task) -> str:
    days = (timezone.localdate() - task.due_on).days
    if days <= 0:
        return _("due today")
    return ngettext("due yesterday", "due %(n)s days ago", days) % {"n": days}


KIND = Kind(
    code="task",
    label=gettext_lazy("Tasks"),
    help=Help(
        wants=gettext_lazy("Do it and tick it off, put it off, or give it to a colleague."),
        because=gettext_lazy("Its day has come: you or a colleague wrote it down."),
        otherwise=gettext_lazy("It stays here, late by one more day each day."),
    ),
    among=None,
    rows=_rows,
    number="pk",
    since="since",
    rank=_rank,
    communes=("need__commune", "offer__commune", "mission__need__commune", "organisation__commune"),
    followed=Followed(people=("assignee",), operators=("operator",)),
    read=_read,
    say=_say,
    charge=None,  # its own page says who does it
    silent=None,
)
