"""One need against the offers, one offer against the needs, as the rows stand now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.utils import timezone

from marketplace.matching.definition import WEIGHTS, Condition
from marketplace.matching.facts import facts
from marketplace.matching.kernel import Rules, Verdict
from marketplace.matching.match import Match
from marketplace.models import Need, Offer, Proposal
from marketplace.ranking import book, cards
from marketplace.states import ProposalStatus

TOP = 20
NEAR = 10
# A pair that has already been put forward isn't suggested again, whatever came of it;
# one that was withdrawn or closed for want of room may be.
ANSWERED = (ProposalStatus.OPEN, ProposalStatus.AGREED, ProposalStatus.DECLINED)


def offers_for(need: Need, *, top: int = TOP, now: date | None = None) -> list[Match]:
    """The offers that meet every condition of the need, best first."""
    verdict = _of_need(need, now)
    return _matches(verdict, verdict.matches(top), need=need)


def near_misses_for_need(need: Need, top: int = NEAR, now: date | None = None) -> list[Match]:
    """Offers that fail one condition only, the least missing first."""
    verdict = _of_need(need, now)
    return _matches(verdict, verdict.near_misses(top), need=need)


def needs_for(offer: Offer, *, top: int = TOP, now: date | None = None) -> list[Match]:
    """The needs whose every condition the offer meets, best first."""
    verdict = _of_offer(offer, now)
    return _matches(verdict, verdict.matches(top), offer=offer)


def near_misses_for_offer(offer: Offer, top: int = NEAR, now: date | None = None) -> list[Match]:
    """Needs that lack one condition only, the least missing first."""
    verdict = _of_offer(offer, now)
    return _matches(verdict, verdict.near_misses(top), offer=offer)


def why(need: Need, offer: Offer, *, now: date | None = None) -> Match:
    """These two, whatever their state: the reasons, and each condition that keeps them apart."""
    shared = book.load()
    need, offer = _need(need), _offer(offer)
    verdict = Verdict(
        cards.need_cards([need], shared.bits),
        cards.offer_cards([offer], shared.bits),
        _rules(shared, now),
    )
    known = facts(verdict, 0)
    status = _answers(need=need).get(offer.pk, "")
    fails = known.fails
    if status:
        fails |= Condition.ANSWERED
    if not _is_live(need, offer):
        fails |= Condition.LIVE
    return Match(need, offer, replace(known, fails=fails), WEIGHTS, _today(now), status)


def _of_need(need: Need, now: date | None) -> Verdict:
    shared = book.load()
    offers = cards.offers_to_card(Offer.objects.published().filter(pole=need.pole_id))
    return Verdict(
        cards.need_cards([_need(need)], shared.bits),
        cards.offer_cards(offers, shared.bits).but(_answers(need=need)),
        _rules(shared, now),
    )


def _of_offer(offer: Offer, now: date | None) -> Verdict:
    shared = book.load()
    needs = cards.needs_to_card(Need.objects.published().filter(pole=offer.pole_id))
    return Verdict(
        cards.need_cards(needs, shared.bits).but(_answers(offer=offer)),
        cards.offer_cards([_offer(offer)], shared.bits),
        _rules(shared, now),
    )


def _rules(shared: book.Book, now: date | None) -> Rules:
    return Rules.standard(shared.kinship, _today(now).toordinal())


def _today(now: date | None) -> date:
    return now or timezone.localdate()


def _answers(**side) -> dict[int, str]:
    """The pairs of this need or offer that have been put forward, and what came of it."""
    other = "offer" if "need" in side else "need"
    told = Proposal.objects.filter(status__in=ANSWERED, **side).order_by("pk")
    return dict(told.values_list(other, "status"))


def _is_live(need: Need, offer: Offer) -> bool:
    return (
        Need.objects.published().filter(pk=need.pk).exists()
        and Offer.objects.published().filter(pk=offer.pk).exists()
    )


def _need(need: Need) -> Need:
    return cards.needs_to_card(Need.objects.filter(pk=need.pk)).get()


def _offer(offer: Offer) -> Offer:
    return cards.offers_to_card(Offer.objects.filter(pk=offer.pk)).select_related("person").get()


def _matches(
    verdict: Verdict,
    rows: Sequence[int],
    *,
    need: Need | None = None,
    offer: Offer | None = None,
) -> list[Match]:
    """The rows of a verdict with all that their cards show, in three queries or so a list."""
    today = date.fromordinal(verdict.rules.today)
    known = [facts(verdict, int(row)) for row in rows]
    needs = {need.pk: _need(need)} if need else shown_needs([fact.need for fact in known])
    offers = {offer.pk: _offer(offer)} if offer else shown_offers([fact.offer for fact in known])
    return [
        Match(needs[fact.need], offers[fact.offer], fact, verdict.rules.weights, today)
        for fact in known
        if fact.need in needs and fact.offer in offers
    ]


def shown_offers(ids: list[int]) -> dict[int, Offer]:
    return (
        Offer.objects.filter(pk__in=ids)
        .select_related("person", "organisation", "commune", "pole")
        .prefetch_related("held__skill", "causes")
        .in_bulk()
    )


def shown_needs(ids: list[int]) -> dict[int, Need]:
    return (
        Need.objects.filter(pk__in=ids)
        .select_related("organisation", "commune", "cause", "pole", "coordinator")
        .prefetch_related("wanted__skill")
        .in_bulk()
    )
