"""Numbers that aren't whole, as languages count them; and those too large to be counted."""

from decimal import Decimal
from functools import lru_cache

from django.template.defaultfilters import floatformat
from django.utils.translation import get_language


def chosen_by(number: Decimal) -> int:
    """The whole number by which to choose between the singular and the plural: 1.4 is one in French (« 1,4 jour ») and
    several in English, as 0 is."""
    whole = int(number)
    return 0 if whole == 1 and number != whole else whole


def to_a_tenth(number: Decimal) -> str:
    """A number with one decimal, or none where it is whole, as the language of the page writes it."""
    return _to_a_tenth(number, get_language() or "")


@lru_cache(maxsize=2_000)  # a page may write hundreds of the same
def _to_a_tenth(number: Decimal, language: str) -> str:
    return floatformat(number, "-1")


MANY_UNREAD = 100


def unread(count: int) -> int | str:
    """How many are unread, as a header says it: whoever has a hundred isn't helped by the number, and to count on costs."""
    return count if count < MANY_UNREAD else f"{MANY_UNREAD - 1}+"
