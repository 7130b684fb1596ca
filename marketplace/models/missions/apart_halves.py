"""Who can't be the two of a pair: one person, somebody and who answers for their employer, two who are kept apart."""

from collections.abc import Collection, Sequence

from django.db.models import QuerySet, Value

from common.prepared import rows
from marketplace.models.market.bosses import (
    BESIDE,
    answering_among,
    led_among,
    with_those_who_lead,
)
from marketplace.models.market.offers import Offer
from marketplace.models.talk.blocks import Block


def are_apart(work: Offer, own: Offer) -> bool:
    return (work.pk, own.pk) in apart_among([(work, own)])


def apart_among(pairs: Collection[tuple[Offer, Offer]]) -> set[tuple[int, int]]:
    """Of these pairs, each (on working time, on own time), the numbers of those that can't be one. A team is no half."""
    found = {(work.pk, own.pk) for work, own in pairs if _are_one(work, own)}
    left = [pair for pair in pairs if (pair[0].pk, pair[1].pk) not in found]
    if not left:
        return found
    bossed, kept = _between(left)
    for work, own in left:
        ends = {work.person_id, -(work.organisation_id or 0)}
        if (work.person_id, own.person_id) in bossed or any(
            (end, own.person_id) in kept for end in ends
        ):
            found.add((work.pk, own.pk))
    return found


def _are_one(work: Offer, own: Offer) -> bool:
    return None in (work.person_id, own.person_id) or work.person_id == own.person_id


type Ends = set[tuple[int, int]]


def _between(pairs: Collection[tuple[Offer, Offer]]) -> tuple[Ends, Ends]:
    """Who of those at work is a boss of whom at home, and the live blocks between those who would come (the person or the company on
    the one side, the person on the other, whoever made them), in one question."""
    at_work = sorted({work.person_id for work, _own in pairs if work.person_id})
    houses = sorted({-work.organisation_id for work, _own in pairs if work.organisation_id})
    at_home = sorted({own.person_id for _work, own in pairs if own.person_id})
    found: dict[int, Ends] = {kind: set() for kind in KINDS}
    for kind, one, other in rows(_asked, at_work, [*at_work, *houses], at_home):
        found[kind].add((one, other))
    led = {person for person, _none in found[LED]}
    blocks = found[BLOCK]
    bossed = with_those_who_lead(found[ANSWERS], at_work, led)
    return bossed, {*blocks, *((second, first) for first, second in blocks)}


KINDS = ANSWERS, LED, BLOCK = range(3)


def _asked(at_work: Sequence[int], ends: Sequence[int], at_home: Sequence[int]) -> QuerySet:
    """Prepared: see common/prepared.py."""
    blocks = Block.objects.between(ends, at_home).order_by()
    answering, led = answering_among(at_work, at_home), led_among(at_work, at_home)
    found = answering.values_list(Value(ANSWERS), "user", BESIDE).union(
        led.values_list(Value(LED), "person", Value(0)),
        blocks.values_list(Value(BLOCK), "blocker", "blocked"),
    )
    return found.order_by()
