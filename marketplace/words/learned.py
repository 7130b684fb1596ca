"""What some thousands of everyday sentences, written skill by skill, tell of a text: which skills are asked for in
words like these. The weights are learnt beforehand (`manage.py learn_sentences`) and read from a file.

A Bayes model of the signs of each skill's sentences, and of its names, which count less. It ranks beside what the
phrases and clues say, the louder the less sure they are.
"""

import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from common.roots import fold
from marketplace.words import array_file, tokenizer
from marketplace.words.confidence import confidence
from marketplace.words.names import Said
from marketplace.words.signs import Sign, signs

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
TELLING = 3  # words that say so


@cache
def _file() -> dict[str, np.ndarray]:
    return array_file.unpack(zlib.decompress(FILE.read_bytes()))


class Learned:
    """The weights, for a list of skills. Read-only, but for what it remembers of names."""

    def __init__(self, arrays: dict[str, np.ndarray], codes: Sequence[str]) -> None:
        number = {code: n for n, code in enumerate(arrays["codes"].tobytes().decode().split("\n"))}
        self.place = np.array([number.get(code, len(number)) for code in codes], dtype=np.int32)
        self.numbers, self.starts = arrays["numbers"], arrays["starts"]
        self.rarity, self.base = arrays["rarity"], arrays["base"]
        self.skills, self.levels = arrays["skills"], arrays["levels"]
        self._meant: dict[tuple[str, tuple[int, ...]], float] = {}

    @classmethod
    def of(cls, codes: Sequence[str]) -> "Learned | None":
        """What was learnt of these skills; None where no sentence speaks of any of them."""
        found = cls(_file(), codes)
        return found if (found.place < len(found.base)).any() else None

    def ordered(
        self,
        scores: np.ndarray,
        said: Sequence[Sign],
        share: np.ndarray,
    ) -> np.ndarray:
        """The same scores, the best for the skills that the phrases, the clues and the sentences together say.
        `share` is how much of what the sentences cost it each skill loses."""
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

    def meant(self, name: str, said: Said) -> float:
        """How surely a name is meant where everyday sentences hold its words, from 0 to 1: of one word, the share of
        the sentences and names with it that ask for its skills; of more, how far they together point to them."""
        asked = (fold(name), said.skills)
        sure = self._meant.get(asked)
        if sure is None:
            places = self.place[list(said.skills)]
            look = self._of_word if said.words == 1 else self._of_words
            # of a skill that no sentence asks for nothing tells: it is meant
            sure = look(asked[0], places) if (places < len(self.base)).any() else 1.0
            if len(self._meant) > 4096:  # typing never ends, memory does
                self._meant.clear()
            self._meant[asked] = sure
        return sure

    def _of_word(self, word: str, places: np.ndarray) -> float:
        number = np.uint32(zlib.crc32(f"w {word}".encode()))
        at = min(int(np.searchsorted(self.numbers, number)), len(self.numbers) - 1)
        if self.numbers[at] != number:
            return 1.0
        within = slice(self.starts[at], self.starts[at + 1])
        told = np.expm1(self.levels[within] / STEPS)
        return float(told[np.isin(self.skills[within], places)].sum() / max(told.sum(), 1e-9))

    def _of_words(self, name: str, places: np.ndarray) -> float:
        logs = self._logs(*self._known(signs(name, tokenizer.tokens(name))))
        behind = float(logs.max() - logs[places[places < len(logs)]].max())
        return 1 - min(behind, FALLS) / FALLS

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
