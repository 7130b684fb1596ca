"""Waiting lists of needs that want a pair: a place belongs to one half."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.market import needs
from marketplace.actions.missions import missions
from marketplace.actions.refusals import NotYet
from marketplace.states import NeedStatus, WaiterStatus
from tests.factories import make_offer, make_user
from tests.marketplace.market.waiting_people import again, say_yes, wait
from tests.marketplace.missions.pairing import Pairing

pytestmark = pytest.mark.django_db


def stop(mission, around):
    missions.interrupt(mission, reason="Empêchement.", by=around.aline, now=timezone.now())


def test_a_place_goes_to_who_waits_for_that_half_and_the_others_keep_their_turn():
    around = Pairing()
    pair = around.complete()
    lou = make_user(first_name="Lou")
    lent = make_offer(lou, organisation=around.company, skills=("site-web",))
    waiter = wait(around.fresh(), lent)
    stop(pair.own, around)
    assert again(waiter).status == WaiterStatus.WAITING
    assert around.fresh().status == NeedStatus.PUBLISHED, "nobody waits for the half that is free"
    stop(pair.work, around)
    assert again(waiter).status == WaiterStatus.OFFERED
    assert say_yes(again(waiter)).offer == lent


def test_more_than_a_pair_isnt_wanted(client):
    around = Pairing()
    around.complete()
    need = around.fresh()
    lent = make_offer(make_user(), organisation=around.company, skills=("site-web",))
    wait(need, lent)
    client.force_login(around.aline)
    door = reverse("need-places", args=[need.pk])
    assert door not in client.get(need.get_absolute_url()).content.decode()
    for answer in (client.get(door), client.post(door, {"places": "3"})):
        assert answer.url == need.get_absolute_url()
    assert around.fresh().places == 2
    with pytest.raises(NotYet):
        needs.want_more(need, 3, by=around.aline, now=timezone.now())
