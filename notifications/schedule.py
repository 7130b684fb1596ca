"""When a letter may leave: quiet hours, and the hour of the summaries, in local time.

Comparisons are made in UTC after conversion, so that the nights when the clock
changes neither skip nor double anything.
"""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

SUMMARY_HOUR = 7
SPREAD = 60  # minutes: not everybody's summary is written in the same second
MONDAY = 0


def local(day: date, at: time) -> datetime:
    """That local time in UTC; the earlier moment when the clock shows it twice."""
    return datetime.combine(day, at, tzinfo=timezone.get_default_timezone()).astimezone(UTC)


def after_quiet(moment: datetime, begins: time | None, ends: time | None) -> datetime:
    """The moment itself, or the end of the quiet hours in which it falls."""
    if begins is None or ends is None or begins == ends:
        return moment
    here = timezone.localtime(moment, timezone.get_default_timezone())
    clock, today = here.time(), here.date()
    if begins < ends:
        return local(today, ends) if begins <= clock < ends else moment
    if clock >= begins:
        return local(today + timedelta(days=1), ends)
    return local(today, ends) if clock < ends else moment


def next_summary(moment: datetime, reader: int, *, weekly: bool) -> datetime:
    """The next morning (or Monday morning), at a minute that is always the same for this reader."""
    at = time(SUMMARY_HOUR, reader % SPREAD)
    day = timezone.localtime(moment, timezone.get_default_timezone()).date()
    for ahead in range(9):
        candidate = day + timedelta(days=ahead)
        if weekly and candidate.weekday() != MONDAY:
            continue
        if (summary := local(candidate, at)) > moment:
            return summary
    raise AssertionError("nine days hold a Monday morning")
