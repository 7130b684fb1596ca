"""Somebody has left their employer: of the offers that name them, nothing is asked of them and no place is waited for."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.market import consents, people
from marketplace.actions.missions import missions
from marketplace.actions.refusals import NotYet
from marketplace.models import ConsentKind, ConsentRequest, Offer, Side
from marketplace.states import OfferStatus, WaiterStatus
from notifications.models import Notification
from tests.factories import make_mission, make_need, make_offer, make_organisation, make_user
from tests.marketplace.market.waiting_people import again, look_after, wait

pytestmark = pytest.mark.django_db


@pytest.fixture
def irène():
    return make_user("Irène", "Delsart")


@pytest.fixture
def nora():
    return make_user("Nora", "Chérif")


@pytest.fixture
def company(irène, nora):
    house = make_organisation(
        "COMPANY", name="Octet et Fils", administrator=irène, legal_form="SAS"
    )
    Membership.objects.create(user=nora, organisation=house, role="EMPLOYEE")
    return house


def goes(person, company, *, by):
    membership = Membership.objects.get(user=person, organisation=company)
    people.remove(membership, by=by, now=timezone.now())


def page_of(client, user, url):
    client.force_login(user)
    return client.get(url).text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def booked(company, nora):
    """Hers, on all its missions."""
    mission = make_mission(work=True, company=company, person=nora, status="RUNNING")
    consents.give(nora, ConsentKind.OFFER, mission.offer)
    Offer.objects.filter(pk=mission.offer_id).update(status=OfferStatus.USED_UP)
    mission.refresh_from_db()
    return mission


# --- the employer ---------------------------------------------------------------------------
def test_the_yes_of_somebody_who_has_gone_isnt_asked_for(client, company, irène, nora):
    offer = make_offer(nora, organisation=company, created_by=irène)
    goes(nora, company, by=irène)
    page = page_of(client, irène, offer.get_absolute_url())
    assert "Nora Chérif n’est plus chez Octet et Fils : choisissez quelqu’un d’autre" in page
    assert "l’offre a changé depuis" not in page
    assert "Demander de nouveau" not in page
    answer = client.post(reverse("offer-publish", args=[offer.pk]), follow=True)
    assert "Nora Chérif n’est plus chez" in answer.text
    assert not ConsentRequest.objects.exists()
    assert not Notification.objects.filter(recipient=nora, kind="consent_asked").exists()


def test_an_offer_that_has_served_sends_to_another_one(client, company, irène, nora, booked):
    goes(nora, company, by=irène)
    missions.interrupt(again(booked), reason=".", by=booked.need.created_by, now=timezone.now())
    page = page_of(client, irène, booked.offer.get_absolute_url())
    assert "Pour quelqu’un d’autre, écrivez une autre offre" in page
    assert "Encore une ?" not in page
    assert f'href="{reverse("offer-new")}"' in page


def test_the_page_of_a_removal_says_what_holds_of_full_offers_too(client, company, irène, nora):
    membership = Membership.objects.get(user=nora, organisation=company)
    page = page_of(client, irène, reverse("membership-remove", args=[membership.pk]))
    assert "faites en son nom ne sont plus montrées" in page


def test_ones_own_page_of_yeses_says_why_it_no_longer_counts(client, company, irène, nora):
    offer = make_offer(nora, organisation=company, created_by=irène)
    consents.give(nora, ConsentKind.OFFER, offer)
    goes(nora, company, by=irène)
    page = page_of(client, nora, reverse("consents"))
    assert "ne compte plus : vous n’êtes plus chez Octet et Fils" in page
    assert "ce dont il s’agissait a changé" not in page


# --- the structures -------------------------------------------------------------------------
def test_no_place_of_it_is_waited_for(client, company, irène, nora, booked):
    head = booked.need.created_by
    other = make_need(title="Un autre", member=head, organisation=booked.need.organisation)
    assert "Attendre une place" in page_of(client, head, booked.offer.get_absolute_url())
    goes(nora, company, by=irène)
    page = page_of(client, head, booked.offer.get_absolute_url())
    assert "Attendre une place" not in page
    assert "Cette personne n’est plus chez son employeur" in page
    with pytest.raises(NotYet, match="n’y a plus rien à attendre"):
        wait(other, again(booked.offer), side=Side.NEED, by=head)


def test_whoever_waited_for_it_is_told_that_nobody_comes(company, irène, nora, booked):
    other = make_need(title="Un autre", member=make_user("Aline"))
    waiter = wait(other, booked.offer, side=Side.NEED)
    goes(nora, company, by=irène)
    look_after()
    assert again(waiter).status == WaiterStatus.GONE
    letter = Notification.objects.filter(recipient=other.created_by, kind="waiter_told").latest(
        "pk"
    )
    assert "n’est plus chez son employeur" in letter.text
