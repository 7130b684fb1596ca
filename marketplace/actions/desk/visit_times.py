"""The times of a visit are free again, or somebody else's: whoever held them is told so by their calendar program."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from marketplace.models import CalledOff, Visit, VisitTime
from marketplace.rules import calendar_names


def free(visit: Visit) -> None:
    """Nothing is held for it any more."""
    call_off_held(visit)
    visit.times.filter(is_held=True).update(is_held=False)


def call_off_held(visit: Visit) -> None:
    """The times of an invitation leave the calendar of whoever proposed them: it is answered, or has ended."""
    if visit.begins_at is None:
        for time in visit.times.filter(is_held=True):
            name = calendar_names.of_visit_time(time.pk)
            _leaves(time.coordinator_id, name, time.begins_at, visit)


def hand_on(visit: Visit, *, to: User) -> None:
    """Somebody else goes: what is held is theirs, and leaves the calendar of whoever was to."""
    _leaves_its_coordinator(visit)
    visit.coordinator = to
    visit.save(update_fields=["coordinator"])
    visit.times.filter(is_held=True).update(coordinator=to)


def leave_behind(person: User, *, poles: QuerySet[Any]) -> None:
    """Somebody goes: nobody comes to the visits that they had in these pôles, and their hours are their own again."""
    visits = Visit.objects.to_come().filter(coordinator=person, pole__in=poles)
    for visit in visits:
        _leaves_its_coordinator(visit)
    VisitTime.objects.held_by(person).filter(visit__in=visits).update(coordinator=None)
    visits.update(coordinator=None)


def _leaves_its_coordinator(visit: Visit) -> None:
    call_off_held(visit)
    if visit.begins_at is not None:
        name = calendar_names.of_visit(visit.pk)
        _leaves(visit.coordinator_id, name, visit.begins_at, visit)


def _leaves(person: int | None, thing: str, at: datetime, visit: Visit) -> None:
    if person is None:
        return
    CalledOff.note(
        person,
        thing,
        day=timezone.localdate(at),
        version=visit.steps.count() + 1,
        now=timezone.now(),
    )
