"""Working days in France, in which the promise of an answer is counted."""

from datetime import date, datetime, time, timedelta
from functools import cache

import holidays
from django.utils import timezone

A_DAY = timedelta(days=1)


@cache
def _holidays_of(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", years=year))


def is_worked(day: date) -> bool:
    return day.weekday() < 5 and day not in _holidays_of(day.year)


def after(day: date, count: int) -> date:
    """The working day that comes `count` working days later: one after a Friday is Monday."""
    while count > 0:
        day += A_DAY
        count -= is_worked(day)
    return day


def before(day: date, count: int) -> date:
    """The last day such that, for what was asked on it, `count` working days have passed on `day`."""
    while count > 0:
        count -= is_worked(day)
        day -= A_DAY
    return day


def passed(first: date, last: date) -> int:
    """The number of working days from one day to a later one; a day of rest counts as the next working day."""
    last = worked_from(last)
    return sum(is_worked(first + n * A_DAY) for n in range(1, (last - first).days + 1))


def worked_from(day: date) -> date:
    """This day if it is worked, otherwise the next working day."""
    return day if is_worked(day) else after(day, 1)


def worked_until(day: date) -> date:
    """This day if it is worked, otherwise the last working day before it."""
    return day if is_worked(day) else worked_until(day - A_DAY)


def ago(now: datetime, days: int) -> datetime:
    """The end of the day that was `days` days ago, in local time, so that a change of hour has no effect."""
    return end_of(timezone.localdate(now) - days * A_DAY)


def end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + A_DAY, time.min)) - timedelta(microseconds=1)
