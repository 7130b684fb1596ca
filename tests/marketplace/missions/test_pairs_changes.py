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
