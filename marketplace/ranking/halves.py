"""What a need that wants a pair asks of one person: each half alone may lack some of what is required, as long as the two
bring all of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import QuerySet

from common import prepared
from marketplace.matching.columns import Needs, Offers, Skilled
from marketplace.matching.definition import ENOUGH, OWN_WELCOME, WORK_WELCOME
from marketplace.models import Mission, Need, Offer, OfferSkill, Time
from marketplace.models.missions import pairs
from marketplace.models.missions.apart_halves import apart_among
from marketplace.ranking import snapshot
from marketplace.states import NeedStatus

WELCOMED = {Time.OWN: OWN_WELCOME, Time.WORK: WORK_WELCOME}


class Half(NamedTuple):
    """Somebody who comes already: on which time, and what they hold."""

    time: str
    held: list[Skilled]


def there(needs: list[int]) -> dict[int, list[Half]]:
    """Who comes already to these needs; no question without any."""
    found: dict[int, list[Half]] = defaultdict(list)
    if not needs:
        return found
    engaged = Mission.objects.taking_a_place().filter(need__in=needs).order_by("pk")
    rows = list(engaged.values_list("need_id", "offer_id", "offer__time"))
    held: dict[int, list[Skilled]] = defaultdict(list)
    if rows:
        skills = OfferSkill.objects.filter(offer__in={offer for _need, offer, _time in rows})
        for offer, skill, level in skills.values_list("offer_id", "skill_id", "level"):
            held[offer].append(Skilled(skill, level))
    for need, offer, time in rows:
        found[need].append(Half(time, held[offer]))
    return found


def needs_beside(offers: list[int]) -> list[int]:
    """The needs that look for the other half of a pair beside one of these offers: their cards ask for what it lacks."""
    return [need for (need,) in prepared.rows(_beside, offers)] if offers else []


def _beside(offers: Sequence[int]) -> QuerySet[Mission, tuple[int]]:
    """Prepared (common/prepared.py): each change of an offer asks it."""
    engaged = Mission.objects.taking_a_place().filter(offer__in=offers, need__in_pair=True)
    looking = engaged.filter(need__status=NeedStatus.PUBLISHED)
    return looking.order_by().values_list("need_id")


def half_of(offer: Offer) -> Half:
    """Whoever offers this, as if they came."""
    held = offer.held.values_list("skill_id", "level")
    return Half(offer.time, [Skilled(*skill) for skill in held])


def as_asked(
    card: dict, wanted: list[Skilled], comes: list[Half] | None
) -> tuple[dict, list[Skilled]]:
    """The card of a need and its skills as one person is looked for: as they are, unless it wants a pair (`comes` is then
    a list). While both are wanted what is required is asked as welcome: whoever holds one of it may be half of a pair. Once
    one comes, the other has to bring what that one lacks, on the other time."""
    if comes is None:
        return card, wanted
    asked = [skill for skill in wanted if skill.required] or wanted
    times = OWN_WELCOME | WORK_WELCOME
    for half in comes:
        times &= ~WELCOMED[Time(half.time)]
    lacks = lacking([skill for skill in asked if skill.required], comes) if comes else []
    skills = sorted(
        (one._replace(required=one in lacks) for one in asked), key=lambda one: not one.required
    )
    return card | {"times": times, "room": min(card["room"], 1) if times else 0}, skills


def are_both_wanted(card: Needs | Offers) -> bool:
    """Whether the card of a need that wants a pair, as `as_asked` made it, says that nobody comes yet."""
    return int(card.rows["times"][0]) == OWN_WELCOME | WORK_WELCOME


def lacking(required: Iterable[Skilled], comes: list[Half]) -> list[Skilled]:
    """Which of the skills required those who come don't bring."""
    graph, held = snapshot.read().skill_graph, [skill for half in comes for skill in half.held]

    def is_met(want: Skilled) -> bool:
        credits = (graph.credits(want.skill, want.level, one.skill, one.level) for one in held)
        return any(credit >= ENOUGH for credit in credits)

    return [want for want in required if not is_met(want)]


def that_may_come(need: Need, offers: dict[int, Offer]) -> dict[int, Offer]:
    """Of these offers, those that may make a pair with who comes already."""
    for half in pairs.there(need).values():
        two = [pairs.in_order(half.offer, one) for one in offers.values()]
        apart = {number for both in apart_among(two) for number in both}
        offers = {number: one for number, one in offers.items() if number not in apart}
    return offers
