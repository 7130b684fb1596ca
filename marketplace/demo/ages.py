"""How long ago the invented people wrote what is laid out as rows: spread over months, more in some than in others."""

from bisect import bisect_right
from itertools import accumulate

# Of a hundred, how many were written up to so many days ago, and since the line before. Of what is open much is of these days;
# no need waits for more than half a year.
NEEDS = {10: 32, 30: 3, 60: 16, 90: 19, 120: 17, 150: 13}
OFFERS = {
    **{30: 12, 60: 9, 90: 12, 120: 7, 150: 4, 180: 5},
    **{210: 9, 240: 12, 270: 10, 300: 6, 330: 5, 360: 9},
}
STEP = 61  # in steps of so many each of a hundred comes once, and neighbours in a file are far from each other in time
STILL_TRUE = 45  # what is older has been said to be true since


def days_ago(number: int, shares: dict[int, int]) -> int:
    """How many days ago the row of this number was written."""
    days, ends = [0, *shares], [*accumulate(shares.values(), initial=0)]
    place = number * STEP % 100
    span = bisect_right(ends, place)
    since, until = days[span - 1], days[span]
    return since + (place - ends[span - 1]) * (until - since) // (ends[span] - ends[span - 1])


def said_again(number: int, ago: int) -> int | None:
    """How many days ago somebody said that it is still true; None for what is young."""
    return 2 + number % (STILL_TRUE - 5) if ago > STILL_TRUE else None
