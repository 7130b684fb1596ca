"""Who can't be the two of a pair: one person, somebody and who answers for their employer, two who are kept apart."""

from collections.abc import Collection

from marketplace.models.market.bosses import bosses_among
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
    bossed, kept = _bossed(left), _kept_apart(left)
    for work, own in left:
        ends = {work.person_id, -(work.organisation_id or 0)}
        if (work.person_id, own.person_id) in bossed or any(
            (end, own.person_id) in kept for end in ends
        ):
            found.add((work.pk, own.pk))
    return found


def _are_one(work: Offer, own: Offer) -> bool:
    return None in (work.person_id, own.person_id) or work.person_id == own.person_id


def _bossed(pairs: Collection[tuple[Offer, Offer]]) -> set[tuple[int, int]]:
    at_work = {work.person_id for work, _own in pairs if work.person_id}
    return bosses_among(at_work, {own.person_id for _work, own in pairs if own.person_id})


def _kept_apart(pairs: Collection[tuple[Offer, Offer]]) -> set[tuple[int | None, int | None]]:
    """Live blocks between those who would come: the person or the company on the one side, the person on the other,
    whoever made them."""
    at_work = [
        end for work, _own in pairs for end in (work.person_id, -(work.organisation_id or 0))
    ]
    at_home = [own.person_id for _work, own in pairs]
    rows = Block.objects.between([one for one in at_work if one], [one for one in at_home if one])
    ends = list(rows.values_list("blocker", "blocked"))
    return {*ends, *((second, first) for first, second in ends)}
