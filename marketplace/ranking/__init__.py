"""Matching on the database as it is now: who suits whom, why, and why not.

The only door to the score for pages, letters, commands and actions::

    offers_for(need)             the best offers for a need, best first        → list[Match]
    needs_for(offer)             the best needs for an offer                   → list[Match]
    near_misses_for_need(need)   those that fail one condition, the least missing first
    near_misses_for_offer(offer)
    why(need, offer)             these two, whatever their state               → Match

    changed(*rows)               call it in the transaction that changed a need or an offer, or a
                                 proposal or a mission of theirs
    refresh_due(now)             call it each minute: whatever was forgotten, lost or became due

A Match (marketplace/matching/match.py) carries the rows and the reasons of both sides.
"""

from marketplace.ranking.clock import refresh_due
from marketplace.ranking.marks import changed
from marketplace.ranking.online import (
    near_misses_for_need,
    near_misses_for_offer,
    needs_for,
    numbers_for,
    offers_for,
    why,
)

__all__ = [
    "changed",
    "near_misses_for_need",
    "near_misses_for_offer",
    "needs_for",
    "numbers_for",
    "offers_for",
    "refresh_due",
    "why",
]
