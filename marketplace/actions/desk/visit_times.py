"""The times of a visit are free again, or somebody else's: whoever held them is told so by their calendar program."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from marketplace.models import CalledOff, Visit
from marketplace.rules import calendar_names


def free(visit: Visit) -> None:
    """Nothing is held for it any more."""
    call_off_held(visit)
    visit.times.filter(is_held=True).update(is_held=False)


def call_off_held(visit: Visit) -> None:
    """The times of an invitation leave the calendar of whoever proposed them: it is answered, or has ended."""
    if visit.begins_at is None:
        for time in visit.times.filter(is_held=True):
            if time.coordinator_id is not None:
                uid = calendar_names.of_visit_time(time.pk)
                _leaves(time.coordinator_id, uid, time.begins_at, visit)


def hand_on(visit: Visit, *, to: User) -> None:
    """Somebody else goes: what is held is theirs, and leaves the calendar of whoever was to."""
    call_off_held(visit)
    if visit.begins_at is not None and visit.coordinator_id is not None:
        _leaves(visit.coordinator_id, calendar_names.of_visit(visit.pk), visit.begins_at, visit)
    visit.coordinator = to
    visit.save(update_fields=["coordinator"])
    visit.times.filter(is_held=True).update(coordinator=to)


def _leaves(person: int, thing: str, at: datetime, visit: Visit) -> None:
    CalledOff.note(
        person,
        thing,
        day=timezone.localdate(at),
        version=visit.steps.count() + 1,
        now=timezone.now(),
    )
