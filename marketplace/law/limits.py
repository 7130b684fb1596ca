"""How long a mission may last in each legal frame: a sentence when it is too long, "" otherwise."""

from datetime import date

from django.utils.translation import gettext as _

from common.dates import add_months, spoken
from marketplace.law import parameters, regimes, words

MONTHS_IN_A = {"years": 12, "months": 1}


def last_day(regime: str, starts_on: date) -> date | None:
    """The day by which the mission has to be over, renewals included; None where the law sets none, and as long as
    no frame is chosen."""
    frame = regimes.chosen(regime)
    figures = frame.longest if frame else ()
    return min((_end(figure, starts_on) for figure in figures), default=None)


def _end(figure: str, starts_on: date) -> date:
    """The last day that a figure of the law allows: the figure is a date itself, or a number of months or years
    from the first day."""
    line = parameters.on(figure, starts_on)
    if line.unit == "day":
        return line.day
    return add_months(starts_on, int(line.amount) * MONTHS_IN_A[line.unit])


def too_long(regime: str, starts_on: date, ends_on: date) -> str:
    latest = last_day(regime, starts_on)
    if latest is None or ends_on <= latest:
        return ""
    return _(
        "The law stops it on %(day)s at the latest, renewals included: bring the end forward."
    ) % {"day": spoken(latest, "j F Y")}


def too_long_at_once(regime: str, starts_on: date, ends_on: date) -> str:
    """The sentence for a mission that is too long before a renewal; "" otherwise. Only some frames limit the time
    at once."""
    frame = regimes.chosen(regime)
    renewal = frame.renewal if frame else None
    if renewal is None:
        return ""
    latest = _end(renewal.figure, starts_on)
    if ends_on <= latest:
        return ""
    return str(renewal.too_long) % {
        "months": words.number(parameters.on(renewal.figure, starts_on)),
        "day": spoken(latest, "j F Y"),
    }
