"""The needs near an employer's sites that its people could serve on working time."""

from decimal import Decimal

import pytest
from django.core.cache import caches
from django.utils import timezone

from marketplace.desk import needs_near_sites
from marketplace.models import Place, Welcome
from marketplace.ranking import stored_lists
from tests.factories import (
    make_cause,
    make_commune,
    make_need,
    make_offer,
    make_organisation,
    make_user,
)
from tests.marketplace.market.programme_house import (
    head_of,
    make_house,
    make_programme,
    make_site,
    member,
)

ARRAS = {"insee": "62041", "name": "Arras", "latitude": 50.291, "longitude": 2.777}
LENS = {"insee": "62498", "name": "Lens", "latitude": 50.428, "longitude": 2.833}


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["counts"].clear()
    yield
    caches["counts"].clear()


@pytest.fixture
def house():
    house = make_house()
    make_offer(member(house), organisation=house)
    return house


def near(house):
    stored_lists.refresh_marks()
    return needs_near_sites.of(house, house.sites.all(), today=timezone.localdate())


def titles(house):
    return [found.match.need.title for found in near(house)]


def need(title, *, commune=None, **fields):
    fields.setdefault("place", Place.ON_SITE)
    commune = make_commune(**commune) if commune else make_commune()
    structure = make_organisation(member=make_user())
    return make_need(structure, title=title, commune=commune, **fields)


def test_those_of_its_own_town_are_shown_while_no_site_is_said(house):
    need("Tout près")
    need("Trop loin", commune=ARRAS, place=Place.ON_SITE)
    need("À distance", commune=ARRAS, place=Place.REMOTE)
    found = {near.match.need.title: near.site for near in near(house)}
    assert found == {"Tout près": "Lille", "À distance": ""}


def test_what_may_be_done_from_afar_but_is_offered_on_site_says_how_far(house):
    make_offer(member(house), organisation=house, radius_km=100)
    need("Sur place ou à distance", commune=ARRAS, place=Place.BOTH)
    (found,) = near(house)
    assert found.match.facts.on_site
    assert (found.site, 35 < found.km < 50) == (house.commune.name, True)


def test_those_within_thirty_kilometres_of_a_site_are(house):
    make_site(house, "Usine", make_commune(**LENS))
    make_offer(member(house), organisation=house, radius_km=100)
    need("À Arras", commune=ARRAS)
    (found,) = near(house)
    assert (found.match.need.title, found.site) == ("À Arras", "Usine")
    assert 14 < found.km < 17


def test_what_only_welcomes_own_time_or_is_its_own_isnt(house):
    need("Bénévoles seulement", time=Welcome.OWN)
    need("Temps de travail", time=Welcome.WORK)
    assert titles(house) == ["Temps de travail"]


def test_what_its_people_offer_on_their_own_time_or_others_offer_serves_nothing(house):
    need("Un site")
    house.offers.update(status="PAUSED")
    make_offer(member(house), time="OWN")
    make_offer(organisation=make_house(name="Autre"))
    assert titles(house) == []


def test_causes_that_its_programmes_prefer_come_first_and_three_are_shown(house):
    for number in range(4):
        need(f"Un besoin {number}")
    need("La cause préférée", cause=make_cause("ecologie"))
    programme = make_programme(house, budget_days=Decimal(9))
    assert len(near(house)) == needs_near_sites.SHOWN
    programme.causes.add(make_cause("ecologie"))
    first = near(house)[0]
    assert first.match.need.title == "La cause préférée"
    assert first.is_preferred


def test_a_need_is_shown_once_with_the_offer_that_suits_it_best(client, house):
    make_offer(
        member(house), organisation=house, title="Deux compétences", skills=("site-web", "cms")
    )
    one = need("Un site", skills=("site-web", "cms"))
    (found,) = near(house)
    assert found.match.offer.title == "Deux compétences"
    client.force_login(head_of(house))
    page = client.get(f"/organisations/{house.pk}/pilotage/").text
    assert one.get_absolute_url() in page
    assert "Deux compétences" in page


def test_more_offers_ask_no_more_questions(house, django_assert_num_queries):
    need("Un site")
    stored_lists.refresh_marks()
    today = timezone.localdate()
    needs_near_sites.of(house, house.sites.all(), today=today)
    with django_assert_num_queries(12):
        needs_near_sites.of(house, house.sites.all(), today=today)
    for _n in range(4):
        make_offer(member(house), organisation=house)
    stored_lists.refresh_marks()
    with django_assert_num_queries(12):
        needs_near_sites.of(house, house.sites.all(), today=today)


def test_where_they_are_many_they_are_looked_for_once_but_shown_as_they_are(house, monkeypatch):
    monkeypatch.setattr(needs_near_sites, "MANY", 2)
    first, _second = need("Un site"), need("Un autre")
    assert sorted(titles(house)) == ["Un autre", "Un site"]
    first.status = "PAUSED"
    first.save()
    assert titles(house) == ["Un autre"]
    need("Un besoin d’aujourd’hui")
    assert titles(house) == ["Un autre"], "until they are looked for anew"
    caches["counts"].clear()
    assert sorted(titles(house)) == ["Un autre", "Un besoin d’aujourd’hui"]
