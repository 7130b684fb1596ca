"""A pôle that was asked and doesn't answer: reminded once, then closed, and those who asked are told."""

from datetime import datetime, timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from accounts.models import ForbiddenMove, Organisation
from marketplace.actions.desk import elsewhere
from marketplace.actions.market import proposals
from marketplace.models import AskedPole, AskedPoleStep, Need
from marketplace.states import AskedPoleStatus, NeedStatus
from notifications import rules
from notifications.models import Notification
from tests.factories import make_coordinator, make_need, make_offer, make_pole, make_user
from tests.marketplace.desk.desk_people import lines_of

MONDAY = timezone.make_aware(datetime(2026, 6, 1, 10))


@pytest.fixture
def need():
    return make_need(member=make_user("Aline", "Moreau"), title="Tenir la paie")


@pytest.fixture
def other():
    return make_pole("Pôle voisin", ["62"])


@pytest.fixture
def maelle(need):
    return make_coordinator(first_name="Maëlle")


@pytest.fixture
def karim(other):
    return make_coordinator(other, first_name="Karim")


def status_of(asked):
    return AskedPole.objects.get(pk=asked.pk).status


def letters(kind):
    return Notification.objects.filter(kind=kind)


@pytest.fixture
def asked_on_monday(need, other, maelle, karim):
    with time_machine.travel(MONDAY, tick=False):
        return elsewhere.ask(need, other, word="", by=maelle)


def run(days):
    with time_machine.travel(MONDAY + timedelta(days=days), tick=False):
        return elsewhere.remind(timezone.now())


def test_a_pole_that_is_silent_is_reminded_once_then_it_is_closed_and_told(
    asked_on_monday, maelle, karim
):
    assert [run(days) for days in range(22)].count(1) == 2
    reminder = letters("pole_reminded").get()
    assert reminder.recipient == karim
    assert "15 juin" in reminder.text
    assert status_of(asked_on_monday) == "UNANSWERED"
    letter = letters("pole_answered").get()
    assert letter.recipient == maelle
    assert "n’a pas répondu" in letter.subject
    assert letter.created_at.date() == (MONDAY + timedelta(days=14)).date()
    assert rules.why_moot(reminder)
    assert lines_of(karim) == []


def test_after_an_outage_it_is_reminded_first_and_closed_days_later(asked_on_monday):
    assert run(40) == 1
    assert status_of(asked_on_monday) == "ASKED"
    assert [run(40 + more) for more in range(1, 12)].count(1) == 1
    assert status_of(asked_on_monday) == "UNANSWERED"


def test_on_a_day_of_rest_nobody_is_reminded_of_what_came_due_that_day(asked_on_monday):
    for saturday in (5, 6):
        assert run(saturday) == 0


@pytest.mark.parametrize("over", ["answered", "closed", "filled"])
def test_what_is_over_is_neither_reminded_nor_said_to_be_without_an_answer(
    asked_on_monday, need, karim, over
):
    if over == "answered":
        elsewhere.find_nobody(asked_on_monday, word="", by=karim)
    else:
        Need.objects.filter(pk=need.pk).update(status=over.upper())
    assert [run(days) for days in range(30)] == [0] * 30
    assert not letters("pole_reminded").exists()
    assert status_of(asked_on_monday) == ("NOBODY" if over == "answered" else "ASKED")


def test_a_need_that_comes_back_to_the_catalogue_gives_the_pole_its_days_anew(
    asked_on_monday, need, maelle
):
    Need.objects.filter(pk=need.pk).update(status=NeedStatus.PAUSED)
    need.refresh_from_db()
    with time_machine.travel(MONDAY + timedelta(days=28), tick=False):
        need.move(NeedStatus.PUBLISHED, by=maelle)
    assert [run(days) for days in (28, 29, 30, 33)] == [0] * 4
    assert run(35) == 1


def test_a_late_answer_is_one(client, asked_on_monday, karim):
    asked_on_monday.move(AskedPoleStatus.UNANSWERED, by=None)
    client.force_login(karim)
    url = reverse("asked-pole-nobody", args=[asked_on_monday.pk])
    client.post(url, {"word": "Désolés, personne."})
    assert status_of(asked_on_monday) == "NOBODY"
    assert "Désolés, personne." in letters("pole_answered").get().text


def test_one_that_has_answered_doesn_t_move_again_by_itself(asked_on_monday, karim):
    elsewhere.find_nobody(asked_on_monday, word="", by=karim)
    with pytest.raises(ForbiddenMove):
        AskedPole.objects.get(pk=asked_on_monday.pk).move(AskedPoleStatus.UNANSWERED, by=None)


@pytest.mark.parametrize("proposed", [True, False])
def test_what_was_asked_before_there_were_answers_is_answered_where_somebody_was_proposed(
    asked_on_monday, need, other, karim, proposed
):
    if proposed:
        proposals.propose(need, make_offer(pole=other), word="", by=karim)
    AskedPole.objects.update(status=AskedPoleStatus.ASKED)
    AskedPoleStep.objects.all().delete()
    import_module("marketplace.migrations.0013_asked_answer").tell_what_was_answered(apps, None)
    states = ["ASKED", "FOUND"] if proposed else ["ASKED"]
    assert status_of(asked_on_monday) == states[-1]
    steps = AskedPole.objects.get().steps.all()
    assert [step.after for step in steps] == states
    assert steps[0].at == asked_on_monday.at


def test_one_that_the_release_before_has_asked_meanwhile_is_reminded_too(
    need, other, maelle, karim
):
    asked = AskedPole.objects.create(need=need, pole=other, by=maelle, at=MONDAY)
    assert run(8) == 1
    assert asked.steps.get().after == "ASKED"


@pytest.mark.parametrize("how", ["private", "moved", "suspended"])
def test_of_a_need_that_is_shown_there_no_more_nobody_says_that_there_is_nobody(
    client, asked_on_monday, karim, how
):
    need = asked_on_monday.need
    if how == "private":
        Need.objects.filter(pk=need.pk).update(is_listed=False)
    elif how == "moved":
        Need.objects.filter(pk=need.pk).update(pole=asked_on_monday.pole)
    else:
        Organisation.objects.filter(pk=need.organisation_id).update(status="SUSPENDED")
    client.force_login(karim)
    url = reverse("asked-pole-nobody", args=[asked_on_monday.pk])
    assert client.get(url).status_code == 302
    page = client.post(url, {"word": ""}, follow=True).content.decode()
    assert "n’est plus montré aux autres pôles" in page
    asked_on_monday.refresh_from_db()
    assert asked_on_monday.is_asked
    assert not Notification.objects.filter(kind="pole_answered").exists()
