"""Dates as people say them, on the pages and in the letters alike."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language


def spoken(day: date, wording: str = "j F Y") -> str:
    """The date in the reader's language: "1er novembre 2026", never "1 novembre 2026".

    `wording` is a format of Django's `date` filter. French numbers the first of the month, and
    only that one, in a way that no format can ask for.
    """
    if day.day == 1 and (get_language() or "").startswith("fr"):
        wording = wording.replace("j F", r"j\e\r F")
    return date_format(day, wording)
