"""Pairs that somebody keeps apart: neither side is shown the other, whatever their
score.

The database is asked in the same statement as for the pairs that have already been
put forward, so that blocks cost no second query while there are none, which is nearly
always.
"""

from accounts.models import Membership, User
from marketplace.models import Block, Carrier, Need, Offer, Time
from marketplace.models.talk.blocks import needs_of, offers_of
from marketplace.states import CarrierStatus

APART = "APART"
BLOCKS = Block._meta.db_table
NEEDS = Need._meta.db_table
OFFERS = Offer._meta.db_table
CARRIERS = Carrier._meta.db_table
MEMBERS = (
    f"(SELECT belongs.user_id, belongs.organisation_id FROM {Membership._meta.db_table} AS belongs"
    f" JOIN {User._meta.db_table} AS who ON who.id = belongs.user_id AND who.is_active)"
)
# The ends that a need or an offer brings: models/talk/blocks.py says the same of one row.
ENDS = {
    "need_id": f"SELECT -organisation_id FROM {NEEDS} WHERE id = :number"
    f" UNION ALL SELECT there.user_id FROM {NEEDS} AS wanted JOIN {MEMBERS} AS there"
    f" ON there.organisation_id = wanted.organisation_id AND there.user_id = wanted.created_by_id"
    f" WHERE wanted.id = :number"
    f" UNION ALL SELECT -organisation_id FROM {CARRIERS}"
    f" WHERE need_id = :number AND status = '{CarrierStatus.AGREED}'",
    "offer_id": f"SELECT person_id FROM {OFFERS} WHERE id = :number AND time = '{Time.OWN}'"
    f" UNION ALL SELECT there.user_id FROM {OFFERS} AS offered JOIN {MEMBERS} AS there"
    f" ON there.organisation_id = offered.organisation_id"
    f" AND there.user_id = COALESCE(offered.person_id, offered.created_by_id)"
    f" WHERE offered.id = :number"
    f" UNION ALL SELECT -organisation_id FROM {OFFERS} WHERE id = :number"
    f" AND (time = '{Time.WORK}' OR person_id IS NULL)",
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
    found = needs_of(ends) if owner == "need_id" else offers_of(ends)
    return list(found.order_by().values_list("pk", flat=True))


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
