"""Django's own `date` filter, with the first of the month as French says it.

It is a builtin of every template (settings.TEMPLATES), so that nobody has to load it.
"""

from datetime import date

from django import template
from django.template.defaultfilters import date as plain
from django.utils import timezone

from common import dates
from common.dates import spoken

register = template.Library()
# When something was said or done: of another year it is said which.
A_MOMENT, A_MOMENT_OF_ANOTHER_YEAR = "j F, H:i", "j F Y, H:i"


@register.filter(name="date", expects_localtime=True, is_safe=False)
def spoken_date(value: date | str | None, wording: str | None = None) -> str:
    """The date in words. A value that isn't a date, or a call without a format, is left to Django's filter."""
    if not wording or not isinstance(value, date):
        return plain(value, wording)
    if wording == A_MOMENT and value.year != timezone.localdate().year:
        wording = A_MOMENT_OF_ANOTHER_YEAR
    return spoken(value, wording)


@register.filter
def before(start: date | None, end: date | None) -> str:
    """As common/dates.py; a value that isn't a date is left to `date`."""
    if not isinstance(start, date) or not isinstance(end, date):
        return spoken_date(start, "j F Y")
    return dates.before(start, end)


@register.filter
def period(start: date | None, end: date | None) -> str:
    """As common/dates.py; where a day is missing, the first alone, as `before` says it."""
    if not isinstance(start, date) or not isinstance(end, date):
        return before(start, end)
    return dates.period(start, end)
