"""Numbers and dates as the papers write them, in French."""

from datetime import date
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import override

from common.dates import in_french


def figure(number: Decimal) -> str:
    """The number as French writes it, without useless zeros: 2.50 becomes "2,5"."""
    with override("fr"):
        return number_format(number.normalize() if number % 1 else number.quantize(Decimal(1)))


def hours_in_words(number: Decimal) -> str:
    """“1,5 heure”, “70 heures”: in French the plural begins at two."""
    return f"{figure(number)} heure{'s' if number >= 2 else ''}"


def period(first: date | None, last: date | None) -> str:
    """“du … au …”, or “le …” when it is one day."""
    return (
        f"le {in_french(first)}" if first == last else f"du {in_french(first)} au {in_french(last)}"
    )
