"""What the words say and what the meaning says, in one order."""

import numpy as np

# Ranks of the words and of the meaning, fused: chosen on the texts fitted on.
FUSED_FROM, MEANING = 6, 0.5


def fused(scores: np.ndarray, likeness: np.ndarray) -> np.ndarray:
    """The same confidences, given to the same skills in the order that both rankings make."""
    found = np.flatnonzero(scores)
    worth = 1 / (FUSED_FROM + _ranks(scores[found]))
    worth += MEANING / (FUSED_FROM + _ranks(likeness[found]))
    given = np.zeros_like(scores)
    given[found[np.argsort(-worth, kind="stable")]] = -np.sort(-scores[found])
    return given


def _ranks(scores: np.ndarray) -> np.ndarray:
    return np.argsort(np.argsort(-scores, kind="stable"))


def said_aloud(text: str, heard: np.ndarray) -> str:
    """The text without what it denies."""
    return "".join(c for c, loud in zip(text, heard, strict=False) if loud > 0.2).strip()
