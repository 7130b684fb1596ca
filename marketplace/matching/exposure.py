"""How much later in the lists those come who have been shown much."""

import math

from marketplace.matching.definition import MAX_PENALTY

SHORT_LIST = 10  # exposure is standing among the first ten of a list
A_NIGHT = 100  # what one night in one short list counts
A_WHILE = 3 * A_NIGHT  # in a busy pôle a list is open for some days only
FADING = (985, 1_000)  # what is left of yesterday's: a tenth less each week
STEP = 5  # penalties move by so many thousandths, or each night would write nearly every card anew


def penalty_of(exposure: int, fair: int) -> int:
    """How many thousandths of the score are taken off.

    Up to 75 while somebody comes to have been shown for three nights, so that those who
    never were pass before them; then 14 more each time that 1 + exposure / fair doubles.
    `fair` is the mean exposure of all that are open.
    """
    once = 75 * min(exposure, A_WHILE) / A_WHILE
    often = 20 * math.log1p(exposure / fair)
    return min(MAX_PENALTY, int(once + often) // STEP * STEP)


def joined_of(score: int, penalties: int) -> int:
    """The score before the penalty: the strength is told from it."""
    kept = 1_000 - penalties
    return -(-score * 1_000 // kept)
