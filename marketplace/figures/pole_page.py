"""What a pôle tells anybody of itself: the few figures that it may be proud of, and where it is at work."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Pole
from marketplace.figures import comparison, discretion, drawing
from marketplace.figures.comparison import Choice, Options, Place
from marketplace.figures.counts import Counts
from marketplace.figures.drawing import Map

WORTH_TELLING = 10  # missions, needs, reviews
GOOD = 80  # percent
HALF = 50
NO_FILTERS = Options({}, {}, {})


def proud(counts: Counts, *, on_the_map: int = 0) -> list[tuple[str, str]]:
    """Figures and their words; what would do no honour, or might be of few people, is left out. `on_the_map`: how many
    missions the map tells of by its places."""
    told = []
    if counts.missions >= WORTH_TELLING:
        words = ngettext("mission agreed in a year", "missions agreed in a year", counts.missions)
        told.append((_whole(counts.missions, less=on_the_map), words))
    found = _share(counts.agreed, counts.qualified)
    if found is not None and found >= HALF:
        told.append((_("%(n)s%%") % {"n": found}, _("of the needs published found someone")))
    again = _share(counts.again, counts.reviews)
    if again is not None and again >= GOOD:
        told.append((_("%(n)s%%") % {"n": again}, _("would do another mission")))
    return told


def _whole(missions: int, *, less: int) -> str:
    """All missions; to the nearest five where the rest of the map could be computed from them, and is of few."""
    if not 0 < missions - less < discretion.FEW:
        return number_format(missions, force_grouping=True)
    rounded = number_format(discretion.people(missions), force_grouping=True)
    return _("about %(n)s") % {"n": rounded}


def _share(part: int, whole: int) -> int | None:
    return discretion.share(part, whole) if whole >= WORTH_TELLING else None


@dataclass(frozen=True)
class Territory:
    """The map, and the same as lines: the name, the needs and the missions, as they may be told; and how many missions
    are told by them."""

    map: Map
    lines: list[tuple[str, int | str, int | str]]
    missions: int


def territory(pole: Pole, departments: Iterable[str], *, today: date) -> Territory | None:
    """Where there were needs and missions within twelve months; None where there were none, or no commune is known."""
    choice = Choice(pole, NO_FILTERS, comparison.plus(today.replace(day=1), -11))
    found = [place for place in comparison.places(choice) if place.missions or place.needs]
    pairs = [(_drawn(place), place) for place in found]
    pairs.sort(key=lambda pair: (-pair[0].missions, -pair[0].needs, pair[0].name))
    land = drawing.territory(departments, [drawn for drawn, _place in pairs]) if pairs else None
    if land is None:
        return None
    lines = [
        (place.name, discretion.number(place.needs), discretion.number(place.missions))
        for _drawn_so, place in pairs
    ]
    told = [place.missions for place in found if place.missions >= discretion.FEW]
    return Territory(land, lines, sum(told))


def _drawn(place: Place) -> Place:
    """The place with all numbers under five alike, so that neither size nor order tells them apart."""
    return replace(place, needs=_alike(place.needs), missions=_alike(place.missions))


def _alike(number: int) -> int:
    return discretion.FEW // 2 if 0 < number < discretion.FEW else number
