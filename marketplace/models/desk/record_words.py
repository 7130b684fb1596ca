"""How a record of an offer says its hours and its days in a line."""

from datetime import date
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from common.dates import period, spoken
from common.numbers import chosen_by


def amount(hours: Decimal | None, time: str) -> str:
    """How much, and on whose time."""
    much = ""
    if hours:
        words = ngettext("%(n)s hour", "%(n)s hours", chosen_by(hours))
        much = words % {"n": number_format(hours.normalize())}
    return " · ".join(filter(None, (much, time)))


def days(first: date | None, last: date | None) -> str:
    """From when, until when; "" where neither is said."""
    if first and last:
        return period(first, last)
    words = gettext("from %(day)s on") if first else gettext("until %(day)s")
    day = first or last
    return words % {"day": spoken(day, "j F Y")} if day else ""
