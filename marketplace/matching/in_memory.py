"""Needs and offers in memory by the thousand: finds every pair that may match, many at a
time.

The score is computed by the kernel; only the finding is here, with the same filters
as the database's search.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from marketplace.matching.columns import Cards, Needs, Offers
from marketplace.matching.definition import ENOUGH, LEVELS, ON_SITE, RELATIONS, REMOTE
from marketplace.matching.skill_graph import SkillGraph
from marketplace.matching.skills import Column, Grid, SkillSums, Wanted


def required_groups(
    need: Needs, skill_graph: SkillGraph, holders: dict[int, int]
) -> list[list[int]]:
    """For each required skill, the keys of the skills and levels that may stand for it, the rarest group first. A
    need whose skills are all only welcome has one group with all of them."""
    wanted = list(zip(need.skill.tolist(), need.level.tolist(), strict=True))
    keys = [skill_graph.answering(skill, level, ENOUGH) for skill, level in wanted]
    required = [group for group, must in zip(keys, need.required.tolist(), strict=True) if must]
    groups = required or [sorted({key for group in keys for key in group})]
    return sorted(
        (group for group in groups if group),
        key=lambda group: sum(holders.get(key >> 2, 0) for key in group),
    )


def wanted_keys(offer: Offers, skill_graph: SkillGraph, least: int = ENOUGH) -> set[int]:
    """The keys of the wanted skills and levels that this offer may answer."""
    held = zip(offer.skill.tolist(), offer.level.tolist(), strict=True)
    return {key for skill, level in held for key in skill_graph.answered_by(skill, level, least)}


def signature(keys: Iterable[int]) -> int:
    """A number with a bit for each skill: a card that lacks all bits of a group can't hold any skill of it."""
    mask = 0
    for key in keys:
        mask |= 1 << (key >> 2) % BITS
    return mask


BITS = 63
ALL_SKILLS = (1 << BITS) - 1


