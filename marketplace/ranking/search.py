"""Bring from the index the cards that may suit, in one query, as bytes.

Start from the rarest required skill, filter on what lies in the posting itself, and let the score judge
what survives: every filter here is implied by a hard condition, so nothing that matches is lost.
SQL by hand: the only place where building a queryset would cost more than the database's answer.
Only whole numbers are written into it.
"""

from collections.abc import Iterable

from django.db import connection

from marketplace.matching.columns import Needs, Offers
from marketplace.matching.definition import COMMON, ON_SITE, REMOTE
from marketplace.matching.everything import required_groups, signature, wanted_keys
from marketplace.models import NeedPosting, OfferPosting, Proposal
from marketplace.ranking import apart
from marketplace.ranking.book import Book

OFFERS = OfferPosting._meta.db_table
NEEDS = NeedPosting._meta.db_table
PROPOSALS = Proposal._meta.db_table
# A pair that has already been put forward isn't suggested again, whatever came of it;
# one that was withdrawn or closed for want of room may be.
ANSWERED = ("OPEN", "AGREED", "DECLINED", "UNANSWERED")


def offers_matching(need: Needs, book: Book, today: int) -> Offers:
    """Every offer that meets the need's conditions is among these."""
    groups = required_groups(need, book.kinship, book.holders)
    if not groups:
        return _read_offers("1 = 0")
    return _read_offers(f"{_with(need, groups)} AND {_during(need, today)} AND {_reaching(need)}")


def offers_near(need: Needs, book: Book, today: int) -> Offers:
    """Every offer that fails one condition at the most is among these; so are the matches."""
    groups = required_groups(need, book.kinship, book.holders)
    if not groups:
        return _read_offers("1 = 0")
    chosen = need.required if need.required.any() else slice(None)
    wanted = zip(need.skill[chosen].tolist(), need.level[chosen].tolist(), strict=True)
    near = {key for skill, level in wanted for key in book.kinship.answering(skill, level, COMMON)}
    during, reaching = _during(need, today), _reaching(need)
    return _read_offers(
        f"{_in(need, near)} AND (({during} AND {reaching})"
        f" OR ({_with(need, groups)} AND ({during} OR {reaching})))"
    )


def needs_matching(offer: Offers, book: Book, today: int) -> Needs:
    keys = wanted_keys(offer, book.kinship)
    return _read_needs(
        f"{_in(offer, keys)} AND anchor AND {_during(offer, today)} AND {_within(offer)}"
    )


def needs_near(offer: Offers, book: Book, today: int) -> Needs:
    keys = wanted_keys(offer, book.kinship, COMMON)
    during, within = _during(offer, today), _within(offer)
    return _read_needs(
        f"{_in(offer, keys)} AND (({during} AND {within}) OR (anchor AND ({during} OR {within})))"
    )


def cards_of_offers(numbers: Iterable[int]) -> Offers:
    return _read_offers(f"lead AND offer_id IN ({_list(numbers)})")


def cards_of_needs(numbers: Iterable[int]) -> Needs:
    return _read_needs(f"lead AND need_id IN ({_list(numbers)})")


def all_offers(where: str = "1 = 1") -> Offers:
    return _read_offers(f"lead AND {where}")


def all_needs(where: str = "1 = 1") -> Needs:
    return _read_needs(f"lead AND {where}")


def answers(owner: str, number: int, other: str) -> dict[int, str]:
    """The pairs of this one that have been put forward, and what came of it; and those kept apart."""
    return apart.asked(
        f"SELECT {other}, status, id FROM {PROPOSALS}"
        f" WHERE {owner} = {int(number)} AND status IN {ANSWERED}",
        owner,
        number,
        other,
    )


def _with(need: Needs, groups: list[list[int]]) -> str:
    others = "".join(f" AND (holds & {signature(group)}) <> 0" for group in groups[1:])
    return _in(need, groups[0]) + others


def _in(card, keys: Iterable[int]) -> str:
    return f"pole_id = {int(card.rows['pole'][0])} AND key IN ({_list(sorted(keys))})"


def _list(numbers: Iterable[int]) -> str:
    return ", ".join(str(int(number)) for number in numbers) or "NULL"


def _during(card, today: int) -> str:
    start, end = int(card.rows["start"][0]), int(card.rows["end"][0])
    return f"last >= {max(start, today)} AND first <= {end}"


def _square(card) -> str:
    x, y, z = (int(card.rows[axis][0]) for axis in "xyz")
    return f"((x - {x}) * (x - {x}) + (y - {y}) * (y - {y}) + (z - {z}) * (z - {z}))"


def _reaching(need: Needs) -> str:
    """Offers that reach this need, one way or the other."""
    return _ways(need, f"{_square(need)} <= reach_squared")


def _within(offer: Offers) -> str:
    return _ways(offer, f"{_square(offer)} <= {(int(offer.rows['reach'][0]) + 1) ** 2}")


def _ways(card, near: str) -> str:
    place = int(card.rows["place"][0])
    ways = []
    if place & REMOTE:
        ways.append(f"(place & {REMOTE}) <> 0")
    if place & ON_SITE:
        ways.append(f"((place & {ON_SITE}) <> 0 AND {near})")
    return f"({' OR '.join(ways) or '1 = 0'})"


def _read_offers(where: str) -> Offers:
    return Offers.read(*_bytes(OFFERS, where)).once()


def _read_needs(where: str) -> Needs:
    return Needs.read(*_bytes(NEEDS, where)).once()


def _bytes(table: str, where: str) -> tuple[bytes, bytes]:
    """All cards end to end, and all their skills. The index alone answers."""
    if connection.vendor == "postgresql":
        return _bytes_at_once(table, where)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT card, skills FROM {table} WHERE {where}")
        rows = cursor.fetchall()
    return b"".join([row[0] for row in rows]), b"".join([row[1] for row in rows])


def _bytes_at_once(table: str, where: str) -> tuple[bytes, bytes]:
    """One row comes back, however many survive; as bytes, not as twice as many letters, which Django's
    own cursor doesn't know how to ask for."""
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        connection.Database.Cursor(connection.connection) as cursor,  # type: ignore[attr-defined]
    ):
        cursor.execute(
            f"SELECT string_agg(card, ''), string_agg(skills, '') FROM {table} WHERE {where}",
            binary=True,
        )
        cards, skills = cursor.fetchone() or (None, None)
    return cards or b"", skills or b""
