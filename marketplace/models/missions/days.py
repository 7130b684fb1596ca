"""The days of a mission: those that were said, the one on which it began, its last."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from common.dates import period, spoken


def over_on(
    starts_on: date, ends_on: date, started_at: datetime | None, over_at: datetime | None
) -> date:
    """The last day of a mission that was over at this moment: the planned end, or that day if it came sooner. One that
    was over before its first day has none, and keeps the end that was planned."""
    if over_at is None or started_at is None:
        return ends_on
    day = timezone.localdate(over_at)
    return ends_on if day < starts_on else min(ends_on, day)


def last_day(
    starts_on: date,
    ends_on: date,
    started_at: datetime | None,
    over_at: datetime | None,
    gone: Iterable[date],
) -> date:
    """The last day of a mission: `over_on`, or the last day of whoever left it, where it ended with them (`gone`)."""
    last = over_on(starts_on, ends_on, started_at, over_at)
    if over_at is None or started_at is None or timezone.localdate(over_at) < starts_on:
        return last
    return max(starts_on, min([last, *gone]))


class HasDays:
    has_dates: bool
    starts_on: date
    ends_on: date
    started_at: datetime | None
    interrupted_at: datetime | None
    delivered_at: datetime | None
    departures: Any

    @property
    def never_began(self) -> bool:
        """Whether it was over before it was started, or before its first day: nothing of it can have been done."""
        over = self.interrupted_at or self.delivered_at
        if over is None:
            return False
        return self.started_at is None or timezone.localdate(over) < self.starts_on

    @property
    def lasted_until(self) -> date:
        """The last day: the planned end or, if sooner, that of its delivery, its interruption, or of whoever had left."""
        over = self.interrupted_at or self.delivered_at
        gone = (
            [one.last_on for one in self.departures.all() if one.ended_the_mission] if over else []
        )
        return last_day(self.starts_on, self.ends_on, self.started_at, over, gone)

    @property
    def stopped_early(self) -> bool:
        """Whether it was stopped before its last day: one may go on after it, and be stopped then."""
        return self.interrupted_at is not None and self.lasted_until < self.ends_on

    @property
    def stopped_on(self) -> date | None:
        """The day on which it was stopped, which may come after its last one; None of one that wasn't."""
        return timezone.localdate(self.interrupted_at) if self.interrupted_at else None

    @property
    def stopped_words(self) -> str:
        """That it was stopped, for a line: before its end, or on which later day; "" of one that wasn't."""
        if self.stopped_on is None:
            return ""
        if self.stopped_early:
            return gettext("stopped before its end")
        return gettext("stopped on %(day)s") % {"day": spoken(self.stopped_on, "j F Y")}

    @property
    def when_words(self) -> str:
        """From when to when, as pages and letters say it; what nobody has said yet is said to be open."""
        if not self.has_dates:
            return gettext("dates still to be agreed")
        return period(self.starts_on, self.ends_on)

    @property
    def when_in_short(self) -> str:
        """The same for a line: its last day alone."""
        if not self.has_dates:
            return self.when_words
        return gettext("until %(day)s") % {"day": spoken(self.ends_on, "j F Y")}

    @property
    def began_after_its_end(self) -> bool:
        """Whether it was started so late that the days that were planned had passed."""
        return self.started_at is not None and timezone.localdate(self.started_at) > self.ends_on

    @property
    def began_on(self) -> date | None:
        """The day on which it was started, or its first day where it was started before; None before that."""
        if self.started_at is None:
            return None
        return max(timezone.localdate(self.started_at), self.starts_on)
