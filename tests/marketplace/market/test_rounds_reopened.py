"""Answers that were closed too early are taken again, until their day."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import ForbiddenMove
from marketplace.actions.market import rounds
from marketplace.actions.refusals import NotYet
from marketplace.states import RoundStatus
from tests.factories import in_days
from tests.marketplace.market.round_people import closed_house, open_house, set_days, suspend

pytestmark = pytest.mark.django_db


def reopen(house):
    rounds.reopen(house.round, by=house.claire, now=timezone.now())
    return house.fresh()


def test_whoever_comes_still_comes_and_another_may_answer():
    house = closed_house(people=1, places=2)
    reopen(house)
    late = house.hire()
    house.say(late)
    assert [*house.answers().values()] == ["COMES", "COMES"]


def test_it_is_done_once_and_only_of_what_was_closed():
    for house in (closed_house(people=1), open_house()):
        if house.round.status == RoundStatus.CLOSED:
            reopen(house)
        with pytest.raises(ForbiddenMove):
            reopen(house)


def test_not_once_teams_are_made_the_day_has_passed_or_the_house_is_suspended():
    house = closed_house(people=2)
    house.form()
    with pytest.raises(NotYet, match="équipes"):
        reopen(house)
    over, away = closed_house(people=1), closed_house(people=1)
    set_days(over.round, answer_by=in_days(-1))
    suspend(away.company)
    for one in (over, away):
        with pytest.raises(NotYet):
            reopen(one)


def test_it_is_proposed_where_it_may_be_done(client):
    house = closed_house(people=2)
    client.force_login(house.claire)
    address = reverse("round-reopen", args=[house.round.pk])
    assert address in client.get(house.round.get_absolute_url()).text
    assert "Les inscriptions sont de nouveau ouvertes" in client.post(address, follow=True).text
    house.close()
    house.form()
    assert address not in client.get(house.round.get_absolute_url()).text
    client.force_login(house.people[0])
    assert client.post(address).status_code == 403
