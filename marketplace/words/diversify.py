"""Chooses the first few skills of a text so that each tells of words the others leave
unexplained.

A skill that is surely meant explains the words it rests on. Another that rests on the
very same words, and on no name of its own, then tells little: it gives way to one
that rests on other words.
"""

from collections.abc import Mapping

import numpy as np

LOST = 0.12  # of its score, what a skill loses when sure ones explain all of its words
OWN_NAME = 0.5  # a phrase found this plainly is a name: the skill keeps its place
LOOKED_AT = 20


def spread(
    scores: np.ndarray, claims: np.ndarray, sure: np.ndarray, named: np.ndarray, top: int
) -> list[tuple[int, float]]:
    """The best skills with what each is then worth, the best first.

    Of skill s, `claims[s, w]` is what word w brings it, `sure[s]` how sure it is,
    `named[s]` how plainly a phrase names it.
    """
    looked_at = np.argsort(-scores, kind="stable")[: max(LOOKED_AT, top)]
    claims = claims[looked_at]
    share = claims / np.maximum(claims.sum(axis=1, keepdims=True), 1e-9)
    grip = claims / np.maximum(claims.max(axis=0, initial=0), 1e-9)
    grip *= sure[looked_at, None]
    lost = LOST * (1 - np.minimum(named[looked_at] / OWN_NAME, 1))
    if claims.shape[1] < 2:
        lost[:] = 0  # a lone word leaves nothing for others to explain
    unexplained = np.ones(claims.shape[1], dtype=np.float32)
    left, found = np.ones(len(looked_at), dtype=bool), []
    for _ in range(min(top, len(looked_at))):
        worth = scores[looked_at] - lost * (share @ (1 - unexplained))
        best = int(np.where(left, worth, -np.inf).argmax())
        left[best] = False
        unexplained *= 1 - grip[best]
        found.append((int(looked_at[best]), float(worth[best])))
    return found


def claimed(
    postings: Mapping[str, tuple[np.ndarray, np.ndarray]], worth: Mapping[str, float], rows: int
) -> np.ndarray:
    """A table of what each word of a text brings to each skill, times the word's weight."""
    heard = [(loud, *postings[root]) for root, loud in worth.items() if loud and root in postings]
    claims = np.zeros((rows, len(heard)), dtype=np.float32)
    for place, (loud, skills, worths) in enumerate(heard):
        claims[skills, place] = loud * worths
    return claims
