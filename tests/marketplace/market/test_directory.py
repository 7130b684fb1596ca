"""The public directory: who is in it, how they are found, and what it never tells."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.land import land
from accounts.models import Organisation
from accounts.states import OrganisationStatus
from marketplace.models import Offer
from marketplace.models.market.offers import Time
from marketplace.states import CarrierStatus, MissionStatus
from tests.factories import (
    make_carrier,
    make_cause,
    make_commune,
    make_department,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_user,
)

COMPANY = Organisation.Kind.COMPANY
pytestmark = pytest.mark.django_db


def listed(*args, **fields) -> Organisation:
    return make_organisation(
        *args, listed_from=fields.pop("listed_from", date(2020, 1, 1)), **fields
    )


def names(client, **filters) -> list[str]:
    page = client.get(reverse("directory"), filters)
    assert page.status_code == 200
    return [entry.organisation.name for entry in page.context["entries"]]


# --- who is in it --------------------------------------------------------------------------
def test_only_those_that_have_been_told_and_are_verified_are_shown(client):
    today = timezone.localdate()
    listed(name="Alpha", listed_from=today)
    listed(name="Demain", listed_from=today + timedelta(days=1))
    make_organisation(name="Jamais")
    for status in OrganisationStatus.values:
        if status != OrganisationStatus.ACCEPTED:
            listed(name=f"Autre {status}", status=status)
    assert names(client) == ["Alpha"]


def test_the_list_is_in_the_order_of_the_names_whatever_their_accents(client):
    for name in ("Zénith", "Étoile", "abeille", "Fabrique"):
        listed(name=name)
    assert names(client) == ["abeille", "Étoile", "Fabrique", "Zénith"]


def test_no_street_person_or_address_of_a_person_is_shown(client):
    boss = make_user(first_name="Zoé", last_name="Vandamme", email="zoe@example.org")
    listed(name="Alpha", administrator=boss, address="12 rue des Lilas")
    page = client.get(reverse("directory")).text
    for hidden in ("Vandamme", "zoe@", "rue des Lilas"):
        assert hidden not in page


# --- pages ---------------------------------------------------------------------------------
def test_pages_hold_each_organisation_once_forward_and_back(client):
    every = [listed(name=f"Maison {number:02}").name for number in range(30)]
    first = client.get(reverse("directory"))
    assert first.context["page"].before is None
    seen, page = [], first
    while True:
        seen += [entry.organisation.name for entry in page.context["entries"]]
        if page.context["page"].after is None:
            break
        page = client.get(reverse("directory"), {"after": page.context["page"].after})
    assert seen == every
    back = client.get(reverse("directory"), {"before": page.context["page"].before})
    assert [entry.organisation.name for entry in back.context["entries"]] == every[12:24]
    again = client.get(reverse("directory"), {"before": back.context["page"].before})
    assert [entry.organisation.name for entry in again.context["entries"]] == every[:12]
    assert again.context["page"].before is None


def test_two_of_one_name_are_both_shown_across_pages(client):
    for _ in range(14):
        listed(name="Les mêmes")
    first = client.get(reverse("directory")).context["page"]
    second = client.get(reverse("directory"), {"after": first.after}).context["page"]
    assert len({row.pk for row in [*first.rows, *second.rows]}) == 14


@pytest.mark.parametrize("typed", ["", "0", "-1", "x", "9" * 40, "١", "1;2", "é"])
@pytest.mark.parametrize("which", ["after", "before"])
def test_a_place_in_the_list_that_is_none_begins_at_the_beginning(client, which, typed):
    listed(name="Alpha")
    assert names(client, **{which: typed}) == ["Alpha"]


def test_the_place_of_somebody_hidden_tells_nothing_of_them(client):
    listed(name="Alpha")
    hidden = make_organisation(name="Caché")
    listed(name="Zoom")
    assert names(client, after=hidden.pk) == ["Alpha", "Zoom"]


@pytest.mark.parametrize("page", ["directory", "needs"])
def test_words_alone_don_t_open_the_filters(client, page):
    url, shut = reverse(page), '<details class="more">'
    assert shut in client.get(url, {"q": "velo"}).text
    assert shut not in client.get(url, {"q": "velo", "department": "59"}).text


def test_filters_stay_in_the_links_of_the_pages(client):
    for number in range(13):
        listed(COMPANY, name=f"Maison {number:02}")
    page = client.get(reverse("directory"), {"kind": "COMPANY"}).text
    assert "?kind=COMPANY&amp;after=" in page


# --- search --------------------------------------------------------------------------------
def test_it_is_searched_by_names_words_skills_and_communes(client):
    arras = make_commune(
        "62041",
        "Arras",
        department=make_department("62", "Pas-de-Calais"),
        latitude=50.29,
        longitude=2.78,
    )
    listed(name="Les Échoppes", purpose="Réparer des vélos.")
    asks = listed(name="Qui demande")
    make_need(asks, skills=("site-web",))
    listed(name="D’Arras", commune=arras)
    assert set(names(client, q="site internet")) == {"Qui demande"}
    assert names(client, q="Arras") == ["D’Arras"]
    assert names(client, q="echoppe") == ["Les Échoppes"]
    assert names(client, q="vélos réparer") == ["Les Échoppes"]
    assert names(client, q="echopes") == ["Les Échoppes"]


def test_those_whose_name_was_typed_come_first(client):
    listed(name="Abeille", purpose="Avec la Ruche de Lens.")
    listed(name="Ruche de Lens")
    assert names(client, q="ruche lens") == ["Ruche de Lens", "Abeille"]


def test_a_search_that_finds_nothing_says_what_to_do_next(client):
    listed(name="Alpha")
    page = client.get(reverse("directory"), {"q": "zzyzx"}).text
    assert "Aucune organisation ne correspond" in page
    assert reverse("directory") in page.split("Aucune organisation")[1]


def test_an_empty_directory_invites_to_register(client):
    assert reverse("organisation-new") in client.get(reverse("directory")).text


# --- filters -------------------------------------------------------------------------------
def test_who_asks_who_offers_and_who_does_both(client):
    asks, offers, both = (listed(name=name) for name in ("Demande", "Propose", "Les deux"))
    listed(name="Ni l’un ni l’autre")
    for one in (asks, both):
        make_need(one)
    for one in (offers, both):
        make_offer(organisation=one, time=Time.WORK)
    assert names(client, does="asks") == ["Demande", "Les deux"]
    assert names(client, does="offers") == ["Les deux", "Propose"]
    assert names(client, does="both") == ["Les deux"]
    assert len(names(client, does="nonsense")) == 4


def test_who_carries_a_need_beside_its_lead_asks_too(client):
    """Its own page lists the need, and its entry said that it asks for nothing."""
    lead, beside, invited = (listed(name=name) for name in ("Cheffe", "Voisine", "Invitée"))
    need = make_need(lead)
    make_carrier(need, beside)
    make_carrier(need, invited, status=CarrierStatus.INVITED, agreed_at=None)
    make_need(beside)
    assert names(client, does="asks") == ["Cheffe", "Voisine"]
    page = client.get(reverse("directory"))
    assert {one.organisation.name: one.needs for one in page.context["entries"]} == {
        "Cheffe": 1, "Voisine": 2, "Invitée": 0,
    }  # fmt: skip


def test_own_time_that_names_its_employer_never_makes_it_offer_nor_have_done(client):
    employer = listed(COMPANY, name="Employeur")
    structure = listed(name="Structure", member=make_user(first_name="Aline"))
    need = make_need(structure)
    mission = make_mission(need=need, status=MissionStatus.CLOSED)
    Offer.objects.filter(pk=mission.offer_id).update(organisation=employer)
    assert names(client, does="offers") == []
    assert names(client, done="on") == ["Structure"]


def test_needs_that_are_not_shown_make_nobody_ask(client):
    one = listed(name="Privée")
    make_need(one, is_listed=False)
    make_need(one, status="DRAFT")
    assert names(client, does="asks") == []
    page = client.get(reverse("directory")).text
    assert "demande" not in page.split('<ul class="cards">')[1]


def test_kind_territory_and_cause(client):
    far = make_commune("75056", "Paris", department=make_department("75", "Paris"))
    listed(COMPANY, name="Entreprise")
    listed(name="Ailleurs", commune=far)
    cares = listed(name="Climat")
    make_need(cares, cause=make_cause("climat"))
    assert names(client, kind="COMPANY") == ["Entreprise"]
    assert names(client, cause="climat") == ["Climat"]


def test_who_came_by_the_door_of_an_operator_or_is_followed_by_it(client):
    pole = make_pole()
    one, other = (
        make_organisation(
            Organisation.Kind.OPERATOR, pole=pole, name=name, listed_from=date(2020, 1, 1)
        )
        for name in ("Opérateur un", "Opérateur deux")
    )
    followed = listed(name="Suivie", pole=pole)
    make_need(followed, operator=one)
    listed(name="Venue par la porte", pole=pole, came_through=one)
    both = listed(name="Venue et suivie", pole=pole, came_through=other)
    make_need(both, operator=one)
    make_organisation(name="Hors de l’annuaire", pole=pole, came_through=one)
    assert names(client, operator=one.pk) == ["Suivie", "Venue et suivie", "Venue par la porte"]
    assert names(client, operator=other.pk) == ["Venue et suivie"]
    assert names(client, operator=other.pk, kind="COMPANY") == []


# --- what the card says ---------------------------------------------------------------------
def test_a_card_says_what_it_asks_and_shows_and_nothing_of_one_person(client):
    employer = listed(COMPANY, name="Employeur")
    make_offer(organisation=employer, person=make_user(), time=Time.WORK)
    (entry,) = client.get(reverse("directory")).context["entries"]
    assert (entry.needs, entry.families, entry.together) == (0, [], 0)
    make_offer(organisation=employer, somebody=None)  # a team's
    page = client.get(reverse("directory"))
    assert [family.code for family in page.context["entries"][0].families] == ["numerique"]
    assert "propose\xa0:" in page.text
    assert names(client, q="site internet") == ["Employeur"]


# --- the map -------------------------------------------------------------------------------
def test_the_map_has_its_twin_in_a_table(client):
    lens = make_commune("62498", "Lens", epci_code="246200364", epci_name="CA de Lens-Liévin")
    pole = make_pole(departments=("62",))
    for number in range(3):
        listed(name=f"Maison {number}", commune=lens, pole=pole)
    land.cache_clear()
    page = client.get(reverse("directory"), {"view": "map"}).text
    assert "<svg viewBox" in page
    assert "CA de Lens-Liévin" in page
    assert '<td class="end num" data-label="Organisations">3</td>' in page


# --- what it costs -------------------------------------------------------------------------
def test_its_questions_do_not_grow_with_what_it_shows(client, django_assert_max_num_queries):
    for number in range(12):
        make_need(listed(name=f"Maison {number}"))
    client.get(reverse("directory"))
    with django_assert_max_num_queries(12):
        client.get(reverse("directory"))


def test_operators_are_not_said_to_be_verified(client):
    """They are listed beside the others, and nobody verifies them: they do the verifying."""
    lead = client.get(reverse("directory")).text.split('class="lead">')[1].split("<")[0]
    assert "chacune vérifiée par la coordination, et les opérateurs qui assurent celle-ci." in lead


def test_the_page_of_an_operator_doesn_t_say_that_the_coordination_verified_it(client):
    """It is the coordination: other operators agree to one, and nobody verifies the first of a pôle."""
    operator, structure = make_organisation(Organisation.Kind.OPERATOR), make_organisation()
    assert "Vérifiée par" not in client.get(operator.get_absolute_url()).text
    assert "Opérateur du pôle" in client.get(operator.get_absolute_url()).text
    assert "Vérifiée par la coordination" in client.get(structure.get_absolute_url()).text
