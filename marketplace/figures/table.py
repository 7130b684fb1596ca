"""The figures as a table: on the page, and as a file that may leave the pôle."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from common.dates import spoken
from common.spreadsheets import Cell
from marketplace.figures import discretion
from marketplace.figures.comparison import (
    Choice,
    Comparison,
    Row,
    broken_down,
    plus,
    with_less_filters,
)
from marketplace.figures.counts import Counts, percent, quantile
from marketplace.figures.discretion import Amount, Given
from marketplace.figures.report_events import WHOLE
from marketplace.figures.tiles import HALF
from marketplace.models import Reckoning

UNKNOWN: Mapping[Amount, list[str]] = {"hours": [WHOLE], "value": [WHOLE]}


def header() -> Sequence[str]:
    return (
        "",
        _("Needs posted"),
        _("Published"),
        _("With a proposal"),
        _("Agreed on by both"),
        _("Delivered"),
        _("Found someone (%)"),
        _("First proposal, if any (days, median)"),
        _("Agreement (days, median)"),
        _("Proposals"),
        _("Left in silence"),
        _("Missions agreed"),
        _("People engaged (to the nearest %(n)s)") % {"n": discretion.PEOPLE},
        _("Hours done (rounded)"),
        _("Value declared (€, rounded)"),
        _("Reviews (to the nearest %(n)s)") % {"n": discretion.PEOPLE},
    )


def named(row: Row) -> str:
    return spoken(row.month, "F Y") if row.month else row.label


def lines(comparison: Comparison) -> Iterator[Sequence[Cell]]:
    """The rows as others may see them (discretion.py)."""
    rows = broken_down(comparison)
    wider = with_less_filters(comparison, rows)
    choice = comparison.choice
    no_hours = _untold(rows, comparison.now, wider, "hours") | _kept_back(choice, rows, "hours")
    no_value = _untold(rows, comparison.now, wider, "value") | _kept_back(choice, rows, "value")
    if choice.by == "language" or "language" in choice.filters:
        # A need counts in each of its languages: one line less another could leave a single person.
        no_hours = no_value = set(range(len(rows)))
    for place, row in enumerate(rows):
        counts = row.counts
        hours, value = Given.of(counts, "hours"), Given.of(counts, "value")
        yield (
            named(row),
            counts.posted,
            counts.qualified,
            counts.answered,
            counts.agreed,
            counts.done,
            percent(counts.agreed, counts.qualified),
            quantile(counts.answer_days, HALF),
            quantile(counts.agreement_days, HALF),
            counts.asked,
            counts.silent,
            counts.missions,
            discretion.people(len(counts.everyone)),
            discretion.told(hours, "hours", hidden=place in no_hours),
            discretion.told(value, "value", hidden=place in no_value),
            discretion.people(counts.reviews),
        )


def _untold(
    rows: Sequence[Row], whole: Counts, wider: Sequence[Sequence[Counts]], what: Amount
) -> set[int]:
    """The indices of the rows that may not be told: those of few people, and those that could be computed from the
    other rows or from a file with one filter less."""
    given = [Given.of(row.counts, what) for row in rows]
    hidden = discretion.untold(given, Given.of(whole, what))
    for place, (mine, around) in enumerate(zip(given, wider, strict=True)):
        if any(discretion.untold([mine], Given.of(counts, what)) for counts in around):
            hidden.add(place)
    return hidden


def _kept_back(choice: Choice, rows: Sequence[Row], what: Amount) -> set[int]:
    """The indices of the rows that are part of what a report keeps back, of a year that they touch: who has both would find
    it. Nothing is told of a year of which that isn't known yet."""
    found = Reckoning.objects.filter(pole=choice.pole).values_list("kept_back", flat=True).first()
    years = found or {}
    last = plus(choice.after, -1).year
    hidden = set()
    for place, row in enumerate(rows):
        inside = {WHOLE, *row.slice.split()}
        touched = [row.month.year] if row.month else range(choice.first.year, last + 1)
        if any(not inside.isdisjoint(years.get(str(one), UNKNOWN)[what]) for one in touched):
            hidden.add(place)
    return hidden
