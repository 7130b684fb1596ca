"""The home of a structure that only asks: who can help, in the place of what others need."""

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.models import PortraitSkill
from marketplace.models.market.portraits import Portrait
from marketplace.ranking import clock
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_skill,
    make_user,
)

PAGE, HOME, NEW = reverse("who-helps"), reverse("home"), reverse("need-new")
CEILING = 22  # one for what one would like to learn, one for what waiting lists keep, two for what gatherings wait for, one for what stays hidden, one for whose the kept lists are, one for rounds, one for programmes run, as may be of whoever offers too; the header's by hand apart; nothing of the book is asked
LENS = {"insee": "62498", "name": "Lens", "latitude": 50.4289, "longitude": 2.8319}  # 27 km away


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["counts"].clear()
    yield
    caches["counts"].clear()


@pytest.fixture
def aline(client):
    user = make_user("Aline", "Moreau")
    client.force_login(user)
    return user


@pytest.fixture
def structure(aline):
    return make_organisation(name="Les Bottines", member=aline)


def offers(number, **fields):
    return [make_offer(make_user(), ranked=False, **fields) for _ in range(number)]


def test_the_home_of_a_structure_that_only_asks_shows_who_can_help_and_not_others_needs(
    client, structure, aline
):

    other = make_need(make_organisation(member=make_user()), title="Tenir nos comptes")
    offers(6)
    page = client.get(HOME).text
    assert "Des compétences autour de vous" in page
    assert "environ 5 personnes ou équipes" in page
    assert other.title not in page
    make_offer(aline, ranked=False)
    page = client.get(HOME).text
    assert "Des compétences autour de vous" in page
    assert other.title in page


@pytest.mark.parametrize(
    "why", ["volunteer", "company", "coordinator", "both", "portrait", "closed"]
)
def test_whoever_offers_or_coordinates_keeps_the_new_needs(client, structure, why):

    other = make_need(make_organisation(member=make_user()), title="Tenir nos comptes")
    who = make_coordinator() if why == "coordinator" else make_user()
    if why in {"company", "both"}:
        make_organisation(Organisation.Kind.COMPANY, member=who)
    if why in {"both", "portrait"}:
        Membership.objects.create(user=who, organisation=structure)
    if why == "portrait":
        portrait = Portrait.objects.create(user=who)
        PortraitSkill.objects.create(portrait=portrait, skill=make_skill())
    if why == "closed":
        make_organisation(member=who, status=OrganisationStatus.CLOSED)
    client.force_login(who)
    page = client.get(HOME).text
    assert other.title in page
    assert ("Des compétences autour de vous" in page) is (why in {"both", "portrait"})


def test_its_list_of_needs_and_its_menu_lead_there(client, structure):
    assert client.get(reverse("my-needs")).text.count(f'href="{PAGE}"') >= 2
    client.force_login(make_coordinator())
    assert PAGE not in client.get(reverse("my-needs")).text


def test_the_people_named_for_its_needs_come_before_the_numbers(client, structure):
    make_need(structure)
    offer = make_offer(make_user("Noé", "Lambert"))
    clock.refresh_marked(now=timezone.now())
    page = client.get(HOME).text
    assert page.index("Qui pourrait vous aider") < page.index("Des compétences autour de vous")
    assert offer.discreet_name in page


def test_a_home_that_counts_asks_few_questions(client, structure, django_assert_max_num_queries):
    colleague = make_user()
    Membership.objects.create(user=colleague, organisation=structure)
    make_offer(colleague)
    offers(6)
    client.get(HOME)
    with django_assert_max_num_queries(CEILING):
        assert "environ 5 personnes ou équipes" in client.get(HOME).text
