"""Offers that are on all their missions, judged as if a place of theirs were free: a structure may wait for it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import batched, islice

import numpy as np
from django.db.models import Count, OuterRef, QuerySet, Subquery

from accounts.models.places import haversine_from
from marketplace.matching.columns import Offers
from marketplace.matching.match import Match
from marketplace.models import Need, Offer, OfferSkill
from marketplace.ranking import cards, halves, live
from marketplace.ranking.surroundings import Around
from marketplace.states import OfferStatus

JUDGED = 200  # of all that hold a skill of the need
READ = 2_000  # to find those that this reader sees
TOP = 10

type HoursOf = Callable[[Sequence[int]], dict[int, int]]
"""Of some offers, by their numbers, the hours of those that a reader sees."""


def full_offers_for(around: Around, hours_of: HoursOf, *, top: int = TOP) -> list[Match]:
    """Of the offers that this reader sees, none of which is in the index, those that meet every condition of the need but room,
    best first."""
    asked = around.asked
    assert (need := asked.need)
    hours = _hours_of_those_judged(hours_of, need)
    made, _stamps = cards.of_offers(list(hours))
    verdict = asked.verdict(_as_if_free(made, hours).but([*asked.answered, *around.hidden]))
    matches = live.matches_of(asked, verdict, verdict.matches(top))
    shown = live.shown_offers([match.offer_id for match in matches], to=need)
    if need.in_pair and not halves.are_both_wanted(asked.card):
        shown = halves.that_may_come(need, shown)
    return [
        replace(match, need=asked.shown_need, offer=shown[match.offer_id])
        for match in matches
        if match.offer_id in shown
    ]


def _as_if_free(made: Offers, hours: dict[int, int]) -> Offers:
    """With a place, and all the hours that were offered: what is given back gives both."""
    rows = made.rows.copy()
    rows["room"] = np.maximum(rows["room"], 1)
    rows["hours"] = [hours[number] for number in rows["id"].tolist()]
    return made.with_rows(rows, made.packed)


def _hours_of_those_judged(hours_of: HoursOf, need: Need) -> dict[int, int]:
    """The hours of each, by number. Who sees which offer is a long question: it is asked of those that come first alone."""
    found: dict[int, int] = {}
    for some in batched(_first_holding(need).values_list("pk", flat=True)[:READ], 2 * JUDGED):
        hours = hours_of(some)
        found |= {number: hours[number] for number in some if number in hours}
        if len(found) >= JUDGED:
            break
    return dict(islice(found.items(), JUDGED))


def _first_holding(need: Need) -> QuerySet[Offer]:
    """Full offers that hold a skill of the need, during it: those that hold most of them first, then the nearest."""
    wanted = [*need.wanted.values_list("skill", flat=True)]
    skilled = OfferSkill.objects.filter(skill__in=wanted).order_by()
    held = skilled.filter(offer=OuterRef("pk")).values("offer").annotate(n=Count("pk"))
    full = Offer.objects.filter(status=OfferStatus.USED_UP, pole=need.pole_id)
    rows = full.filter(pk__in=skilled.values("offer"))
    if not need.is_undated:
        rows = rows.filter(starts_on__lte=need.ends_on, ends_on__gte=need.starts_on)
    rows = rows.annotate(how_many=Subquery(held.values("n")))
    nearest = haversine_from(*need.commune.position, "commune__")
    return rows.order_by("-how_many", nearest, "-pk")
