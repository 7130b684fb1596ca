"""Matching on the database as it is now: who suits whom, why, and why not.

Pages, letters, commands and actions get scores from these functions only::

    offers_for(need)             the best offers for a need, best first        → list[Match]
    needs_for(offer)             the best needs for an offer                   → list[Match]
    near_misses_for_need(need)   those that fail one condition, the least missing first
    around_offer(offer)          both of an offer, read once                   → two lists
    near_offer(offer)            what that and relaxations_for_offer read, for a page of both
    offers_elsewhere(need, pole) the best offers of another pôle, as if the need were there
    how_many_elsewhere(need, poles)
                                 how many they are in each of these pôles → {pole: how many}
    full_offers_for(around, hours_of)
                                 of offers on all their missions, those that would suit → list[Match]
    side_by_side(around, order)  all who fit or nearly do, sorted by a column, a page at a time
    why(need, offer)             these two, whatever their state               → Match

    around(need)                 what a page tells of a need's offers, read once: its matches(), its near_misses()
    pairs_for(around)            of a need that wants two people: the best pairs → list[PairMatch]
    completing(need, offer)      who would make a pair with this half → list[Match]

    why_these(need, numbers)     several offers against one need → list[Match]
    nobody_because(need), nothing_because(offer)
                                 an empty list: why, and what to change → two sentences

    needs_for_newcomer(user, skills)
                                 for somebody who has no offer yet → list[Match]
    numbers_for(row)             both lists of a need or an offer, without the rows
    best_kept(needs, offers)     the best lines of the kept lists of all these, for home pages
    best_lines(offers, needs)    the needs that these offers serve best, each once, by their numbers
    matches_of(offers, lines)    those needs, as they are now
    with_untold(side)            which rows may have something new to be told
    untold(row), told(side, matches)
                                 new matches for letters, never the same pair twice
    relaxations_for_need(need), relaxations_for_offer(offer)
                                 which single thing to give up would bring how many
    of_draft(need)               how many people a draft finds, and after one change
    plan_for(pole, today=...)    who should be proposed to whom, over the whole pôle
    beyond(pole, today=...)      what would serve more needs than that plan: which change, and
                                 whom to look for
    open_offers(pole)            the numbers of those over which unevenness is counted
    strengths(pairs)             of a plan's pairs, in four steps → {(need, offer): strength}
    evenness(pole), compromises(pole, today=...)
                                 how evenly people are shown and asked, and what more would cost
    preview(pole, weights, today=...)
                                 what other weights would change
    changed(*rows)               call it in the transaction that changed a need or an offer, or a
                                 proposal or a mission of theirs
    refresh_due(now)             call it each minute: mends what was forgotten or lost

A Match (marketplace/matching/match.py) carries the rows and the reasons of both sides.
"""

from marketplace.ranking.as_typed import fitting
from marketplace.ranking.beyond_plan import beyond
from marketplace.ranking.clock import refresh_due
from marketplace.ranking.elsewhere import how_many_elsewhere, offers_elsewhere
from marketplace.ranking.fairness import compromises, evenness
from marketplace.ranking.full_offers import full_offers_for
from marketplace.ranking.invalidation import changed
from marketplace.ranking.lists import best_kept, best_lines, matches_of, told, untold, with_untold
from marketplace.ranking.live import (
    around_offer,
    near_misses_for_need,
    near_offer,
    needs_for,
    numbers_for,
    offers_for,
)
from marketplace.ranking.newcomers import needs_for_newcomer
from marketplace.ranking.nightly_stats import strengths
from marketplace.ranking.pairs import completing, pairs_for
from marketplace.ranking.plan import open_offers, plan_for
from marketplace.ranking.relaxations import relaxations_for_need, relaxations_for_offer
from marketplace.ranking.side_by_side import side_by_side
from marketplace.ranking.standing import of_draft
from marketplace.ranking.surroundings import around
from marketplace.ranking.these_two import why, why_these
from marketplace.ranking.weights import preview
from marketplace.ranking.why_none import nobody_because, nothing_because

__all__ = [
    "strengths",
    "around",
    "around_offer",
    "best_kept",
    "beyond",
    "best_lines",
    "changed",
    "completing",
    "compromises",
    "evenness",
    "fitting",
    "full_offers_for",
    "how_many_elsewhere",
    "matches_of",
    "near_misses_for_need",
    "near_offer",
    "needs_for",
    "needs_for_newcomer",
    "nobody_because",
    "nothing_because",
    "numbers_for",
    "of_draft",
    "offers_elsewhere",
    "offers_for",
    "open_offers",
    "pairs_for",
    "plan_for",
    "preview",
    "refresh_due",
    "relaxations_for_need",
    "relaxations_for_offer",
    "side_by_side",
    "told",
    "untold",
    "why",
    "why_these",
    "with_untold",
]
