"""Brings from the index the cards that may suit, in one query, as bytes.

A search starts from the rarest required skill and filters on the columns of the
posting; the score judges those that are left. Every filter here follows from a hard
condition, so nothing that matches is lost. The SQL is written by hand: only here
would building a queryset cost more than the database's answer.
"""

import re
from collections.abc import Collection, Iterable, Sequence

import numpy as np
from django.db import connection

from marketplace.matching.columns import Cards, Needs, Offers
from marketplace.matching.definition import COMMON, ON_SITE, REMOTE
from marketplace.matching.in_memory import ALL_SKILLS, required_groups, signature, wanted_keys
from marketplace.matching.places import SPANS
from marketplace.models import NeedPosting, OfferPosting, Proposal
from marketplace.ranking import blocked_pairs, bulk, snapshot
from marketplace.ranking.snapshot import Snapshot

OFFERS = OfferPosting._meta.db_table
NEEDS = NeedPosting._meta.db_table
PROPOSALS = Proposal._meta.db_table
# A pair that has already been put forward isn't suggested again, whatever came of it;
# one that was withdrawn or closed for want of room may be.
ANSWERED = ("OPEN", "AGREED", "DECLINED", "UNANSWERED")


# What is read of a card, and what its own row says of it to the filters below.
OF_POLE, OF_POLES = "pole_id = :pole", "pole_id IN :poles"
KEYS, REST = "key IN :keys", "key IN :rest"
DURING = "last >= :begin AND first <= :end"
REMOTELY = f"place IN ({REMOTE}, {REMOTE | ON_SITE})"
SQUARE = "((x - :x) * (x - :x) + (y - :y) * (y - :y) + (z - :z) * (z - :z))"
REACHING, WITHIN = f"{SQUARE} <= reach_squared", f"{SQUARE} <= :square"
BAND = "z BETWEEN :z - {far} AND :z + {far}"
# Where to look for who may come, and who may be come to: each is a stretch of the index.
COMING = [f"span = {span} AND {BAND.format(far=span)} AND {REACHING}" for span in SPANS]
COME_TO = [f"{BAND.format(far=':reach')} AND {WITHIN}"]

type Values = dict[str, int | list[int]]


ANSWERS = {
    (owner, other): f"SELECT {other} AS number, status, id AS turn FROM {PROPOSALS}"
    f" WHERE {owner} = :number AND status IN {ANSWERED} UNION ALL {blocked_pairs.ends_kept_away(owner)}"
    for owner, other in (("need_id", "offer_id"), ("offer_id", "need_id"))
}
FEW = 400
CARD, VERSION = "CARD", "VERSION"
OPENING = {
    (
        owner,
        other,
    ): f"SELECT {owner} AS number, '{CARD}' AS status, 0 AS turn, card, skills FROM {table}"
    f" WHERE lead AND {owner} = :number"
    f" UNION ALL SELECT number, '{VERSION}', turn, NULL, NULL FROM ({snapshot.VERSION}) AS version"
    f" UNION ALL SELECT number, status, turn, NULL, NULL FROM ({ANSWERS[owner, other]}) AS answers"
    f" ORDER BY turn"
    for owner, other, table in (("need_id", "offer_id", NEEDS), ("offer_id", "need_id", OFFERS))
}

NEED, OFFER = "NEED", "OFFER"
JUDGING = (
    f"SELECT '{NEED}' AS kind, 0 AS number, 0 AS turn, card, skills FROM {NEEDS}"
    f" WHERE lead AND need_id IN :needs"
    f" UNION ALL SELECT '{OFFER}', 0, 0, card, skills FROM {OFFERS}"
    f" WHERE lead AND offer_id IN :offers"
    f" UNION ALL SELECT '{VERSION}', number, turn, NULL, NULL FROM ({snapshot.VERSION}) AS version"
    f" ORDER BY turn"
)


def opening(owner: str, number: int, other: str) -> tuple[list[tuple], tuple[int, ...], dict]:
    """What a search begins with, in one query: the card's row if it is open, the version of the snapshot, and the
    pairs that aren't suggested any more."""
    rows = bulk.fetch(OPENING[owner, other], {"number": number})
    cards = [row[3:] for row in rows if row[1] == CARD]
    version = tuple(row[0] for row in rows if row[1] == VERSION)
    told = [row[:2] for row in rows if row[1] not in (CARD, VERSION)]
    return cards, version, blocked_pairs.in_pairs(told, other)


