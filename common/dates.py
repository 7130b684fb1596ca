"""Dates in the words that people use, on the pages and in the letters alike, and when a day begins."""

import re
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

SPOKEN = re.compile(r"(\d{1,2})(?:er)? (\w+) (\d{4})")


def spoken(day: date, wording: str = "j F Y") -> str:
    """The date in the reader's language: "1er novembre 2026", never "1 novembre 2026".

    `wording` is a format of Django's `date` filter. In French the first of the month, and
    only that one, is an ordinal, which no format can ask for.
    """
    if day.day == 1 and (get_language() or "").startswith("fr"):
        wording = r"j\e\r" if wording == "j" else wording.replace("j F", r"j\e\r F")
    return date_format(day, wording)


def before(start: date, end: date) -> str:
    """The first day of a period whose last day is written with its month and year: "25", "25 novembre" when the
    months differ, "25 novembre 2026" when the years do."""
    if start.year != end.year:
        return spoken(start, "j F Y")
    return spoken(start, "j F" if start.month != end.month else "j")


def period(start: date, end: date) -> str:
    """The period in words, from the first day to the last; one day is written once."""
    if start == end:
        return _("on %(day)s") % {"day": spoken(end, "j F Y")}
    return _("from %(start)s to %(end)s") % {
        "start": before(start, end),
        "end": spoken(end, "j F Y"),
    }


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month if it is shorter."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(day)


def in_french(day: date | None) -> str:
    """The date in French, as documents write it whoever reads: "1er novembre 2026"; "" without a date."""
    with override("fr"):
        return spoken(day) if day else ""


def spoken_again(said: str) -> str:
    """A date that was written in words, in the reader's language; what isn't a date stays as it is."""
    found = SPOKEN.fullmatch(said)
    number = found and next(
        (number for number, name in MONTHS.items() if found[2] in in_each_language(name)), None
    )
    return spoken(date(int(found[3]), number, int(found[1]))) if found and number else said


def in_each_language(words: object) -> set[str]:
    """The date in each of the site's languages."""
    return {_in(language, words) for language, _name in settings.LANGUAGES}


def _in(language: str, words: object) -> str:
    with override(language):
        return str(words)


def midnight(day: date) -> datetime:
    """The moment at which this day begins, by the wall's clock."""
    return timezone.make_aware(datetime.combine(day, time()))


def end_of_day(moment: datetime) -> datetime:
    """The last moment of that day: what is said to work “until” a day works on it."""
    return midnight(timezone.localdate(moment) + timedelta(days=1)) - timedelta(microseconds=1)
