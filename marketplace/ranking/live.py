"""Matches one need with the offers, or one offer with the needs, as the rows are now."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Membership
from common import prepared
from common.already_read import has_read
from marketplace.matching.columns import Needs, Offers, Skilled
from marketplace.matching.definition import Condition
from marketplace.matching.facts import facts_of
from marketplace.matching.kernel import Rules, Verdict
from marketplace.matching.match import Match
from marketplace.models import Carrier, Need, Offer, Proposal, Time
from marketplace.models.market.carried import names_of_carriers
from marketplace.ranking import card_parts, cards, halves, search, snapshot
from marketplace.ranking.card_parts import Bits, Parts
from marketplace.ranking.snapshot import Snapshot

TOP = 20
NEAR = 10
# The words of skills and causes are in the snapshot already.
ON_NEED_CARDS = ("organisation", "commune__department", "cause", "pole", "coordinator")
ON_OFFER_CARDS = ("person", "organisation", "commune__department", "pole")

type Pick = Callable[[Verdict, int], np.ndarray]


@dataclass(frozen=True)
class Asked:
    """A need or an offer with all that its search takes."""

    need: Need | None
    offer: Offer | None
    card: Needs | Offers
    shared: Snapshot
    today: date
    answered: dict[int, str] = field(default_factory=dict)
    """The pairs that aren't suggested any more: their status, by the other's number."""
    offers: dict[int, Offer | None] = field(default_factory=dict)
    """Those that were read for the cards of this need, by their number; None for one that isn't shown to it."""
    is_whole: bool = False
    """Whether the offer comes with what its card shows."""

    @property
    def rules(self) -> Rules:
        pole = int(self.card.rows["pole"][0])
        return Rules(self.shared.skill_graph, self.today.toordinal(), self.shared.weights_of(pole))

    def with_card(self, card: Needs | Offers) -> "Asked":
        return replace(self, card=card)

    def verdict(self, found: Needs | Offers) -> Verdict:
        if isinstance(self.card, Needs) and isinstance(found, Offers):
            return Verdict(self.card, found, self.rules)
        assert isinstance(self.card, Offers)
        assert isinstance(found, Needs)
        return Verdict(found, self.card, self.rules)

    def read(self, numbers: Iterable[int]) -> None:
        """Read the offers with these numbers for the cards of a need, those that weren't read yet, in one question."""
        if lacking := sorted(set(numbers) - self.offers.keys()):
            shown = shown_offers(lacking, live=True, to=self.need)
            self.offers.update((number, shown.get(number)) for number in lacking)

    @cached_property
    def shown_need(self) -> Need:
        """The need with what its cards show, which a page has mostly read already."""
        assert self.need
        return shown_need(self.need)


class NearOffer(NamedTuple):
    """What is asked of an offer, and the needs that may suit it or fail one condition."""

    asked: Asked
    needs: Needs


def offers_for(
    need: Need, *, top: int = TOP, today: date | None = None, hidden: Collection[int] = ()
) -> list[Match]:
    """The offers that meet every condition of the need, best first. `hidden`: offers of which the reader learns
    nothing; the next take their places."""
    asked = ask_for_need(need, today)
    found = search_for(search.offers_matching, asked).but(hidden)
    return with_rows(asked, found, Verdict.matches, top)


def near_misses_for_need(
    need: Need, top: int = NEAR, *, today: date | None = None, hidden: Collection[int] = ()
) -> list[Match]:
    """Offers that fail one condition only, the least missing first; without those that are `hidden`."""
    asked = ask_for_need(need, today)
    found = search_for(search.offers_near, asked).but(hidden)
    return with_rows(asked, found, Verdict.near_misses, top)


def needs_for(offer: Offer, *, top: int = TOP, today: date | None = None) -> list[Match]:
    """The needs whose every condition the offer meets, best first."""
    asked = ask_for_offer(offer, today)
    return with_rows(asked, search_for(search.needs_matching, asked), Verdict.matches, top)


def near_offer(offer: Offer, today: date | None = None) -> NearOffer:
    """Without the needs about which whoever would come is in touch by another offer."""
    asked = ask_for_offer(offer, today)
    found = search_for(search.needs_near, asked)
    if offer.person_id:
        theirs = in_touch_by(offer.person_id, offer.time, offer.organisation_id)
        found = found.but(set(theirs.values_list("need", flat=True)))
    assert isinstance(found, Needs)
    return NearOffer(asked, found)


def in_touch_by(person: Any, time: Any, organisation: Any) -> QuerySet[Proposal]:
    """What goes on with somebody's own time or, where that is the time, with theirs for this organisation: they can't apply
    by another such offer."""
    same = Q(offer__time=Time.OWN) | Q(offer__organisation=organisation)
    going = Proposal.objects.going_on().order_by()
    return going.filter(same, offer__person=person, offer__time=time)


