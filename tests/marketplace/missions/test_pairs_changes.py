"""What becomes of a pair: more people wanted, one who keeps the other away, a mission that goes on, a colleague who takes over."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.scope import Scope
from marketplace import ranking
from marketplace.actions.market import needs, proposals
from marketplace.actions.missions import missions, succession
from marketplace.actions.talk import blocks
from marketplace.matching.definition import Condition
from marketplace.models import Block, Mission, Pair, Regime, Side
from marketplace.rules import permissions
from marketplace.states import MissionStatus, NeedStatus
from marketplace.views.missions import pairs as shown
from tests.factories import make_offer, make_user
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
    assert "deux personnes, et pas davantage" in answer.text
    assert it.fresh().places == 2


def test_a_pair_that_is_complete_is_said_to_be_full_and_not_to_refuse_a_time(it):
    it.complete()
    other = make_offer(make_user(), organisation=it.company, skills=("site-web",))
    fails = ranking.why(it.fresh(), other).facts.fails
    assert Condition.WHOSE not in fails
    assert Condition.ROOM in fails


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
