"""Pairs that somebody keeps apart: neither side is shown the other, whatever their
score.

The database is asked in the same statement as for the pairs that have already been
put forward, so that blocks cost no second query while there are none, which is nearly
always.
"""

from django.db.models import Q

from marketplace.models import Block, Need, Offer

APART = "APART"
BLOCKS = Block._meta.db_table
NEEDS = Need._meta.db_table
OFFERS = Offer._meta.db_table
# The ends that a need or an offer brings: models/blocks.py says the same of one row.
ENDS = {
    "need_id": f"SELECT -organisation_id FROM {NEEDS} WHERE id = :number"
    f" UNION ALL SELECT created_by_id FROM {NEEDS} WHERE id = :number",
    "offer_id": f"SELECT COALESCE(person_id, created_by_id) FROM {OFFERS} WHERE id = :number"
    f" UNION ALL SELECT -organisation_id FROM {OFFERS} WHERE id = :number",
}


def ends_kept_away(owner: str) -> str:
    """SQL for the ends of blocks that keep somebody away from the need or offer :number, as (end, APART, 0)."""
    ends = ENDS[owner]
    return " UNION ALL ".join(
        f"SELECT {theirs}, '{APART}', 0 FROM {BLOCKS}"
        f" WHERE lifted_at IS NULL AND {mine} IN ({ends})"
        for mine, theirs in (("blocker", "blocked"), ("blocked", "blocker"))
    )


def numbers_of(owner: str, ends: list[int]) -> list[int]:
    """The numbers of the needs or offers (`owner` names the column) that these ends bring."""
    if not ends:
        return []
    people = [end for end in ends if end > 0]
    organisations = [-end for end in ends if end < 0]
    ours = Q(organisation__in=organisations)
    if owner == "need_id":
        needs = Need.objects.filter(ours | Q(created_by__in=people))
        return list(needs.order_by().values_list("pk", flat=True))
    ours |= Q(person__in=people) | Q(person=None, created_by__in=people)
    return list(Offer.objects.filter(ours).order_by().values_list("pk", flat=True))


def numbers_kept_from(person: int, owner: str) -> list[int]:
    """The numbers of the needs or offers whose makers keep this person away, or are kept away by them."""
    ends = [
        theirs
        for mine, theirs in (("blocker", "blocked"), ("blocked", "blocker"))
        for theirs in Block.objects.live().filter(**{mine: person}).values_list(theirs, flat=True)
    ]
    return numbers_of(owner, ends)


def all_pairs(owner: str, other: str) -> list[tuple[int, int]]:
    """Every pair kept apart, by the numbers in these two columns; for the making of all lists."""
    pairs = []
    for ends in Block.objects.live().values_list("blocker", "blocked"):
        for one, two in (ends, ends[::-1]):
            others = numbers_of(other, [two])
            pairs += [(mine, theirs) for mine in numbers_of(owner, [one]) for theirs in others]
    return pairs


def in_pairs(rows: list[tuple[int, str]], other: str) -> dict[int, str]:
    """The status of each pair, by the other's number. The rows are (number, status) for a proposal, and (end,
    APART) for a block, whose needs or offers are looked up."""
    apart = numbers_of(other, [end for end, status in rows if status == APART])
    told = {number: status for number, status in rows if status != APART}
    return told | dict.fromkeys(apart, APART)
