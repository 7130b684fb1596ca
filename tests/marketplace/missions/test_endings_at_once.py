"""Several acts that each end more than one proposal, at the same moment: nobody gets an error, and nobody
is left promised to somebody who has gone."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.utils import timezone

from accounts.models import ForbiddenMove
from marketplace.actions.market import needs, offers, people, proposals
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import blocks
from marketplace.models import Mission, Offer, Proposal, Side
from marketplace.states import NeedStatus, OfferStatus, ProposalStatus
from tests.at_once import together
from tests.factories import make_need, make_offer, make_proposal, make_skill, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
ROUNDS = 5


def or_too_late(act: Callable[..., object], *args, **kwargs) -> Callable[[], None]:
    """Being told that it is too late is an answer; anything else is an error."""

    def run() -> None:
        try:
            act(*args, **kwargs)
        except (NotYet, ForbiddenMove):
            return

    return run


def yes(proposal):
    """The structure's, to an application: it makes a mission."""
    by = proposal.need.created_by
    return or_too_late(proposals.accept, proposal, side=Side.NEED, by=by)


def test_two_yeses_that_each_close_what_the_other_waits_for():
    for _round in range(ROUNDS):
        one, other = make_need(member=make_user()), make_need(member=make_user())
        first, second = make_offer(), make_offer()
        straight = [make_proposal(one, first), make_proposal(other, second)]
        across = [make_proposal(one, second), make_proposal(other, first)]
        together(*map(yes, straight))
        states = {p.pk: p.status for p in Proposal.objects.filter(need__in=[one, other])}
        assert {states[p.pk] for p in straight} == {ProposalStatus.AGREED}
        assert {states[p.pk] for p in across} == {ProposalStatus.CLOSED}


def test_a_yes_a_closed_need_and_a_closed_account_wait_for_each_other():
    for _round in range(ROUNDS):
        person = make_user()
        one, other = make_need(member=make_user()), make_need(member=make_user())
        both = [make_offer(person, capacity=2), make_offer(person)]
        asked = [make_proposal(need, offer) for need in (one, other) for offer in both]
        together(
            yes(asked[0]),
            or_too_late(needs.close, other, reason="Fini.", by=other.created_by),
            or_too_late(people.close_account, person, now=timezone.now()),
        )
        other.refresh_from_db()
        assert other.status == NeedStatus.CLOSED
        assert not other.proposals.open().exists()


def test_whoever_closes_their_account_while_the_structure_says_yes_leaves_no_mission_behind():
    for _round in range(ROUNDS):
        person = make_user()
        proposal = make_proposal(make_need(member=make_user()), make_offer(person))
        together(yes(proposal), or_too_late(people.close_account, person, now=timezone.now()))
        person.refresh_from_db()
        engaged = Mission.objects.filter(proposal=proposal).exists()
        assert engaged == person.is_active


def test_whoever_is_asked_while_they_keep_the_structure_away_is_not_asked():
    for _round in range(ROUNDS):
        need, person = make_need(member=make_user()), make_user()
        offer, house = make_offer(person), need.organisation
        together(
            or_too_late(proposals.invite, need, offer, word="", by=need.created_by),
            or_too_late(blocks.block, by=person, organisation=house),
        )
        assert not Proposal.objects.open().filter(need=need).exists()


def test_an_offer_edited_while_it_is_taken_stays_taken():
    """The form was read before the yes, and written after it."""
    proposal = make_proposal(make_need(member=make_user()), make_offer())
    offer = Offer.objects.get(pk=proposal.offer_id)
    yes(proposal)()
    chosen = [SimpleNamespace(skill=make_skill("excel"), level=3)]
    offers.write(offer, SimpleNamespace(save_m2m=lambda: None), chosen, by=offer.person)
    assert Offer.objects.get(pk=offer.pk).status == OfferStatus.USED_UP
    assert not offer.postings.exists()