def judging(needs: Iterable[int], offers: Iterable[int]) -> tuple[Needs, Offers, tuple[int, ...]]:
    """The cards of these needs and offers, and the version of the snapshot, in one query."""
    rows = bulk.fetch(JUDGING, {"needs": _listed(needs), "offers": _listed(offers)})
    by_kind: dict[str, list[tuple]] = {NEED: [], OFFER: [], VERSION: []}
    for kind, *row in rows:
        by_kind[kind].append(tuple(row))
    return (
        _joined(Needs, [row[2:] for row in by_kind[NEED]]),
        _joined(Offers, [row[2:] for row in by_kind[OFFER]]),
        tuple(number for number, *_rest in by_kind[VERSION]),
    )


def answers(owner: str, number: int, other: str) -> dict[int, str]:
    """The pairs of this need or offer that have been put forward, and what came of each; also those kept apart."""
    rows = bulk.fetch(f"{ANSWERS[owner, other]} ORDER BY turn", {"number": number})
    return blocked_pairs.in_pairs([row[:2] for row in rows], other)


def offers_matching(
    need: Needs, shared: Snapshot, today: int, *, poles: Collection[int] = ()
) -> Offers:
    """The cards found hold every offer that meets the need's conditions, and others; of its pôle, or of these `poles`."""
    groups = required_groups(need, shared.skill_graph, shared.holders)
    if not groups:
        return Offers.of([])
    others, values = _having(groups)
    wheres = [f"{KEYS} AND {area} AND {others} AND {DURING}" for area in _areas(need, COMING)]
    several: Values = {"poles": _listed(poles)} if poles else {}
    return _read(Offers, OFFERS, wheres, values | _values(need, today) | several)


def offers_near(need: Needs, shared: Snapshot, today: int) -> Offers:
    """The cards found hold every offer that fails one condition at the most, the matches included, and others."""
    groups = required_groups(need, shared.skill_graph, shared.holders)
    if not groups:
        return Offers.of([])
    others, values = _having(groups)
    values["rest"] = sorted(keys_near(need, shared).difference(groups[0]))
    wheres = [
        f"{KEYS} AND {_two_of(DURING, others, _ways(need, REACHING))}",
        *(f"{REST} AND {area} AND {DURING}" for area in _areas(need, COMING)),
    ]
    return _read(Offers, OFFERS, wheres, values | _values(need, today))


def keys_near(need: Needs, shared: Snapshot) -> set[int]:
    """The keys of the skills and levels that come near one that the need requires or, where it requires none, welcomes."""
    chosen = need.required if need.required.any() else slice(None)
    wanted = zip(need.skill[chosen].tolist(), need.level[chosen].tolist(), strict=True)
    answering = shared.skill_graph.answering
    return {key for skill, level in wanted for key in answering(skill, level, COMMON)}


def finds_few(card: Needs | Offers, shared: Snapshot) -> bool:
    """Whether a need is likely to have fewer matches than a list holds. It is a guess, on which only speed depends:
    the number of those who hold the rarest skill, a quarter of it for each further skill."""
    if isinstance(card, Offers):
        return False
    groups = required_groups(card, shared.skill_graph, shared.holders)
    rarest = {key >> 2 for group in groups[:1] for key in group}
    holders = sum(shared.holders.get(skill, 0) for skill in rarest)
    return holders >> 2 * max(len(groups) - 1, 0) < FEW


def needs_matching(offer: Offers, shared: Snapshot, today: int) -> Needs:
    able, values = _able(wanted_keys(offer, shared.skill_graph))
    wheres = [f"{KEYS} AND {area} AND {able} AND {DURING}" for area in _areas(offer, COME_TO)]
    return _read(Needs, NEEDS, wheres, _values(offer, today) | values)


def needs_near(offer: Offers, shared: Snapshot, today: int) -> Needs:
    """The cards found hold every need that fails one condition at the most: those whose rarest skill is met, and
    those that lack skills only."""
    keys = wanted_keys(offer, shared.skill_graph)
    rest = wanted_keys(offer, shared.skill_graph, COMMON) - keys
    able, values = _able(keys)
    wheres = [
        f"{KEYS} AND {_two_of(DURING, able, _ways(offer, WITHIN))}",
        *(f"{REST} AND {area} AND {DURING}" for area in _areas(offer, COME_TO)),
    ]
    values["rest"] = sorted(rest)
    return _read(Needs, NEEDS, wheres, _values(offer, today) | values)


def cards_of_offers(numbers: Iterable[int]) -> Offers:
    return _read(Offers, OFFERS, ["lead AND offer_id IN :numbers"], {"numbers": _listed(numbers)})


def cards_of_needs(numbers: Iterable[int]) -> Needs:
    return _read(Needs, NEEDS, ["lead AND need_id IN :numbers"], {"numbers": _listed(numbers)})


def all_offers(where: str = "1 = 1") -> Offers:
    return _read(Offers, OFFERS, [f"lead AND {where}"], {})


