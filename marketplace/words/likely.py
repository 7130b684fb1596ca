"""How likely each skill is to be spoken of in words like a text's: a Bayes model of the phrases of every skill.

A phrase tells as much whether it is long or short: its words share its weight, the rare ones more of it. What the
phrases and the clues don't say, this does: a word that many skills use tells little, even where one of them is
named by it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from marketplace.words.sparse import Postings

UNSEEN = 0.05  # what a word counts that no phrase of a skill has; a phrase of one word counts 1
FALLS = 4.0  # in logs: how much less likely than the likeliest a skill is that counts for nothing


class Likely:
    """Read-only once it has read the phrases: the roots of each, with the number of its skill."""

    def __init__(self, phrases: Iterable[tuple[int, Sequence[str]]], skills: int) -> None:
        read = [(skill, roots) for skill, roots in phrases if roots]
        seen: dict[str, int] = defaultdict(int)
        for _, roots in read:
            for root in roots:
                seen[root] += 1
        self.rarity = {
            root: float(np.log((1 + len(read)) / (1 + times)) + 1) for root, times in seen.items()
        }
        told: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        sizes = np.full(skills, UNSEEN * len(seen), dtype=np.float64)
        for skill, roots in read:
            length = sum(self.rarity[root] ** 2 for root in roots) ** 0.5
            for root in roots:
                told[root][skill] += self.rarity[root] / length
                sizes[skill] += self.rarity[root] / length
        self.base = -np.log(np.maximum(sizes, UNSEEN)).astype(np.float32)
        self.postings = _postings(told, skills)

    def worth(self, words: Mapping[str, float]) -> np.ndarray:
        """For each skill what it lacks of the likeliest, from 0 to -1. `words` are the text's roots, each with how
        loud it is."""
        heard = {r: loud * self.rarity[r] for r, loud in words.items() if loud and r in self.rarity}
        length = sum(weight**2 for weight in heard.values()) ** 0.5
        if not length:
            return np.zeros(len(self.base), dtype=np.float32)
        logs = self.postings.score(heard.items()) + sum(heard.values()) * self.base
        logs /= length
        return np.maximum((logs - logs.max()) / FALLS, -1)


def _postings(told: dict[str, dict[int, float]], skills: int) -> Postings:
    sizes = [len(found) for found in told.values()]
    return Postings(
        {root: number for number, root in enumerate(told)},
        np.cumsum([0, *sizes]).astype(np.int32),
        np.array([skill for found in told.values() for skill in found], dtype=np.uint16),
        np.array(
            [np.log1p(worth / UNSEEN) for found in told.values() for worth in found.values()],
            dtype=np.float16,
        ),
        skills,
    )
