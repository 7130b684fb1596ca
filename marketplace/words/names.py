"""Names written in full: the very words of a skill's label or synonym, wherever they are in a text."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from common.roots import fold
from marketplace.words.tokenizer import HOLLOW, STOP, Token, is_initials, words

# Added to the score of a skill whose name is said, by how telling the name is, and what it has then at least. A name
# of one word is often said of something else: it counts by how surely it is meant. Chosen on the texts fitted on, and
# on names inside the sentences seen.
ADDED, ADDED_ONE = 0.2, 0.1
LEAST, LEAST_ONE, LEAST_SURE = 0.6, 0.4, 0.6
TELLING, SHARED = 6.0, 0.4
# What a skill asked for by its name has at least; what the others count then, and how much less where a name that is
# surely meant is asked for plainly.
ASKED, BESIDE, PLAINLY = 0.57, 0.84, 0.2
# What a skill loses, of what the words around cost it, whose name is surely not meant, and surely meant.
UNSURE_LOSES, SURE_ONE, SURE_MORE = 1.0, 0.1, 0.4


@dataclass(frozen=True, slots=True)
class Said:
    """A name found in a text: the skills that bear it, where it is, and how many words it has."""

    skills: tuple[int, ...]
    start: int
    end: int
    words: int


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a text, with the rarity of its roots, and how surely it is meant where it is said (0 to 1)."""

    said: Said
    telling: float
    sure: float


class Names:
    """Each name as its words, without the ending of the plural; read-only."""

    def __init__(self, named: Iterable[tuple[int, str]]) -> None:
        self._owners: dict[int, tuple[int, ...]] = {}  # by the hash of the name, for memory's sake
        self._longest: dict[str, int] = {}  # of the names that begin with a word
        alone: dict[int, tuple[int]] = {}
        for skill, text in named:
            if said := [_singular(word) for word, _, _ in words(text)]:
                name, mine = hash(" ".join(said)), alone.setdefault(skill, (skill,))
                others = self._owners.get(name)
                self._owners[name] = tuple(sorted({*others, skill})) if others else mine
                self._longest[said[0]] = max(self._longest.get(said[0], 0), len(said))

    def said_in(self, text: str) -> list[Said]:
        """The names in a text. Where one name holds another, only the longer is found."""
        read = words(text)
        shouted = text.isupper()
        bare = [_singular(word) for word, _, _ in read]
        found: list[Said] = []
        place = 0
        while place < len(bare):
            longest = min(self._longest.get(bare[place], 0), len(bare) - place)
            for size in range(longest, 0, -1):
                owners = self._owners.get(hash(" ".join(bare[place : place + size])))
                _, start, last = read[place]
                if owners and (size > 1 or _can_stand_alone(text[start:last], shouted, len(read))):
                    found.append(Said(owners, start, read[place + size - 1][2], size))
                    place += size - 1
                    break
            place += 1
        return found


def weighed(
    said: Iterable[Said], text: str, read: Sequence[Token], rarity: Mapping[str, float],
    meant: Callable[[str, Said], float] | None,
) -> list[Named]:  # fmt: skip
    """The names with what they weigh. Where nothing tells how surely one is `meant`, it is."""
    starts = [token.start for token in read]
    found = []
    for name in said:
        within = slice(bisect_left(starts, name.start), bisect_left(starts, name.end))
        roots = {token.stem for token in read[within]}
        telling = sum(rarity.get(root, 0.0) for root in roots)
        found.append(
            Named(name, telling, meant(text[name.start : name.end], name) if meant else 1.0)
        )
    return found


def lifted(raw: np.ndarray, named: Sequence[Named], asked: Mapping[int, bool]) -> None:
    """Raise the score of each skill whose very name is written, the more the rarer the roots of the name are and the
    surer it is meant; lower those of the others where some are `asked` for, the more where one is plainly. Changes
    `raw`."""
    for each in named:
        added, least = ADDED, LEAST
        if each.said.words == 1:
            added, least = ADDED_ONE, LEAST_ONE + (LEAST_SURE - LEAST_ONE) * each.sure
        skills = list(each.said.skills)
        raw[skills] += added * each.telling / (each.telling + TELLING) / len(skills) ** SHARED
        raw[skills] = np.maximum(raw[skills], least)
    if asked:
        wanted = list(asked)
        kept = np.maximum(raw[wanted], ASKED)
        plainly = (n.sure for n in named if any(asked.get(skill) for skill in n.said.skills))
        raw *= BESIDE - PLAINLY * max(plainly, default=0.0)
        raw[wanted] = kept


def share_lost(skills: int, named: Iterable[Named], asked: Collection[int]) -> np.ndarray:
    """How much of what the words around cost it each skill loses: all, or less where its name is said, the less the
    surer the name is meant. Nothing where it is asked for."""
    share = np.ones(skills)
    for each in named:
        mine = list(each.said.skills)
        surely = SURE_MORE if each.said.words > 1 else SURE_ONE
        share[mine] = np.minimum(share[mine], UNSURE_LOSES - (UNSURE_LOSES - surely) * each.sure)
    share[list(asked)] = 0
    return share


def _can_stand_alone(word: str, shouted: bool, of: int) -> bool:
    """Whether one word may count as a name: « IA » does, « j'ai » doesn't; nor does a word that fits every need,
    unless the text says nothing else."""
    if len(word) <= 3 or fold(word) in STOP:
        return is_initials(word, shouted) or of == 1
    return fold(word) not in HOLLOW or of == 1


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" and word not in STOP else word
