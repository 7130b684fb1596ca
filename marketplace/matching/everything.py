"""All the cards of one kind in memory, for making every list at once: the index's search in NumPy.

The score is the kernel's; only the finding is here, with the same filters as the database's search.
"""

from collections.abc import Iterable

import numpy as np

from marketplace.matching.columns import Cards, Needs, Offers
from marketplace.matching.definition import ENOUGH, ON_SITE, REMOTE
from marketplace.matching.kinship import Kinship

COLUMNS = ("start", "end", "place", "x", "y", "z", "pole")


def required_groups(need: Needs, kinship: Kinship, holders: dict[int, int]) -> list[list[int]]:
    """The keys that may stand for each required skill, the rarest group first. A need whose skills
    are all only welcome takes any of them."""
    wanted = list(zip(need.skill.tolist(), need.level.tolist(), strict=True))
    keys = [kinship.answering(skill, level, ENOUGH) for skill, level in wanted]
    required = [group for group, must in zip(keys, need.required.tolist(), strict=True) if must]
    groups = required or [sorted({key for group in keys for key in group})]
    return sorted(
        (group for group in groups if group),
        key=lambda group: sum(holders.get(key >> 2, 0) for key in group),
    )


def wanted_keys(offer: Offers, kinship: Kinship, least: int = ENOUGH) -> set[int]:
    """The keys of the wanted skills that this offer may answer."""
    held = zip(offer.skill.tolist(), offer.level.tolist(), strict=True)
    return {key for skill, level in held for key in kinship.answered_by(skill, level, least)}


def signature(keys: Iterable[int]) -> int:
    """A bit for each skill: a card that lacks all bits of a group can't hold any of it."""
    mask = 0
    for key in keys:
        mask |= 1 << (key >> 2) % 63
    return mask


class Postings[Kind: Cards]:
    """Cards listed under their skills, with the filter columns lying in the lists themselves."""

    def __init__(self, cards: Kind, under: np.ndarray | None = None):
        """`under`: which of the packed skills a card is listed under; all of them by default."""
        self.cards = cards
        owners = np.repeat(np.arange(len(cards)), np.diff(cards.starts))
        keys = cards.skill.astype(np.int64) << 2 | cards.level
        bits = np.int64(1) << (keys >> 2) % 63
        holds = np.zeros(len(cards), np.int64)
        np.bitwise_or.at(holds, owners, bits)
        if under is not None:
            owners, keys = owners[under], keys[under]
        order = np.argsort(keys, kind="stable")
        self.rows = owners[order]
        self.holds = holds[self.rows]
        self.columns = {name: cards[name][self.rows] for name in COLUMNS}
        if "reach" in (cards.dtype.names or ()):
            self.columns["reach"] = (cards["reach"][self.rows] + 1) ** 2
        listed = keys[order]
        edges = np.flatnonzero(np.diff(listed, prepend=-1, append=-1))
        self.slices = {
            int(listed[first]): slice(int(first), int(last))
            for first, last in zip(edges[:-1], edges[1:], strict=True)
        }

    def reaching(self, card: Cards, keys: Iterable[int], masks: Iterable[int], today: int) -> Kind:
        """The cards under these keys that share days with this one and come within reach."""
        found = [
            self._filtered(card, self.slices[key], masks, today)
            for key in keys
            if key in self.slices
        ]
        rows = np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)
        return self.cards.take(rows)

    def _filtered(self, card: Cards, part: slice, masks: Iterable[int], today: int) -> np.ndarray:
        own = {name: int(card.rows[name][0]) for name in COLUMNS}
        columns = {name: column[part] for name, column in self.columns.items()}
        kept = (columns["end"] >= max(own["start"], today)) & (columns["start"] <= own["end"])
        kept &= columns["pole"] == own["pole"]
        for mask in masks:
            kept &= (self.holds[part] & mask) != 0
        chosen = np.flatnonzero(kept)
        square = sum((columns[axis][chosen] - own[axis]) ** 2 for axis in "xyz")
        ours = isinstance(card, Offers)
        reach = (int(card.rows["reach"][0]) + 1) ** 2 if ours else columns["reach"][chosen]
        ways = columns["place"][chosen] & own["place"]
        there = ((ways & REMOTE) != 0) | (((ways & ON_SITE) != 0) & (square <= reach))
        return self.rows[part][chosen[there]]


def offers_for_everyone(offers: Offers) -> Postings[Offers]:
    return Postings(offers)


def needs_for_everyone(needs: Needs, holders: dict[int, int]) -> Postings[Needs]:
    """Under the rarest required skill only; under all when all are welcome."""
    return Postings(needs, anchors(needs, holders))


def anchors(needs: Needs, holders: dict[int, int]) -> np.ndarray:
    under = np.zeros(len(needs.packed), bool)
    skills, required, starts = needs.skill.tolist(), needs.required, needs.starts.tolist()
    for first, last in zip(starts[:-1], starts[1:], strict=True):
        must = [place for place in range(first, last) if required[place]]
        if must:
            under[min(must, key=lambda place: (holders.get(skills[place], 0), skills[place]))] = (
                True
            )
        else:
            under[first:last] = True
    return under
