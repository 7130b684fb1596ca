"""Needs and offers as columns of whole numbers: all that the score reads of them.

A card is one row. Its bytes are what the index stores, so that a thousand cards come
out of the database as one string of bytes and go to the score without a loop.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np

from marketplace.matching import carriers
from marketplace.matching.definition import FORMATS, TIMES

FRENCH = 1
NOBODY = -1
NOTHING = np.zeros(0, np.int32)

OFFER_CARD = np.dtype(
    [
        ("id", "<i8"),
        ("organisation", "<i8"),  # or the head of its group; NOBODY for a volunteer
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
        ("languages", "<u4"),
        ("work", "u1"),  # OWN_TIME, GIVEN or LENT
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
        ("languages", "<u4"),
        ("eligible", "u1"),
        ("times", "u1"),  # OWN_WELCOME, WORK_WELCOME
        ("format", "u1"),  # its place in FORMATS
        ("undated", "u1"),  # 1: whenever it suits, while it is fresh
        ("carriers", "u1"),  # how many carry it beside its lead: they follow its skills
        ("skills", "<i4"),
    ]
)  # fmt: skip


def layout_of(*cards: np.dtype) -> str:
    """What has to be the same for the bytes of a stored card to be read."""
    return hashlib.sha256(
        repr([*(card.descr for card in cards), FORMATS, TIMES]).encode()
    ).hexdigest()


class Skilled(NamedTuple):
    """One skill of a card, packed in four bytes: number, level, required."""

    skill: int
    level: int
    required: bool = True

    def pack(self) -> int:
        return self.skill << 3 | self.required << 2 | self.level


# What fits in four bytes is reckoned in four: twice as many numbers at a time. The rest takes eight.
LONG = {"id", "organisation", "pole", "causes", "x", "y", "z", "reach"}


class Cards:
    """Rows of one kind, with all their skills end to end in one column.

    Rows taken from others are fetched from them column by column, when a column is asked
    for: a search among a hundred thousand takes a thousand, and the score reads half of
    what they hold.
    """

    dtype: np.dtype
    carried = carriers.NONE

    def __init__(self, rows: np.ndarray, packed: np.ndarray) -> None:
        self._all: tuple[np.ndarray, np.ndarray] | None = (rows, packed)
        self._from: tuple[Self, np.ndarray] | None = None
        self._columns: dict[str, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self._from[1] if self._from else self.rows)

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._columns:
            self._columns[name] = self._column(name)
        return self._columns[name]

    def _column(self, name: str) -> np.ndarray:
        if self._from:
            whole, which = self._from
            return whole[name].take(which)
        return self.rows[name].astype(np.int64 if name in LONG else np.int32)

    def made(self, name: str, how: Callable[[Self], np.ndarray]) -> np.ndarray:
        """A column computed from others: once for all the cards that are taken from these."""
        if name not in self._columns:
            if self._from:
                whole, which = self._from
                self._columns[name] = whole.made(name, how).take(which, axis=0)
            else:
                self._columns[name] = how(self)
        return self._columns[name]

    @property
    def rows(self) -> np.ndarray:
        return self._fetched()[0]

    @property
    def packed(self) -> np.ndarray:
        return self._fetched()[1]

    def _fetched(self) -> tuple[np.ndarray, np.ndarray]:
        if self._all is None:
            assert self._from
            whole, which = self._from
            lengths = whole["skills"][which].astype(np.int64)
            shift = np.repeat(whole.starts[which] - (np.cumsum(lengths) - lengths), lengths)
            self._all = (whole.rows[which], whole.packed[np.arange(len(shift)) + shift])
        return self._all

    @cached_property
    def starts(self) -> np.ndarray:
        starts = np.zeros(len(self) + 1, np.int64)
        np.cumsum(self.rows["skills"], out=starts[1:])
        return starts

    @cached_property
    def skill(self) -> np.ndarray:
        return self.packed >> 3

    @cached_property
    def level(self) -> np.ndarray:
        return self.packed & 3

    @cached_property
    def required(self) -> np.ndarray:
        return (self.packed >> 2 & 1).astype(bool)

    @classmethod
    def read(cls, cards: bytes, skills: bytes) -> Self:
        return cls(np.frombuffer(cards, cls.dtype), np.frombuffer(skills, "<i4"))

    @classmethod
    def of(cls, rows: Iterable[tuple[dict, Sequence[Skilled]]]) -> Self:
        """Cards made of plain values: for each, its columns by name and its skills. Raises ValueError for a column
        that isn't given, or that no card has."""
        listed = list(rows)
        cards = np.zeros(len(listed), cls.dtype)
        columns = {*(cls.dtype.names or ())} - {"skills"}
        for card, (values, skills) in zip(cards, listed, strict=True):
            if missing := columns - values.keys():
                raise ValueError(f"{cls.__name__} without {', '.join(sorted(missing))}")
            for name, value in values.items():
                card[name] = value
            card["skills"] = len(skills)
        packed = [skill.pack() for _values, skills in listed for skill in skills]
        return cls(cards, np.array(packed, "<i4"))

    def stored(self, row: int) -> tuple[bytes, bytes]:
        """One card as the index keeps it."""
        held = slice(int(self.starts[row]), int(self.starts[row + 1]))
        return self.rows[row].tobytes(), self.packed[held].astype("<i4").tobytes()

    def bytes(self) -> tuple[bytes, bytes]:
        return self.rows.tobytes(), self.packed.astype("<i4").tobytes()

    def with_rows(self, rows: np.ndarray, packed: np.ndarray) -> Self:
        """The same cards with other values."""
        made = type(self)(rows, packed)
        made.carried = self.carried
        return made

    def take(self, which: np.ndarray | slice) -> Self:
        """These rows, in this order, with their skills."""
        if isinstance(which, slice):
            which = np.arange(*which.indices(len(self)))
        part = type(self)(NOTHING, NOTHING)
        whole, rows = self._from or (self, None)
        part._all, part._from = None, (whole, which if rows is None else rows.take(which))
        part.carried = self.carried
        return part

    def of_pairs(self, rows: np.ndarray) -> Self:
        """The cards at these rows, for pairs. A card that is alone is returned as it is: it stands for itself in
        all pairs."""
        return self if len(self) == 1 and len(rows) else self.take(rows)

    def once(self) -> Self:
        """Each card once, by its number: an offer that was found under two skills comes twice."""
        _ids, first = np.unique(self["id"], return_index=True)
        return self if len(first) == len(self) else self.take(first)

    def in_order(self) -> Self:
        """The cards sorted by their number."""
        return self.take(np.argsort(self["id"]))

    def but(self, ids: Iterable[int]) -> Self:
        unwanted = np.fromiter(ids, np.int64)
        if not len(unwanted):
            return self
        return self.take(np.flatnonzero(~np.isin(self["id"], unwanted)))