def around_offer(
    offer: Offer,
    *,
    top: int = TOP,
    near: int = NEAR,
    today: date | None = None,
    read: NearOffer | None = None,
) -> tuple[list[Match], list[Match]]:
    """Of an offer that comes with what its card shows: as `needs_for`, and the needs that lack one condition only, the least
    missing first; both read once. `read`: what `near_offer` found, where a page has it."""
    asked, found = read or near_offer(offer, today)
    asked = replace(asked, is_whole=True)
    verdict = asked.verdict(found)
    best = with_rows(asked, found, Verdict.matches, top, verdict)
    return best, with_rows(asked, found, Verdict.near_misses, near, verdict)


def numbers_for(
    row: Need | Offer, *, top: int = TOP, near: int = 0, today: date | None = None
) -> tuple[list[Match], list[Match]]:
    """Matches and near misses without the rows, for kept lists, commands and benchmarks.

    The wider search, for near misses, is made when the matches leave room in the list;
    when few are expected, only that search is made, since it finds both.
    """
    narrow: Callable
    wide: Callable
    if isinstance(row, Need):
        asked, narrow, wide = ask_for_need(row, today), search.offers_matching, search.offers_near
    else:
        asked, narrow, wide = ask_for_offer(row, today), search.needs_matching, search.needs_near
    at_once = near > 0 and search.finds_few(asked.card, asked.shared)
    verdict = asked.verdict(search_for(wide if at_once else narrow, asked))
    best = matches_of(asked, verdict, verdict.matches(top))
    if len(best) >= top or not near:
        return best, []
    if not at_once:
        verdict = asked.verdict(search_for(wide, asked))
    return best, matches_of(asked, verdict, verdict.near_misses(near))


def ask_for_need(
    need: Need,
    today: date | None = None,
    *,
    afresh: bool = False,
    made_of: tuple[Parts, Bits] | None = None,
) -> Asked:
    """What a search for this need takes. Its card comes from the index; for a need that isn't open, or `afresh`, it
    is made on the spot: of what is known already, where that is given."""
    found, version, answered = search.opening("need_id", need.pk, "offer_id")
    if found and not afresh:
        card = Needs.read(*found[0])
    else:
        if made_of is None:
            parts, _none, bits = card_parts.of_both(need.pk, [])
        else:
            parts, bits = made_of
        card, _stamps = cards.of_needs([need.pk], bits=bits, parts=parts)
    day = today or timezone.localdate()
    return Asked(need, None, card, snapshot.read(version), day, answered)


def ask_as_typed(need: Need, wanted: Iterable[Skilled]) -> Asked:
    """The same for a need as it is typed, be it saved or not."""
    answered = search.answers("need_id", need.pk, "offer_id") if need.pk else {}
    card = cards.of_typed(need, wanted)
    return Asked(need, None, card, snapshot.read(), timezone.localdate(), answered)


def ask_for_offer(offer: Offer, today: date | None = None) -> Asked:
    found, version, answered = search.opening("offer_id", offer.pk, "need_id")
    if found:
        card = Offers.read(*found[0])
    else:
        card, _stamps = cards.of_offers([offer.pk])
    day = today or timezone.localdate()
    return Asked(None, offer, card, snapshot.read(version), day, answered)


def search_for(how: Callable, asked: Asked) -> Needs | Offers:
    """The cards that the index brings for this row, without those that have been put forward already."""
    found = how(asked.card, asked.shared, asked.today.toordinal())
    return found.but(asked.answered)


def matches_of(asked: Asked, verdict: Verdict, rows: np.ndarray) -> list[Match]:
    weights = verdict.rules.weights
    return [
        Match(facts, asked.shared.names, weights, asked.today) for facts in facts_of(verdict, rows)
    ]


def with_rows(
    asked: Asked, found: Needs | Offers, pick: Pick, top: int, verdict: Verdict | None = None
) -> list[Match]:
    """The matches with the rows that cards show. One whose organisation was suspended since the index was written
    is left out, and the next takes its place; so is what the structure's own people offer on their own time.
    `verdict`: of what was found, where it is known."""
    while True:
        verdict = verdict or asked.verdict(found)
        matches = matches_of(asked, verdict, pick(verdict, top))
        if asked.need:
            full = with_these_rows(asked, matches)
            gone = {match.offer_id for match in matches} - {match.offer_id for match in full}
        else:
            assert asked.offer
            needs = shown_needs([match.need_id for match in matches], live=True, to=asked.offer)
            needs = {
                match.need_id: needs[match.need_id]
                for match in matches
                if match.need_id in needs and not _is_of_a_found_half(needs[match.need_id], match)
            }
            whole = asked.offer if asked.is_whole else None
            offer = whole or shown_offers([asked.offer.pk])[asked.offer.pk]
            gone = {match.need_id for match in matches} - needs.keys()
            full = [replace(match, need=needs.get(match.need_id), offer=offer) for match in matches]
            name_carriers(full)
        if not gone:
            return full
        found, verdict = found.but(gone), None


