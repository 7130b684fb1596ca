"""Puts what the words say and what the meaning says in one order."""

import numpy as np

# Ranks of the words and of the meaning, fused: chosen on the texts fitted on.
FUSED_FROM, MEANING = 12, 0.25


def fused(found: list[tuple[int, float]], likeness: np.ndarray) -> list[tuple[int, float]]:
    """The same skills with the same scores, in the order that both rankings make together."""
    skills = np.array([skill for skill, _score in found], dtype=np.int64)
    worth = 1 / (FUSED_FROM + np.arange(len(found)))
    worth += MEANING / (FUSED_FROM + _ranks(likeness[skills]))
    order = skills[np.argsort(-worth, kind="stable")].tolist()
    return list(zip(order, sorted((score for _skill, score in found), reverse=True), strict=True))


def _ranks(scores: np.ndarray) -> np.ndarray:
    return np.argsort(np.argsort(-scores, kind="stable"))


def said_aloud(text: str, heard: np.ndarray) -> str:
    """The text without the parts that are denied."""
    return "".join(c for c, loud in zip(text, heard, strict=False) if loud > 0.2).strip()