# All that a credit may be, the least first: one byte says which.
CREDITS = np.array(
    sorted({0} | {worth * level // 100 for worth in RELATIONS for level in LEVELS}), np.int32
)
ENOUGH_PLACE = np.searchsorted(CREDITS, ENOUGH)
CROWD_BYTES = 80_000_000  # of what the skills are worth, for one crowd of offers
SQUARE = 65_536  # pairs looked at together: what they take stays in the processor's own memory
BATCH = 32_768  # pairs scored together


def listed_under(cards: Cards) -> dict[int, np.ndarray]:
    """For each key of a skill and level, the rows of the cards that have it."""
    owners = np.repeat(np.arange(len(cards)), np.diff(cards.starts))
    keys = cards.skill << 2 | cards.level
    order = np.argsort(keys, kind="stable")
    owners, keys = owners[order], keys[order]
    edges = np.flatnonzero(np.diff(keys, prepend=-1, append=-1)).tolist()
    return {int(keys[first]): owners[first:last] for first, last in pairwise(edges)}


class Crowd:
    """Some offers in memory, with the credit of each for every skill and level that some need has wanted."""

    def __init__(self, offers: Offers, skill_graph: SkillGraph) -> None:
        self.offers, self.skill_graph = offers, skill_graph
        self.under = listed_under(offers)
        self.held = np.array(list(self.under), np.int64)
        self.places = {0: 0}  # of a key among the rows below; the first row is worth nothing
        self.worth = np.zeros((1 + 3 * len(skill_graph.skills), len(offers)), np.uint8)
        self.flat = self.worth.ravel()
        self.holders: list[Column] = [np.zeros(0, np.int64)]
        self.counts = np.zeros(len(self.worth), np.int64)  # of the holders, row by row

    @staticmethod
    def size(skill_graph: SkillGraph) -> int:
        """The most offers that a crowd may have, for its memory."""
        return CROWD_BYTES // (1 + 3 * len(skill_graph.skills))

    def rows(self, keys: np.ndarray) -> np.ndarray:
        """The rows of these skills and levels in `worth` and `holders`."""
        known, back = np.unique(keys, return_inverse=True)
        return np.array([self._row(key) for key in known.tolist()], np.int64)[back]

    def _row(self, key: int) -> int:
        if key not in self.places and self.skill_graph.places(key >> 2):
            self.places[key] = row = len(self.places)
            self._fill(self.worth[row], key)
            self.holders.append(np.flatnonzero(self.worth[row] >= ENOUGH_PLACE))
            self.counts[row] = len(self.holders[row])
        return self.places.get(key, 0)

    def _fill(self, worth: np.ndarray, key: int) -> None:
        """Write the best credit of each offer for a wanted skill, as its index in CREDITS."""
        credits = self.skill_graph.credits(key >> 2, key & 3, self.held >> 2, self.held & 3)
        for place in np.argsort(credits, kind="stable").tolist():
            if credits[place]:  # a better one is written over a lesser
                worth[self.under[int(self.held[place])]] = np.searchsorted(CREDITS, credits[place])


@dataclass
class Pairs:
    """Pairs that meet the conditions on skills, place and dates: the row of the need and that of the offer, in two
    columns."""

    needs: Column
    offers: Column
    worth: np.ndarray  # of each wanted skill, as a place among CREDITS

    def __len__(self) -> int:
        return len(self.needs)

    def take(self, which: Column) -> "Pairs":
        return Pairs(self.needs[which], self.offers[which], self.worth.take(which, axis=1))


class Meeting:
    """The search for pairs between some needs and a crowd.

    Needs of a pôle that have the same rarest required skill are looked at together,
    against those who hold enough of it. A need whose skills are all only welcome comes
    once under each skill, without those who hold enough of an earlier one.
    """

    def __init__(self, needs: Needs, crowd: Crowd, today: int) -> None:
        self.needs, self.crowd, self.today = needs, crowd, today
        self.wanted = Wanted.of(needs, crowd.skill_graph)
        keys = self.wanted.key
        self.rows = crowd.rows(keys.ravel()).reshape(keys.shape)
        self.depths = np.arange(len(self.rows))[:, None]

    def batches(self) -> Iterator[tuple[int, Pairs]]:
        """The pairs, one pôle at a time, some thousands together."""
        waiting: list[Pairs] = []
        pole = -1
        for here, row, needs, depths in self._groups():
            if waiting and (here != pole or sum(map(len, waiting)) >= BATCH):
                yield pole, _together(waiting)
                waiting = []
            pole = here
            waiting += self._found(here, row, needs, depths)
        if waiting:
            yield pole, _together(waiting)

    def sums(self, pairs: Pairs) -> SkillSums:
        wanted = self.wanted if len(self.needs) == 1 else self.wanted.take(pairs.needs)
        return SkillSums(wanted, CREDITS.take(pairs.worth))

    def _groups(self) -> Iterator[tuple[int, int, Column, Column]]:
        """The needs in groups: the pôle, the row of the skill to begin with, the needs, and how many of their
        earlier skills have already brought their holders."""
        needs, depths = self._entries()
        rows, poles = self.rows[depths, needs], self.needs["pole"][needs]
        depths = np.where(self.wanted.required[depths, needs], 0, depths)
        order = np.lexsort((rows, poles))
        moves = np.diff(rows[order], prepend=-1) | np.diff(poles[order], prepend=-1)
        edges = [*np.flatnonzero(moves).tolist(), len(order)]
        for first, last in pairwise(edges):
            chosen = order[first:last]
            yield int(poles[chosen[0]]), int(rows[chosen[0]]), needs[chosen], depths[chosen]

    def _entries(self) -> tuple[Column, Column]:
        """Each need with the position of its rarest required skill; a need whose skills are all welcome comes with
        each of them."""
        holders = self.crowd.counts[self.rows]
        required = self.wanted.required
        if not len(required):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        rarest = np.where(required, holders, len(self.crowd.offers) + 1).argmin(axis=0)
        first = (self.depths == rarest) & required.any(axis=0)
        depths, needs = np.nonzero(first | (self.wanted.counting & ~required))
        return needs, depths

    def _found(self, pole: int, row: int, needs: Column, depths: Column) -> Iterator[Pairs]:
        offers, holders = self.crowd.offers, self.crowd.holders[row]
        if len(needs) == 1:
            yield self._of_one(pole, needs, holders, depths)
            return
        holders = holders[offers["pole"].take(holders) == pole]
        if not len(holders):
            return
        some = offers.take(holders)
        step = max(1, SQUARE // len(holders))
        for first in range(0, len(needs), step):
            part = needs[first : first + step]
            met = _days_and_place(self.needs.take(part), some, self.today)
            one, other = np.divmod(np.flatnonzero(met), len(holders))
            yield self._able(part, one, holders.take(other), depths[first : first + step])

    def _of_one(self, pole: int, need: Column, holders: Column, depths: Column) -> Pairs:
        """The pairs of a need that is alone in its group. Its other skills are looked at before dates and place,
        since they leave fewer offers."""
        pairs = self._able(need, np.zeros(len(holders), np.int64), holders, depths)
        some = self.crowd.offers.take(pairs.offers)
        met = _days_and_place(self.needs.of_pairs(need), some, self.today)[0]
        return pairs.take(np.flatnonzero(met & (some["pole"] == pole)))

    def _able(self, needs: Column, one: Column, offers: Column, depths: Column) -> Pairs:
        """The pairs that meet the required skills and haven't been found before. `one` says which need each pair is
        of."""
        size = len(self.crowd.offers)
        worth = np.empty((len(self.rows), len(one)), np.uint8)
        able = np.ones(len(one), bool)
        for depth, row in enumerate(self.rows):
            self.crowd.flat.take((row[needs] * size).take(one) + offers, out=worth[depth])
            enough = worth[depth] >= ENOUGH_PLACE
            able &= enough | ~self.wanted.required[depth, needs].take(one)
            if depths.any():
                able &= ~enough | (depths <= depth).take(one)
        chosen = np.flatnonzero(able)
        return Pairs(needs.take(one.take(chosen)), offers.take(chosen), worth.take(chosen, axis=1))


def _together(some: list[Pairs]) -> Pairs:
    return Pairs(
        np.concatenate([pairs.needs for pairs in some]),
        np.concatenate([pairs.offers for pairs in some]),
        np.concatenate([pairs.worth for pairs in some], axis=1),
    )


def _days_and_place(needs: Needs, offers: Offers, today: int) -> Grid:
    """A table of which needs (rows) share days with which offers (columns) and are within reach of them."""
    there = needs.made("corner", _corner_of_need) @ offers.made("corner", _corner_of_offer).T
    near = there > needs.made("square", _square)[:, None]
    for rows, beside in needs.carried.each(needs["id"]) if len(needs.carried) else ():
        x, y, z = (beside[axis].astype(np.float64) for axis in "xyz")
        corner = np.stack([x, y, z, np.ones(len(rows))], axis=1)
        there = corner @ offers.made("corner", _corner_of_offer).T
        near[rows] |= there > (x**2 + y**2 + z**2)[:, None]
    near &= ((needs["place"] & ON_SITE) > 0)[:, None] & ((offers["place"] & ON_SITE) > 0)
    near |= ((needs["place"] & REMOTE) > 0)[:, None] & ((offers["place"] & REMOTE) > 0)
    near &= offers["end"] >= np.maximum(needs["start"], today)[:, None]
    near &= offers["start"] <= needs["end"][:, None]
    return near


# The square of a distance is |n|² + |o|² - 2 n·o: one product of matrices for all pairs, which takes floats.
# They are exact here, since all these whole numbers stay far below 2**53.


def _square(cards: Cards) -> Column:
    x, y, z = (cards[axis].astype(np.float64) for axis in "xyz")
    return x**2 + y**2 + z**2


def _corner_of_need(needs: Needs) -> Grid:
    return np.stack([*(needs[axis] for axis in "xyz"), np.ones(len(needs))], axis=1, dtype=float)


def _corner_of_offer(offers: Offers) -> Grid:
    reach = (offers["reach"] + 1) ** 2 - _square(offers)
    return np.stack([*(2 * offers[axis] for axis in "xyz"), reach], axis=1, dtype=float)


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
