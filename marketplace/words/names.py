"""Names written in full: the very words of a skill's label or synonym, wherever they are in a text."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from common.roots import fold
from marketplace.words.tokenizer import HOLLOW, STOP, is_initials, words

# Added to the score of a skill whose name is said, by how telling the name is, and what it has then at least:
# a name of one word is often said of something else. Chosen on the texts fitted on.
ADDED, ADDED_ONE = 0.2, 0.1
LEAST, LEAST_ONE = 0.6, 0.5
TELLING, SHARED = 6.0, 0.4
ASKED, BESIDE = (
    0.57,
    0.84,
)  # what a skill asked for by its name has at least; what the others count then


@dataclass(frozen=True, slots=True)
class Said:
    """A name found in a text: the skills that bear it, where it is, and how many words it has."""

    skills: tuple[int, ...]
    start: int
    end: int
    words: int


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


def lifted(raw: np.ndarray, said: Iterable[tuple[Said, float]], asked: Collection[int]) -> None:
    """Raise the score of each skill whose very name is written, the more the rarer the roots of the name are; lower
    those of the others where some are `asked` for. Changes `raw`."""
    for name, telling in said:
        added, least = (ADDED, LEAST) if name.words > 1 else (ADDED_ONE, LEAST_ONE)
        skills = list(name.skills)
        raw[skills] += added * telling / (telling + TELLING) / len(skills) ** SHARED
        raw[skills] = np.maximum(raw[skills], least)
    if asked:
        wanted = list(asked)
        kept = np.maximum(raw[wanted], ASKED)
        raw *= BESIDE
        raw[wanted] = kept


def _can_stand_alone(word: str, shouted: bool, of: int) -> bool:
    """Whether one word may count as a name: « IA » does, « j'ai » doesn't; nor does a word that fits every need,
    unless the text says nothing else."""
    if len(word) <= 3 or fold(word) in STOP:
        return is_initials(word, shouted) or of == 1
    return fold(word) not in HOLLOW or of == 1


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" and word not in STOP else word
