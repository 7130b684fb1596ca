"""What would serve more needs than the plan of a pôle: one change to the needs that it leaves, or one more person."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Prefetch

from accounts.models import Pole
from marketplace.matching.allocation import Pair
from marketplace.matching.columns import Needs
from marketplace.models import Carrier, Need, NeedSkill, Offer, Place, Skill, Time
from marketplace.ranking import plan
from marketplace.ranking.cards import of_needs as cards_of_needs
from marketplace.ranking.live import Asked
from marketplace.ranking.plan import Market
from marketplace.ranking.relaxations import Counts, Relaxation, changes_of_need, counts_among

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
    found = _changes(market, rows, today=today, hidden=hidden)
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
    wanted = Prefetch("wanted", NeedSkill.objects.select_related("skill"))
    found = Need.objects.with_what_cards_show().prefetch_related(wanted).in_bulk(numbers)
    return [found[number] for number in numbers if number in found]


type Told = tuple[Need, Relaxation, Counts]


def _changes(
    market: Market, needs: Collection[Need], *, today: date, hidden: Collection[int]
) -> dict[str, list[Told]]:
    """For each sort of change the needs to which it brings somebody, with the best change of that sort."""
    found: dict[str, list[Told]] = {}
    its_own, cards = _of_their_own(needs), _cards(market, needs)
    everything = market.everything
    for need in needs:
        asked = Asked(need, None, cards[need.pk], everything.snapshot, today)
        unseen = [*everything.answered_of(need.pk), *hidden, *its_own[need.pk]]
        counts = counts_among(asked, everything.near(cards[need.pk]).but(unseen))
        seen: set[str] = set()
        for change in counts.worthwhile(changes_of_need(counts.asked)):
            kind = change.code.partition("-")[0]
            kind = SAME.get(kind, kind)
            if kind not in seen:
                seen.add(kind)
                found.setdefault(kind, []).append((need, change, counts))
    return found


def _cards(market: Market, needs: Collection[Need]) -> dict[int, Needs]:
    """The card of each of these needs; of those that want a pair made afresh, as `surroundings.around` does."""
    found = {need.pk: market.card(need.pk) for need in needs if not need.in_pair}
    if halves := [need.pk for need in needs if need.in_pair]:
        made, _stamps = cards_of_needs(halves)
        found |= {n: made.take(np.array([row])) for row, n in enumerate(made["id"].tolist())}
    return found


def _of_their_own(needs: Collection[Need]) -> dict[int, set[int]]:
    """For each of these needs the numbers of what `live.of_its_own` finds, in two questions for all."""
    houses = {need.pk: {need.organisation_id} for need in needs}
    carriers = Carrier.objects.agreed().filter(need__in=houses).order_by()
    for need, organisation in carriers.values_list("need", "organisation"):
        houses[need].add(organisation)
    at, everywhere = "person__memberships__organisation", set().union(*houses.values())
    own = Offer.objects.filter(time=Time.OWN, **{f"{at}__in": everywhere}).order_by()
    offers = defaultdict[int, set[int]](set)
    for organisation, offer in own.values_list(at, "pk"):
        offers[organisation].add(offer)
    return {need: set().union(*(offers[one] for one in theirs)) for need, theirs in houses.items()}


SAME = {"sooner": "dates", "later": "dates", "level": "welcome"}
"""The sorts that are told together: other dates, and less of a skill."""


# --- whom to look for ------------------------------------------------------------------------
def _wanted(needs: list[Need]) -> list[Wanted]:
    """The few people who would do for most of them: each knows what one of the needs asks for, lives near it and is free.
    What one would do isn't counted again for the next."""
    left, skills = list(needs), {need.pk: _skills(need) for need in needs}
    found: list[Wanted] = []
    while left and len(found) < MOST:
        first = max(left, key=lambda one: len(_done_by(one, left, skills)))
        done = _done_by(first, left, skills)
        if not skills[first.pk]:
            left.remove(first)
            continue
        found.append(Wanted(sorted(skills[first.pk].values(), key=str), first, done))
        left = [need for need in left if need not in done]
    return found


def _done_by(
    first: Need, needs: Iterable[Need], skills: Mapping[int, Mapping[int, Skill]]
) -> list[Need]:
    """Those that whoever could do the first one would do too. `skills`: what each asks for."""
    known = skills[first.pk].keys()
    return [
        one
        for one in needs
        if skills[one.pk] and skills[one.pk].keys() <= known and _near(first, one)
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
