"""The families of skills that a search names in a word or two: « informatique », « finances »."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from marketplace.words import tokenizer

type Words = frozenset[str]


def family_named(text: str) -> str:
    """The code of the family that a text names and nothing else; empty where there is none."""
    return _names().get(_words(text), "")


@cache
def _names() -> dict[Words, str]:
    text = (Path(__file__).parent / "family_words.txt").read_text(encoding="utf-8")
    return read(text.splitlines())


def read(lines: Iterable[str]) -> dict[Words, str]:
    """The code of each name; a name that says nothing, or that two codes claim, is an error."""
    found: dict[Words, str] = {}
    for line in lines:
        if not line or line.startswith("#"):
            continue
        code, said = line.split(" = ")
        for name in said.split(", "):
            words = _words(name)
            if not words:
                raise ValueError(f"« {name} » of {code} says nothing")
            if (other := found.setdefault(words, code)) != code:
                raise ValueError(f"« {name} » is claimed by {other} and by {code}")
    return found


def _words(text: str) -> Words:
    """Whole words, without the mark of their plural; never roots: « finances » and « financement » share theirs, and so do
    « commune » and « communication »."""
    said = {token.word for token in tokenizer.tokens(text)} - tokenizer.HOLLOW
    return frozenset(word[:-1] if word[-1] in "sx" else word for word in said)
