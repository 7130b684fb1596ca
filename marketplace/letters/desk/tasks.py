"""The letters about tasks: one is given to a colleague, or some were left by somebody who has gone."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import Organisation, Pole, User
from marketplace.letters.families import DESK
from marketplace.models import Task
from marketplace.models.desk.tasks import leaves
from marketplace.rules import absences
from notifications.letter import Key, Letter
from notifications.models import Notification


def _settled(letter: Notification, *, task: int, version: int) -> str:
    """Why the letter of a task needn't leave: it is done, gone, or somebody else's by now. "" otherwise."""
    waits = Task.objects.waiting().filter(pk=task, assignee__isnull=False)
    return "" if waits.exists() else gettext_noop("Another coordinator has dealt with it")


def _all_taken(letter: Notification, *, act: str) -> str:
    assert letter.recipient is not None, "it is told to people with an account"
    waits = Task.objects.visible_to(letter.recipient).waiting().filter(assignee=None)
    return "" if waits.exists() else gettext_noop("Another coordinator has dealt with it")


TASK_GIVEN = Letter("task_given", Key("task:{task}:given:{version}"), DESK, moot=_settled)
TASKS_LEFT = Letter("tasks_left", Key("tasks-left:{act:word}"), DESK, asks=True, moot=_all_taken)


def task_given(task: Task, *, by: User) -> None:
    """Tell the colleague who is to do it, unless they wrote it themselves, and who answers while they are away. Its words
    are on its page alone: it may be about somebody who reads the pôle's letters."""
    if task.assignee is None or task.assignee == by:
        return
    people = absences.with_who_answers(task.assignee, task.pole)
    about = task.subject
    TASK_GIVEN.tell(
        [one for one in people if about is None or not leaves(one, about)],
        url=task.get_absolute_url(),
        but=by,
        task=task.pk,
        version=task.version,
        due_on=task.due_on,
        pole=task.pole,
        to=task.assignee,
        by=by,
    )


def tasks_left(
    told: Mapping[User, int],
    name: str,
    operator: Organisation,
    *,
    pole: Pole,
    act: str,
    by: User,
) -> None:
    """Tell each of these people how many tasks of somebody who has left wait for one of them."""
    for colleague, number in told.items():
        TASKS_LEFT.tell(
            [colleague],
            url=reverse("tasks") + "?qui=personne",
            but=by,
            act=act,
            name=name,
            organisation=operator.name,
            pole=pole,
            number=number,
        )
