"""The tasks of a coordinator's desk: whose they are, and in which order a page shows them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership, User
from common.already_read import may_have
from marketplace.desk.scope import Scope
from marketplace.models import Task
from marketplace.models.desk.tasks import Subject, TaskQuerySet, key_of
from marketplace.rules.prepared import rows_for

WHOSE = {
    "": pgettext_lazy("tasks", "Mine"),
    "operateur": _("My operator’s"),
    "pole": _("The whole pôle’s"),
    "personne": _("Nobody’s yet"),
}
SHOWN = 15  # of each part of the page
ABOUT = 20  # of those about something, on its own page


@dataclass(frozen=True)
class Part:
    """One part of the page: late, today, to come."""

    code: str
    title: Any
    tasks: list[Task]
    count: int
    puts_off: bool = False  # its buttons stand on the line: it is the reader’s own, and due

    @property
    def more(self) -> int:
        return self.count - len(self.tasks)


def of(scope: Scope, whose: str) -> TaskQuerySet:
    """The tasks of this desk, done or not, that its reader may see: whether they are on a side of anything is asked first."""
    seen = Task.objects.visible_to(scope.asked_beforehand().reader)
    rows = seen.filter(pole__in=scope.poles)
    if whose == "pole":
        return rows
    if whose == "personne":
        return rows.filter(assignee=None)
    if whose == "operateur":
        theirs = Membership.objects.filter(organisation__in=scope.operators).values("user")
        return rows.filter(Q(assignee__in=theirs) | Q(operator__in=scope.operators))
    return rows.filter(assignee__in=scope.people)


def waiting(rows: TaskQuerySet, today: date, *, is_mine: bool = False) -> list[Part]:
    """What is to be done, in three parts; those that are empty are left out. One question finds and counts them all: which of
    them the reader may see takes the database longer to plan than to answer."""
    titles = {"late": _("Late"), "today": _("Today"), "later": _("To come")}
    found: dict[str, list[int]] = {code: [] for code in titles}
    for number, due_on in rows.waiting().order_by("due_on", "pk").values_list("pk", "due_on"):
        found["late" if due_on < today else "later" if due_on > today else "today"].append(number)
    shown = _shown([number for numbers in found.values() for number in numbers[:SHOWN]])
    return [
        Part(
            code,
            titles[code],
            [shown[one] for one in numbers[:SHOWN] if one in shown],
            len(numbers),
            puts_off=is_mine and code != "later",
        )
        for code, numbers in found.items()
        if numbers
    ]


def done(rows: TaskQuerySet) -> Part:
    ticked = rows.done().annotate(of=Window(Count("pk"))).order_by(F("done_at").desc(), "-pk")
    found = list(ticked.values_list("pk", "of")[:SHOWN])
    shown = _shown([number for number, _of in found])
    tasks = [shown[number] for number, _of in found if number in shown]
    return Part("done", _("Done"), tasks, found[0][1] if found else 0)


def _shown(numbers: list[int]) -> dict[int, Task]:
    # Numbers first: who may read what is asked without the dozen tables that its lines show.
    return Task.objects.with_what_lists_show().in_bulk(numbers)


def about(user: User, subject: Subject) -> list[Task]:
    """What is still to be done about it, for a coordinator who doesn't leave it to others. Where it says itself that there
    is nothing, nothing is asked."""
    if not may_have(subject, "tasks"):
        return []
    return rows_for(user, _about(key_of(subject)), subject.pk)


@cache
def _about(key: str) -> Callable[[User, int], QuerySet[Task]]:
    """Prepared (common/prepared.py): most pages of the coordinators ask it."""

    def asked(user: User, subject: int) -> QuerySet[Task]:
        seen = Task.objects.visible_to(user, of=key).waiting().filter(**{key: subject})
        return seen.select_related("assignee", "operator").order_by("due_on", "pk")[:ABOUT]

    return asked
