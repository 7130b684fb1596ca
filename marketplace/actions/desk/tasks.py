"""What coordinators do with their tasks: write one down, do it, put it off, give it to a colleague, throw it away; and what
becomes of those of somebody who leaves."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, Pole, User
from marketplace import letters
from marketplace.actions.refusals import NotYet
from marketplace.models import CalledOff, Task
from marketplace.models.desk.tasks import Subject, key_of, leaves
from marketplace.rules import calendar_names

ONE_DAY = timedelta(days=1)
PUT_OFF = ("tomorrow", "week")  # what the two buttons say in a form


@transaction.atomic
def write(
    about: Subject | None, *, pole: Pole, what: str, due_on: date, assignee: User, by: User
) -> Task:
    """Write a task down; a colleague to whom it is given is told. Raises NotYet for one who leaves this to others."""
    _require_theirs(assignee, pole, about, known_to=by)
    subject: dict[str, Any] = {key_of(about): about} if about else {}
    task = Task.objects.create(
        **subject, pole=pole, what=what, due_on=due_on, assignee=assignee, by=by
    )
    letters.task_given(task, by=by)
    return task


def _require_theirs(person: User, pole: Pole, about: Subject | None, *, known_to: User) -> None:
    """Raises NotYet where this person doesn't coordinate the pôle today, or is on a side of what it is about, as far as
    `known_to` may know."""
    if not Membership.objects.coordinating(pole).filter(user=person, user__is_active=True).exists():
        raise NotYet(_("%(who)s doesn’t coordinate here today.") % {"who": person})
    if about is not None and leaves(person, about, known_to=known_to):
        raise NotYet(_("%(who)s doesn’t follow this: choose somebody else.") % {"who": person})


@transaction.atomic
def change(task: Task, *, what: str, due_on: date, assignee: User, by: User) -> None:
    """Its words, its day, and who does it. Raises NotYet where it is done or gone meanwhile."""
    task = _locked(task)
    _require_waiting(task)
    moved = task.assignee_id != assignee.pk
    if moved:
        _require_theirs(assignee, task.pole, task.subject, known_to=by)
        _gone_from_calendar(task)
    if task.what != what:
        task.what, task.by = what, by
    task.due_on = due_on
    task.assignee, task.operator, task.left_by = assignee, None, None
    _keep(task, "what", "by", "due_on", "assignee", "operator", "left_by")
    if moved:
        letters.task_given(task, by=by)


@transaction.atomic
def take(task: Task, *, by: User) -> None:
    """Somebody takes a task that is nobody's in particular. Raises NotYet where a colleague was first."""
    task = _locked(task)
    _require_waiting(task)
    if task.assignee_id == by.pk:
        return
    if task.assignee_id is not None:
        raise NotYet(_("%(who)s has just taken it.") % {"who": task.assignee})
    _require_theirs(by, task.pole, task.subject, known_to=by)
    task.assignee, task.operator, task.left_by = by, None, None
    _keep(task, "assignee", "operator", "left_by")


@transaction.atomic
def put_off(task: Task, *, to: str, today: date) -> date:
    """To the next day, or to the next Monday, counted from today where its own day is over. Returns the day. Raises NotYet."""
    task = _locked(task)
    _require_waiting(task)
    start = max(today, task.due_on)
    task.due_on = start + ONE_DAY * (1 if to == "tomorrow" else 7 - start.weekday())
    _keep(task, "due_on")
    return task.due_on


@transaction.atomic
def done(task: Task, *, by: User, now: datetime) -> None:
    """Raises NotYet where a colleague has said so already."""
    task = _locked(task)
    _require_waiting(task)
    task.done_at, task.done_by = now, by
    _keep(task, "done_at", "done_by")


@transaction.atomic
def undo(task: Task) -> None:
    """It is to be done after all; once is enough."""
    task = _locked(task)
    if task.done_at is None:
        return
    task.done_at, task.done_by = None, None
    _keep(task, "done_at", "done_by")


