"""The signs of a text that everyday sentences are learnt by: its words, their roots and beginnings, and each two that
stand side by side."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from marketplace.words import tokenizer
from marketplace.words.tokenizer import Token

PAIR, BEGINNING = 0.7, 0.6  # what they count, of a word
SHORTEST, LONG, BEGINS = 3, 6, 5  # letters


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign, as a number, with what it counts and where it is."""

    number: int
    worth: float
    start: int
    end: int


def signs(text: str, read: Sequence[Token], heard: np.ndarray | None = None) -> list[Sign]:
    """Each sign of a text once, where it is loudest. `heard` says how loud each character is."""
    loudest: dict[int, Sign] = {}
    for name, worth, start, end in _named(text, read):
        loud = worth if heard is None else worth * float(min(heard[start], heard[end - 1]))
        number = zlib.crc32(name.encode())
        if loud > 0 and (number not in loudest or loudest[number].worth < loud):
            loudest[number] = Sign(number, loud, start, end)
    return list(loudest.values())


def _named(text: str, read: Sequence[Token]) -> Iterator[tuple[str, float, int, int]]:
    words = tokenizer.words(text)
    for word, start, end in words:
        if len(word) >= SHORTEST:
            yield f"w {word}", 1.0, start, end
    for token in read:
        yield f"s {token.stem}", 1.0, token.start, token.end
        if len(token.word) >= LONG:
            yield f"b {token.word[:BEGINS]}", BEGINNING, token.start, token.end
    for (one, start, _), (other, _, end) in zip(words, words[1:], strict=False):
        yield f"ww {one} {other}", PAIR, start, end
    for token, following in zip(read, read[1:], strict=False):
        yield f"ss {token.stem} {following.stem}", PAIR, token.start, following.end
