"""A coordinator says what kind of public body an organisation is; it keeps all it has."""

import pytest
from django.urls import reverse

from accounts.models import Organisation
from marketplace.models import Offer
from tests.factories import (
    make_authority,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_user,
)


@pytest.fixture
def pole():
    return make_pole()


@pytest.fixture
def coordinator(pole):
    return make_coordinator(pole)


@pytest.fixture
def body(pole):
    """A public body that asks for help, of which nobody has said what it is."""
    return make_organisation(pole=pole, legal_form="PUBLIC", member=make_user())


def classify(client, by, body, choice):
    client.force_login(by)
    return client.post(reverse("authority", args=[body.pk]), {"choice": choice})


def test_a_coordinator_makes_it_an_authority_and_its_history_says_so(client, coordinator, body):
    assert classify(client, coordinator, body, "COMMUNE").status_code == 302
    body.refresh_from_db()
    assert (body.kind, body.level) == ("AUTHORITY", "COMMUNE")
    step = body.steps.last()
    assert step.by == coordinator
    assert "collectivité" in str(step.said)
    classify(client, coordinator, body, "COMMUNE")
    assert body.steps.count() == 1, "twice is once"


def test_the_page_says_what_each_level_would_cover(client, coordinator, body):
    client.force_login(coordinator)
    page = client.get(reverse("authority", args=[body.pk])).text
    assert "De quel organisme public s’agit-il\xa0?</h1>" in page
    assert "Lille, 236" in page
    assert "Hauts-de-France, 1 commune)" in page


@pytest.mark.parametrize(("choice", "kind"), [("ASKS", "ESS"), ("LENDS", "COMPANY")])
def test_another_public_body_asks_or_lends_and_leaves_the_list(
    client, coordinator, body, choice, kind
):
    classify(client, coordinator, body, choice)
    body.refresh_from_db()
    assert (body.kind, body.level) == (kind, "OTHER")


@pytest.mark.parametrize("what", ["need", "mission"])
def test_it_doesnt_lose_what_it_asks_for(client, coordinator, pole, what):
    authority = make_authority(pole=pole, member=make_user())
    need = make_need(authority)
    if what == "mission":
        make_mission(need=need)
        type(need).objects.update(status="CLOSED")
    page = classify(client, coordinator, authority, "LENDS")
    assert "laissez-les finir" in page.text
    assert Organisation.objects.get(pk=authority.pk).kind == "AUTHORITY"
    classify(client, coordinator, authority, "ASKS")
    assert Organisation.objects.get(pk=authority.pk).kind == "ESS"


def test_what_it_offers_stands_whichever_it_is(client, coordinator, pole):
    authority = make_authority(pole=pole)
    offer = make_offer(organisation=authority, time="WORK")
    classify(client, coordinator, authority, "ASKS")
    assert Organisation.objects.get(pk=authority.pk).kind == "ESS"
    assert Offer.objects.published().get() == offer


def a_member(body, pole):
    return body.members.get()


def a_neighbour(body, pole):
    return make_coordinator(make_pole("Pôle voisin", ("62",)))


def one_who_left(body, pole):
    gone = make_coordinator(pole)
    gone.memberships.all().delete()
    return gone


def a_coordinator_who_belongs_to_it(body, pole):
    one = make_coordinator(pole)
    one.memberships.create(organisation=body)
    make_coordinator(pole)
    return one


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (a_member, 404),
        (a_neighbour, 404),
        (one_who_left, 404),
        (a_coordinator_who_belongs_to_it, 403),
    ],
)
def test_nobody_else_does(client, coordinator, body, pole, who, status):
    assert classify(client, who(body, pole), body, "COMMUNE").status_code == status
    body.refresh_from_db()
    assert body.kind == "ESS"


def test_a_visitor_is_asked_to_log_in(client, body):
    assert (
        client.post(reverse("authority", args=[body.pk]), {"choice": "COMMUNE"}).status_code == 302
    )
    body.refresh_from_db()
    assert body.kind == "ESS"


@pytest.mark.parametrize("choice", ["", "PLANET", "\0"])
def test_an_answer_that_there_isnt_is_a_sentence(client, coordinator, body, choice):
    page = classify(client, coordinator, body, choice)
    assert page.context["form"].errors["choice"]


def test_an_operator_is_none_of_these(client, coordinator, pole):
    operator = coordinator.memberships.get().organisation
    assert classify(client, coordinator, operator, "COMMUNE").status_code == 404


@pytest.mark.parametrize("state", ["DRAFT", "EXPIRED", "USED_UP"])
def test_a_body_that_lends_nobody_by_now_shows_no_offer_of_before(client, pole, state):
    """Whoever runs the site has made it an operator, which lends nobody."""
    authority = make_authority("DEPARTMENT", pole=pole)
    offer = make_offer(make_user(), organisation=authority, status=state)
    Organisation.objects.filter(pk=authority.pk).update(kind="OPERATOR", level="")
    client.force_login(offer.person)
    page = client.post(reverse("offer-publish", args=[offer.pk]), follow=True).text
    offer.refresh_from_db()
    assert offer.status == state
    assert "ne met personne à disposition" in page


@pytest.mark.parametrize("state", ["DRAFT", "REFUSED", "REDIRECTED"])
def test_a_body_that_only_lends_by_now_hands_in_no_need_of_before(client, coordinator, pole, state):
    asks = make_user()
    authority = make_authority("DEPARTMENT", pole=pole, member=asks)
    need = make_need(authority, status=state)
    classify(client, coordinator, authority, "LENDS")
    client.force_login(asks)
    client.post(reverse("need-reopen", args=[need.pk]))
    client.post(reverse("need-submit", args=[need.pk]))
    need.refresh_from_db()
    assert need.status == "DRAFT"
