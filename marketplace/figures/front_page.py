"""What the front page tells of the site: the figures that one may be proud of, the promises that are kept, and who
coordinates."""

from dataclasses import dataclass
from datetime import date

from django.core.cache import caches
from django.db.models import Count, Prefetch, Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organisation, Pole, Seat
from marketplace.figures import comparison, discretion
from marketplace.figures.counts import percent
from marketplace.figures.pole_page import WORTH_TELLING
from marketplace.models import Mission, Need, Offer, Promises

KEPT = 90  # percent: a promise kept less often isn't boasted of
KEY, MANY, KEPT_SECONDS = "front-page", 100, 15 * 60
MOST_POLES, MOST_OPERATORS = 3, 8


@dataclass(frozen=True)
class Kept:
    """A promise that is kept: of what was handed in, so many percent were read within so many working days."""

    pole: Pole
    percent: int
    days: int


def proud() -> list[tuple[str, str]]:
    """Figures and their words, of which none is below WORTH_TELLING. People are told to the nearest five."""
    needs, running, helpers = _counted()
    told = [
        (needs, needs, ngettext("open need", "open needs", needs)),
        (
            helpers,
            discretion.people(helpers),
            _("people and teams ready to help, to the nearest five"),
        ),
        (running, running, ngettext("mission under way", "missions under way", running)),
    ]
    return [
        (number_format(shown, force_grouping=True), words)
        for number, shown, words in told
        if number >= WORTH_TELLING
    ]


def _counted() -> tuple[int, int, int]:
    """Open needs, running missions, people and teams who could help: where they are many, of a quarter of an hour ago at
    the most."""
    found: tuple[int, int, int] | None = caches["counts"].get(KEY)
    if found is None:
        needs, running = Need.objects.published().count(), Mission.objects.running().count()
        found = needs, running, _helpers()
        if max(found) > MANY:
            caches["counts"].set(KEY, found, KEPT_SECONDS)
    return found


def _helpers() -> int:
    """How many people and teams have a published offer: somebody with several counts once."""
    found = Offer.objects.published().aggregate(
        people=Count("person", distinct=True), teams=Count("pk", filter=Q(person=None))
    )
    return found["people"] + found["teams"]


def kept(*, today: date) -> list[Kept]:
    """The promises of a first answer that are kept, of pôles in which enough was handed in, the best kept first."""
    poles = list(Pole.objects.all())
    days = {pole: one.read_within for pole, one in Promises.of_each(poles).items()}
    read = comparison.read_in_time(days, today=today)
    found = []
    for pole in poles:
        in_time, handed_in = read[pole.pk]
        if handed_in >= WORTH_TELLING and 100 * in_time >= KEPT * handed_in:
            found.append(Kept(pole, percent(in_time, handed_in) or 0, days[pole.pk]))
    return sorted(found, key=lambda one: -one.percent)[:MOST_POLES]


def operators() -> list[Organisation]:
    """Those that coordinate a pôle today, each once, with their `seats_today`."""
    seats = Seat.objects.coordinating()
    rows = Organisation.objects.accepted().filter(pk__in=seats.values("operator"))
    here = Prefetch("seats", seats.select_related("pole").order_by("pole__name"), "seats_today")
    return list(rows.prefetch_related(here).order_by("name", "pk")[:MOST_OPERATORS])
