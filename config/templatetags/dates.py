"""Django's own `date` filter, with the first of the month as French says it.

It is a builtin of every template (settings.TEMPLATES), so that nobody has to load it.
"""

from datetime import date

from django import template
from django.template.defaultfilters import date as plain
from django.utils.translation import gettext as _

from common.dates import spoken

register = template.Library()


@register.filter(name="date", expects_localtime=True, is_safe=False)
def spoken_date(value: date | str | None, wording: str | None = None) -> str:
    """The date in words. A value that isn't a date, or a call without a format, is left to Django's filter."""
    if not wording or not isinstance(value, date):
        return plain(value, wording)
    return spoken(value, wording)


@register.filter
def before(start: date | None, end: date | None) -> str:
    """The first day of a period whose last day is written with its month and year: "25", "25 novembre" when the
    months differ, "25 novembre 2026" when the years do."""
    if not isinstance(start, date) or not isinstance(end, date):
        return spoken_date(start, "j F Y")
    if start.year != end.year:
        return spoken(start, "j F Y")
    return spoken(start, "j F" if start.month != end.month else "j")


@register.filter
def period(start: date, end: date) -> str:
    """The period in words, from the first day to the last; one day is written once."""
    if start == end:
        return _("on %(day)s") % {"day": spoken(end, "j F Y")}
    return _("from %(start)s to %(end)s") % {
        "start": before(start, end),
        "end": spoken(end, "j F Y"),
    }
