"""Sixty seats and two hundred people at once, as processes: `python -m tests.marketplace.gatherings.seats ROUNDS`.

Run by test_seats_at_once with DATABASE_URL (or VAR_DIR) in the environment. Prints one line of counts.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import OperationalError, connection, connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from marketplace.actions.gatherings import attendances  # noqa: E402
from marketplace.actions.refusals import NotYet  # noqa: E402
from marketplace.models import Attendance, AttendanceStep  # noqa: E402
from marketplace.states import AttendanceStatus as Status  # noqa: E402
from notifications.models import Notification  # noqa: E402
from tests.factories import make_user  # noqa: E402
from tests.marketplace.gatherings.people import make_gathering  # noqa: E402

SEATS, PEOPLE, FREED = 60, 200, 30
# So many processes press at once; each goes on to its next click without a pause. SQLite bears eight that write so
# (docs/decisions/0012).
HANDS = 8 if connection.vendor == "sqlite" else 32
TRIES = 30


def all_at_once(work: Callable, items: Sequence) -> int:
    """The work for each item, shared by some processes that are released together. Returns how many of these failed."""
    ready, go = os.pipe()
    connections.close_all()
    children = []
    for hand in range(HANDS):
        if not (pid := os.fork()):
            os.read(ready, 1)
            for item in items[hand::HANDS]:
                with suppress(NotYet):
                    insist(work, item)
            os._exit(0)
        children.append(pid)
    os.write(go, b"." * HANDS)
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
    os.close(ready)
    os.close(go)
    return sum(code != 0 for code in codes)


def warm_up(person, *, others: Sequence) -> None:
    """What a process reads once – templates, words, queries – is read before it is forked, and not by each of the hands."""
    gathering, now = make_gathering(seats=1), timezone.now()
    first, second, third = (
        attendances.put_down(gathering, None, by=one, now=now) for one in (person, *others)
    )
    attendances.give_up(first, by=first.person, now=now)
    attendances.take(second, by=second.person, now=now)
    attendances.give_up(third, by=third.person, now=now)


def insist(work: Callable, item) -> None:
    """SQLite has one writer and no queue: whoever waits twenty seconds in vain is told that nothing was kept, and tries again
    (docs/decisions/0012). PostgreSQL has a queue."""
    for left in reversed(range(TRIES)):
        try:
            return work(item)
        except OperationalError as fault:
            if connection.vendor != "sqlite" or "locked" not in str(fault) or not left:
                raise


def one_round(people: list) -> int:
    gathering = make_gathering(seats=SEATS)
    now = timezone.now()

    def put_down(person):
        attendances.put_down(gathering, None, by=person, now=timezone.now())

    def give_up(seat):
        attendances.give_up(seat, by=seat.person, now=now)

    def take(seat):
        attendances.take(seat, by=seat.person, now=now)

    failed = all_at_once(put_down, people)
    rows = gathering.attendances.select_related("person", "gathering")
    assert counted(gathering) == {Status.CONFIRMED: SEATS, Status.WAITING: PEOPLE - SEATS}
    turns = [one.asked_at for one in rows.waiting()]
    assert turns == sorted(turns)

    leave = list(rows.confirmed().order_by("pk")[:FREED])
    first = {one.pk for one in rows.waiting()[:FREED]}
    failed += all_at_once(give_up, [*leave, *leave])  # a double click each
    offered = list(rows.filter(status=Status.OFFERED))
    assert {one.pk for one in offered} == first, "in their turn"
    # They take their seats, some twice, while others come back and more are given up.
    back = [one.person for one in leave]
    more = list(rows.confirmed().order_by("pk")[:FREED])
    mixed = [one for four in zip(offered, offered, more, back, strict=True) for one in four]
    failed += all_at_once(lambda one: do(one, put_down, take, give_up, offered), mixed)
    last = list(rows.filter(status=Status.OFFERED))
    failed += all_at_once(take, [*last, *last])
    assert counted(gathering)[Status.CONFIRMED] == SEATS, counted(gathering)
    require_asked_once(gathering)
    return failed


def do(one, put_down, take, give_up, offered):
    if not isinstance(one, Attendance):
        put_down(one)
    elif one in offered:
        take(one)
    else:
        give_up(one)


def counted(gathering) -> Counter:
    return Counter(gathering.attendances.values_list("status", flat=True))


def require_asked_once(gathering) -> None:
    """Each seat that was kept for somebody was told to them, once."""
    steps = AttendanceStep.objects.filter(attendance__gathering=gathering, after=Status.OFFERED)
    keys = {f"attendance-step:{pk}:seat" for pk in steps.values_list("pk", flat=True)}
    told = Notification.objects.filter(kind="attendance_offered", key__in=keys)
    assert told.count() == len(keys) > 0
    twice = steps.values_list("attendance", flat=True)
    assert max(Counter(twice).values()) == 1


if __name__ == "__main__":
    errors, rounds = 0, int(sys.argv[1])
    everybody = [make_user() for _ in range(PEOPLE)]
    warm_up(everybody[0], others=everybody[1:3])
    for _ in range(rounds):
        errors += one_round(everybody)
    sys.stdout.write(json.dumps({"rounds": rounds, "errors": errors}))
