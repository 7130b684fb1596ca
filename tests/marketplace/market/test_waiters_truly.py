"""Who reads that one may wait for a place of a need: nobody where none may come free, nor who comes already."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.models import Behalf, Mission, Side, Waiter
from marketplace.rules import permissions
from marketplace.rules import waiters as rules
from marketplace.states import MissionStatus, NeedStatus
from tests.factories import (
    make_carrier,
    make_coordinator,
    make_mission,
    make_offer,
    make_organisation,
    make_user,
)
from tests.marketplace.market.waiting_people import (
    again,
    give_back,
    look_after,
    make_full,
    say_yes,
    wait,
)

pytestmark = pytest.mark.django_db

HOW = "un courriel vous prévient quand c’est votre tour"
ANSWER = "vous répondez à leur oui comme à toute candidature"
ENDED = "Toutes les missions sont terminées"


def end(*missions):
    numbers = [one.pk for one in missions]
    Mission.objects.filter(pk__in=numbers).update(status=MissionStatus.CLOSED)


def door_of(need):
    return reverse("need-wait", args=[need.pk])


def page_of(client, need):
    return client.get(need.get_absolute_url()).content.decode()


READERS = {
    "nobody": lambda need, taken: None,
    "stranger": lambda need, taken: make_user(),
    "offerer": lambda need, taken: make_offer(make_user()).person,
    "who-came": lambda need, taken: taken[0].offer.person,
    "carrier": lambda need, taken: make_carrier(need).organisation.members.get(),
    "structure": lambda need, taken: need.created_by,
    "coordinator": lambda need, taken: make_coordinator(need.pole),
}


def come(client, who, need, taken):
    reader = READERS[who](need, taken)
    if reader is not None:
        client.force_login(reader)
    return reader


# --- No place comes free any more --------------------------------------------------------------
@pytest.mark.parametrize("who", READERS)
def test_nobody_waits_where_all_missions_have_ended(client, who):
    need, taken = make_full()
    end(*taken)
    reader = come(client, who, need, taken)
    page = page_of(client, need)
    assert "complet" in page
    assert "Attendre une place" not in page
    assert door_of(need) not in page
    assert 'id="aider"' not in page
    assert HOW not in page
    assert reader is None or not permissions.can_help(reader, need)
    client.post(door_of(need), {"wait": "yes"})
    assert not Waiter.objects.exists()
    raises = who in ("structure", "coordinator")
    assert (reverse("need-places", args=[need.pk]) in page) is raises
    assert (ENDED in page) is raises


def test_who_comes_to_wait_where_all_have_ended_reads_that_it_is_filled(client):
    need, taken = make_full()
    end(*taken)
    offer = make_offer(make_user())
    client.force_login(offer.person)
    for door in (door_of(need), reverse("need-apply", args=[need.pk])):
        answer = client.post(door, {"offer": offer.pk, "wait": "yes"}, follow=True)
        assert answer.redirect_chain == [(need.get_absolute_url(), 302)]
        assert "Trop tard" in answer.content.decode()
    assert not Waiter.objects.exists()


def test_a_visitor_s_help_isn_t_taken_where_all_have_ended(client):
    need, taken = make_full()
    end(*taken)
    answer = client.post(reverse("need-help", args=[need.pk]), {"word": "Je peux."})
    assert answer.status_code in (200, 302)
    assert not Waiter.objects.exists()
    assert "signup" not in answer.get("Location", "")


def test_the_structure_may_want_more_people_though_all_have_ended(client):
    need, taken = make_full()
    end(*taken)
    client.force_login(need.created_by)
    door = reverse("need-places", args=[need.pk])
    assert client.get(door).status_code == 200
    client.post(door, {"places": "2"})
    assert again(need).status == NeedStatus.PUBLISHED


def test_one_mission_that_goes_on_is_enough_to_wait_for(client):
    need, taken = make_full(places=2)
    end(taken[0])
    offer = make_offer(make_user())
    client.force_login(offer.person)
    assert door_of(need) in page_of(client, need)
    client.post(door_of(need), {"offer": offer.pk, "word": "", "wait": "yes"})
    assert Waiter.objects.get().offer == offer


def test_a_renewal_that_goes_on_is_enough_too():
    need, (first,) = make_full()
    Mission.objects.filter(pk=first.pk).update(status=MissionStatus.RENEWED)
    assert not rules.is_full(again(need), timezone.now())
    renewal = again(first)
    renewal.pk, renewal.renewed_from, renewal.status = None, first, MissionStatus.RUNNING
    renewal.save(force_insert=True)
    assert rules.is_full(again(need), timezone.now())


def test_a_place_that_is_kept_may_come_free():
    need, taken = make_full(places=2)
    wait(need)
    give_back(taken[0])
    end(taken[1])
    assert again(need).status == NeedStatus.FILLED
    assert rules.is_full(again(need), timezone.now())


def test_who_waited_before_all_had_ended_reads_what_is_so(client):
    need, taken = make_full()
    waiter = wait(need)
    end(*taken)
    look_after()
    assert again(waiter).stands
    client.force_login(waiter.offer.person)
    for page in (page_of(client, need), client.get(waiter.get_absolute_url()).content.decode()):
        assert ENDED in page
        assert HOW not in page


def test_a_card_says_where_one_may_wait(client):
    make_full(title="Refaire la vitrine")
    _need, ended = make_full(title="Trier les archives")
    end(*ended)
    page = client.get(reverse("needs"), {"room": "wait"})
    assert len(page.context["page"]) == 2
    assert page.text.count("complet, avec une liste d’attente") == 1
    assert page.text.count("</i>complet<") + page.text.count("</svg>complet<") == 1


# --- Who comes already -------------------------------------------------------------------------
def read_door(client, reader, need):
    client.force_login(reader)
    return door_of(need) in page_of(client, need)


def test_who_has_a_place_is_shown_no_door_and_reads_that_they_have_it(client):
    need, (mission,) = make_full()
    person = mission.offer.person
    for _ in range(2):
        make_offer(person)  # their own time too: it is offered once
    assert not read_door(client, person, need)
    page = page_of(client, need)
    assert HOW not in page
    assert "Une place qui se libère est gardée 48 heures" in page
    answer = client.get(door_of(need))
    assert answer.url == mission.proposal.get_absolute_url()
    assert "Vous avez déjà l’une des places" in client.get(answer.url, follow=True).content.decode()
    offer = make_offer(person)
    client.post(door_of(need), {"offer": offer.pk, "word": "", "wait": "yes"})
    assert not Waiter.objects.exists()


def test_whose_time_is_offered_already_reads_that(client):
    need, (mission,) = make_full()
    waiter = wait(need)
    give_back(mission)
    mine = say_yes(again(waiter))
    person = waiter.offer.person
    make_offer(person)
    need = again(need)
    assert need.status == NeedStatus.FILLED, "the place is kept for them"
    assert permissions.can_wait_for(make_offer(make_user()).person, need)
    assert not read_door(client, person, need)
    answer = client.get(door_of(need))
    assert answer.url == mine.get_absolute_url()
    assert "Vous avez déjà proposé votre aide" in client.get(answer.url).content.decode()


def test_who_has_another_offer_that_could_wait_is_shown_the_door(client):
    need, (mission,) = make_full()
    person = mission.offer.person
    company = make_organisation(kind="COMPANY", administrator=person)
    team = make_offer(person, organisation=company, somebody=None)
    assert read_door(client, person, need)
    assert "il vous faut une offre publiée" not in client.get(door_of(need)).content.decode()
    client.post(door_of(need), {"offer": team.pk, "word": "", "wait": "yes"})
    assert Waiter.objects.get().offer == team


def test_a_colleague_on_working_time_has_that_place_and_no_other_offer(client):
    company = make_organisation(kind="COMPANY")
    mission = make_mission(work=True, company=company)
    need = again(mission.need)
    assert need.status == NeedStatus.FILLED
    assert not read_door(client, mission.offer.person, need)
    make_offer(mission.offer.person)
    assert read_door(client, mission.offer.person, need), "their own time may wait"


@pytest.mark.parametrize("who", ["stranger", "offerer"])
def test_who_doesn_t_come_yet_may_wait(client, who):
    need, taken = make_full()
    reader = come(client, who, need, taken)
    assert permissions.can_wait_for(reader, need)
    page = page_of(client, need)
    assert HOW in page
    assert (door_of(need) if who == "offerer" else 'id="aider"') in page


# --- What each reads of the list -------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "how", "answers"),
    [
        ("nobody", True, False),
        ("stranger", True, False),
        ("offerer", True, False),
        ("who-came", False, False),
        ("carrier", False, False),
        ("coordinator", False, False),
        ("structure", False, True),
    ],
)
def test_how_one_waits_is_told_to_those_who_may(client, who, how, answers):
    need, taken = make_full()
    wait(need)
    come(client, who, need, taken)
    page = page_of(client, need)
    assert (HOW in page) is how
    assert (ANSWER in page) is answers
    neutral = "Une place qui se libère est gardée 48 heures pour la première personne de la liste"
    assert (neutral in page) is not (how or answers)


def test_a_coordinator_who_answers_for_the_structure_reads_that_they_do(client):
    need, _taken = make_full()
    coordinator = make_coordinator(need.pole)
    Behalf.objects.create(
        need=need,
        by=coordinator,
        pole=need.pole,
        heard_on=timezone.localdate(),
        ends_at=timezone.now() + timedelta(days=9),
    )
    client.force_login(make_coordinator(need.pole))
    assert ANSWER in page_of(client, need)


def test_who_waits_reads_how_and_where_they_stand(client):
    need, _taken = make_full()
    waiter = wait(need)
    client.force_login(waiter.offer.person)
    page = page_of(client, need)
    assert HOW in page
    assert "numéro 1" in page
    assert waiter.side == Side.OFFER


def test_whose_offer_s_missions_are_over_reads_of_nobody_who_may_wait(client):
    """“May open its page, and wait for a place” was said of a page that answered 404 to each of them."""
    taken = make_mission()
    offer = taken.offer
    type(offer).objects.filter(pk=offer.pk).update(status="USED_UP", capacity=1)
    client.force_login(offer.person)
    assert "attendre une place" in client.get(offer.get_absolute_url()).text
    end(taken)
    assert "attendre une place" not in client.get(offer.get_absolute_url()).text
