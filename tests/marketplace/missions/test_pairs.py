"""A need in a pair: two missions that belong together, each under its own frame, one conversation, and no employer who learns
of what is done at home."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace import ranking
from marketplace.actions.market import pair_asks, proposals
from marketplace.actions.missions import missions
from marketplace.actions.refusals import PutForwardAlready
from marketplace.actions.talk import blocks
from marketplace.models import Mission, Pair, Proposal, Regime, Side, Thread
from marketplace.states import NeedStatus, ProposalStatus
from tests.factories import (
    make_coordinator,
    make_offer,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.missions.pairing import Pairing, told, why_not

pytestmark = pytest.mark.django_db


@pytest.fixture
def it():
    return Pairing()


# --- from asking both to two missions -------------------------------------------------------
def test_both_are_asked_in_one_act_and_two_yeses_make_two_missions_of_their_own(it):
    work, own = it.asked()
    first = proposals.accept(work, side=Side.OFFER, by=it.noe)
    assert it.fresh().status == NeedStatus.PUBLISHED, "the other half is looked for"
    assert not Pair.objects.exists()
    second = proposals.accept(own, side=Side.OFFER, by=it.awa)
    assert it.fresh().status == NeedStatus.FILLED
    pair = Pair.objects.get()
    assert (pair.work, pair.own) == (first, second)
    assert (first.regime, second.regime) == ("", Regime.VOLUNTEERING)
    assert first.sheet != second.sheet
    for person in (it.noe, it.awa, it.aline, it.solene):
        assert told("pair_made", person).count() == 1, person
    assert not told("pair_made", it.paul).exists()


def test_a_yes_of_one_half_closes_what_waits_for_that_half_and_nothing_else(it):
    work, own = it.asked()
    other = make_proposal(
        it.need, make_offer(make_user(), organisation=it.company, skills=("site-web",))
    )
    proposals.accept(work, side=Side.OFFER, by=it.noe)
    states = dict(Proposal.objects.values_list("pk", "status"))
    assert states[other.pk] == ProposalStatus.CLOSED
    assert states[own.pk] == ProposalStatus.OPEN


def test_somebody_more_for_a_half_that_is_found_is_refused(it):
    work, _own = it.asked()
    proposals.accept(work, side=Side.OFFER, by=it.noe)
    more = make_offer(make_user(), organisation=it.company, skills=("site-web",))
    said = why_not(proposals.apply, it.need, more, word="", by=more.person)
    assert "temps de travail" in said


def test_asking_both_twice_asks_nobody_again_and_asks_the_one_who_lacks(it):
    it.asked()
    with pytest.raises(PutForwardAlready):
        it.asked()
    own = it.of(it.own)
    proposals.decline(own, side=Side.OFFER, reason="Pas le temps.", by=it.awa)
    rim = make_offer(make_user(first_name="Rim"), skills=("wordpress",))
    made = pair_asks.ask(it.need, it.work, rim, word="", by=it.aline, invites=True)
    assert [one.offer for one in made] == [rim]


def test_where_one_cannot_be_asked_nobody_is(it):
    blocks.block(by=it.awa, organisation=it.house, reason="Non.")
    why_not(pair_asks.ask, it.need, it.work, it.own, word="", by=it.aline, invites=True)
    assert not Proposal.objects.exists()


def test_a_team_is_no_half(it):
    team = make_offer(it.paul, somebody=None, organisation=it.company, skills=("site-web",))
    assert "équipe" in why_not(proposals.invite, it.need, team, word="", by=it.aline)


def test_nobody_is_both_halves_and_only_they_read_why(it):
    mine = make_offer(it.noe, skills=("wordpress",))
    own = make_proposal(it.need, mine)
    proposals.accept(own, side=Side.NEED, by=it.aline)
    asked = why_not(proposals.invite, it.need, it.work, word="", by=it.aline)
    assert "binôme" not in asked, "the company would read what Noé does at home"
    assert "l’autre moitié" in why_not(proposals.apply, it.need, it.work, word="", by=it.noe)


def test_a_yes_to_one_closes_what_the_same_person_has_open_for_the_other(it):
    work = make_proposal(it.need, it.work)
    own = make_proposal(it.need, make_offer(it.noe, skills=("wordpress",)))
    proposals.accept(own, side=Side.NEED, by=it.aline)
    work.refresh_from_db()
    assert work.status == ProposalStatus.CLOSED


def test_who_answers_for_the_employer_of_one_is_not_the_other_half(it):
    boss = make_offer(it.paul, organisation=it.company, skills=("site-web",))
    Membership.objects.create(user=it.awa, organisation=it.company, role="EMPLOYEE")
    own = make_proposal(it.need, it.own)
    proposals.accept(own, side=Side.NEED, by=it.aline)
    assert boss.pk not in {one.offer_id for one in ranking.offers_for(it.fresh())}
    said = why_not(proposals.apply, it.need, boss, word="", by=it.paul)
    assert "binôme" not in said
    assert "temps libre" not in said


def test_a_suspended_company_or_somebody_who_has_left_it_makes_no_pair(it):
    work, own = it.asked()
    proposals.accept(own, side=Side.OFFER, by=it.awa)
    Membership.objects.filter(user=it.noe).delete()
    why_not(proposals.accept, work, side=Side.OFFER, by=it.noe)
    assert not Pair.objects.exists()


# --- one leaves -----------------------------------------------------------------------------
def test_when_one_stops_the_other_is_told_goes_on_and_the_half_is_looked_for_again(it):
    pair = it.complete()
    missions.interrupt(pair.own, reason="Un déménagement.", by=it.awa, now=timezone.now())
    pair.refresh_from_db()
    assert pair.is_over
    assert it.fresh().status == NeedStatus.PUBLISHED
    assert told("pair_over", it.noe).count() == 1
    letter = told("pair_over", it.noe).get()
    assert "Awa" not in letter.text + letter.subject
    assert "déménagement" not in letter.text
    assert not told("pair_over", it.paul).exists()
    assert Mission.objects.get(pk=pair.work.pk).is_live
    rim, web = (make_offer(make_user(), skills=(skill,)) for skill in ("wordpress", "site-web"))
    found = {one.offer_id for one in ranking.offers_for(it.fresh())}
    assert rim.pk in found, "she brings what Noé lacks"
    assert web.pk not in found


def test_the_next_half_makes_a_new_pair_who_read_nothing_of_the_one_before(it):
    before = it.complete()
    missions.interrupt(before.own, reason="Stop.", by=it.awa, now=timezone.now())
    rim = make_offer(make_user(first_name="Rim"), skills=("wordpress",))
    proposals.accept(make_proposal(it.fresh(), rim), side=Side.NEED, by=it.aline)
    pair = Pair.objects.going_on().get()
    assert (pair.work, pair.own.offer) == (before.work, rim)
    assert pair.thread != before.thread
    seen = set(Thread.objects.visible_to(rim.person).values_list("pair", flat=True))
    assert before.pk not in seen


def test_the_figures_count_a_need_met_by_a_pair_once_as_its_steps_do(client, it):
    before = it.complete()
    missions.interrupt(before.own, reason="Stop.", by=it.awa, now=timezone.now())
    rim = make_offer(make_user(first_name="Rim"), skills=("wordpress",))
    proposals.accept(make_proposal(it.fresh(), rim), side=Side.NEED, by=it.aline)
    client.force_login(it.solene)
    shown = client.get(reverse("figures"))
    filled = it.need.steps.filter(after=NeedStatus.FILLED).values("need").distinct().count()
    assert shown.context["in_pairs"] == filled == 1
    assert "besoin rempli par un binôme" in shown.text
    client.force_login(make_coordinator(make_pole("Pôle du Lac", ("74",))))
    assert client.get(reverse("figures")).context["in_pairs"] is None
