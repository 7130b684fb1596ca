"""How sure a raw score is, and how many of the unsure skills are shown."""

import numpy as np

ALSO = 0.03  # how likely each suggestion must be to stand beside a surer one
UNSURE = 0.15  # under it, one in ten is right: few are shown, and asked rather than said
# From a raw score to a confidence: the share of right suggestions at that score, as measured.
RAW = (0.0, 0.22, 0.32, 0.37, 0.42, 0.47, 0.52, 0.57, 0.62, 0.67, 0.72, 0.77, 0.82, 1.0)
SURE = (0.0, 0.02, 0.06, 0.1, 0.14, 0.21, 0.32, 0.45, 0.62, 0.75, 0.81, 0.87, 0.94, 0.99)


def confidence(score: np.ndarray | float) -> np.ndarray:
    return np.asarray(np.interp(score, RAW, SURE))


def fewer(sure: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """The likely skills, and few of the unlikely ones: one beside likely ones, two when there is none."""
    likely = [pair for pair in sure if pair[1] >= UNSURE]
    unlikely = [pair for pair in sure if pair[1] < UNSURE]
    return likely + unlikely[: 1 if likely else 2]
