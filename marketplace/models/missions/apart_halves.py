"""Who can't be the two of a pair: one person, somebody and who answers for their employer, two who are kept apart."""

from collections.abc import Collection

from accounts.models import User
from marketplace.models.market.bosses import under
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
    homes = {own.person_id for _work, own in left}
    bossed = {boss: _under(boss, homes) for boss in {work.person_id for work, _own in left} if boss}
    kept = _kept_apart(left)
    for work, own in left:
        ends = {work.person_id, -(work.organisation_id or 0)}
        if own.person_id in bossed.get(work.person_id or 0, set()) or any(
            (end, own.person_id) in kept for end in ends
        ):
            found.add((work.pk, own.pk))
    return found


def _are_one(work: Offer, own: Offer) -> bool:
    return None in (work.person_id, own.person_id) or work.person_id == own.person_id


def _under(boss: int, people: Collection[int | None]) -> set[int]:
    theirs = User.objects.filter(under(User(pk=boss), "pk"), pk__in=[one for one in people if one])
    return set(theirs.values_list("pk", flat=True))


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
