"""The needs near an employer's sites that the working time of its people could serve, by the lists that the matching keeps.
Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.cache import caches
from django.db.models import Q

from accounts import geometry
from accounts.models import Commune, Organisation
from marketplace import ranking
from marketplace.matching.match import Match
from marketplace.models import CompanyProgramme, Need, Offer, Place, Site, Welcome
from marketplace.models.market.needs import NeedQuerySet
from marketplace.models.market.offers import OfferQuerySet

WITHIN_KM = 30
SHOWN = 3
SPARE = 2  # of those in the square around a site, some are in its corners
MANY = SHOWN * SPARE * 4  # some no longer match
KEPT_SECONDS = 5 * 60  # which needs they are; what is shown of them is as it is now


@dataclass(frozen=True)
class Nearby:
    """A need, as it suits the offer `match.offer`; `site` is the name of the nearest, "" where this offer does it from afar."""

    match: Match
    site: str
    km: int
    is_preferred: bool


def of(company: Organisation, sites: Iterable[Site], *, today: date) -> list[Nearby]:
    """A few, those of the causes that its programmes prefer first. `sites` are its own, with their communes."""
    places = [(site.name, site.commune) for site in sites] or [
        (company.commune.name, company.commune)
    ]
    open_today = CompanyProgramme.objects.open_on(today).filter(organisation=company)
    causes = set(open_today.exclude(causes=None).order_by().values_list("causes", flat=True))
    around = _around(company, [commune for _name, commune in places])
    offers = Offer.objects.filter(organisation=company)
    lines = _lines(company, offers, around, causes, {commune.pk for _name, commune in places})
    matches = ranking.matches_of(offers, lines, top=SHOWN * SPARE, today=today)
    found = (_near(match, places, causes) for match in matches)
    return [near for near in found if near is not None][:SHOWN]


def _lines(
    company: Organisation,
    offers: OfferQuerySet,
    needs: NeedQuerySet,
    causes: set[int],
    communes: set[str],
) -> list[tuple[int, int]]:
    """The best needs around. Where they are many, they are kept a while: it takes long to read the kept lists of all that
    its people offer."""
    # Of this process alone, as what is kept under it: a house of many sites would make a key too long.
    key = f"near-sites-{company.pk}-{hash((frozenset(causes), frozenset(communes)))}"
    lines: list[tuple[int, int]] | None = caches["counts"].get(key)
    if lines is None:
        lines = ranking.best_lines(offers, needs, first=causes, most=MANY)
        if len(lines) == MANY:
            caches["counts"].set(key, lines, KEPT_SECONDS)
    return lines


def _around(company: Organisation, communes: list[Commune]) -> NeedQuerySet:
    """The needs of its pôle that welcome working time, in a square around one of these places or to be done from afar."""
    here = Q(place__in=(Place.REMOTE, Place.BOTH))
    for commune in set(communes):
        here |= _in_square(commune)
    needs = Need.objects.published().filter(here, pole=company.pole)
    return needs.exclude(time=Welcome.OWN).exclude(organisation=company)


def _in_square(commune: Commune) -> Q:
    box = geometry.box_around(commune.latitude, commune.longitude, WITHIN_KM)
    within = Q(commune__latitude__range=(box.south, box.north))
    if box.narrow:
        within &= Q(commune__longitude__range=(box.west, box.east))
    return within


def _near(match: Match, places: list[tuple[str, Commune]], causes: set[int]) -> Nearby | None:
    need = match.need
    there = (need.commune.latitude, need.commune.longitude)
    km, name = min(
        (geometry.distance_km((commune.latitude, commune.longitude), there), name)
        for name, commune in places
    )
    preferred = need.cause_id in causes
    from_afar = need.place != Place.ON_SITE
    if km <= WITHIN_KM or from_afar and match.facts.on_site:
        return Nearby(match, name, round(km), preferred)
    return Nearby(match, "", 0, preferred) if from_afar else None