def all_needs(where: str = "1 = 1") -> Needs:
    return _read(Needs, NEEDS, [f"lead AND {where}"], {})


def _listed(numbers: Iterable[int]) -> list[int]:
    return [int(number) for number in numbers]


def _two_of(first: str, dear: str, third: str) -> str:
    """SQL: two of the three conditions hold. The first is evaluated once, and `dear`, which costs most, as rarely
    as possible."""
    return f"CASE WHEN {first} THEN {third} OR ({dear}) ELSE ({dear}) AND {third} END"


def _having(groups: list[list[int]]) -> tuple[str, Values]:
    """SQL for the skills beside the rarest, whose keys are listed: the bit mask of a card says whether it may hold
    each of them."""
    masks: Values = {f"mask{place}": signature(group) for place, group in enumerate(groups[1:])}
    others = " AND ".join(f"(holds & :{mask}) <> 0" for mask in masks)
    return others or "1 = 1", masks | {"keys": groups[0]}


def _able(keys: set[int]) -> tuple[str, Values]:
    """SQL: whether an offer that answers these keys may meet the required skills of a need. The rarest skill is
    looked up, and the bit mask says whether the others include one that the offer can't."""
    beyond = ALL_SKILLS & ~signature(keys)
    return "(anchor AND (holds & :beyond) = 0)", {"keys": sorted(keys), "beyond": beyond}


def _values(card: Needs | Offers, today: int) -> Values:
    row = dict(zip(card.rows.dtype.names or (), card.rows[0].tolist(), strict=True))
    values: Values = {name: row[name] for name in ("pole", "x", "y", "z", "end")}
    for nth, beside in enumerate(_beside(card), 1):
        values |= {f"{axis}{nth}": int(beside[axis]) for axis in "xyz"}
    reach = row.get("reach", 0) + 1
    values |= {"reach": reach, "square": reach**2} if "reach" in row else {}
    return values | {"begin": max(row["start"], today)}


def _beside(card: Needs | Offers) -> np.ndarray | tuple:
    return card.carried.of_one(int(card.rows["id"][0])) if len(card.carried) else ()


def _at_each(card: Needs | Offers, near: str) -> list[str]:
    """The same condition at the card's own place, and at those of who carries the need too."""
    others = range(1, len(_beside(card)) + 1)
    return [near, *(re.sub(r":([xyz])\b", rf":\g<1>{nth}", near) for nth in others)]


def _areas(card: Needs | Offers, near: list[str]) -> list[str]:
    """SQL for the parts of the index to search: those who work remotely (if the card accepts it), and those near on
    site."""
    place = int(card.rows["place"][0])
    there = f"place = {ON_SITE}" if place & REMOTE else f"place IN ({ON_SITE}, {REMOTE | ON_SITE})"
    everywhere = [place for area in near for place in _at_each(card, area)]
    on_site = [f"{there} AND {area}" for area in everywhere] if place & ON_SITE else []
    return [*([REMOTELY] if place & REMOTE else []), *on_site]


def _ways(card: Needs | Offers, near: str) -> str:
    place = int(card.rows["place"][0])
    ways = []
    if place & REMOTE:
        ways.append(f"(place & {REMOTE}) <> 0")
    if place & ON_SITE:
        anywhere = " OR ".join(_at_each(card, near))
        ways.append(f"((place & {ON_SITE}) <> 0 AND ({anywhere}))")
    return f"({' OR '.join(ways) or '1 = 0'})"


def _read[Some: Cards](kind: type[Some], table: str, wheres: Sequence[str], values: Values) -> Some:
    """All cards found, in one row: their bytes end to end, and those of their skills. The index alone is read; a
    row for each card would take longer than finding them."""
    where_from = OF_POLES if "poles" in values else OF_POLE
    pole = f"{where_from} AND " if "pole" in values else ""
    found = " UNION ALL ".join(
        f"SELECT card, skills FROM {table} WHERE {pole}{where}" for where in wheres
    )
    ((cards, skills),) = bulk.fetch(f"SELECT {_end_to_end()} FROM ({found}) AS found", values)
    return kind.read(cards or b"", skills or b"").once()


def _end_to_end() -> str:
    if connection.vendor == "postgresql":
        return "string_agg(card, ''), string_agg(skills, '')"
    # Bytes stay as they are, nothing among them being read as text.
    return "CAST(group_concat(card, '') AS BLOB), CAST(group_concat(skills, '') AS BLOB)"


def _joined[Some: Cards](kind: type[Some], rows: list[tuple]) -> Some:
    return kind.read(b"".join([row[0] for row in rows]), b"".join([row[1] for row in rows])).once()
