"""How long a mission may last in each legal frame: a sentence when it is too long, "" otherwise.

Whether a time of three years counts its last day, the texts don't say: it ends here on the eve of the day on
which it began, which is the cautious reading (to be checked).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from common.dates import add_months, spoken
from marketplace.law import parameters, regimes, words

MONTHS_IN_A = {"years": 12, "months": 1}


@dataclass(frozen=True)
class LastDay:
    """The day by which a mission has to be over, and whether the text that says so was read: where it wasn't, the day is
    our caution, and no law is said to set it."""

    day: date
    checked: bool


def last_day(regime: str, starts_on: date) -> LastDay | None:
    """The day by which the mission has to be over, renewals included; None where the law sets none, and as long as
    no frame is chosen."""
    frame = regimes.chosen(regime)
    figures = frame.longest if frame else ()
    found = [
        LastDay(_end(figure, starts_on), parameters.on(figure, starts_on).checked)
        for figure in figures
    ]
    return min(found, key=lambda one: (one.day, not one.checked), default=None)


def _end(figure: str, starts_on: date) -> date:
    """The last day that a figure of the law allows: the figure is a date itself, or a number of months or years
    from the first day, which is the first of them: three years from a 1st of January end on a 31st of December."""
    line = parameters.on(figure, starts_on)
    if line.unit == "day":
        return line.day
    anniversary = add_months(starts_on, int(line.amount) * MONTHS_IN_A[line.unit])
    if anniversary.day != starts_on.day:  # a shorter month: its last day ends the time already
        return anniversary
    return anniversary - timedelta(days=1)


def too_long(regime: str, starts_on: date, ends_on: date) -> str:
    latest = last_day(regime, starts_on)
    if latest is None or ends_on <= latest.day:
        return ""
    said = {"day": spoken(latest.day, "j F Y")}
    if latest.checked:
        return (
            _(
                "The law stops it on %(day)s at the latest, renewals included: bring the end forward."
            )
            % said
        )
    return (
        _(
            "To be careful, it stops on %(day)s at the latest, renewals included (to be checked): bring the end forward."
        )
        % said
    )


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
