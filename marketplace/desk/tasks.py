"""The tasks of a coordinator's desk: whose they are, and in which order a page shows them."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership, User
from marketplace.desk.scope import Scope
from marketplace.models import Task
from marketplace.models.desk.left_to_others import asked_beforehand
from marketplace.models.desk.tasks import Subject, TaskQuerySet, key_of

WHOSE = {
    "": pgettext_lazy("tasks", "Mine"),
    "operateur": _("My operator’s"),
    "pole": _("The whole pôle’s"),
    "personne": _("Nobody’s yet"),
}
SHOWN = 20  # of each part of the page


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
    """The tasks of this desk, done or not, that its reader may see."""
    rows = Task.objects.visible_to(scope.reader).filter(pole__in=scope.poles)
    if whose == "pole":
        return rows
    if whose == "personne":
        return rows.filter(assignee=None)
    if whose == "operateur":
        theirs = Membership.objects.filter(organisation__in=scope.operators).values("user")
        return rows.filter(Q(assignee__in=theirs) | Q(operator__in=scope.operators))
    return rows.filter(assignee__in=scope.people)


def waiting(rows: TaskQuerySet, today: date, *, is_mine: bool = False) -> list[Part]:
    """What is to be done, in three parts; those that are empty are left out."""
    open_ones = rows.waiting()
    cut = (
        ("late", _("Late"), open_ones.filter(due_on__lt=today)),
        ("today", _("Today"), open_ones.filter(due_on=today)),
        ("later", _("To come"), open_ones.filter(due_on__gt=today)),
    )
    parts = (_part(code, title, found.order_by("due_on", "pk")) for code, title, found in cut)
    return [replace(one, puts_off=is_mine and one.code != "later") for one in parts if one.tasks]


def done(rows: TaskQuerySet) -> Part:
    return _part("done", _("Done"), rows.done().order_by(F("done_at").desc(), "-pk"))


def _part(code: str, title: Any, rows: TaskQuerySet) -> Part:
    # Numbers first: who may read what is asked without the dozen tables that its lines show.
    numbers = list(rows.values_list("pk", flat=True)[: SHOWN + 1])
    count = rows.count() if len(numbers) > SHOWN else len(numbers)
    shown = Task.objects.with_what_lists_show().in_bulk(numbers[:SHOWN])
    return Part(code, title, [shown[number] for number in numbers if number in shown], count)


def about(user: User, subject: Subject) -> list[Task]:
    """What is still to be done about it, for a coordinator who doesn't leave it to others. Where it says itself that there
    is nothing, nothing is asked."""
    if not getattr(subject, "has_tasks", True):
        return []
    seen = Task.objects.visible_to(asked_beforehand(user), of=key_of(subject))
    rows = seen.waiting().about(subject)
    return list(rows.select_related("assignee", "operator").order_by("due_on", "pk")[:SHOWN])
