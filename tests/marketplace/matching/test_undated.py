"""A need without dates loses and gains nothing by dates: any day on which it is fresh will do, and the reasons say so."""

import pytest
from django.urls import reverse

from marketplace import ranking
from marketplace.matching.definition import ONE
from tests.factories import in_days, make_need, make_offer, make_user, verify


@pytest.fixture
def need():
    return make_need(is_undated=True, hours=40, format="LONG", ends_on=in_days(90))


def match_of(need, offer):
    return ranking.why(need, offer)


def test_when_somebody_is_free_moves_no_point(need):
    one, later, two_days = (
        make_offer(make_user(), ends_on=in_days(300)),
        make_offer(make_user(), starts_on=in_days(80), ends_on=in_days(300)),
        make_offer(make_user(), starts_on=in_days(88), ends_on=in_days(89), weekdays=127),
    )
    found = [match_of(need, offer) for offer in (one, later, two_days)]
    for match in found:
        parts = match.facts.parts
        assert (parts["need"]["time"], parts["need"]["format"]) == (ONE, ONE)
        assert not match.excluded
    assert len({match.facts.score for match in found}) == 1
    assert [match.offer for match in ranking.offers_for(need, top=3)] == [one, later, two_days]


def test_hours_count_as_they_do_for_everybody(need):
    offer = make_offer(make_user(), hours=20, ends_on=in_days(300))
    assert match_of(need, offer).facts.parts["need"]["time"] == ONE // 2


def test_the_reasons_say_that_no_date_is_set(need):
    offer = make_offer(make_user(), ends_on=in_days(300))
    match = match_of(need, offer)
    to_need = [str(reason) for reason in match.reasons_for_need_side]
    assert any(words.startswith("Pas de date imposée\xa0: disponible") for words in to_need), (
        to_need
    )
    assert "Pas de date imposée" in [str(reason) for reason in match.reasons_for_offer_side]


def test_somebody_free_only_later_is_asked_and_told_of_no_date_to_move(client, need):
    coordinator = verify(need.created_by)
    offer = make_offer(make_user(), starts_on=in_days(100), ends_on=in_days(300))
    (reason,) = match_of(need, offer).excluded
    assert "Disponible à partir du" in str(reason)
    assert reason.ways == ("when",)
    assert ranking.offers_for(need, top=3) == []
    client.force_login(coordinator)
    assert client.get(reverse("need-candidates", args=[need.pk])).status_code == 200


def test_one_that_is_no_longer_fresh_is_said_to_be_so():
    need = make_need(is_undated=True, starts_on=in_days(-100), ends_on=in_days(-5))
    offer = make_offer(make_user(), ends_on=in_days(300))
    (reason,) = match_of(need, offer).excluded
    assert "toujours d’actualité" in str(reason)
