"""When the invented people do things: by day, and in the order in which it would have
happened.

A story is a generator: it yields the moment of its next act, and does the act when
the clock has reached it.
"""

import heapq
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

import time_machine
from django.utils import timezone

OPENS, HOURS = 9, 9
A_WEEK = timedelta(days=7)
type Story = Iterator[datetime]


def at(day: date, hour: int = OPENS, minute: int = 12) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))


def by_day(moment: datetime) -> datetime:
    """The moment moved to the same day between 9 and 18 o'clock, without changing the order of the day."""
    local = timezone.localtime(moment)
    minutes = (local.hour * 60 + local.minute) * HOURS // 24
    return at(local.date(), OPENS + minutes // 60, minutes % 60)


def live(stories: Iterable[Story]) -> int:
    """Play all stories at once, each act at its moment, up to now; acts of the future don't happen. Returns how
    many stories there are."""
    stories = list(stories)
    now = timezone.now()
    waiting = [(next(story), number, story) for number, story in enumerate(stories)]
    heapq.heapify(waiting)
    with time_machine.travel(now, tick=False) as clock:
        while waiting and waiting[0][0] < now:
            moment, number, story = heapq.heappop(waiting)
            clock.move_to(moment)
            following = next(story, None)
            if following is not None:
                heapq.heappush(waiting, (max(following, moment), number, story))
    return len(stories)
