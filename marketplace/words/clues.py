"""The clues of each skill, which rank it where no phrase names it: its phrases, the texts of its family, its
definition, pieces of its words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from marketplace.words import sparse, tokenizer
from marketplace.words.sparse import Postings
from marketplace.words.tokenizer import HOLLOW

PHRASES = ("label", "synonym")
READ_IN = {
    "family": ("label", "synonym", "definition", "delivers"),
    "definition": ("definition",),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One skill as the lexicon learns it: its texts as (field, text) pairs, in both languages."""

    code: str
    label: str
    texts: tuple[tuple[str, str], ...]
    pk: int | None = None
    family: str = ""
    close: tuple[str, ...] = ()  # the codes of the skills it is close to


def clues_of(entries: Sequence[Entry]) -> tuple[np.ndarray, dict[str, Postings]]:
    """The number of each skill's family, and the postings of each kind of clue."""
    if not entries:
        return np.zeros(0, dtype=np.int32), {}
    of_each = [entry.family or entry.code for entry in entries]
    names = sorted(set(of_each))
    families = np.array([names.index(family) for family in of_each], dtype=np.int32)
    said: list[list[str]] = [[] for _ in names]
    definitions: list[list[str]] = []
    plain = [
        [root for name, text in entry.texts if name in PHRASES for root in tokenizer.stems(text)]
        for entry in entries
    ]
    for entry, family in zip(entries, families, strict=True):
        roots = {name: list(_roots(entry, *fields)) for name, fields in READ_IN.items()}
        said[family] += roots["family"]
        definitions.append(roots["definition"])
    # One skill's pieces at a time: all together would take ten megabytes that no one gives back.
    grams = (
        [gram for root in _roots(entry, *PHRASES) for gram in tokenizer.grams(root)]
        for entry in entries
    )
    return families, {  # how often a piece of a word comes back says little
        "family": _bm25(said, 0.5), "grams": _bm25(grams, 0.6, k1=0.6),
        "definition": _bm25(definitions, 0.6), "plain": _bm25(plain, 0.75),
    }  # fmt: skip


def _roots(entry: Entry, *fields: str) -> Iterator[str]:
    """The roots of an entry's texts, without the words that fit every need (unless a text has no others)."""
    for name, text in entry.texts:
        if name in fields:
            read = tokenizer.tokens(text)
            telling = [token.stem for token in read if token.word not in HOLLOW]
            yield from telling or [token.stem for token in read]


def _bm25(documents: Iterable[list[str]], b: float, k1: float = 1.2) -> Postings:
    counts = sparse.count(documents)
    return Postings.of(counts, sparse.bm25(counts, k1, b))
