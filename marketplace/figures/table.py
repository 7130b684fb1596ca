"""The figures as a table: on the page, and as a file that may leave the pôle."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from marketplace.figures.counts import percent, quantile
from marketplace.figures.reading import Row
from marketplace.figures.tiles import HALF, people
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
        _("People who came"),
        _("Hours given"),
        _("Value declared (€)"),
        _("Reviews"),
    )


def named(row: Row) -> str:
    return spoken(row.month, "F Y") if row.month else row.label


def lines(rows: Iterable[Row]) -> Iterator[Sequence[Cell]]:
    """Numbers of people under five are never told: a file is shown to others."""
    for row in rows:
        counts = row.counts
        engaged = people(counts, discreet=True)
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
            int(engaged) if engaged.isdigit() else engaged,
            sum(counts.hours.values()),
            sum(counts.value.values()),
            counts.reviews,
        )
