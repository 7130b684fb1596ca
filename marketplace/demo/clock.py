"""When the invented people do things: by day. The demo may be loaded at any hour of the night."""

from datetime import date, datetime

from django.utils import timezone

OPENS, HOURS = 9, 9


def at(day: date, hour: int = OPENS, minute: int = 12) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))


def by_day(moment: datetime) -> datetime:
    """The same day between 9 and 18 o'clock, in the same order: what came later still comes later."""
    local = timezone.localtime(moment)
    minutes = (local.hour * 60 + local.minute) * HOURS // 24
    return at(local.date(), OPENS + minutes // 60, minutes % 60)
