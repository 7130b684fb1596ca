"""What becomes of a pair: more people wanted, one who keeps the other away, a mission that goes on, a colleague who takes over."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.scope import Scope
from accounts.states import OrganisationStatus
from marketplace import ranking
from marketplace.actions.market import needs, proposals
from marketplace.actions.missions import missions, succession
from marketplace.actions.talk import blocks
from marketplace.forms.market.needs import NeedForm
from marketplace.models import Block, Mission, Need, Pair, Regime, Side, Thread
from marketplace.rules import permissions
from marketplace.states import MissionStatus, NeedStatus, ProposalStatus
from marketplace.views.missions import pairs as shown
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)
from tests.marketplace.missions.leavers import asked, goes
from tests.marketplace.missions.pairing import Pairing, told, why_not

pytestmark = pytest.mark.django_db


@pytest.fixture
def it():
    return Pairing()


# --- two people, and no more ----------------------------------------------------------------
def test_a_full_pair_is_offered_no_more_people_and_asking_for_them_is_a_sentence(client, it):
    it.complete()
    client.force_login(it.aline)
    door = reverse("need-places", args=[it.need.pk])
    assert door not in client.get(it.need.get_absolute_url()).text
    answer = client.post(door, {"places": "3"}, follow=True)
    assert "Un binôme, ce sont deux personnes" in answer.text
    assert it.fresh().places == 2


def test_a_pair_that_is_complete_is_said_to_be_full_and_not_to_refuse_a_time(it):
    it.complete()
    other = make_offer(make_user(), organisation=it.company, skills=("site-web",))
    said = [one.words for one in ranking.why(it.fresh(), other).excluded]
    assert any("recherchées sont trouvées" in words for words in said)
    assert not any("temps" in words for words in said)


def test_a_need_that_comes_to_want_a_pair_closes_what_a_team_has_open_and_nothing_else(it):
    need = make_need(it.house, skills=("site-web",), places=2, created_by=it.aline)
    team = make_offer(it.paul, somebody=None, organisation=it.company, skills=("site-web",))
    of_team, own = make_proposal(need, team), make_proposal(need, it.own)
    form = NeedForm({"in_pair": "on"}, instance=Need.objects.get(pk=need.pk), part="ou")
    need = form.instance
    need.in_pair = True
    form.cleaned_data = {}
    needs.write(need, form, None, by=it.aline)
    for one, status in ((of_team, ProposalStatus.CLOSED), (own, ProposalStatus.OPEN)):
        one.refresh_from_db()
        assert one.status == status
    assert "binôme" in told("proposal_closed", it.paul).get().text


def test_the_candidates_page_of_a_full_pair_says_that_it_is_complete(client, it):
    it.complete()
    more = make_offer(make_user(first_name="Rim"), skills=("wordpress", "site-web"))
    client.force_login(it.aline)
    for view in ("cartes", "tableau"):
        page = client.get(reverse("need-candidates", args=[it.need.pk]), {"vue": view}).text
        assert "Personne d’autre ne pourrait" not in page
        assert more.get_absolute_url() not in page, view
        assert "Le binôme est complet" in page, view


# --- who hears of it, and who reads ---------------------------------------------------------
def test_where_who_is_in_charge_is_a_boss_of_the_one_at_home_the_rest_are_told(it):
    other = make_coordinator(first_name="Inès")
    make_organisation("COMPANY", name="Ailleurs", administrator=it.solene)
    house = Organisation.objects.get(name="Ailleurs")
    Membership.objects.create(user=it.awa, organisation=house, role="EMPLOYEE")
    it.complete()
    assert told("pair_made", other).count() == 1
    assert not told("pair_made", it.solene).exists()


def test_where_the_structure_has_closed_nobody_is_told_that_nobody_reads(client, it):
    thread = it.complete().thread
    Organisation.objects.filter(pk=it.house.pk).update(status=OrganisationStatus.CLOSED)
    client.force_login(it.awa)
    assert "ce compte est fermé" not in client.get(thread.get_absolute_url()).text
    assert not Thread.objects.get(pk=thread.pk).has_nobody_facing(Side.OFFER)


# --- one keeps the other away ---------------------------------------------------------------
@pytest.mark.parametrize(("one", "other"), [("awa", "noe"), ("noe", "awa")])
def test_each_of_the_two_keeps_the_other_away_and_lets_them_back(client, it, one, other):
    thread = it.complete().thread
    client.force_login(it.solene)
    page = thread.get_absolute_url()
    client.post(page, {"text": "Bonjour à vous.", "key": "a-key"})
    client.force_login(getattr(it, one))
    door = reverse("thread-keep-away", args=[thread.pk])
    client.get(door)
    client.post(door, {"reason": "Non."}, follow=True)
    made = Block.objects.live().get()
    assert (made.by, made.person) == (getattr(it, one), getattr(it, other))
    back = reverse("thread-let-back", args=[thread.pk])
    assert back in client.get(page).text
    client.force_login(getattr(it, other))
    assert back not in client.get(page).text, "only whoever did it undoes it"
    client.post(back)
    assert Block.objects.live().exists()
    client.force_login(it.solene)
    assert "Vous, vous le pouvez encore" in client.get(page).text
    client.force_login(getattr(it, one))
    assert client.post(back, follow=True).status_code == 200
    assert not Block.objects.live().exists()


def test_who_keeps_the_structure_away_lets_it_back_in_the_conversation_of_the_pair(client, it):
    thread = it.complete().thread
    blocks.block(by=it.awa, organisation=it.house, reason="Non.")
    client.force_login(it.awa)
    assert client.post(reverse("thread-let-back", args=[thread.pk]), follow=True).status_code == 200
    assert not Block.objects.live().exists()


def test_neither_the_structure_nor_a_coordinator_nor_an_employer_keeps_one_away_there(client, it):
    thread = it.complete().thread
    door = reverse("thread-keep-away", args=[thread.pk])
    for person, status in ((it.aline, 403), (it.solene, 403), (it.paul, 404), (make_user(), 404)):
        client.force_login(person)
        assert client.post(door, {"reason": ""}).status_code == status, person
        assert client.post(reverse("thread-let-back", args=[thread.pk])).status_code != 500
    it.noe.scope = Scope(own=False, only=it.company.pk)
    assert not permissions.can_keep_away(it.noe, thread)
    assert not Block.objects.exists()


# --- a mission that goes on -----------------------------------------------------------------
def goes_on(first: Mission) -> Mission:
    """As a renewal leaves it: the first one is over, and another goes on."""
    Mission.objects.filter(pk=first.pk).update(
        status=MissionStatus.RENEWED, regime=first.regime or Regime.LOAN
    )
    following = Mission.objects.create(
        proposal=first.proposal, need=first.need, offer=first.offer, regime=first.regime,
        coordinator=first.coordinator, renewed_from=first,
        starts_on=timezone.localdate(), ends_on=timezone.localdate() + timedelta(days=30),
    )  # fmt: skip
    missions.begin(following, by=first.offer.person)
    Mission.objects.filter(pk=following.pk).update(status=MissionStatus.RUNNING)
    return Mission.objects.get(pk=following.pk)


def test_the_page_of_a_renewed_mission_tells_of_the_pair_too(it):
    pair = it.complete()
    for first, person in ((pair.work, it.noe), (pair.own, it.awa)):
        found = shown.beside(person, goes_on(first))
        assert found is not None
        assert found.mission == pair.beside(first)
        assert found.thread == pair.thread


def test_when_a_renewed_mission_stops_the_other_one_is_told_that_nobody_is_looked_for(it):
    pair = it.complete()
    missions.interrupt(goes_on(pair.own), reason="Stop.", by=it.awa, now=timezone.now())
    pair.refresh_from_db()
    assert pair.is_over
    assert "Personne d’autre n’est recherché" in told("pair_over", it.noe).get().text


def test_when_one_stops_whose_half_is_looked_for_the_other_one_reads_so(it):
    pair = it.complete()
    missions.interrupt(pair.work, reason="Stop.", by=it.noe, now=timezone.now())
    assert "Personne d’autre n’est recherché" not in told("pair_over", it.awa).get().text


def test_when_one_stops_after_the_need_is_closed_nobody_is_said_to_be_looked_for(it):
    pair = it.complete()
    needs.close(it.fresh(), reason="Fini.", by=it.aline)
    missions.interrupt(pair.own, reason="Stop.", by=it.awa, now=timezone.now())
    assert it.fresh().status == NeedStatus.CLOSED
    assert "Personne d’autre n’est recherché" in told("pair_over", it.noe).get().text


# --- a colleague takes over -----------------------------------------------------------------
def colleague(it, **kwargs):
    person = make_user(first_name="Rim", **kwargs)
    Membership.objects.create(user=person, organisation=it.company, role="MEMBER")
    return person


def taken_over(it, mission, rim):
    transfer = asked(goes(mission, by=it.paul), rim, it.paul)
    succession.answer(transfer, answer="YES", by=rim, now=timezone.now())
    transfer.refresh_from_db()
    return proposals.accept(transfer.proposal, side=Side.NEED, by=it.aline)


def running(mission: Mission) -> Mission:
    regime = mission.regime or Regime.LOAN
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.RUNNING, regime=regime)
    return Mission.objects.get(pk=mission.pk)


def test_a_colleague_who_takes_over_makes_a_new_pair_and_reads_nothing_of_the_one_before(it):
    before, rim = it.complete(), colleague(it)
    new = taken_over(it, running(before.work), rim)
    pair = Pair.objects.going_on().get()
    assert (pair.work, pair.own) == (new, before.own)
    assert list(Pair.objects.brought_by(rim)) == [pair]
    assert not told("pair_over", it.awa).exists(), "the pair goes on with somebody else"


def test_a_colleague_takes_over_a_mission_that_was_renewed(it):
    before, rim = it.complete(), colleague(it)
    new = taken_over(it, goes_on(before.work), rim)
    pair = Pair.objects.going_on().get()
    assert (pair.work, pair.own) == (new, before.own)


def test_a_colleague_whom_the_one_at_home_keeps_away_does_not_take_over(it):
    before, rim = it.complete(), colleague(it)
    transfer = asked(goes(running(before.work), by=it.paul), rim, it.paul)
    blocks.block(by=it.awa, person=rim, reason="Non.")
    said = why_not(succession.answer, transfer, answer="YES", by=rim, now=timezone.now())
    assert "binôme" not in said
    transfer.refresh_from_db()
    assert transfer.proposal is None


def test_one_kept_away_since_the_colleague_said_yes_makes_no_pair(it):
    before, rim = it.complete(), colleague(it)
    transfer = asked(goes(running(before.work), by=it.paul), rim, it.paul)
    succession.answer(transfer, answer="YES", by=rim, now=timezone.now())
    transfer.refresh_from_db()
    blocks.block(by=rim, person=it.awa, reason="Non.")
    why_not(proposals.accept, transfer.proposal, side=Side.NEED, by=it.aline)
    assert Pair.objects.going_on().get() == before
