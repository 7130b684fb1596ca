"""The definition of the score: every number it is made of, in one place.

A **pair** is one need and one offer. Every quantity below is a whole number, so that each path
(one need, one offer, everything, "why") gives the same figure to the last digit: shares and scores
run from 0 to ONE (10,000), distances are metres, times are days and hours, and a division drops
its remainder.

**Credit** of a wanted skill: what the best skill held is worth for it::

    credit = RELATION[how the two skills are related] x LEVELS[levels that are lacking] / 100

Same skill 1,000; wanted the broader and holding one below it 800; close skill 600; holding only the
broader one 500; sibling under the same broader skill 250. No level lacking 1,000; one 700; two 400.
A credit of ENOUGH (4,000) or more means that the skill is met.

**Weight** of a wanted skill: its rarity (10 to 40; a snapshot of how few offers hold it) times 10 when it
is required, 4 when it is welcome.

**Parts**, each from 0 to ONE:

========== ==============================================================================================
skills     structure: weighted mean of the credits. Offer: the mean of that and of the best credit
place      on site: from ONE at the door down to NEAR_NEED or NEAR_OFFER at the edge of the radius;
           remotely: ONE for who asked for it, REMOTE_TOO for who accepts both; the better of the two
time       hours that can be done, over the hours wanted: the least of what the offer has left and of seven
           hours a day on its week days in the days that both share, from today on; of a need without
           dates, what the offer has left
cause      shared cause ONE, no preference NO_CAUSE, another preference OTHER_CAUSE
format     days that both share, over the days that the format takes (SPANS); ONE of a need without dates
regime     ONE, or DOUBTFUL_REGIME for working time given to a structure whose legal form shuts the
           tax reduction out (or leaves it to be checked); what is lent at cost is no gift
answers    how often and how soon this other side has answered (NEW_HERE while nothing is known)
room       places left, over places left and questions waiting: who is already asked by many comes later
waiting    offer's side only: how long the need has waited, ONE after LONG_WAIT days
========== ==============================================================================================

**One-sided scores**: the mean of the parts weighted by that side's weights (WEIGHTS, which a pôle may
move within BOUNDS). **The score**: their harmonic mean, so that nobody's wish is paid for by the
other's, less the exposure penalty of both (at most MAX_PENALTY thousandths each)::

    score = 2 x A x B / (A + B) x (1000 - penalty of the offer - penalty of the need) / 1000

Ties go to the lower number (the older row). **Hard conditions** (CONDITIONS) are few; a pair that fails
one is not a match and is shown, if at all, as a near miss: with what is missing and what would close it.
A near miss fails one of MENDABLE, has COMMON at least of a required skill, and either meets a wanted skill
or lacks one level of one skill and nothing else.

Nobody's gender, age, origin or name is read anywhere here, nor anything made from them.
"""

from bisect import bisect_right
from enum import IntFlag
from typing import Final

ONE: Final = 10_000
ENOUGH: Final = 4_000
COMMON: Final = 2_000  # a near miss has at least this in common

# --- Skills ---------------------------------------------------------------------------------
SAME, NARROWER, CLOSE, BROADER, SIBLING = RELATIONS = (1_000, 800, 600, 500, 250)
LEVELS: Final = (1_000, 700, 400, 200)  # by the number of levels that are lacking
# Credits that lack ENOUGH by a single level: each comes of one relation and one number of levels only.
A_LEVEL_AWAY: Final = tuple(
    relation * LEVELS[lacking] // 100
    for relation in RELATIONS
    for lacking in range(1, 3)
    if relation * LEVELS[lacking] // 100 < ENOUGH <= relation * LEVELS[lacking - 1] // 100
)
REQUIRED, WELCOME = 10, 4
RAREST, COMMONEST = 40, 10

# --- Place ----------------------------------------------------------------------------------
ON_SITE, REMOTE = 1, 2
NEAR_NEED, NEAR_OFFER = 7_500, 4_000
REMOTE_TOO: Final = 8_500

# --- Time -----------------------------------------------------------------------------------
HOURS_A_DAY: Final = 7
SPANS: Final = {"ONE_HOUR": 1, "ONE_DAY": 1, "SHORT": 5, "SPLIT": 28, "LONG": 90}
FORMATS: Final = tuple(SPANS)
LONG_WAIT: Final = 60

# On whose time somebody comes: their own; working time that is given; working time that is lent at cost.
TIMES: Final = ("own", "given", "lent")
OWN_TIME, GIVEN, LENT = range(len(TIMES))
OWN_WELCOME, WORK_WELCOME = 1, 2  # what a need welcomes, together for both

# --- The rest -------------------------------------------------------------------------------
NO_CAUSE, OTHER_CAUSE = 6_000, 2_500
DOUBTFUL_REGIME: Final = 3_000
NEW_HERE: Final = 7_000
MAX_PENALTY: Final = 100

PARTS: Final = (
    "skills", "place", "time", "cause", "format", "regime", "answers", "room", "waiting",
)  # fmt: skip

# What each side cares about. Each column sums to 100; the waiting of a need is no merit to itself.
WEIGHTS: Final = {
    "need": dict(zip(PARTS, (50, 8, 16, 6, 5, 4, 6, 5, 0), strict=True)),
    "offer": dict(zip(PARTS, (34, 22, 14, 14, 5, 2, 4, 2, 3), strict=True)),
}

# How far a pôle may move a weight: skills stay first, and no part takes over.
BOUNDS: Final = {part: (30, 70) if part == "skills" else (0, 30) for part in PARTS}

# From which value a part is an argument, for the words and for the codes that are kept.
TELLING: Final = {
    "skills": 1, "place": 6_000, "time": 6_000, "cause": ONE, "format": 8_000, "regime": ONE + 1,
    "answers": 8_500, "room": 6_000, "waiting": 2_500,
}  # fmt: skip
MOST_ARGUMENTS: Final = 3

# Four steps in words; never a percentage alone.
STRENGTHS: Final = (0, 6_000, 7_200, 8_400)


class Condition(IntFlag):
    """The conditions that a match has to meet. The reader is told those that fail in this order."""

    SKILLS = 1  # a required skill below ENOUGH; or, when all are welcome, none that reaches it
    PLACE = 2  # out of reach, and not remotely
    TIME = 4  # no common day from today on
    ROOM = 8  # nobody wanted any more, or no mission left to give
    LANGUAGE = 16  # no language in common
    ANSWERED = 32  # already put forward, agreed or declined
    SAME_ORGANISATION = 64  # the offer comes from the very structure, or its group
    POLE = 128  # another pôle
    LIVE = 256  # paused, expired, withdrawn, or its organisation is not verified
    BLOCKED = 512  # one of the two doesn't wish to meet the other
    WHOSE = 1024  # the need welcomes own time only, or working time only


# Those that people can mend between themselves: one of these alone makes a near miss.
MENDABLE: Final = (
    Condition.SKILLS | Condition.PLACE | Condition.TIME | Condition.ROOM | Condition.WHOSE
)


def strength_of(score: int) -> int:
    """The score in four steps: 1 possible, 2 fair, 3 good, 4 excellent."""
    return bisect_right(STRENGTHS, score)
