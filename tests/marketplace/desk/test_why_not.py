"""“Why not her?”: the condition that keeps somebody away, what would have to change, and the figures."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Organisation
from marketplace import ranking
from marketplace.actions.talk import blocks
from marketplace.models import Offer
from marketplace.states import OfferStatus
from tests.factories import (
    make_commune,
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_user,
)


@pytest.fixture
def need():
    return make_need(member=make_user(first_name="Aline", last_name="Moreau"), place="ON_SITE")


@pytest.fixture
def coordinator(client, need):
    user = make_coordinator(first_name="Maëlle")
    client.force_login(user)
    return user


@pytest.fixture
def helene():
    """Too far, and on site only."""
    toulouse = make_commune("31555", "Toulouse", latitude=43.6045, longitude=1.4440)
    person = make_user(first_name="Hélène", last_name="Dupré")
    return make_offer(person, commune=toulouse, radius_km=30, place="ON_SITE")


def ask(client, need, who):
    return client.get(reverse("need-why-not", args=[need.pk]), {"qui": who})


def spaced(page):
    return page.replace("\u00a0", " ").replace("\u202f", " ")


def test_one_click_says_the_condition_what_would_change_and_the_figures(
    client, need, helene, coordinator
):
    page = ask(client, need, "helene dupre").text
    assert "rayon de 30" in spaced(page)
    assert "Ce qui devrait changer" in page
    assert "Le calcul complet" in page


def test_no_button_puts_forward_an_offer_that_isn_t_shown(client, need, coordinator):
    """“Proposer” led to “Nous ne trouvons pas cette page”."""
    paused = make_offer(status=OfferStatus.PAUSED)
    page = client.get(reverse("need-why-pair", args=[need.pk, paused.pk])).text
    assert "L’offre n’est pas ouverte" in page
    assert reverse("need-ask-offer", args=[need.pk, paused.pk]) not in page


def test_a_company_or_a_trade_is_a_name_too_and_all_that_bear_it_are_judged(
    client, need, coordinator
):
    company = make_organisation(Organisation.Kind.COMPANY, name="Forges du Nord")
    make_offer(organisation=company, skills=["excel"], title="Contrôleuse de gestion")
    make_offer(organisation=company, skills=["site-web"], title="Graphiste")
    page = ask(client, need, "forges nord").text
    assert "2 offres portent ce nom" in page
    assert "Rien ne l’écarte" in page
    assert "Contrôleuse de gestion" in ask(client, need, "contrôleuse").text


def test_the_number_of_queries_doesnt_grow_with_the_names(
    client, need, coordinator, django_assert_max_num_queries
):
    make_offer(title="Graphiste")
    ask(client, need, "graphiste")  # what is read once a process is read here
    with CaptureQueriesContext(connection) as few:
        ask(client, need, "graphiste")
    for _turn in range(8):
        make_offer(title="Graphiste")
    with django_assert_max_num_queries(len(few)):
        ask(client, need, "graphiste")


def test_paused_already_put_forward_and_blocked_are_said(client, need, coordinator):
    paused = make_offer(status=OfferStatus.PAUSED, title="Un")
    noe = make_offer(title="Deux")
    blocks.block(by=noe.person, organisation=need.organisation, reason="Déjà vécu")
    assert "en pause" in ask(client, need, "Un").text.lower()
    pair = client.get(reverse("need-why-pair", args=[need.pk, noe.pk])).text
    assert "À ne pas mettre en relation" in pair
    assert "Déjà vécu" in pair
    assert client.get(reverse("need-why-pair", args=[need.pk, paused.pk])).status_code == 200


def test_nobody_bears_that_name(client, need, coordinator):
    assert "Aucune offre du pôle ne porte ce nom" in ask(client, need, "Zébulon").text


def test_from_the_desk_a_need_is_found_by_its_structure(client, need, helene, coordinator):
    asked = {"besoin": need.organisation.name.lower(), "qui": "dupré"}
    answer = client.get(reverse("desk-why-not"), asked)
    assert answer.url == f"/besoins/{need.pk}/pourquoi-pas/?qui=dupr%C3%A9"  # the only one
    make_need(need.organisation)
    page = client.get(reverse("desk-why-not"), asked).text
    assert f"/besoins/{need.pk}/pourquoi-pas/?qui=dupr%C3%A9" in page
    assert "Aucun besoin ouvert" in client.get(reverse("desk-why-not"), {"besoin": "zzz"}).text


@pytest.mark.parametrize("door", ["need-why-not", "need-why-pair", "desk-why-not"])
def test_only_the_coordinators_of_the_pole(client, need, helene, door):
    numbers = {"need-why-not": [need.pk], "need-why-pair": [need.pk, helene.pk], "desk-why-not": []}
    url = reverse(door, args=numbers[door])
    assert client.get(url).status_code == 302
    client.force_login(need.organisation.members.get())
    assert client.get(url).status_code == 403
    if numbers[door]:
        client.force_login(make_coordinator(make_pole("Ailleurs", ["62"])))
        assert client.get(url).status_code == 403


def test_no_list_is_empty_without_a_reason_and_an_act(client, coordinator):
    alone = make_need(skills=["apiculture"])
    offer = make_offer(skills=["tissage"])
    page = client.get(reverse("need-candidates", args=[alone.pk])).text
    assert "Personne dans le pôle ne propose encore : apiculture." in page
    assert "Pourquoi pas elle" in page
    client.force_login(offer.person)
    page = client.get(offer.get_absolute_url()).text
    assert "aucun ne demande ces compétences" in page or "il ne demande pas ces compétences" in page
    assert "apiculture" in page


def test_what_one_change_would_bring_is_said_where_few_are(client, need, helene, coordinator):
    make_offer(make_user("Irène", "Loin"), commune=helene.commune, radius_km=30, place="BOTH")
    Offer.objects.filter(pk=helene.pk).update(place="BOTH")
    ranking.changed(helene)
    page = client.get(reverse("need-candidates", args=[need.pk])).text
    assert "À distance aussi : 2 de plus" in spaced(page)


def test_a_coordinator_who_is_kept_away_does_not_read_by_whom(client, need, coordinator):
    offer = make_offer()
    blocks.block(by=offer.person, organisation=need.organisation, reason="Déjà vécu")
    need.organisation.memberships.create(user=coordinator)
    door = reverse("need-why-pair", args=[need.pk, offer.pk])
    for reader, reads in ((coordinator, False), (make_coordinator(need.pole), True)):
        client.force_login(reader)
        assert ("Déjà vécu" in client.get(door).text) is reads
