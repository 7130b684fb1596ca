"""The page of an offer that is on all its missions: which structures open it, to wait for a place."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.market import consents
from marketplace.models import Consent, Offer, Side, Waiter
from marketplace.states import NeedStatus, OfferStatus
from tests.factories import (
    make_mission,
    make_need,
    make_organisation,
    make_pole,
    make_user,
)
from tests.marketplace.market.waiting_people import give_back, look_after, make_booked, wait

pytestmark = pytest.mark.django_db


def opens(client, user, offer):
    client.force_login(user)
    return client.get(offer.get_absolute_url()).status_code == 200


def closed(mission):
    type(mission).objects.filter(pk=mission.pk).update(status="CLOSED")


def test_a_structure_of_the_pole_that_looks_for_somebody_opens_it_and_waits(client):
    offer, _mission = make_booked()
    need = make_need()
    assert opens(client, need.created_by, offer)
    page = client.get(offer.get_absolute_url()).content.decode()
    assert offer.discreet_name in page
    assert offer.person.last_name not in page
    assert page.index('href="#attendre"') < page.index("Compétences"), "on the first screen"
    client.post(reverse("offer-wait", args=[offer.pk]), {"need": need.pk})
    waiter = Waiter.objects.get()
    assert (waiter.side, waiter.need) == (Side.NEED, need)


def test_what_is_asked_of_a_published_offer_still_asks_for_a_published_one(client):
    offer, _mission = make_booked()
    need = make_need()
    client.force_login(need.created_by)
    door = reverse("need-ask-offer", args=[need.pk, offer.pk])
    assert client.get(door).status_code == 404
    assert not Offer.objects.visible_to(need.created_by).filter(pk=offer.pk).exists()


@pytest.mark.parametrize("act", ["offer-edit", "offer-pause", "offer-publish"])
def test_opening_it_gives_no_hand_on_it(client, act):
    offer, _mission = make_booked()
    client.force_login(make_need().created_by)
    assert client.post(reverse(act, args=[offer.pk])).status_code == 403
    assert Offer.objects.get(pk=offer.pk).status == OfferStatus.USED_UP


def test_who_waits_by_name_is_for_its_person_alone(client):
    offer, _mission = make_booked()
    wait(make_need(title="Refaire la vitrine"), offer, side=Side.NEED)
    client.force_login(make_need().created_by)
    page = client.get(offer.get_absolute_url()).content.decode()
    assert "1 structure attend" in page
    assert "Refaire la vitrine" not in page


@pytest.mark.parametrize("state", set(NeedStatus.values) - {NeedStatus.PUBLISHED})
def test_a_structure_that_looks_for_nobody_doesnt(client, state):
    offer, _mission = make_booked()
    assert not opens(client, make_need(status=state).created_by, offer)


def test_nor_one_that_isnt_accepted_today(client):
    offer, _mission = make_booked()
    need = make_need()
    Organisation.objects.filter(pk=need.organisation_id).update(status=OrganisationStatus.SUSPENDED)
    assert not opens(client, need.created_by, offer)


def test_nor_one_of_another_pole(client):
    offer, _mission = make_booked()
    elsewhere = make_organisation(pole=make_pole("Ailleurs", ("62",)))
    assert not opens(client, make_need(elsewhere).created_by, offer)


def test_nor_somebody_without_a_structure(client):
    offer, _mission = make_booked()
    assert not opens(client, make_user(), offer)


def test_nor_whoever_has_left_their_structure(client):
    offer, _mission = make_booked()
    need = make_need()
    Membership.objects.filter(user=need.created_by).delete()
    assert not opens(client, need.created_by, offer)


def test_nor_an_employer_what_their_people_offer_at_home(client):
    offer, _mission = make_booked()
    need = make_need()
    Membership.objects.create(user=offer.person, organisation=need.organisation)
    assert not opens(client, need.created_by, offer)


def test_nor_whoever_answers_for_their_employer_by_another_structure(client):
    offer, _mission = make_booked()
    need = make_need()
    boss = need.created_by
    company = make_organisation(kind="COMPANY", administrator=boss)
    Membership.objects.create(user=offer.person, organisation=company)
    assert not opens(client, boss, offer)


def test_one_that_has_a_place_again_is_its_persons_to_show(client):
    offer, mission = make_booked()
    need, other = make_need(), make_need()
    wait(need, offer, side=Side.NEED)
    closed(mission)
    assert opens(client, need.created_by, offer), "who waits reads what they wait for"
    assert not opens(client, other.created_by, offer)


def test_nor_one_whose_days_are_over(client):
    offer, _mission = make_booked()
    yesterday = timezone.localdate() - timedelta(days=1)
    Offer.objects.filter(pk=offer.pk).update(
        starts_on=yesterday - timedelta(days=9), ends_on=yesterday
    )
    assert not opens(client, make_need().created_by, offer)


@pytest.mark.parametrize(
    "state", set(OfferStatus.values) - {OfferStatus.PUBLISHED, OfferStatus.USED_UP}
)
def test_nor_one_that_is_anything_but_full(client, state):
    offer, _mission = make_booked()
    Offer.objects.filter(pk=offer.pk).update(status=state)
    assert not opens(client, make_need().created_by, offer)


@pytest.mark.parametrize("given_back", [False, True])
def test_a_list_names_an_offer_full_only_while_it_is(client, given_back):
    offer, mission = make_booked()
    if given_back:
        closed(mission)
    client.force_login(offer.person)
    for address in (reverse("offers"), offer.get_absolute_url()):
        said = client.get(address).content.decode()
        assert ("Pas affichée<" in said) is given_back, address
        assert ("Complète<" in said) is not given_back, address


def lent():
    offer = make_mission(work=True).offer
    offer = Offer.objects.get(pk=offer.pk)
    assert offer.status == OfferStatus.USED_UP
    return offer


def test_somebody_lent_who_took_their_yes_back_is_shown_no_more(client):
    offer = lent()
    reader = make_need().created_by
    assert opens(client, reader, offer)
    consents.end(Consent.objects.standing(offer.person, "OFFER", offer).get())
    assert not opens(client, reader, offer)


def test_nor_somebody_lent_whose_mission_has_ended_and_gives_nothing_back(client):
    offer = lent()
    reader = make_need().created_by
    assert opens(client, reader, offer)
    closed(offer.missions.get())
    assert Offer.objects.get(pk=offer.pk).status == OfferStatus.USED_UP
    assert not opens(client, reader, offer)


def test_nor_somebody_lent_who_has_left_their_company(client):
    offer = lent()
    reader = make_need().created_by
    Membership.objects.filter(user=offer.person).delete()
    assert not opens(client, reader, offer)


def test_a_place_given_back_while_nobody_waits_is_shown_as_before(client):
    offer, mission = make_booked()
    give_back(mission)
    look_after()
    assert Offer.objects.get(pk=offer.pk).status == OfferStatus.PUBLISHED
    assert opens(client, make_need().created_by, offer)


def test_its_page_asks_no_more_for_a_structure_with_many_needs(client):
    offer, _mission = make_booked()
    need = make_need()
    client.force_login(need.created_by)

    def asked():
        with CaptureQueriesContext(connection) as questions:
            assert client.get(offer.get_absolute_url()).status_code == 200
        return len(questions)

    asked()
    before = asked()
    for number in range(5):
        make_need(need.organisation, title=f"Besoin {number}")
    assert asked() == before


def test_what_is_given_once_waits_for_a_place_that_is_added(client):
    """“Once a place is free again” was read of working time, which is given once: none comes free there."""
    mission = make_mission(work=True)
    offer = Offer.objects.get(pk=mission.offer_id)
    need = make_need(mission.need.organisation, member=mission.need.created_by)
    client.force_login(need.created_by)
    assert "Quand une place se libère" in client.get(offer.get_absolute_url()).text
    closed(mission)
    page = client.get(offer.get_absolute_url()).text
    assert "Si une place est ajoutée" in page
    assert "se libère" not in page
    waiter = wait(need, offer, side=Side.NEED)
    assert "Si une place est ajoutée" in client.get(waiter.get_absolute_url()).text


def test_what_has_a_place_again_isnt_called_full(client):
    """“Complète” stood above “Missions restantes : 1”."""
    offer, mission = make_booked()
    client.force_login(offer.person)
    assert "Complète</span>" in client.get(offer.get_absolute_url()).text
    closed(mission)
    page = client.get(offer.get_absolute_url()).text
    assert "Complète</span>" not in page
    assert "Pas affichée</span>" in page
