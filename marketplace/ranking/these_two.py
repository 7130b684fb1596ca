"""Why, or why not, this offer for this need, whatever their state: the reasons, and each condition that keeps them apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common import prepared
from marketplace.matching.definition import Condition
from marketplace.matching.match import Match
from marketplace.matching.reasons import Reason
from marketplace.models import Need, Offer
from marketplace.models.missions import places
from marketplace.models.missions.places import Places
from marketplace.ranking import card_parts, cards, live
from marketplace.ranking.blocked_pairs import APART
from marketplace.states import NeedStatus, OfferStatus, ProposalStatus

CONDITION_OF = {APART: Condition.BLOCKED}


def why(need: Need, offer: Offer, *, today: date | None = None) -> Match:
    """The match of these two, whatever their state: the reasons, and each condition that keeps them apart."""
    (match,) = why_these(need, [offer.pk], today=today)
    return match


def why_these(need: Need, numbers: list[int], *, today: date | None = None) -> list[Match]:
    """The matches of these offers with one need, whatever their state, in the order given."""
    if not numbers:
        return []
    of_need, of_offers, bits = card_parts.of_both(need.pk, numbers)
    asked = live.ask_for_need(need, today, afresh=True, made_of=(of_need, bits))
    rows = prepared.rows(_offers, numbers)
    card = cards.of_read_offers(rows, bits=bits, parts=of_offers)
    found = live.matches_of(asked, asked.verdict(card), np.arange(len(card)))
    told, offers = asked.answered, {offer.pk: offer for offer in rows}
    need = live.shown_need(need)
    found = _of_asked_poles(found, need, offers)
    kept = cache(lambda: places.of_need(need))  # asked once, of a need that isn't open
    judged = {
        match.offer_id: _in_words(
            match, need, offers[match.offer_id], told.get(match.offer_id, ""), kept
        )
        for match in found
    }
    return [judged[number] for number in numbers if number in judged]


def _offers(numbers: Sequence[int]) -> QuerySet[Offer]:
    """Both for their cards and for what the page shows of them."""
    return cards.in_houses(Offer.objects.filter(pk__in=numbers)).select_related(
        *live.ON_OFFER_CARDS
    )


def _of_asked_poles(found: list[Match], need: Need, offers: Mapping[int, Offer]) -> list[Match]:
    """Another pôle that was asked about the need keeps its people apart from it no more."""
    if not any(match.facts.fails & Condition.POLE for match in found):
        return found
    asked = set(need.asked_poles.still_asked().values_list("pole_id", flat=True))
    return [
        replace(match, facts=replace(match.facts, fails=match.facts.fails & ~Condition.POLE))
        if offers[match.offer_id].pole_id in asked
        else match
        for match in found
    ]


def _in_words(
    match: Match, need: Need, offer: Offer, status: str, in_need: Callable[[], Places]
) -> Match:
    """The match with what the score doesn't know: whether the two were put forward, and whether both are open."""
    closed = _closed(need, offer, in_need)
    fails = match.facts.fails
    fails |= CONDITION_OF.get(status, Condition.ANSWERED) if status else Condition(0)
    fails |= Condition.LIVE if closed else Condition(0)
    facts = replace(match.facts, fails=fails)
    if status == ProposalStatus.OPEN:  # it isn't one of the others that are open for this offer
        facts.offer = replace(facts.offer, asked=facts.offer.asked - 1)
    return replace(match, facts=facts, need=need, offer=offer, answered=status, closed=closed)


def _closed(need: Need, offer: Offer, in_need: Callable[[], Places]) -> Reason | None:
    """The reason in words when one of the two isn't open."""
    if need.status != NeedStatus.PUBLISHED and not in_need().are_kept_for(offer):
        state = need.get_status_display()
        return Reason("state", _("The need isn’t open: %(state)s") % {"state": state})
    if offer.status != OfferStatus.PUBLISHED and not places.is_kept_of(offer, need):
        state = offer.get_status_display()
        return Reason(
            "state",
            _("The offer isn’t open: %(state)s") % {"state": state},
            _("Ask whether it may be opened again"),
        )
    if all(one.is_accepted for one in (need.organisation, offer.in_the_name_of) if one):
        return None
    return Reason("state", _("An organisation of the two isn’t verified at the moment"))