def name_carriers(matches: Iterable[Match]) -> None:
    """Give the needs of these that several carry the names of all, in one query; nothing is asked where there is none."""
    carried = {m.need_id: m.need for m in matches if m.facts.need.carriers and m.need}
    if carried:
        rows = Need.objects.filter(pk__in=carried).annotate(names=names_of_carriers())
        for number, names in rows.values_list("pk", "names"):
            carried[number].carrier_list = names


def with_these_rows(asked: Asked, matches: list[Match]) -> list[Match]:
    """The matches of a need with the rows that cards show, without those whose offer isn't shown to it."""
    assert asked.need
    asked.read(numbers := [match.offer_id for match in matches])
    offers = {number: one for number in numbers if (one := asked.offers[number])}
    if asked.need.in_pair and not halves.are_both_wanted(asked.card):
        offers = halves.that_may_come(asked.need, offers)
    return [
        replace(match, need=asked.shown_need, offer=offers[match.offer_id])
        for match in matches
        if match.offer_id in offers and not _is_of_a_found_half(asked.need, match)
    ]


def _is_of_a_found_half(need: Need, match: Match) -> bool:
    """Whether somebody comes already on the time of this offer: nobody can change that, as they may what a need welcomes."""
    return need.in_pair and Condition.WHOSE in match.facts.fails


def shown_offers(
    numbers: list[int], *, live: bool = False, to: Need | None = None
) -> dict[int, Offer]:
    """The offers with all that a card shows; `to` a need, without what its own people offer on their own time."""
    if not numbers:
        return {}
    found = prepared.rows(_offers, numbers, live, *([to.organisation_id, to.pk] if to else []))
    if to and to.in_pair:  # which a team is no half of
        found = [offer for offer in found if offer.person_id]
    return {offer.pk: offer for offer in found}


def _offers(
    numbers: list[int], live: bool, organisation: int | None = None, need: int = 0
) -> QuerySet[Offer]:
    offers = Offer.objects.published() if live else Offer.objects.all()
    if organisation:
        offers = offers.exclude(pk__in=of_people_of(organisation, need).values("pk"))
    return offers.filter(pk__in=numbers).select_related(*ON_OFFER_CARDS)


def of_its_own(need: Need) -> QuerySet[Offer]:
    """What the people of those that carry this need offer on their own time, of which these learn nothing."""
    return of_people_of(need.organisation_id, need.pk or 0)


def of_people_of(organisation: int, need: int) -> QuerySet[Offer]:
    """The same by the numbers of the lead and of the need. A union, each half of which an index answers: a condition with "or"
    would read every membership."""
    members = Membership.objects.order_by()
    carriers = Carrier.objects.agreed().filter(need=need).order_by().values("organisation")
    own = members.filter(organisation=organisation).values("user")
    people = own.union(members.filter(organisation__in=carriers).values("user"))
    return Offer.objects.filter(time=Time.OWN, person__in=people)


def shown_needs(
    numbers: list[int], *, live: bool = False, to: Offer | None = None
) -> dict[int, Need]:
    """The needs with all that a card shows; `to` an offer of somebody's own time, without those of their structures."""
    if not numbers:
        return {}
    apart = to.person_id if to and to.time == Time.OWN else None
    found = prepared.rows(_needs, numbers, live, *([apart] if apart else []))
    if to and to.person_id is None:
        found = [need for need in found if not need.in_pair]
    return {need.pk: need for need in found}


def shown_need(need: Need) -> Need:
    """The same of one; as it is, where a page has read it so."""
    return need if has_read(need, *ON_NEED_CARDS) else shown_needs([need.pk])[need.pk]


def open_to_all(found: Needs) -> Needs:
    """Those that anybody may read, of which numbers may be told: not those proposed privately."""
    numbers = found.rows["id"].tolist()
    shown = set(Need.objects.published().filter(pk__in=numbers).values_list("pk", flat=True))
    return found.but([number for number in numbers if number not in shown])


def _needs(numbers: list[int], live: bool, person: int | None = None) -> QuerySet[Need]:
    needs = Need.objects.published() if live else Need.objects.all()
    if person:
        theirs = Membership.objects.filter(user=person).values("organisation")
        carried = Carrier.objects.agreed().filter(organisation__in=theirs).values("need")
        needs = needs.exclude(organisation__in=theirs).exclude(pk__in=carried)
    return needs.filter(pk__in=numbers).select_related(*ON_NEED_CARDS)
