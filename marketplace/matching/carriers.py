"""What a need that several structures carry has beside its card: for each of them but the lead, a place and a house.

The place of a pair is the nearest one, and nobody comes from any of these houses. Needs that one structure carries, nearly all of
them, have nothing here and cost nothing more.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

if TYPE_CHECKING:
    from marketplace.matching.columns import Needs, Offers

type Column = np.ndarray

# As it is stored, after the skills of its card: as many whole numbers of four bytes.
BESIDE = np.dtype([("x", "<i4"), ("y", "<i4"), ("z", "<i4"), ("house", "<i8")])
WORDS = BESIDE.itemsize // 4


class Beside(NamedTuple):
    """A structure that carries a need beside its lead: where it is, and its number or that of the head of its group."""

    x: int
    y: int
    z: int
    house: int


class Carried:
    """The carriers of some needs: `known` are the needs' numbers in order, `first` and `counts` say which rows are whose."""

    def __init__(self, needs: Column, counts: Column, rows: Column) -> None:
        self.rows = rows
        self.known, at = np.unique(
            needs, return_index=True
        )  # a need that was found twice counts once
        self.first, self.counts = (np.cumsum(counts) - counts)[at], counts[at]

    def __len__(self) -> int:
        return len(self.known)

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.known, self.first, self.counts, self.rows

    @classmethod
    def of(cls, needs: Iterable[int], beside: Iterable[list[Beside]]) -> Self:
        listed = list(beside)
        rows = np.array([tuple(one) for some in listed for one in some], BESIDE)
        return cls(np.array(list(needs), np.int64), np.array([*map(len, listed)], np.int64), rows)

    def each(self, needs: Column) -> Iterator[tuple[Column, Column]]:
        """The first carrier of each of these needs that has one, then the second…: at which places of `needs`, and what it
        has beside."""
        place = np.minimum(np.searchsorted(self.known, needs), len(self.known) - 1)
        rows = np.flatnonzero(self.known[place] == needs)
        for nth in range(int(self.counts.max(initial=0))):
            rows = rows[self.counts[place[rows]] > nth]
            if not len(rows):
                return
            yield rows, self.rows[self.first[place[rows]] + nth]

    def of_one(self, need: int) -> Column:
        found = np.flatnonzero(self.known == need)
        if not len(found):
            return self.rows[:0]
        first = int(self.first[found[0]])
        return self.rows[first : first + int(self.counts[found[0]])]


NONE = Carried.of((), ())


def apart(cards: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, Carried]:
    """The skills of stored cards, and who carries these needs: both lie end to end, card by card."""
    if not cards["carriers"].any():
        return words, NONE
    skills, counts = cards["skills"].astype(np.int64), cards["carriers"].astype(np.int64)
    lengths = skills + WORDS * counts
    place = np.arange(len(words)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    is_skill = place < np.repeat(skills, lengths)
    with_some = counts > 0
    rows = np.ascontiguousarray(words[~is_skill]).view(BESIDE)
    return words[is_skill], Carried(cards["id"][with_some], counts[with_some], rows)


def nearest(needs: "Needs", offers: "Offers") -> tuple[Column, Column]:
    """For each pair the square of the distance from the nearest of the need's places, and whose that is: 0 its own, otherwise
    that of which of those that carry it too."""
    square = sum((needs[axis] - offers[axis]) ** 2 for axis in "xyz")
    if not len(needs.carried):
        return square, np.zeros(1, np.int32)
    whose = np.zeros(len(square), np.int32)
    for nth, (rows, beside) in enumerate(needs.carried.each(needs["id"]), 1):
        pairs = slice(None) if len(needs) == 1 else rows
        there = sum(
            (beside[axis].astype(np.int64) - _of(offers[axis], pairs)) ** 2 for axis in "xyz"
        )
        whose[pairs] = np.where(there < square[pairs], nth, whose[pairs])
        square[pairs] = np.minimum(square[pairs], there)
    return square, whose


def of_one_house(needs: "Needs", offers: "Offers") -> Column:
    """For each pair, whether the offer is of a house that carries the need."""
    theirs = offers["organisation"]
    same = (theirs == needs["organisation"]) & (theirs > 0)  # a volunteer is of no house
    for rows, beside in needs.carried.each(needs["id"]) if len(needs.carried) else ():
        pairs = slice(None) if len(needs) == 1 else rows
        same[pairs] |= _of(theirs, pairs) == beside["house"]
    return same


def _of(column: Column, pairs: Column | slice) -> Column:
    """A column of the offers for these pairs; one with a single value stands for all."""
    return column if len(column) == 1 else column[pairs]
