"""Counts of terms by class, and the postings that a query walks through, with NumPy only."""

import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

Arrays = dict[str, np.ndarray]

_numbers: list[int] = []


@dataclass(slots=True)
class Counts:
    """How often each term is in each class, sorted by term: term t is in classes[starts[t]:starts[t+1]]."""

    terms: dict[str, int]
    starts: np.ndarray
    classes: np.ndarray
    values: np.ndarray
    rows: int

    @property
    def of_term(self) -> np.ndarray:
        """The number of the term, for each entry."""
        return np.repeat(np.arange(len(self.terms)), np.diff(self.starts))

    def spread(self) -> np.ndarray:
        """In how many classes each term is."""
        return np.diff(self.starts)

    def lengths(self) -> np.ndarray:
        return np.bincount(self.classes, weights=self.values, minlength=self.rows)

    def grouped(self, groups: np.ndarray) -> "Counts":
        """The counts of the same terms by groups of classes."""
        count = int(groups.max()) + 1
        keys = self.of_term.astype(np.int64) * count + groups[self.classes]
        keys, places = np.unique(keys, return_inverse=True)
        values = np.bincount(places, weights=self.values)
        return _term_major(self.terms, keys // count, keys % count, values, count)


def _term_major(
    terms: dict[str, int], of_term: np.ndarray, classes: np.ndarray, values: np.ndarray, rows: int
) -> Counts:
    starts = np.zeros(len(terms) + 1, dtype=np.int64)
    np.cumsum(np.bincount(of_term, minlength=len(terms)), out=starts[1:])
    return Counts(terms, starts, classes.astype(np.int32), values.astype(np.float32), rows)


def count(documents: Iterable[Sequence[str]], known: dict | None = None) -> Counts:
    """Read documents (one a class) into counts; the `known` terms keep their numbers."""
    terms: dict[str, int] = dict(known or {})
    of_term, values = array("i"), array("f")
    sizes: list[int] = []
    for document in documents:
        bag = Counter(document)
        sizes.append(len(bag))
        for term, number in bag.items():
            of_term.append(terms.setdefault(term, len(terms)))
            values.append(number)
    classes = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    term_of = np.frombuffer(of_term, dtype=np.int32)
    order = np.argsort(term_of, kind="stable")
    worth = np.frombuffer(values, dtype=np.float32)
    return _term_major(terms, term_of[order], classes[order], worth[order], len(sizes))


def idf(counts: Counts) -> np.ndarray:
    spread = counts.spread()
    return np.log(1 + (counts.rows - spread + 0.5) / (spread + 0.5)).astype(np.float32)


def bm25(counts: Counts, k1: float, b: float) -> np.ndarray:
    """The BM25 weight of each entry."""
    lengths = counts.lengths()
    norm = k1 * (1 - b + b * lengths / max(lengths.mean(), 1e-9))
    saturated = counts.values * (k1 + 1) / (counts.values + norm[counts.classes])
    return saturated * idf(counts)[counts.of_term]


@dataclass(slots=True)
class Postings:
    """For each term, the classes that it points to, and with what weight."""

    terms: dict[str, int]
    starts: np.ndarray
    classes: np.ndarray
    worth: np.ndarray
    rows: int

    @classmethod
    def of(cls, counts: Counts, worth: np.ndarray) -> "Postings":
        return cls(
            counts.terms,
            counts.starts.astype(np.int32),
            counts.classes.astype(np.uint16),
            worth.astype(np.float16),
            counts.rows,
        )

    def score(self, query: Iterable[tuple[str, float]]) -> np.ndarray:
        """What each class gets from the terms of a query, all their entries summed at once."""
        known = [(self.terms[term], weight) for term, weight in query if term in self.terms]
        if not known:
            return np.zeros(self.rows, dtype=np.float32)
        numbers = np.array([number for number, _ in known])
        starts, sizes = self.starts[numbers], self.starts[numbers + 1] - self.starts[numbers]
        places = np.arange(sizes.sum()) + np.repeat(starts - np.cumsum(sizes) + sizes, sizes)
        worth = self.worth[places] * np.repeat([weight for _, weight in known], sizes)
        return np.bincount(self.classes[places], worth, self.rows).astype(np.float32)

    def holding(self, terms: Iterable[str]) -> np.ndarray:
        """The classes that every one of these terms points to; none where there is no term."""
        asked = set(terms)
        known = [self.terms[term] for term in asked if term in self.terms]
        if not asked or len(known) < len(asked):
            return self.classes[:0]
        parts = sorted((self.classes[self.starts[n] : self.starts[n + 1]] for n in known), key=len)
        found = parts[0]
        for part in parts[1:]:
            found = np.intersect1d(found, part, assume_unique=True)
        return found

    def arrays(self, name: str) -> Arrays:
        return {
            f"{name}.terms": packed(self.terms),
            f"{name}.starts": self.starts,
            f"{name}.classes": self.classes,
            f"{name}.worth": self.worth,
            f"{name}.rows": np.array(self.rows),
        }

    @classmethod
    def read(cls, arrays: Arrays, name: str, shared: dict) -> "Postings":
        return cls(
            unpacked(arrays[f"{name}.terms"], shared),
            arrays[f"{name}.starts"],
            arrays[f"{name}.classes"],
            arrays[f"{name}.worth"],
            int(arrays[f"{name}.rows"]),
        )


def packed(terms: Iterable[str]) -> np.ndarray:
    """The words as bytes, without pickle."""
    return np.frombuffer("\n".join(terms).encode(), dtype=np.uint8)


def unpacked(packed_terms: np.ndarray, shared: dict[bytes, dict[str, int]]) -> dict[str, int]:
    """The terms with their numbers. Postings with the same terms share one dictionary."""
    content = packed_terms.tobytes()
    if content not in shared:
        lines = content.decode().split("\n") if content else []
        # The same roots, pieces of words and numbers stand in many of them: one of each is enough.
        _numbers.extend(range(len(_numbers), len(lines)))
        shared[content] = {sys.intern(t): n for t, n in zip(lines, _numbers, strict=False)}
    return shared[content]
