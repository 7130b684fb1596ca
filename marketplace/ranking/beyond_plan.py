"""What would serve more needs than the plan of a pôle: one change to the needs that it leaves, or one more person."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import Membership, Pole
from marketplace.matching.allocation import Pair
from marketplace.models import Carrier, Need, Offer, Place, Skill, Time
from marketplace.ranking import plan
from marketplace.ranking.relaxations import Counts, Relaxation, changes_of_need, counts_for_need

LOOKED_AT = 20  # needs, those that have waited longest: each is asked for by itself
NEAR = 30  # kilometres
MOST = 3


@dataclass(frozen=True)
class Change:
    """One sort of change, and the needs that the plan would then serve too, each with its own words."""

    kind: str
    serves: int
    needs: list[tuple[Need, Relaxation]]


@dataclass(frozen=True)
class Wanted:
    """Somebody who is looked for: what they should know, near which need, and the needs that each would do for."""

    skills: list[Skill]
    first: Need
    needs: list[Need]

    @property
    def is_remote(self) -> bool:
        """Whether none of them asks that one comes."""
        return all(_remotely(need) for need in self.needs)


@dataclass(frozen=True)
class Beyond:
    left: int
    """How many needs the plan leaves without anybody, though they have a place free."""
    looked_at: int
    changes: list[Change]
    wanted: list[Wanted]
    later: int
    """How many needs with a place free the plan doesn't look at yet."""


def beyond(
    pole: Pole,
    *,
    today: date,
    hidden: Collection[int] = (),
    others: plan.Left = plan.nobody,
) -> Beyond:
    """For the needs that the plan of today leaves, but for those that the reader leaves to others (`others`: `left` of
    `market_of`); without the `hidden` offers."""
    market = plan.market_of(pole, today=today, whole=True, hidden=hidden, left=others)
    served = market.served()
    alone = [need for need in market.order if need not in served]
    but = set(others(alone))
    left = [need for need in alone if need not in but]
    rows = _rows(left[:LOOKED_AT])
    found = _changes(rows, today=today, hidden=hidden)
    changes = []
    for kind, told in found.items():
        more = [
            Pair(need.pk, offer, 1)
            for need, change, counts in told
            for offer in counts.numbers(change.values)
        ]
        now = market.served(*more)
        if len(now) > len(served):
            needs = [(need, change) for need, change, _counts in told if need.pk in now]
            changes.append(Change(kind, len(now) - len(served), needs))
    changes.sort(key=lambda change: -change.serves)
    return Beyond(len(left), len(rows), changes[:MOST], _wanted(rows), market.later)


def _rows(numbers: list[int]) -> list[Need]:
    found = Need.objects.with_what_cards_show().prefetch_related("wanted__skill").in_bulk(numbers)
    return [found[number] for number in numbers if number in found]


type Told = tuple[Need, Relaxation, Counts]


def _changes(
    needs: Collection[Need], *, today: date, hidden: Collection[int]
) -> dict[str, list[Told]]:
    """For each sort of change the needs to which it brings somebody, with the best change of that sort."""
    found: dict[str, list[Told]] = {}
    its_own = _of_their_own(needs)
    for need in needs:
        counts = counts_for_need(need, today=today, hidden=hidden, its_own=its_own[need.pk])
        seen: set[str] = set()
        for change in counts.worthwhile(changes_of_need(counts.asked)):
            kind = change.code.partition("-")[0]
            kind = SAME.get(kind, kind)
            if kind not in seen:
                seen.add(kind)
                found.setdefault(kind, []).append((need, change, counts))
    return found


def _of_their_own(needs: Collection[Need]) -> dict[int, list[int]]:
    """For each of these needs the numbers of what `live.of_its_own` finds, in three questions for all."""
    houses = {need.pk: {need.organisation_id} for need in needs}
    carriers = Carrier.objects.agreed().filter(need__in=houses).order_by()
    for need, organisation in carriers.values_list("need", "organisation"):
        houses[need].add(organisation)
    members = Membership.objects.filter(organisation__in=set().union(*houses.values())).order_by()
    people = defaultdict[int, set[int]](set)
    for organisation, user in members.values_list("organisation", "user"):
        people[organisation].add(user)
    own = Offer.objects.filter(time=Time.OWN, person__in=set().union(*people.values())).order_by()
    offers = list(own.values_list("person", "pk"))
    found = {}
    for need, theirs in houses.items():
        here = set().union(*(people[one] for one in theirs))
        found[need] = [offer for person, offer in offers if person in here]
    return found


SAME = {"sooner": "dates", "later": "dates", "level": "welcome"}
"""The sorts that are told together: other dates, and less of a skill."""


# --- whom to look for ------------------------------------------------------------------------
def _wanted(needs: list[Need]) -> list[Wanted]:
    """The few people who would do for most of them: each knows what one of the needs asks for, lives near it and is free.
    What one would do isn't counted again for the next."""
    left = list(needs)
    found: list[Wanted] = []
    while left and len(found) < MOST:
        first = max(left, key=lambda one: len(_done_by(one, left)))
        done = _done_by(first, left)
        if not _skills(first):
            left.remove(first)
            continue
        found.append(Wanted(sorted(_skills(first).values(), key=str), first, done))
        left = [need for need in left if need not in done]
    return found


def _done_by(first: Need, needs: Iterable[Need]) -> list[Need]:
    """Those that whoever could do the first one would do too."""
    known = _skills(first).keys()
    return [
        one for one in needs if _skills(one) and _skills(one).keys() <= known and _near(first, one)
    ]


def _skills(need: Need) -> dict[int, Skill]:
    """What it asks for: what is required or, where nothing is, all of it."""
    wanted = list(need.wanted.all())
    asked = [one for one in wanted if one.required] or wanted
    return {one.skill_id: one.skill for one in asked}


def _remotely(need: Need) -> bool:
    return need.place in (Place.REMOTE, Place.BOTH)


def _near(first: Need, other: Need) -> bool:
    if first == other or _remotely(other):
        return True
    return first.commune.distance_km(other.commune) <= NEAR
