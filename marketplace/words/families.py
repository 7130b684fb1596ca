"""The families of skills that a search names in a word or two: « informatique », « finances »."""

from functools import cache
from pathlib import Path

from marketplace.words import tokenizer

type Roots = frozenset[str]


def family_named(text: str) -> str:
    """The code of the family that a text names and nothing else; empty where there is none."""
    return _names().get(_roots(text), "")


@cache
def _names() -> dict[Roots, str]:
    found: dict[Roots, str] = {}
    lines = (Path(__file__).parent / "family_words.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            code, said = line.split(" = ")
            found |= {_roots(name): code for name in said.split(", ")}
    found.pop(frozenset(), None)
    return found


def _roots(text: str) -> Roots:
    return frozenset(tokenizer.stems(text[: tokenizer.LONGEST]))
