"""How the scores of the candidates are spread: the geometry of a small bar chart, and the same as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDE, SHOWN = 100, 12  # candidates counted, candidates shown
STEPS, HIGHEST = 10, 10_000
WIDTH, HEIGHT, BAR = 400, 120, 40


@dataclass(frozen=True)
class Bar:
    """The candidates from `low` to `high` out of 100, and where their bar is drawn."""

    low: int
    high: int
    count: int
    x: int
    y: float
    height: float

    @property
    def middle(self) -> int:
        return self.x + BAR // 2 - 2


@dataclass(frozen=True)
class Spread:
    bars: list[Bar]
    total: int
    best: int
    middle: int

    width, height = WIDTH, HEIGHT + 42
    ground = HEIGHT + 18


def of(scores: Sequence[int]) -> Spread | None:
    """The spread of these scores; None when there are none."""
    if not scores:
        return None
    counts = [0] * STEPS
    for score in scores:
        counts[min(score * STEPS // HIGHEST, STEPS - 1)] += 1
    tallest = max(counts)
    bars = []
    for step, count in enumerate(counts):
        height = round(HEIGHT * count / tallest, 1)
        bars.append(Bar(step * 10, step * 10 + 10, count, step * BAR, HEIGHT + 18 - height, height))
    ordered = sorted(scores)
    return Spread(bars, len(scores), ordered[-1] // 100, ordered[len(ordered) // 2] // 100)
