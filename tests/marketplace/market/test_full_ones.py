"""Who could help: also those who are on all their missions, when asked for, and the act that waits for a place of theirs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, Organisation
from marketplace.actions.market import proposals
from marketplace.models import Block, Need, Offer, Side, Waiter
from marketplace.states import NeedStatus
from tests.factories import (
    make_commune,
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.market.waiting_people import again

pytestmark = pytest.mark.django_db


def make_full(first_name="Nora", **fields):
    """Somebody's offer, all of whose missions go on."""
    fields.setdefault("skills", ["site-web"])
    person = fields.pop("person", None) or make_user(first_name, "Cherif")
    offer = make_offer(person, **fields)
    taken = make_need()
    proposals.accept(make_proposal(taken, offer), side=Side.NEED, by=taken.created_by)
    return again(offer)


@pytest.fixture
def need():
    return make_need(member=make_user("Anne", "Petit"), skills=["site-web"])


def page_of(client, need, **asked):
    return client.get(reverse("need-candidates", args=[need.pk]), {"pleines": "oui"} | asked)


def names(page):
    return [one.match.offer.person.first_name for one in page.context["full"].rows]


@pytest.mark.parametrize("view", ["cartes", "tableau"])
def test_a_structure_asks_for_them_and_waits_by_one_click(client, need, view):
    offer = make_full()
    client.force_login(need.created_by)
    page = client.get(reverse("need-candidates", args=[need.pk]), {"vue": view})
    assert page.context["full"].rows == [], "off until they are asked for"
    (chip,) = page.context["full"].chips
    page = client.get(reverse("need-candidates", args=[need.pk]) + chip["url"])
    assert names(page) == ["Nora"]
    assert "Toutes ses missions sont en cours" in page.text
    door = reverse("offer-wait", args=[offer.pk])
    assert door in page.text
    for _twice in range(2):
        client.post(door, {"need": need.pk})
    waiter = Waiter.objects.get()
    assert (waiter.need, waiter.offer, waiter.side) == (need, offer, Side.NEED)
    page = page_of(client, need, vue=view)
    assert door not in page.text
    assert waiter.get_absolute_url() in page.text


def test_the_choice_stays_in_the_address_of_the_other_filters(client, need):
    make_full()
    make_offer(make_user("Paul"), skills=["site-web"])
    client.force_login(need.created_by)
    page = page_of(client, need, vue="tableau", temps="perso")
    assert all("pleines=oui" in chip["url"] for chip in page.context["groups"])
    assert 'name="pleines" value="oui"' in page.text
    assert "?vue=cartes&amp;pleines=oui" in page.text
    (chip,) = page.context["full"].chips
    assert chip["active"]
    assert "temps=perso" in chip["url"]
    assert "pleines" not in chip["url"]


def test_those_who_would_suit_alone_are_shown_best_first(client, need):
    make_full("Nora", skills=["site-web"])
    make_full("Lise", skills=["comptabilite"])
    afar = make_commune("59178", "Douai", latitude=50.3714, longitude=3.0797)
    make_full("Farid", commune=afar, radius_km=5, place="ON_SITE")
    omar = make_full("Omar")
    Offer.objects.filter(pk=omar.pk).update(pole=make_pole("Pôle du Lac", ("74",)))
    apart = make_full("Zoé")
    Block.objects.create(by=apart.person, organisation=need.organisation)
    Need.objects.filter(pk=need.pk).update(place="ON_SITE")
    client.force_login(need.created_by)
    assert names(page_of(client, need)) == ["Nora"]


def test_coordinators_read_them_and_wait_for_nobody(client, need):
    offer = make_full()
    client.force_login(make_coordinator())
    page = page_of(client, need)
    assert names(page) == ["Nora"]
    assert reverse("offer-wait", args=[offer.pk]) not in page.text


@pytest.mark.parametrize("who", ["structure", "coordinator"])
def test_a_boss_learns_nothing_of_what_is_offered_at_home_under_them(client, need, who):
    offer = make_full()
    boss = need.created_by if who == "structure" else make_coordinator()
    company = make_organisation(kind=Organisation.Kind.COMPANY, member=offer.person)
    Membership.objects.create(user=boss, organisation=company, role="ADMINISTRATOR")
    client.force_login(boss)
    page = page_of(client, need)
    assert page.status_code == 200
    assert page.context["full"].rows == []


def test_the_structures_own_people_at_home_are_not_shown_to_it(client, need):
    offer = make_full()
    Membership.objects.create(user=offer.person, organisation=need.organisation, role="EMPLOYEE")
    client.force_login(need.created_by)
    assert page_of(client, need).context["full"].rows == []


@pytest.mark.parametrize("who", ["stranger", "nobody", "left", "other pôle"])
def test_nobody_else_reads_them(client, need, who):
    make_full()
    person = need.created_by if who == "left" else make_user()
    if who == "left":
        need.organisation.memberships.all().delete()
    if who == "other pôle":
        person = make_coordinator(make_pole("Pôle du Lac", ("74",)))
    if who != "nobody":
        client.force_login(person)
    assert page_of(client, need).status_code in {302, 403, 404}


def test_a_need_that_is_not_open_has_nobody_to_wait_for(client, need):
    make_full()
    Need.objects.filter(pk=need.pk).update(status=NeedStatus.PAUSED)
    client.force_login(need.created_by)
    page = page_of(client, need)
    assert page.status_code != 200 or page.context["full"] is None


def test_a_company_that_is_suspended_shows_nobody(client, need):
    person, company = make_user(), Organisation.Kind.COMPANY
    house = make_organisation(kind=company, member=person, legal_form="SAS")
    offer = make_full(person=person, organisation=house, time="WORK")
    client.force_login(make_coordinator())
    assert [one.match.offer for one in page_of(client, need).context["full"].rows] == [offer]
    Organisation.objects.filter(pk=house.pk).update(status="SUSPENDED")
    assert page_of(client, need).context["full"].rows == []


def test_nobody_is_said_in_a_sentence(client, need):
    client.force_login(need.created_by)
    assert "Personne dont toutes les missions" in page_of(client, need).text


def test_more_of_them_cost_no_question_more(client, need):
    client.force_login(need.created_by)
    asked = []
    for _ in range(2):
        for _more in range(3):
            make_full()
        page_of(client, need)
        with CaptureQueriesContext(connection) as questions:
            page = page_of(client, need)
        asked.append(len(questions))
    assert len(page.context["full"].rows) == 6
    assert asked[1] <= asked[0]
    assert Offer.objects.filter(status="USED_UP").count() == 6
