"""How many people near a commune offer a family of skills, as a stranger may read it.

Whoever asks may ask again with other words, of the commune beside, tomorrow, after the firm across the road has hired
somebody, and subtract. So nothing but the family and the commune enters the count, and the commune only by its sector
(accounts/sectors.py): sectors don't overlap, so the count of one less that of its neighbour is nobody's. It is kept for a
day, rounded to the nearest five, and below five it is one sentence, for nobody too (docs/decisions/0042).
Counted are the offers that were published before today, aren't over and aren't only remote, of the pôle of the commune:
a person once, however many offers they have, and so each team.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import caches
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts import sectors
from accounts.models import Commune, Pole
from marketplace.figures import discretion
from marketplace.models import Offer, OfferSkill, Place

KM = sectors.KM
KEPT_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Near:
    """What may be told of one family around a commune: `sector` is the town around which they live."""

    sector: str
    words: str
    is_told: bool


def told(families: Iterable[int], commune: Commune, pole: Pole) -> dict[int, Near]:
    """What may be told of each of these families around a commune of this pôle."""
    sector = sectors.sector_of(commune, pole)
    counted = _kept(pole, sector)
    numbers = {family: counted.get(family, 0) for family in families}
    return {
        family: Near(sector.name, about(number), number >= discretion.FEW)
        for family, number in numbers.items()
    }


def about(number: int) -> str:
    """A number of people, in words; the same from none to four."""
    if number < discretion.FEW:
        return _("a few people perhaps. Tell us the rest, and we look for them")
    rounded = discretion.people(number)
    tens = {
        5: _("five people or so"),
        10: _("about ten people"),
        15: _("about fifteen people"),
        20: _("about twenty people"),
        30: _("about thirty people"),
        40: _("about forty people"),
        50: _("about fifty people"),
        60: _("about sixty people"),
        100: _("about a hundred people"),
    }
    known = tens.get(int(rounded))
    return known or _("about %(n)s people") % {"n": number_format(rounded, force_grouping=True)}


def _kept(pole: Pole, sector: sectors.Sector) -> dict[int, int]:
    """By family, the people of the pôle in this sector, as they were counted within the last day."""
    key = f"nearby:{pole.pk}:{sector.insee}"
    found: dict[int, int] | None = caches["counts"].get(key)
    if found is None:
        found = _counted(pole, sector)
        caches["counts"].set(key, found, KEPT_SECONDS)
    return found


def _counted(pole: Pole, sector: sectors.Sector) -> dict[int, int]:
    today = timezone.localdate()
    offers = Offer.objects.published().filter(
        pole=pole, commune__in=sector.communes, ends_on__gte=today, published_at__date__lt=today
    )
    held = OfferSkill.objects.filter(offer__in=offers.exclude(place=Place.REMOTE).values("pk"))
    rows = (
        held.order_by()
        .values_list("skill__family")
        .annotate(
            people=Count("offer__person", distinct=True),
            teams=Count("offer", filter=Q(offer__person=None), distinct=True),
        )
    )
    return {family: people + teams for family, people, teams in rows}
