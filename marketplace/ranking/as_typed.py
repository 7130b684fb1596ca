"""How many needs an offer would fit as it is being typed, and what one change would bring. Those that are public are
counted, so that the numbers are exact."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from accounts.models.groups import group_or_self
from marketplace.matching.columns import NOBODY, Offers, Skilled
from marketplace.matching.definition import NEW_HERE
from marketplace.matching.places import point
from marketplace.models import Offer, Place
from marketplace.ranking import blocked_pairs, live, search, snapshot
from marketplace.ranking.cards import PLACES, whose_time
from marketplace.ranking.live import Asked
from marketplace.ranking.relaxations import Counts, Relaxation, changes_of_offer

MOST = 3


@dataclass(frozen=True)
class Fitting:
    """`now`: how many needs it fits; `changes`: what one change would add, the largest first."""

    now: int
    changes: list[Relaxation]


def fitting(offer: Offer, skills: Collection[tuple[int, int]], *, by: User) -> Fitting:
    """Of an offer that isn't saved, with these (skill, level)."""
    today = timezone.localdate()
    card = _card(offer, skills, by)
    asked = Asked(None, offer, card, snapshot.read(), today)
    near = search.needs_near(card, asked.shared, today.toordinal())
    near = near.but(blocked_pairs.numbers_kept_from(by.pk, "need_id"))
    houses = _houses_of(by)
    counts = Counts(asked, live.open_to_all(near.but(near.of_houses(houses))))
    return Fitting(counts.now, counts.worthwhile(changes_of_offer(asked))[:MOST])


def _card(offer: Offer, skills: Collection[tuple[int, int]], by: User) -> Offers:
    x, y, z = point(*offer.commune.position)
    values = {
        "id": 0, "organisation": offer.organisation_id or NOBODY, "pole": offer.pole_id, "causes": 0,
        "x": x, "y": y, "z": z, "reach": offer.radius_km * 1_000,
        "start": offer.starts_on.toordinal(), "end": offer.ends_on.toordinal(),
        "hours": offer.hours, "answers": NEW_HERE, "penalty": 0, "room": offer.capacity, "asked": 0,
        "place": PLACES[Place(offer.place)], "weekdays": offer.weekdays,
        "languages": offer.languages, "work": whose_time(offer),
    }  # fmt: skip
    return Offers.of([(values, [Skilled(skill, level) for skill, level in skills])])


def _houses_of(by: User) -> set[int]:
    mine = by.memberships.annotate(house=group_or_self("organisation"))
    return set(mine.values_list("house", flat=True))
