"""What some thousands of everyday sentences, written skill by skill, tell of a text: which skills are asked for in
words like these. The weights are learnt beforehand (`manage.py learn_sentences`) and read from a file.

A Bayes model of the signs of each skill's sentences, and of its names, which count less. It ranks beside what the
phrases and clues say, the louder the less sure they are.
"""

import zlib
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from marketplace.words import array_file
from marketplace.words.confidence import confidence
from marketplace.words.names import Said
from marketplace.words.signs import Sign

FILE = Path(__file__).parents[1] / "data" / "everyday_weights.bin"
# What a sign counts that no sentence of a skill has; a sentence shares 1 among its signs.
UNSEEN = 0.015
SHARPNESS = 6.0
STEPS = 32.0  # of a weight, in a file
FALLS = 12.0  # in logs: how much less likely than the likeliest a skill is that counts for nothing
# What each of these costs a skill, of what the phrases and clues say: at least, and more where they are unsure.
# Chosen on sentences of other batches than those learnt from, and on the texts looked at.
COSTS, UNSURE_COSTS = 0.02, 0.06
FOREIGN = 4.0  # in logs, what a skill loses of which no sentence was learnt
# What of it a skill loses whose name of one word is in the text, and one with a longer name: names are often said of
# something else. Nothing, where the name is asked for or is all that the text says.
NAMED_ONE, NAMED_MORE = 0.8, 0.6
TELLING = 3  # words that say so


@cache
def _file() -> dict[str, np.ndarray]:
    return array_file.unpack(zlib.decompress(FILE.read_bytes()))


class Learned:
    """The weights, for a list of skills. Read-only."""

    def __init__(self, arrays: dict[str, np.ndarray], codes: Sequence[str]) -> None:
        number = {code: n for n, code in enumerate(arrays["codes"].tobytes().decode().split("\n"))}
        self.place = np.array([number.get(code, len(number)) for code in codes], dtype=np.int32)
        self.numbers, self.starts = arrays["numbers"], arrays["starts"]
        self.rarity, self.base = arrays["rarity"], arrays["base"]
        self.skills, self.levels = arrays["skills"], arrays["levels"]

    @classmethod
    def of(cls, codes: Sequence[str]) -> "Learned | None":
        """What was learnt of these skills; None where no sentence speaks of any of them."""
        found = cls(_file(), codes)
        return found if (found.place < len(found.base)).any() else None

    def ordered(
        self,
        scores: np.ndarray,
        said: Sequence[Sign],
        aloud: Iterable[Said],
        asked: Collection[int],
    ) -> np.ndarray:
        """The same scores, the best for the skills that the phrases, the clues and the sentences together say.
        `aloud` are the names in the text, `asked` the skills asked for by name, which lose nothing."""
        share = _share_lost(len(scores), aloud, asked)
        order = np.argsort(self._lost(scores, said) * share - scores, kind="stable")
        found = np.empty_like(scores)
        found[order] = np.sort(scores)[::-1]
        return found

    def _lost(self, scores: np.ndarray, said: Sequence[Sign]) -> np.ndarray:
        """What each skill loses of its score, because the text isn't like its sentences."""
        known, weights = self._known(said)
        if not len(known):
            return np.zeros_like(scores)
        logs = self._logs(known, weights)
        behind = np.append(np.minimum(logs.max() - logs, FALLS), FOREIGN)[self.place]
        unsure = 1 - float(confidence(scores.max(initial=0)))
        return (COSTS + UNSURE_COSTS * unsure) * behind

    def telling(self, skill: int, said: Sequence[Sign]) -> list[tuple[int, int]]:
        """Where the signs are that point most to a skill."""
        if self.place[skill] == len(self.base):
            return []
        found = []
        for sign, at in zip(said, self._at(said), strict=True):
            if at >= 0:
                mine = self.skills[self.starts[at] : self.starts[at + 1]] == self.place[skill]
                level = self.levels[self.starts[at] : self.starts[at + 1]][mine].sum()
                found.append((float(level) * float(self.rarity[at]) * sign.worth, sign))
        best = sorted((pair for pair in found if pair[0]), key=lambda pair: -pair[0])[:TELLING]
        return [(sign.start, sign.end) for _, sign in best]

    def _at(self, said: Sequence[Sign]) -> np.ndarray:
        """The place of each sign, -1 for one that was never seen."""
        asked = np.array([sign.number for sign in said], dtype=np.uint32)
        at = np.minimum(np.searchsorted(self.numbers, asked), len(self.numbers) - 1)
        return np.where(self.numbers[at] == asked, at, -1)

    def _known(self, said: Sequence[Sign]) -> tuple[np.ndarray, np.ndarray]:
        if not said:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        at = self._at(said)
        seen = at >= 0
        weights = np.array([sign.worth for sign in said])[seen] * self.rarity[at[seen]]
        return at[seen], weights / max(float(np.sqrt((weights**2).sum())), 1e-9)

    def _logs(self, known: np.ndarray, weights: np.ndarray) -> np.ndarray:
        starts, sizes = self.starts[known], self.starts[known + 1] - self.starts[known]
        places = np.arange(sizes.sum()) + np.repeat(starts - np.cumsum(sizes) + sizes, sizes)
        told = self.levels[places] * np.repeat(weights / STEPS, sizes)
        logs = np.bincount(self.skills[places], told, len(self.base))
        return SHARPNESS * (logs + weights.sum() * self.base)


def _share_lost(skills: int, aloud: Iterable[Said], asked: Collection[int]) -> np.ndarray:
    """How much of what the sentences cost each skill loses: all, or less where its name is said."""
    share = np.ones(skills)
    for name in aloud:
        mine = list(name.skills)
        share[mine] = np.minimum(share[mine], NAMED_MORE if name.words > 1 else NAMED_ONE)
    share[list(asked)] = 0
    return share
