"""How many people of the other pôles would suit a need: counted at once, as they would be one pôle after the other."""

import pytest
from django.urls import reverse

from marketplace import ranking
from marketplace.models import Offer, Place, Welcome
from marketplace.ranking.live import TOP
from marketplace.states import OfferStatus
from tests.factories import (
    make_commune,
    make_coordinator,
    make_need,
    make_offer,
    make_pole,
    make_user,
)

pytestmark = pytest.mark.once


@pytest.fixture
def need():
    return make_need(member=make_user(), title="Tenir la paie")


def counted(need, poles, hidden):
    """Both ways, which have to agree."""
    at_once = ranking.how_many_elsewhere(need, poles, hidden=hidden)
    found = [ranking.offers_elsewhere(need, pole, hidden=hidden) for pole in poles]
    assert at_once == {pole.pk: len(matches) for pole, matches in zip(poles, found, strict=True)}
    return [at_once[pole.pk] for pole in poles]


def test_each_pole_has_its_own_count_and_the_hidden_are_in_none(need):
    one, nobody, many = (make_pole(name, departments=()) for name in ("Un", "Nul", "Partout"))
    make_offer(pole=one)
    hidden = make_offer(pole=one)
    far = make_commune(insee="13055", name="Marseille", latitude=43.2967, longitude=5.3764)
    make_offer(pole=nobody, commune=far, place=Place.ON_SITE)
    for _n in range(TOP + 2):
        make_offer(pole=many)
    assert counted(need, [one, nobody, many], [hidden.pk]) == [1, 0, TOP]


def test_one_that_isn_t_shown_any_more_gives_its_place_to_the_next(need):
    pole = make_pole("Ailleurs", departments=())
    offers = [make_offer(pole=pole) for _n in range(TOP + 1)]
    gone = Offer.objects.filter(pk__in=[one.pk for one in offers[:2]])
    gone.update(status=OfferStatus.PAUSED)  # the index doesn't know it yet
    assert counted(need, [pole], []) == [TOP - 1]


def test_who_may_be_half_of_a_pair_is_counted():
    need = make_need(member=make_user(), in_pair=True, places=2, time=Welcome.BOTH)
    pole = make_pole("Ailleurs", departments=())
    make_offer(pole=pole)
    assert counted(need, [pole], []) == [1]


def test_the_page_asks_as_few_questions_for_many_poles(client, need, django_assert_max_num_queries):
    for number in range(5):
        make_offer(pole=make_pole(f"Pôle {number}", departments=()))
    client.force_login(make_coordinator(need.pole))
    url = reverse("need-elsewhere", args=[need.pk])
    client.get(url)
    with django_assert_max_num_queries(18):  # three of which a process asks once
        page = client.get(url).text
    assert page.count("1 offre qui remplit toutes les conditions") == 5
