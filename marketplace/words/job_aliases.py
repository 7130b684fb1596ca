"""Everyday names of jobs, translated into the words of the official list of trades: « KAM », « instit » or « dev
back-end », which no title of ROME holds."""

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path

from marketplace.words import tokenizer
from marketplace.words.tokenizer import Token

LONGEST = 4  # words of a way to say it

Roots = tuple[str, ...]


@cache
def sayings() -> dict[Roots, frozenset[str]]:
    """For the roots of each everyday name, the roots of what it means."""
    found: dict[Roots, set[str]] = defaultdict(set)
    lines = (Path(__file__).parent / "job_words.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            said, meant = line.split("=")
            roots = tokenizer.stems(meant)
            for way in map(str.strip, said.split(",")):
                found[_roots(way)].update(roots)
    found.pop((), None)
    return {way: frozenset(roots) for way, roots in found.items()}


def _roots(way: str) -> Roots:
    """The roots of a name; one of three letters at the most is read as initials: « ME » isn't « me »."""
    return tuple(t.stem for t in tokenizer.tokens(way.upper() if len(way) <= 3 else way))


def understood(read: list[Token], is_official: Callable[[Roots], bool]) -> dict[str, Token]:
    """The roots that the text means without writing them, each with a token that stands for it. Longer names are
    looked for first."""
    known, place = sayings(), 0
    meant: dict[str, Token] = {}
    while place < len(read):
        for size in range(min(LONGEST, len(read) - place), 0, -1):
            way = tuple(token.stem for token in read[place : place + size])
            if way in known:
                for root in sorted(known[way]) if not is_official(way) else ():
                    meant.setdefault(root, read[place])
                place += size
                break
        else:
            place += 1
    return {root: token for root, token in meant.items() if all(t.stem != root for t in read)}