@transaction.atomic
def remove(task: Task) -> None:
    """Throw it away: nothing is kept of its words."""
    task = _locked(task)
    _gone_from_calendar(task)
    task.delete()


def _locked(task: Task) -> Task:
    found = Task.objects.select_for_update(no_key=True, of=("self",)).filter(pk=task.pk).first()
    if found is None:
        raise NotYet(_("A colleague has thrown this task away meanwhile."))
    return found


def _require_waiting(task: Task) -> None:
    if task.is_done:
        raise NotYet(_("This task is done already."))


def _keep(task: Task, *fields: str) -> None:
    task.version += 1
    task.save(update_fields=[*fields, "version"])


def _gone_from_calendar(task: Task) -> None:
    if task.assignee_id:
        CalledOff.note(
            task.assignee_id,
            calendar_names.of_task(task.pk),
            day=task.due_on,
            version=task.version + 1,
            now=timezone.now(),
        )


@dataclass
class Left:
    """The tasks that somebody leaves to an operator as they go, pôle by pôle, for colleagues to be told once they have gone."""

    person: int
    name: str
    operator: Organisation
    numbers: dict[int, list[int]] = field(default_factory=dict)


def leave_behind(left: Left, person: User, *, poles: QuerySet[Any]) -> None:
    """What somebody had to do in these pôles is their operator's as a whole; `tell_left` says so."""
    theirs = Task.objects.waiting().filter(assignee=person, pole__in=poles)
    for number, pole in theirs.order_by("pk").values_list("pk", "pole"):
        left.numbers.setdefault(pole, []).append(number)
    theirs.update(assignee=None, operator=left.operator, left_by=person, version=F("version") + 1)


def give(numbers: Collection[int], person: User, *, to: User) -> list[int]:
    """Of these tasks, those that are still this person's, or that they left and nobody has taken, are somebody else's.
    Returns their numbers."""
    theirs = Q(assignee=person) | Q(assignee=None, left_by=person)
    rows = Task.objects.waiting().filter(theirs, pk__in=numbers)
    found = list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    for task in found:
        _gone_from_calendar(task)
    taken = [task.pk for task in found]
    changed = {"assignee": to, "operator": None, "left_by": None}
    Task.objects.filter(pk__in=taken).update(**changed, version=F("version") + 1)
    return taken


def tell_left(left: Left, *, by: User) -> None:
    """Tell those of the operator who coordinate the pôle how many they find; where there is nobody, the others there."""
    for pole in Pole.objects.filter(pk__in=left.numbers).order_by("pk"):
        ours = Membership.objects.coordinating(pole)
        numbers = left.numbers[pole.pk]
        for people in (ours.filter(organisation=left.operator).people(), ours.people()):
            told = {one: _read_by(one, numbers) for one in people.exclude(pk=left.person)}
            told = {one: number for one, number in told.items() if number}
            letters.tasks_left(told, left.name, left.operator, pole=pole, act=uuid4().hex, by=by)
            if told:
                break


def _read_by(one: User, numbers: Collection[int]) -> int:
    return Task.objects.visible_to(one).filter(pk__in=numbers).count()


def set_free(people: Iterable[User], *, pole: Pole, operator: Organisation) -> None:
    """As an operator leaves the pôle: what its people had to do there is nobody's, and stands on the others' desks."""
    rows = Task.objects.waiting().filter(pole=pole)
    version = F("version") + 1
    rows.filter(operator=operator).update(operator=None, version=version)
    theirs = rows.filter(assignee__in=people)
    theirs.update(assignee=None, left_by=F("assignee"), version=version)


def let_go_of(person: User) -> None:
    """When an account closes: the tasks about the person go with it, and theirs are nobody's; what is done keeps no name."""
    Task.objects.filter(person=person).delete()
    Task.objects.filter(left_by=person).update(left_by=None)
    Task.objects.filter(assignee=person).update(assignee=None, version=F("version") + 1)


def forget_called_off(now: datetime) -> int:
    return CalledOff.objects.past(now).delete()[0]