class Offers(Cards):
    dtype = OFFER_CARD


class Needs(Cards):
    dtype = NEED_CARD

    @classmethod
    def read(cls, cards: bytes, skills: bytes) -> Self:
        rows = np.frombuffer(cards, cls.dtype)
        packed, carried = carriers.apart(rows, np.frombuffer(skills, "<i4"))
        found = cls(rows, packed)
        found.carried = carried
        return found

    @classmethod
    def of(cls, rows: Iterable[tuple[dict, Sequence[Skilled]]]) -> Self:
        """The same; `carriers` are given as a list of those beside the lead."""
        listed = list(rows)
        beside = {v["id"]: v["carriers"] for v, _skills in listed if v.get("carriers")}
        counted = ((v | _counted(v), skills) for v, skills in listed)
        found = super().of(counted)
        if beside:
            found.carried = carriers.Carried.of(beside.keys(), beside.values())
        return found

    def of_houses(self, houses: Collection[int]) -> list[int]:
        """The numbers of those that one of these houses carries."""
        wanted = np.fromiter(houses, np.int64)
        own = np.isin(self["organisation"], wanted)
        for rows, beside in self.carried.each(self["id"]) if len(self.carried) else ():
            own[rows] |= np.isin(beside["house"], wanted)
        found: list[int] = self["id"][own].tolist()
        return found

    def stored(self, row: int) -> tuple[bytes, bytes]:
        card, skills = super().stored(row)
        beside = self.carried.of_one(int(self.rows["id"][row])) if len(self.carried) else b""
        return card, skills + bytes(beside)


def _counted(values: dict) -> dict[str, int]:
    return {"carriers": len(values["carriers"])} if "carriers" in values else {}
