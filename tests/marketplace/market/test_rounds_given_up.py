"""Who gives their place in a round up, and who gets it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.models import CompanyProgramme
from tests.factories import in_days
from tests.marketplace.market.round_people import closed_house, open_house, set_days, suspend


def page_of(client, house) -> str:
    return client.get(house.round.get_absolute_url()).text


def give_up(house) -> str:
    return reverse("round-withdraw", args=[house.round.pk])


@pytest.mark.parametrize("shut", ["programme", "day"])
def test_once_nobody_answers_any_more_a_place_is_given_up_all_the_same(client, shut):
    """The programme is closed while the round is open, or the clock hasn't closed the round yet."""
    house = open_house(people=2, places=1)
    first, second = house.people
    house.say(first)
    house.say(second)
    client.force_login(first)
    assert give_up(house) not in page_of(client, house)
    if shut == "programme":
        CompanyProgramme.objects.update(closed_at=timezone.now())
    else:
        set_days(house.round, answer_by=in_days(-1))
    assert give_up(house) in page_of(client, house)
    client.post(give_up(house))
    assert house.answers() == {first: "WITHDRAWN", second: "COMES"}


def test_of_a_suspended_house_no_page_offers_what_is_refused(client):
    house = closed_house(people=1)
    suspend(house.company)
    client.force_login(house.people[0])
    assert give_up(house) not in page_of(client, house)
