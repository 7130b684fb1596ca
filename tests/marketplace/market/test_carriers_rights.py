"""What those that carry a need beside its lead read, write and may do; and what they may not."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.models import Carrier, Need, Objection, Proposal
from marketplace.states import CarrierStatus, NeedStatus
from notifications.models import Notification
from tests.factories import (
    make_carrier,
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.market.test_carriers import invite
from tests.marketplace.missions.served_people import say_receipts

pytestmark = pytest.mark.django_db


@pytest.fixture
def aline():
    return make_user(first_name="Aline")


@pytest.fixture
def awa():
    return make_user(first_name="Awa")


@pytest.fixture
def need(aline):
    house = make_organisation(name="Bottines", member=aline)
    return make_need(house, created_by=aline, status=NeedStatus.SUBMITTED)


@pytest.fixture
def acepp(awa):
    return make_organisation(name="ACEPP", member=awa)


@pytest.fixture
def maelle():
    return make_coordinator(first_name="Maëlle")


def test_those_that_carry_it_read_a_draft_and_neither_write_nor_send_it(client, aline, acepp, awa):
    draft = make_need(member=aline, status=NeedStatus.DRAFT, ranked=False)
    client.force_login(awa)
    assert client.get(draft.get_absolute_url()).status_code == 404
    make_carrier(draft, acepp)
    assert client.get(draft.get_absolute_url()).status_code == 200
    assert client.get(reverse("need-edit", args=[draft.pk])).status_code == 403
    assert client.post(reverse("need-submit", args=[draft.pk])).status_code == 403
    assert client.post(reverse("need-end", args=[draft.pk])).status_code == 403
    assert draft.title in client.get(reverse("my-needs")).text


def test_one_that_was_asked_or_has_left_reads_no_draft(client, aline, acepp, awa):
    draft = make_need(member=aline, status=NeedStatus.DRAFT, ranked=False)
    carrier = make_carrier(draft, acepp, status="INVITED", agreed_at=None)
    client.force_login(awa)
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(carrier.get_absolute_url()).status_code == 200
    Carrier.objects.update(status="LEFT")
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_the_coordinators_of_another_pole_read_neither_it_nor_its_question(
    client, need, acepp, aline
):
    carrier = invite(need, acepp, aline)
    client.force_login(make_coordinator(make_pole("Pôle voisin", ["38"])))
    assert client.get(carrier.get_absolute_url()).status_code == 404
    assert client.get(need.get_absolute_url()).status_code == 404


def test_a_coordinator_of_the_pole_reads_the_question_once_the_need_is_handed_in(
    client, need, acepp, aline, maelle
):
    carrier = invite(need, acepp, aline)
    client.force_login(maelle)
    assert client.get(carrier.get_absolute_url()).status_code == 200
    draft = make_need(member=aline, status=NeedStatus.DRAFT, ranked=False)
    other = make_carrier(draft, make_organisation())
    assert client.get(other.get_absolute_url()).status_code == 404


def test_the_page_of_a_published_need_names_all_that_carry_it_to_everybody(client, acepp):
    need = make_need(make_organisation(name="Bottines", member=make_user()))
    make_carrier(need, acepp)
    for page in (need.get_absolute_url(), reverse("needs")):
        assert "Bottines" in client.get(page).text
        assert "ACEPP" in client.get(page).text
    assert "Porté par Bottines (mène), ACEPP" in client.get(reverse("needs")).text


@pytest.mark.parametrize("who", ["lead", "carries", "coordinator", "asked", "anybody"])
def test_who_does_what_and_gives_which_receipt_is_told_to_those_who_carry_it_and_coordinators(
    client, aline, acepp, awa, maelle, who
):
    need = make_need(
        make_organisation(name="Bottines", member=aline), created_by=aline, status="SUBMITTED"
    )
    say_receipts(need.organisation, True)
    for house in (acepp, make_organisation(name="Crèches de l’Oise")):
        make_carrier(need, house, referent=awa)
    say_receipts(acepp, False)
    town = make_organisation(name="Ville", member=make_user())
    say_receipts(town, True)
    monday = timezone.make_aware(datetime(2026, 11, 2, 10))  # the 11th is a holiday
    make_carrier(need, town, status=CarrierStatus.INVITED, agreed_at=None, invited_at=monday)
    readers = {"lead": aline, "carries": awa, "coordinator": maelle, "asked": town.members.get()}
    if who == "anybody":
        Need.objects.filter(pk=need.pk).update(status=NeedStatus.PUBLISHED)
    else:
        client.force_login(readers[who])
    if who == "asked":
        page = client.get(need.carriers.get(organisation=town).get_absolute_url()).text
    else:
        page = client.get(need.get_absolute_url()).text
        assert "Porté par 3 structures" in page
    receipts = (
        "Délivre un reçu fiscal pour ses propres heures",
        "Ne délivre pas de reçu fiscal",
        "N’a pas encore dit si elle peut délivrer un reçu fiscal",
    )
    told = [page.count(words) for words in receipts]
    parts = ["répond avant la fin du mardi 17 novembre" in page, f"{awa} parle pour elle" in page]
    knows = who in {"lead", "carries", "coordinator"}
    assert told == ([1, 1, 1] if knows else [0, 0, 0]), "what the town would give isn’t said yet"
    assert parts == [knows, knows]


def test_nobody_is_told_of_receipts_where_own_time_alone_is_wanted(client, aline, acepp, awa):
    need = make_need(make_organisation(name="Bottines", member=aline), created_by=aline, time="OWN")
    make_carrier(need, acepp)
    client.force_login(awa)
    page = client.get(need.get_absolute_url()).text
    assert "lit tout, confirme ses propres heures" in page.lower()
    assert "reçu fiscal" not in page


def test_people_of_those_that_carry_it_do_not_apply(client, acepp, awa):
    need = make_need()
    make_carrier(need, acepp)
    client.force_login(awa)
    assert client.get(reverse("need-apply", args=[need.pk])).status_code == 403
    assert make_proposal(need).need == need


# --- what is put forward, and what is said about it -------------------------------------------
@pytest.fixture
def published(aline, acepp):
    need = make_need(make_organisation(name="Bottines", member=aline), created_by=aline)
    make_carrier(need, acepp)
    return need


@pytest.fixture
def proposal(published):
    return make_proposal(published, make_offer(make_user(first_name="Noé")))


def test_they_read_the_proposals_and_answer_none(client, proposal, awa):
    client.force_login(awa)
    assert proposal.get_absolute_url() in client.get(proposal.need.get_absolute_url()).text
    assert client.get(proposal.get_absolute_url()).status_code == 200
    for door in ("proposal-accept", "proposal-decline", "proposal-withdraw"):
        assert client.post(reverse(door, args=[proposal.pk])).status_code == 403
    assert client.get(reverse("need-candidates", args=[proposal.need_id])).status_code == 403


def test_they_write_in_the_conversation_under_their_name_and_hear_of_it(
    client, proposal, aline, awa
):
    client.force_login(awa)
    door = proposal.thread.get_absolute_url()
    client.post(door, {"text": "Bonjour de l’ACEPP.", "sent_key": "k1"})
    message = proposal.thread.messages.get()
    assert told("message_waiting", aline).exists()
    assert told("message_waiting", proposal.offer.person).exists()
    client.force_login(aline)
    page = client.get(door).text
    assert "Bonjour de l’ACEPP." in page
    assert "ACEPP" in page
    client.post(door, {"text": "Merci.", "sent_key": "k2"})
    assert told("message_waiting", awa).exists()
    client.force_login(awa)
    assert proposal.need.title in client.get(reverse("inbox")).text
    assert message.author == awa


def test_one_that_has_left_reads_nothing_of_it_any_more(client, proposal, awa):
    Carrier.objects.update(status="LEFT")
    client.force_login(awa)
    for page in (proposal, proposal.thread):
        assert client.get(page.get_absolute_url()).status_code == 404
    assert client.post(proposal.thread.get_absolute_url(), {"text": "."}).status_code == 404


def test_a_suspended_one_reads_and_writes_no_more(client, proposal, acepp, awa):
    acepp.status = "SUSPENDED"
    acepp.save()
    client.force_login(awa)
    door = proposal.thread.get_absolute_url()
    assert client.get(door).status_code == 200
    assert client.post(door, {"text": "Bonjour.", "sent_key": "k"}).status_code == 403


def test_an_employer_that_carries_a_need_learns_nothing_of_its_people_at_home(
    client, published, acepp
):
    boss, employee = make_user(), make_user()
    acepp.memberships.create(user=boss, role="ADMINISTRATOR")
    proposal = make_proposal(published, make_offer(employee))
    acepp.memberships.create(user=employee, role="EMPLOYEE")
    client.force_login(boss)
    for page in (proposal, proposal.thread):
        assert client.get(page.get_absolute_url()).status_code == 404
    assert proposal.get_absolute_url() not in client.get(published.get_absolute_url()).text
    client.force_login(employee)
    client.post(proposal.thread.get_absolute_url(), {"text": "Bonjour.", "sent_key": "k"})
    assert not told("message_waiting", boss).exists()
    assert client.get(proposal.get_absolute_url()).status_code == 200


def test_a_question_of_somebody_is_read_and_answered_by_all_that_carry_it(
    client, published, aline, awa
):
    noe = make_user(first_name="Noé")
    client.force_login(noe)
    client.post(reverse("need-talk", args=[published.pk]))
    thread = published.threads.get()
    client.post(thread.get_absolute_url(), {"text": "Quand ?", "sent_key": "k"})
    assert told("message_waiting", awa).exists()
    client.force_login(awa)
    client.post(thread.get_absolute_url(), {"text": "En mars.", "sent_key": "k"})
    assert told("message_waiting", noe).exists()


def test_they_share_the_conversation_with_the_coordinators(client, published, aline, awa):
    client.force_login(awa)
    client.post(reverse("need-talk", args=[published.pk]))
    thread = published.threads.get()
    assert thread.asker is None
    client.force_login(aline)
    assert client.get(thread.get_absolute_url()).status_code == 200


def told(kind, person):
    return Notification.objects.filter(kind=kind, recipient=person)


# --- an objection ---------------------------------------------------------------------------
def test_an_objection_is_told_with_its_words_and_decides_nothing(
    client, proposal, published, aline, awa, maelle
):
    client.force_login(awa)
    door = reverse("proposal-object", args=[proposal.pk])
    assert door in client.get(proposal.get_absolute_url()).text
    assert "ne les lit pas" in client.get(door).text
    client.post(door, {"word": "Nous avons déjà essayé."})
    assert Objection.objects.get().word == "Nous avons déjà essayé."
    for person in (aline, maelle):
        assert "Nous avons déjà essayé." in told("proposal_objected", person).get().text
    for person in (aline, awa, maelle):
        client.force_login(person)
        assert "Nous avons déjà essayé." in client.get(proposal.get_absolute_url()).text
    client.force_login(proposal.offer.person)
    assert "Nous avons déjà essayé." not in client.get(proposal.get_absolute_url()).text
    assert not told("proposal_objected", proposal.offer.person).exists()
    client.force_login(aline)
    client.post(reverse("proposal-accept", args=[proposal.pk]))
    proposal.refresh_from_db()
    assert proposal.is_agreed


def test_one_objects_once(client, proposal, awa):
    client.force_login(awa)
    door = reverse("proposal-object", args=[proposal.pk])
    for word in ("Non.", "Toujours non."):
        client.post(door, {"word": word})
    assert Objection.objects.get().word == "Non."
    page = client.post(door, {"word": "Encore."})
    assert "Encore." in page.text, "what was typed is kept"
    assert "déjà fait une objection" in page.text


def test_one_objects_within_two_working_days_and_to_an_open_proposal(client, proposal, awa):
    client.force_login(awa)
    door = reverse("proposal-object", args=[proposal.pk])
    Proposal.objects.update(created_at=timezone.now() - timedelta(days=9))
    assert "2 jours ouvrés" in client.post(door, {"word": "Non."}).text
    assert door not in client.get(proposal.get_absolute_url()).text
    Proposal.objects.update(created_at=timezone.now(), status="WITHDRAWN")
    assert "n’est plus ouverte" in client.post(door, {"word": "Non."}).text
    assert not Objection.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("stranger", 404), ("lead", 403), ("coordinator", 403), ("proposed", 403), ("nobody", 302)],
)
def test_only_those_that_carry_it_object(client, proposal, aline, maelle, who, status):
    people = {
        "stranger": make_user(), "lead": aline, "coordinator": maelle,
        "proposed": proposal.offer.person,
    }  # fmt: skip
    if who in people:
        client.force_login(people[who])
    door = reverse("proposal-object", args=[proposal.pk])
    assert client.post(door, {"word": "Non."}).status_code == status
    assert not Objection.objects.exists()
