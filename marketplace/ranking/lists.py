"""Kept lists read back for pages and letters: few queries, whatever the number of lists."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

import numpy as np
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from marketplace.matching.definition import STRENGTHS
from marketplace.matching.facts import facts_of
from marketplace.matching.kernel import Rules, Verdict
from marketplace.matching.match import Match
from marketplace.models import KeptMatch, Need, Offer, Side, ToldMatch
from marketplace.ranking import book, search
from marketplace.ranking.online import shown_needs, shown_offers

SHORT = 3
GOOD = 3  # the least strength that is worth a letter


def kept_for_needs(
    needs: Iterable[Need], *, top: int = SHORT, today: date | None = None
) -> dict[int, list[Match]]:
    """The first lines of the kept lists of these needs, by need."""
    rows = KeptMatch.objects.filter(side=Side.NEED, need__in=list(needs))
    return _read(rows, "need_id", top, today)


def kept_for_offers(
    offers: Iterable[Offer], *, top: int = SHORT, today: date | None = None
) -> dict[int, list[Match]]:
    """The first lines of the kept lists of these offers, by offer."""
    rows = KeptMatch.objects.filter(side=Side.OFFER, offer__in=list(offers))
    return _read(rows, "offer_id", top, today)


def untold(
    row: Need | Offer,
    *,
    top: int = SHORT,
    after: datetime | None = None,
    today: date | None = None,
) -> list[Match]:
    """Good matches that this side has not been told of yet, best first. Tell them, then call `told`.
    `after`: only those that entered the list later than this."""
    side, mine = (
        (Side.NEED, {"need": row}) if isinstance(row, Need) else (Side.OFFER, {"offer": row})
    )
    known = ToldMatch.objects.filter(side=side, need=OuterRef("need"), offer=OuterRef("offer"))
    rows = KeptMatch.objects.filter(~Exists(known), side=side, **mine)
    if after:
        rows = rows.filter(found_at__gt=after)
    owner, other = ("need_id", "offer_id") if side == Side.NEED else ("offer_id", "need_id")
    # Kept lists may be a minute late: whatever was put forward or kept apart since isn't news.
    rows = rows.exclude(**{f"{other}__in": list(search.answers(owner, row.pk, other))})
    found = _read(rows, owner, top, today)
    return [match for match in found.get(row.pk, []) if match.strength >= GOOD]


def with_untold(side: Side) -> list[int]:
    """The needs or the offers that may have something good to be told, the best first."""
    known = ToldMatch.objects.filter(side=side, need=OuterRef("need"), offer=OuterRef("offer"))
    mine = "need" if side == Side.NEED else "offer"
    rows = KeptMatch.objects.filter(~Exists(known), side=side, score__gte=STRENGTHS[GOOD - 1])
    best = rows.values(mine).annotate(best=Max("score")).order_by("-best", mine)
    return list(best.values_list(mine, flat=True))


@transaction.atomic
def told(side: Side, matches: Iterable[Match]) -> int:
    """Remember that this side has heard of these pairs; how many are new to it."""
    new = 0
    for match in matches:
        _row, created = ToldMatch.objects.get_or_create(
            side=side, need_id=match.need_id, offer_id=match.offer_id
        )
        new += created
    return new


def _read(rows, owner: str, top: int, today: date | None) -> dict[int, list[Match]]:
    chosen: dict[int, list[tuple[int, int]]] = {}
    order = rows.order_by(owner, "-score", "need_id", "offer_id")
    for whose, need, offer in order.values_list(owner, "need_id", "offer_id"):
        if len(line := chosen.setdefault(whose, [])) < top:
            line.append((need, offer))
    pairs = [pair for line in chosen.values() for pair in line]
    made = _matches(pairs, today or timezone.localdate())
    return {whose: [made[pair] for pair in line if pair in made] for whose, line in chosen.items()}


def _matches(pairs: list[tuple[int, int]], today: date) -> dict[tuple[int, int], Match]:
    """The pairs judged as they are now; those that no longer match, or are closed, are left out."""
    needs = shown_needs([need for need, _offer in pairs], live=True)
    offers = shown_offers([offer for _need, offer in pairs], live=True)
    need_cards, offer_cards = search.cards_of_needs(needs), search.cards_of_offers(offers)
    need_rows = {int(number): row for row, number in enumerate(need_cards.rows["id"])}
    offer_rows = {int(number): row for row, number in enumerate(offer_cards.rows["id"])}
    shared = book.read()
    by_need: dict[int, list[int]] = {}
    for need, offer in pairs:
        if need in need_rows and offer in offer_rows:
            by_need.setdefault(need, []).append(offer)
    found = {}
    for need, others in by_need.items():
        card = need_cards.take(np.array([need_rows[need]]))
        chosen = offer_cards.take(np.array([offer_rows[offer] for offer in others]))
        weights = shared.weights_of(int(card.rows["pole"][0]))
        verdict = Verdict(card, chosen, Rules(shared.kinship, today.toordinal(), weights))
        for facts in facts_of(verdict, range(len(chosen))):
            if not facts.fails:
                match = Match(facts, shared.names, weights, today)
                found[need, facts.offer.id] = replace(
                    match, need=needs[need], offer=offers[facts.offer.id]
                )
    return found
