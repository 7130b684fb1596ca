"""Needs and offers as columns of whole numbers: what the score reads, and all it reads.

A card is one row. Its bytes are what the index keeps, so that a thousand survivors come out of the
database as one string of bytes and go to the score without a loop.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self

import numpy as np

FRENCH = 1
NOBODY = -1

OFFER_CARD = np.dtype(
    [
        ("id", "<i8"),
        ("organisation", "<i8"),  # NOBODY for a volunteer
        ("pole", "<i8"),
        ("causes", "<i8"),  # one bit a cause; 0: no preference
        ("x", "<i4"), ("y", "<i4"), ("z", "<i4"),  # metres, see places.py
        ("reach", "<i4"),  # metres
        ("start", "<i4"), ("end", "<i4"),  # days since year 1
        ("hours", "<i4"),  # left to give
        ("answers", "<i2"),
        ("penalty", "<i2"),
        ("room", "<i2"),  # missions left
        ("asked", "<i2"),  # proposals waiting
        ("place", "u1"),
        ("weekdays", "u1"),
        ("languages", "u1"),
        ("work", "u1"),  # on working time
        ("skills", "<i4"),  # how many follow in the other column
    ]
)  # fmt: skip

NEED_CARD = np.dtype(
    [
        ("id", "<i8"),
        ("organisation", "<i8"),
        ("pole", "<i8"),
        ("causes", "<i8"),  # its one cause, as a bit
        ("x", "<i4"), ("y", "<i4"), ("z", "<i4"),
        ("start", "<i4"), ("end", "<i4"),
        ("hours", "<i4"),
        ("since", "<i4"),  # the day it was published
        ("answers", "<i2"),
        ("penalty", "<i2"),
        ("room", "<i2"),
        ("asked", "<i2"),
        ("place", "u1"),
        ("languages", "u1"),
        ("eligible", "u1"),
        ("format", "u1"),  # its place in SPANS
        ("skills", "<i4"),
    ]
)  # fmt: skip


class Skilled(NamedTuple):
    """One skill of a card, packed in four bytes: number, level, required."""

    skill: int
    level: int
    required: bool = True

    def pack(self) -> int:
        return self.skill << 3 | self.required << 2 | self.level


class Cards:
    """Rows of one kind, with their skills end to end in one column."""

    dtype: np.dtype

    def __init__(self, rows: np.ndarray, packed: np.ndarray):
        self.rows, self.packed = rows, packed
        self.starts = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(rows["skills"], out=self.starts[1:])

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.rows[name].astype(np.int64)

    @property
    def skill(self) -> np.ndarray:
        return self.packed >> 3

    @property
    def level(self) -> np.ndarray:
        return self.packed & 3

    @property
    def required(self) -> np.ndarray:
        return (self.packed >> 2 & 1).astype(bool)

    @classmethod
    def read(cls, cards: bytes, skills: bytes) -> Self:
        return cls(np.frombuffer(cards, cls.dtype), np.frombuffer(skills, "<i4"))

    @classmethod
    def of(cls, rows: Iterable[tuple[dict, Sequence[Skilled]]]) -> Self:
        """From plain values: (columns by name, skills) a card."""
        listed = list(rows)
        cards = np.zeros(len(listed), cls.dtype)
        for card, (values, skills) in zip(cards, listed, strict=True):
            for name, value in values.items():
                card[name] = value
            card["skills"] = len(skills)
        packed = [skill.pack() for _values, skills in listed for skill in skills]
        return cls(cards, np.array(packed, "<i4"))

    def bytes(self) -> tuple[bytes, bytes]:
        return self.rows.tobytes(), self.packed.astype("<i4").tobytes()

    def take(self, which: np.ndarray | slice) -> Self:
        """These rows, in this order, with their skills."""
        if isinstance(which, slice):
            first, last, _step = which.indices(len(self.rows))
            return type(self)(self.rows[which], self.packed[self.starts[first] : self.starts[last]])
        rows = self.rows[which]
        lengths = rows["skills"].astype(np.int64)
        ends = np.cumsum(lengths)
        shift = np.repeat(self.starts[which] - (ends - lengths), lengths)
        return type(self)(rows, self.packed[np.arange(len(shift)) + shift])

    def once(self) -> Self:
        """Each row once, by number: an offer found under two skills comes twice."""
        _ids, first = np.unique(self.rows["id"], return_index=True)
        return self if len(first) == len(self) else self.take(first)

    def but(self, ids: Iterable[int]) -> Self:
        unwanted = np.fromiter(ids, np.int64)
        if not len(unwanted):
            return self
        return self.take(np.flatnonzero(~np.isin(self.rows["id"], unwanted)))


class Offers(Cards):
    dtype = OFFER_CARD


class Needs(Cards):
    dtype = NEED_CARD
