"""The pages of waiting lists: who takes a place on one, who answers, and what each reader is shown."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Coming, Membership
from marketplace.desk import own_waiters
from marketplace.models import Need, Offer, Proposal, Side, Waiter
from marketplace.states import NeedStatus, OfferStatus, WaiterStatus
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_user,
)
from tests.marketplace.market.waiting_people import (
    OVER,
    again,
    give_back,
    look_after,
    make_booked,
    make_full,
    say_yes,
    wait,
)

pytestmark = pytest.mark.django_db


def page_of(client, subject):
    return client.get(subject.get_absolute_url()).content.decode()


def test_a_visitor_reads_that_it_is_full_and_how_one_waits(client):
    need, _taken = make_full()
    wait(need)
    page = page_of(client, need)
    assert "complet" in page
    assert "numéro 2 de la liste d’attente" in page


def test_somebody_without_an_offer_says_four_things_and_waits(client):
    need, _taken = make_full(questions="Avez-vous déjà fait un site ?")
    person = make_user()
    client.force_login(person)
    said = {
        "skills": ["site-web"],
        "word": "Je peux.",
        "when": "ANY",
        "commune": str(need.commune),
        "commune-code": need.commune_id,
        "answer_1": "Trois fois.",
    }
    answer = client.post(reverse("need-help", args=[need.pk]), said)
    assert answer.url == reverse("need-help-send", args=[need.pk])
    before = client.get(answer.url).text
    assert "Seule la coordination lit ceci, jusqu’à ce que vous disiez oui" in before
    assert "Seules cette structure" not in before
    assert "liste d’attente" in client.get(answer.url).content.decode()
    client.post(answer.url)
    waiter = Waiter.objects.get()
    assert (waiter.offer.person, waiter.word) == (person, "Je peux.")
    assert waiter.answers == [["Avez-vous déjà fait un site ?", "Trois fois."]]
    assert not Coming.objects.filter(user=person).exists()
    client.post(answer.url)
    assert Waiter.objects.count() == 1
    assert waiter.offer.status == OfferStatus.PAUSED, "shown to nobody else"
    give_back(_taken[0])
    look_after()
    assert say_yes(again(waiter)).need == need, "the place was kept, and is theirs"


def test_somebody_with_an_offer_chooses_it(client):
    need, _taken = make_full()
    offer = make_offer(person := make_user())
    client.force_login(person)
    door = reverse("need-wait", args=[need.pk])
    assert door in page_of(client, need)
    assert client.get(reverse("need-apply", args=[need.pk])).status_code == 200
    client.post(door, {"offer": offer.pk, "word": "", "wait": "yes"})
    assert Waiter.objects.get().offer == offer
    assert "numéro 1" in page_of(client, Waiter.objects.get())


def test_who_was_applying_as_the_last_place_went_keeps_their_words(client):
    need, _taken = make_full()
    offer = make_offer(person := make_user())
    client.force_login(person)
    page = client.post(
        reverse("need-apply", args=[need.pk]), {"offer": offer.pk, "word": "Mes mots."}
    )
    assert "Mes mots." in page.content.decode()
    assert not Waiter.objects.exists()


def test_a_place_waits_for_an_answer_since_it_is_kept_and_not_since_one_is_on_the_list():
    need, (mission,) = make_full()
    asked = timezone.now() - timedelta(days=3)
    waiter = wait(need)
    Waiter.objects.update(asked_at=asked)
    (line,) = own_waiters.waiting(waiter.offer.person, [own_waiters.WAITER], timezone.now())
    assert (line.is_first, line.since) == (False, asked)
    give_back(mission)
    (line,) = own_waiters.waiting(waiter.offer.person, [own_waiters.WAITER], timezone.now())
    assert line.is_first
    assert line.since > asked + timedelta(days=2)


def test_the_yes_of_the_first_leaves_with_the_words_of_that_day(client):
    need, (mission,) = make_full(questions="Quand pouvez-vous commencer ?")
    waiter = wait(need, word="Hier.")
    give_back(mission)
    client.force_login(waiter.offer.person)
    assert "Une place vous est gardée" in page_of(client, waiter)
    home = client.get(reverse("home")).content.decode()
    assert "Une place vous est gardée" in home
    assert "En retard" not in home, "they have two days"
    said = {"word": "Aujourd’hui.", "answer_1": "Lundi.", "yes": "yes"}
    answer = client.post(waiter.get_absolute_url(), said)
    proposal = Proposal.objects.get(need=need, offer=waiter.offer)
    assert answer.url == proposal.get_absolute_url()
    assert proposal.word == "Aujourd’hui."
    assert proposal.answers.get().words == "Lundi."
    assert client.post(waiter.get_absolute_url(), said).url == answer.url


def test_a_no_is_one_click(client):
    need, (mission,) = make_full()
    waiter, second = wait(need), wait(need)
    give_back(mission)
    client.force_login(waiter.offer.person)
    client.post(waiter.get_absolute_url(), {"no": "yes"})
    assert again(second).status == WaiterStatus.OFFERED
    assert "Vous n’attendez plus" in page_of(client, waiter)


def test_too_late_is_a_sentence_beside_what_was_typed(client):
    need, (mission,) = make_full()
    waiter = wait(need)
    give_back(mission)
    client.force_login(waiter.offer.person)
    Waiter.objects.update(offered_until=timezone.now())
    answer = client.post(waiter.get_absolute_url(), {"word": "Me voilà.", "yes": "yes"})
    assert "Trop tard" in answer.content.decode()


@pytest.mark.parametrize("who", ["stranger", "structure", "coordinator", "nobody"])
def test_nobody_else_opens_the_place_of_somebody(client, who):
    need, _taken = make_full()
    waiter = wait(need)
    readers = {
        "stranger": make_user,
        "structure": lambda: need.created_by,
        "coordinator": lambda: make_coordinator(need.pole),
    }
    if who != "nobody":
        client.force_login(readers[who]())
    url = waiter.get_absolute_url()
    for answer in (client.get(url), client.post(url, {"no": "yes"})):
        assert answer.status_code == (302 if who == "nobody" else 404)
    assert again(waiter).stands


def test_who_has_left_their_company_answers_no_more(client):
    company = make_organisation(kind="COMPANY")
    offer = make_offer(make_user(), organisation=company)
    need, _taken = make_full()
    waiter = wait(need, offer)
    Membership.objects.filter(user=offer.person, organisation=company).delete()
    client.force_login(offer.person)
    assert client.get(waiter.get_absolute_url()).status_code == 404


def test_the_coordinators_read_who_waits_and_the_structure_how_many(client):
    need, _taken = make_full()
    waiter = wait(need, make_offer(make_user(first_name="Solène", last_name="Quéré")))
    client.force_login(need.created_by)
    page = page_of(client, need)
    assert "1 personne attend" in page
    assert "Solène" not in page
    client.force_login(make_coordinator(need.pole))
    assert "Solène" in page_of(client, need)
    assert waiter.stands


def test_a_boss_who_coordinates_reads_nothing_of_who_waits_at_home(client):
    need, _taken = make_full()
    person = make_user(first_name="Solène", last_name="Quéré")
    wait(need, make_offer(person))
    company = make_organisation(kind="COMPANY", administrator=(boss := make_coordinator(need.pole)))
    Membership.objects.create(user=person, organisation=company)
    client.force_login(boss)
    assert "Solène" not in page_of(client, need)


def test_the_people_of_the_structure_dont_wait_for_it(client):
    need, _taken = make_full()
    member = need.created_by
    offer = make_offer(member)
    client.force_login(member)
    answer = client.post(reverse("need-wait", args=[need.pk]), {"offer": offer.pk, "wait": "yes"})
    assert answer.status_code == 403
    assert not Waiter.objects.exists()


def test_somebody_elses_offer_cant_be_put_down(client):
    need, _taken = make_full()
    client.force_login(make_user())
    theirs = make_offer(make_user())
    client.post(reverse("need-wait", args=[need.pk]), {"offer": theirs.pk, "wait": "yes"})
    assert not Waiter.objects.exists()


def test_more_people_wanted_are_those_who_wait(client):
    need, _taken = make_full()
    waiter = wait(need)
    client.force_login(need.created_by)
    door = reverse("need-places", args=[need.pk])
    assert door in page_of(client, need)
    assert "1 personne attend" in client.get(door).content.decode()
    for wrong in ("1", "0", "-3", "99", "deux", ""):
        assert client.post(door, {"places": wrong}).status_code == 200
    client.post(door, {"places": "2"})
    client.post(door, {"places": "2"})
    assert Need.objects.get(pk=need.pk).places == 2
    assert again(waiter).status == WaiterStatus.OFFERED
    assert again(need).status == NeedStatus.FILLED


@pytest.mark.parametrize("who", ["stranger", "elsewhere"])
def test_nobody_else_asks_for_more_people(client, who):
    need, _taken = make_full()
    from tests.factories import make_pole

    reader = make_user() if who == "stranger" else make_coordinator(make_pole("Ailleurs", ("62",)))
    client.force_login(reader)
    assert client.post(reverse("need-places", args=[need.pk]), {"places": "9"}).status_code == 403


# --- waiting for an offer --------------------------------------------------------------------
def close(mission):
    type(mission).objects.filter(pk=mission.pk).update(status="CLOSED")


def read_by(offer, need):
    """The structure was in touch about this offer: it reads it though it is full."""
    Proposal.objects.create(
        need=need, offer=offer, origin="INVITATION", status="CLOSED", created_by=need.created_by
    )


def test_a_structure_waits_for_somebody_who_is_on_all_their_missions(client):
    offer, mission = make_booked()
    need = make_need()
    read_by(offer, need)
    client.force_login(need.created_by)
    door = reverse("offer-wait", args=[offer.pk])
    assert door in page_of(client, offer)
    client.post(door, {"need": need.pk})
    client.post(door, {"need": need.pk})
    waiter = Waiter.objects.get()
    assert (waiter.side, waiter.need) == (Side.NEED, need)
    close(mission)
    look_after()
    assert again(waiter).status == WaiterStatus.OFFERED
    assert again(offer).status == "USED_UP"
    answer = client.post(waiter.get_absolute_url(), {"word": "Bienvenue.", "yes": "yes"})
    proposal = Proposal.objects.get(need=need, offer=offer, status="OPEN")
    assert answer.url == proposal.get_absolute_url()
    assert proposal.origin == "INVITATION"
    client.force_login(offer.person)
    client.post(reverse("proposal-accept", args=[proposal.pk]))
    assert again(proposal).is_agreed


def test_the_next_structure_is_asked_after_48_hours_and_the_offer_stays_its_persons(client):
    offer, mission = make_booked()
    first, second = (make_need() for _ in range(2))
    rows = [wait(need, offer, side=Side.NEED) for need in (first, second)]
    close(mission)
    look_after()
    look_after(timezone.now() + OVER)
    assert [again(row).status for row in rows] == [WaiterStatus.GONE, WaiterStatus.OFFERED]
    look_after(timezone.now() + 2 * OVER)
    assert Offer.objects.get(pk=offer.pk).status == "USED_UP"


def test_a_place_kept_for_a_structure_isnt_shown_again_meanwhile(client):
    offer, mission = make_booked()
    wait(make_need(), offer, side=Side.NEED)
    close(mission)
    look_after()
    client.force_login(offer.person)
    client.post(reverse("offer-publish", args=[offer.pk]))
    assert again(offer).status == "USED_UP"


def test_a_mission_broken_off_gives_its_place_to_the_structure_that_waits():
    offer, mission = make_booked()
    waiter = wait(make_need(), offer, side=Side.NEED)
    give_back(mission)
    assert again(waiter).status == WaiterStatus.OFFERED
    assert again(offer).status == "USED_UP"
    look_after(timezone.now() + OVER)
    assert again(offer).status == "PUBLISHED"


@pytest.mark.parametrize("named", ["", "abc", "999999999", "theirs"])
def test_only_an_open_need_of_ones_own_waits(client, named):
    offer, _mission = make_booked()
    need = make_need()
    read_by(offer, need)
    client.force_login(need.created_by)
    named = str(make_need().pk) if named == "theirs" else named
    answer = client.post(reverse("offer-wait", args=[offer.pk]), {"need": named}, follow=True)
    assert answer.status_code == 200
    assert not Waiter.objects.exists()


@pytest.mark.parametrize("changed", [{"is_listed": False}, {"status": NeedStatus.PAUSED}])
def test_who_offers_isnt_told_of_a_need_that_they_dont_read(client, changed):
    offer, _mission = make_booked()
    need = make_need(title="Déménager en secret")
    wait(need, offer, side=Side.NEED)
    client.force_login(offer.person)
    assert "Déménager en secret" in page_of(client, offer)
    Need.objects.filter(pk=need.pk).update(**changed)
    page = page_of(client, offer)
    assert "Déménager en secret" not in page
    assert "1 structure attend" in page


def test_a_structure_reads_how_a_place_of_an_offer_comes_and_where_it_goes_on(client):
    offer, _mission = make_booked()
    need = make_need(title="Refaire la vitrine")
    waiter = wait(need, offer, side=Side.NEED)
    client.force_login(need.created_by)
    page = page_of(client, waiter)
    assert "première structure de la liste" in page
    assert "première personne" not in page
    client.post(waiter.get_absolute_url(), {"no": "yes"})
    assert f'href="{need.get_absolute_url()}">Refaire la vitrine' in page_of(client, waiter)


def test_whose_offer_is_full_reads_who_may_open_it(client):
    offer, _mission = make_booked()
    client.force_login(offer.person)
    assert "peut ouvrir cette page" in page_of(client, offer)
    client.force_login(make_need().created_by)
    assert "peut ouvrir cette page" not in page_of(client, offer)
