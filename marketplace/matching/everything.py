"""All the cards of one kind in memory, for making every list at once: the index's search in NumPy.

The score is the kernel's; only the finding is here, with the same filters as the database's search.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from itertools import pairwise

import numpy as np

from marketplace.matching.columns import Cards, Needs, Offers
from marketplace.matching.definition import ENOUGH, LEVELS, ON_SITE, RELATIONS, REMOTE
from marketplace.matching.kinship import Kinship

COLUMNS = ("start", "end", "place", "x", "y", "z", "pole")  # that a search in memory reads


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


class Kept[Key, Value]:
    """Things made when they are asked for, and the latest of them kept: at the most so many bytes."""

    def __init__(self, make: Callable[[Key], Value], size: Callable[[Value], int], most: int):
        self.make, self.size, self.left = make, size, most
        self.known: OrderedDict[Key, Value] = OrderedDict()

    def __getitem__(self, key: Key) -> Value:
        if key in self.known:
            self.known.move_to_end(key)
            return self.known[key]
        made = self.known[key] = self.make(key)
        self.left -= self.size(made)
        while self.left < 0 and len(self.known) > 1:
            _key, oldest = self.known.popitem(last=False)
            self.left += self.size(oldest)
        return made


def listed_under(cards: Cards, under: np.ndarray | None = None) -> dict[int, np.ndarray]:
    """The rows of the cards under each of their keys; `under` says which skills count, all by default."""
    owners = np.repeat(np.arange(len(cards)), np.diff(cards.starts))
    keys = cards.skill << 2 | cards.level
    if under is not None:
        owners, keys = owners[under], keys[under]
    order = np.argsort(keys, kind="stable")
    owners, keys = owners[order], keys[order]
    edges = np.flatnonzero(np.diff(keys, prepend=-1, append=-1)).tolist()
    return {int(keys[first]): owners[first:last] for first, last in pairwise(edges)}


def _in_time_and_place(cards: Cards, card: Cards, today: int) -> np.ndarray:
    """Which of the cards share days with this one, come within reach, and are of its pôle."""
    own = {name: int(card[name][0]) for name in COLUMNS}
    kept = cards["end"] >= max(own["start"], today)
    kept &= cards["start"] <= own["end"]
    kept &= cards["pole"] == own["pole"]
    ways = cards["place"] & own["place"]
    there = (ways & REMOTE) != 0
    if own["place"] & ON_SITE:
        square = sum((cards[axis] - own[axis]) ** 2 for axis in "xyz")
        reach = int(card["reach"][0]) if isinstance(card, Offers) else cards["reach"]
        there |= ((ways & ON_SITE) != 0) & (square < (reach + 1) ** 2)
    return np.flatnonzero(kept & there)


# All that a credit may be, the least first.
CREDITS = np.array(
    sorted({0} | {worth * level // 100 for worth in RELATIONS for level in LEVELS}), np.int32
)
ENOUGH_PLACE = np.searchsorted(CREDITS, ENOUGH)


class AllOffers:
    """Every offer in memory. For each wanted skill and level: what the best skill of each is worth, and
    those who hold enough, with their columns. Needs that want the same share both."""

    MOST = 80_000_000  # bytes of each

    def __init__(self, offers: Offers, kinship: Kinship):
        self.offers, self.kinship = offers, kinship
        self.under = listed_under(offers)
        self.held = np.array(list(self.under), np.int64)
        self.worth = Kept(self._worth, lambda worth: worth.nbytes, self.MOST)
        self.holders = Kept(self._holders, lambda cards: 150 * len(cards), self.MOST)
        self.counts: dict[tuple[int, int], int] = {}

    def _worth(self, wanted: tuple[int, int]) -> np.ndarray:
        """The best credit of each offer for a wanted skill, as its place among CREDITS: one byte."""
        credits = self.kinship.credits(*wanted, self.held >> 2, self.held & 3)
        worth = np.zeros(len(self.offers), np.uint8)
        for place in np.argsort(credits, kind="stable").tolist():
            if credits[place]:  # a better one is written over a lesser
                rows = self.under[int(self.held[place])]
                worth[rows] = np.searchsorted(CREDITS, credits[place])
        return worth

    def _holders(self, wanted: tuple[int, int]) -> "Holders":
        return Holders(self.offers, np.flatnonzero(self.worth[wanted] >= ENOUGH_PLACE))

    def rarest(self, need: Needs) -> tuple[int, int]:
        """The required skill that the fewest hold; nothing when all are only welcome."""
        wanted = [
            want for want, must in zip(_wants(need), need.required.tolist(), strict=True) if must
        ]
        return min(wanted, key=self._count, default=(0, 0))

    def _count(self, wanted: tuple[int, int]) -> int:
        if wanted not in self.counts:
            self.counts[wanted] = int(np.count_nonzero(self.worth[wanted] >= ENOUGH_PLACE))
        return self.counts[wanted]

    def reaching(self, need: Needs, today: int) -> tuple[Offers, np.ndarray]:
        """The offers that meet the need's skills, days and place, and what each is worth for each skill."""
        wanted, rarest = _wants(need), self.rarest(need)
        worth = [self.worth[want] for want in wanted]
        holders = self.holders[rarest] if rarest[0] else self._of_any(worth)
        chosen = _in_time_and_place(holders.cards, need, today)
        rows = holders.rows[chosen]
        credits = np.zeros((len(wanted), len(chosen)), np.int32)
        for want, column in enumerate(worth):
            np.take(CREDITS, column[rows], out=credits[want])
        lacking = (credits < ENOUGH) & need.required[:, None]
        if lacking.any():
            able = np.flatnonzero(~lacking.any(axis=0))
            chosen, credits = chosen[able], credits[:, able]
        return holders.cards.take(chosen), credits

    def _of_any(self, worth: list[np.ndarray]) -> "Holders":
        enough = np.zeros(len(self.offers), bool)
        for column in worth:
            enough |= column >= ENOUGH_PLACE
        return Holders(self.offers, np.flatnonzero(enough))


class Holders:
    """Some of the offers, and where they stand among all."""

    def __init__(self, offers: Offers, rows: np.ndarray):
        self.rows, self.cards = rows, offers.take(rows)

    def __len__(self) -> int:
        return len(self.rows)


def _wants(need: Needs) -> list[tuple[int, int]]:
    return list(zip(need.skill.tolist(), need.level.tolist(), strict=True))


class AllNeeds:
    """Every need in memory, listed under its rarest required skill only; under all when all are welcome."""

    def __init__(self, needs: Needs, kinship: Kinship, holders: dict[int, int]):
        self.needs, self.kinship = needs, kinship
        self.under = listed_under(needs, anchors(needs, holders))

    def reaching(self, offer: Offers, today: int) -> Needs:
        keys = wanted_keys(offer, self.kinship)
        found = [self.under[key] for key in keys if key in self.under]
        rows = np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)
        some = self.needs.take(rows)
        return some.take(_in_time_and_place(some, offer, today))


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
