"""How long something is kept, in words and as a moment before which it has been kept long enough."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import ngettext

from common.dates import add_months

A_YEAR = timedelta(days=365)


class Unit(StrEnum):
    MINUTES = "minutes"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True)
class Span:
    """A length of time in the unit in which people say it."""

    number: int
    unit: Unit

    @property
    def words(self) -> str:
        """In the active language: “30 days”."""
        n = self.number
        match self.unit:
            case Unit.MINUTES:
                said = ngettext("%(n)s minute", "%(n)s minutes", n)
            case Unit.DAYS:
                said = ngettext("%(n)s day", "%(n)s days", n)
            case Unit.MONTHS:
                said = ngettext("%(n)s month", "%(n)s months", n)
            case Unit.YEARS:
                said = ngettext("%(n)s year", "%(n)s years", n)
        return said % {"n": n}

    def before(self, now: datetime) -> datetime:
        """What is older than this moment has had its time. Months are those of the calendar, on the wall's clock."""
        match self.unit:
            case Unit.MINUTES:
                return now - timedelta(minutes=self.number)
            case Unit.DAYS:
                return now - timedelta(days=self.number)
        here = timezone.localtime(now)
        months = self.number * (12 if self.unit == Unit.YEARS else 1)
        return here.combine(add_months(here.date(), -months), here.timetz())


def minutes(number: float) -> Span:
    return Span(int(number), Unit.MINUTES)


def days(lasting: timedelta) -> Span:
    """People say twelve months where the code says 365 days."""
    return months(12) if lasting == A_YEAR else Span(lasting.days, Unit.DAYS)


def months(number: int) -> Span:
    return Span(number, Unit.MONTHS)


def years(number: int) -> Span:
    return Span(number, Unit.YEARS)
