"""The figures as a table: on the page, and as a file that may leave the pôle."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from marketplace.figures import discretion
from marketplace.figures.counts import percent, quantile
from marketplace.figures.reading import Row
from marketplace.figures.tiles import HALF
from marketplace.spreadsheets import Cell
from notifications.dates import spoken


def header() -> Sequence[str]:
    return (
        "",
        _("Needs posted"),
        _("Published"),
        _("With a proposal"),
        _("With both yeses"),
        _("Delivered"),
        _("Found someone (%)"),
        _("First answer (days, median)"),
        _("Agreement (days, median)"),
        _("Proposals"),
        _("Left in silence"),
        _("Missions agreed"),
        _("People who came (to the nearest %(n)s)") % {"n": discretion.PEOPLE},
        _("Hours given (to the nearest %(n)s)") % {"n": discretion.HOURS},
        _("Value declared (€, to the nearest %(n)s)") % {"n": discretion.EUROS},
        _("Reviews"),
    )


def named(row: Row) -> str:
    return spoken(row.month, "F Y") if row.month else row.label


def lines(rows: Iterable[Row]) -> Iterator[Sequence[Cell]]:
    """As it may be shown to others: see discretion.py."""
    for row in rows:
        counts = row.counts
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
            discretion.people(counts),
            discretion.hours(counts),
            discretion.value(counts),
            discretion.number(counts.reviews),
        )
