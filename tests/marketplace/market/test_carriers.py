"""Several structures carry a need: asked by its lead, each in by its own yes, and out of it before anything is signed."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import organisations
from accounts.states import OrganisationStatus
from marketplace.actions.market import carriers, needs
from marketplace.actions.refusals import NotYet
from marketplace.letters.market.carriers import CARRIER_REMINDER
from marketplace.models import Block, Carrier, CarrierStep
from marketplace.states import CarrierStatus, NeedStatus
from notifications.models import Notification
from tests.factories import (
    make_carrier,
    make_coordinator,
    make_mission,
    make_need,
    make_organisation,
    make_user,
)
from tests.marketplace.desk.desk_people import lines_of

pytestmark = pytest.mark.django_db
MONDAY = timezone.make_aware(datetime(2026, 11, 2, 10))  # the 11th is a holiday


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


def invite(need, house, by, word="Ensemble ?", now=None):
    return carriers.invite(need, house, word=word, by=by, now=now or timezone.now())


def state(carrier) -> str:
    return Carrier.objects.get(pk=carrier.pk).status


def told(kind, person):
    return Notification.objects.filter(kind=kind, recipient=person)


def why_not(need, house, by) -> str:
    with pytest.raises(NotYet) as refusal:
        invite(need, house, by)
    return str(refusal.value)


# --- asked ----------------------------------------------------------------------------------
def test_the_lead_finds_a_structure_by_name_and_asks_it(client, need, acepp, aline, awa):
    client.force_login(aline)
    page = client.get(reverse("need-carriers", args=[need.pk]), {"whose": "acepp"})
    door = reverse("need-carrier-invite", args=[need.pk, acepp.pk])
    assert door in page.text
    assert "courriel" in client.get(door).text
    assert not Carrier.objects.exists(), "a look asks nobody"
    page = client.post(door, {"word": "Ensemble ?"}, follow=True)
    assert "ACEPP" in page.text
    carrier = need.carriers.get()
    assert (carrier.status, carrier.word, carrier.invited_by) == ("INVITED", "Ensemble ?", aline)
    letter = told("carrier_asked", awa).get()
    assert "Ensemble ?" in letter.text
    assert carrier.get_absolute_url() in letter.url


def test_a_second_click_asks_once(need, acepp, aline, awa):
    assert invite(need, acepp, aline) == invite(need, acepp, aline)
    assert told("carrier_asked", awa).count() == 1


def test_nobody_is_asked_who_cannot_carry_it(client, need, acepp, aline):
    company = make_organisation("COMPANY", name="Fonderie")
    closed = make_organisation(name="Partie", status=OrganisationStatus.CLOSED)
    held = make_organisation(name="Tenue", status=OrganisationStatus.SUSPENDED)
    assert "mène déjà" in why_not(need, need.organisation, aline)
    assert "ne demande personne" in why_not(need, company, aline)
    assert "n’est pas vérifiée" in why_not(need, closed, aline)
    assert "n’est pas vérifiée" in why_not(need, held, aline)
    client.force_login(aline)
    look = reverse("need-carriers", args=[need.pk])
    for name in ("Fonderie", "Partie", "Tenue"):
        page = client.get(look, {"whose": name}).text
        assert "Aucune structure" in page
        assert f'value="{name}"' in page, "what was typed is kept"
    assert "mène déjà" in client.get(look, {"whose": "Bottines"}).text
    Block.objects.create(by=aline, for_organisation=need.organisation, organisation=acepp)
    assert "ne peut pas être sollicitée" in why_not(need, acepp, aline)
    assert not Carrier.objects.exists()


def test_six_at_the_most_and_none_twice(need, acepp, aline):
    invite(need, acepp, aline)
    with pytest.raises(NotYet, match="déjà"):
        invite(need, acepp, aline, word="Autre mot")
    for _ in range(5):
        make_carrier(need)
    assert "Six structures" in why_not(need, make_organisation(), aline)


def test_who_has_said_no_is_not_asked_again(need, acepp, aline, awa):
    carriers.decline(invite(need, acepp, aline), word="", by=awa)
    assert "a déjà été sollicitée" in why_not(need, acepp, aline)


def test_nobody_is_asked_about_a_published_need(client, acepp, aline, need):
    needs.publish(need, by=make_coordinator())
    assert "avant" in why_not(need, acepp, aline)
    client.force_login(aline)
    door = reverse("need-carrier-invite", args=[need.pk, acepp.pk])
    page = client.post(door, {"word": "Ensemble ?"})
    assert "Ensemble ?" in page.text
    assert not Carrier.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("coordinator", 403), ("invited", 404), ("nobody", 302)]
)
def test_only_the_lead_asks(client, need, acepp, maelle, awa, who, status):
    people = {"stranger": make_user(), "coordinator": maelle, "invited": awa}
    if who in people:
        client.force_login(people[who])
    for door in (
        reverse("need-carriers", args=[need.pk]),
        reverse("need-carrier-invite", args=[need.pk, acepp.pk]),
    ):
        assert client.post(door, {"word": ""}).status_code == status


# --- answered -------------------------------------------------------------------------------
def test_opening_the_link_answers_nothing_and_the_button_does(client, need, acepp, aline, awa):
    carrier = invite(need, acepp, aline)
    client.force_login(awa)
    page = client.get(carrier.get_absolute_url())
    assert need.context in page.text
    assert state(carrier) == "INVITED"
    client.post(carrier.get_absolute_url(), {"answer": "peut-être"})
    assert state(carrier) == "INVITED"
    client.post(carrier.get_absolute_url(), {"answer": "yes", "word": "Volontiers, dès mars."})
    carrier.refresh_from_db()
    assert (carrier.status, carrier.referent) == ("AGREED", awa)
    letter = told("carrier_answered", aline).get()
    assert "ACEPP" in letter.subject
    assert "Volontiers, dès mars." in letter.text, "a word with a yes isn’t lost"
    client.post(carrier.get_absolute_url(), {"answer": "no"})
    assert state(carrier) == "AGREED", "too late"


def test_a_no_is_told_with_its_words(client, need, acepp, aline, awa):
    carrier = invite(need, acepp, aline)
    client.force_login(awa)
    client.post(carrier.get_absolute_url(), {"answer": "no", "word": "Pas cette année."})
    assert state(carrier) == "DECLINED"
    assert "Pas cette année." in told("carrier_answered", aline).get().text


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("lead", 403), ("coordinator", 403), ("nobody", 302)]
)
def test_only_the_one_that_was_asked_answers(client, need, acepp, aline, maelle, who, status):
    carrier = invite(need, acepp, aline)
    people = {"stranger": make_user(), "lead": aline, "coordinator": maelle}
    if who in people:
        client.force_login(people[who])
    assert client.post(carrier.get_absolute_url(), {"answer": "yes"}).status_code == status
    assert state(carrier) == "INVITED"


def test_who_has_left_the_structure_answers_no_more_and_whoever_is_there_today_does(
    client, need, acepp, aline, awa
):
    carrier = invite(need, acepp, aline)
    acepp.memberships.filter(user=awa).delete()
    client.force_login(awa)
    assert client.post(carrier.get_absolute_url(), {"answer": "yes"}).status_code == 404
    newer = make_user()
    acepp.memberships.create(user=newer)
    client.force_login(newer)
    client.post(carrier.get_absolute_url(), {"answer": "yes"})
    assert Carrier.objects.get().referent == newer


def test_a_suspended_structure_says_no_yes(client, need, acepp, aline, awa, maelle):
    carrier = invite(need, acepp, aline)
    organisations.suspend(acepp, reason="À voir.", by=maelle)
    client.force_login(awa)
    assert client.post(carrier.get_absolute_url(), {"answer": "yes"}).status_code == 403
    with pytest.raises(NotYet):
        carriers.agree(carrier, by=awa, now=timezone.now())


def test_the_lead_takes_its_question_back(client, need, acepp, aline, awa):
    carrier = invite(need, acepp, aline)
    client.force_login(aline)
    door = reverse("carrier-take-back", args=[carrier.pk])
    assert state(carrier) == "INVITED", client.get(door)
    client.post(door)
    assert state(carrier) == "LAPSED"
    assert told("carrier_taken_back", awa).count() == 1
    client.force_login(awa)
    assert client.post(door).status_code == 403
    page = client.post(carrier.get_absolute_url(), {"answer": "yes"}, follow=True)
    assert "Trop tard" in page.text
    assert state(carrier) == "LAPSED"


# --- published ------------------------------------------------------------------------------
def test_a_need_is_not_published_before_the_answer_and_says_for_whom_it_waits(
    client, need, acepp, aline, awa, maelle
):
    carrier = invite(need, acepp, aline)
    client.force_login(maelle)
    client.post(reverse("need-publish", args=[need.pk]))
    need.refresh_from_db()
    assert need.status == NeedStatus.SUBMITTED
    page = client.get(need.get_absolute_url()).text
    assert "ACEPP (depuis le " in page
    assert reverse("need-publish", args=[need.pk]) not in page
    (line,) = [one for one in lines_of(maelle) if one.kind == "need"]
    assert "ACEPP (depuis le " in line.words.why if hasattr(line, "words") else line.why
    with pytest.raises(NotYet, match="ACEPP"):
        needs.publish(need, by=maelle)
    carriers.agree(carrier, by=awa, now=timezone.now())
    needs.publish(need, by=maelle)
    assert told("need_published", awa).count() == told("need_published", aline).count() == 1


def test_a_need_that_ends_asks_nobody_any_more(need, acepp, aline, awa):
    carrier = invite(need, acepp, aline)
    needs.withdraw(need, reason="Plus besoin.", by=aline)
    assert state(carrier) == "LAPSED"
    assert told("carrier_taken_back", awa).count() == 1


# --- left -----------------------------------------------------------------------------------
def test_it_leaves_with_a_word_that_the_lead_and_the_coordinators_read(
    client, need, acepp, aline, awa, maelle
):
    carrier = make_carrier(need, acepp)
    client.force_login(awa)
    door = reverse("carrier-leave", args=[carrier.pk])
    assert state(carrier) == "AGREED", client.get(door)
    assert client.post(door, {"word": ""}).status_code == 200, "why is asked"
    client.post(door, {"word": "Plus de temps."})
    assert state(carrier) == "LEFT"
    for person in (aline, maelle):
        assert "Plus de temps." in told("carrier_left", person).get().text
    client.post(door, {"word": "Encore."})
    assert CarrierStep.objects.filter(after=CarrierStatus.LEFT).count() == 1


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("lead", 403), ("nobody", 302)])
def test_only_its_own_people_leave(client, need, acepp, aline, who, status):
    carrier = make_carrier(need, acepp)
    if who != "nobody":
        client.force_login({"stranger": make_user(), "lead": aline}[who])
    door = reverse("carrier-leave", args=[carrier.pk])
    assert client.post(door, {"word": "Non."}).status_code == status
    assert state(carrier) == "AGREED"


def test_nobody_leaves_once_a_mission_has_begun(client, acepp, awa):
    mission = make_mission(status="RUNNING", started_at=timezone.now())
    carrier = make_carrier(mission.need, acepp)
    with pytest.raises(NotYet, match="a commencé"):
        carriers.leave(carrier, word="Non.", by=awa)
    client.force_login(awa)
    assert (
        reverse("carrier-leave", args=[carrier.pk])
        not in client.get(carrier.get_absolute_url()).text
    )


def test_one_that_is_suspended_is_taken_out_and_told_of_unless_a_mission_has_begun(
    need, acepp, aline, awa, maelle
):
    carrier, asked = make_carrier(need, acepp), invite(need, make_organisation(), aline)
    mission = make_mission(status="RUNNING", started_at=timezone.now())
    signed = make_carrier(mission.need, acepp)
    organisations.suspend(acepp, reason="À voir.", by=maelle)
    organisations.suspend(asked.organisation, reason="À voir.", by=maelle)
    assert carriers.look_after(timezone.now()) == 2
    assert [state(one) for one in (carrier, asked, signed)] == ["LEFT", "LAPSED", "AGREED"]
    assert told("carrier_left", aline).count() == told("carrier_lapsed", aline).count() == 1
    assert carriers.look_after(timezone.now()) == 0


# --- by the clock ---------------------------------------------------------------------------
def on(days: int) -> datetime:
    return MONDAY + timedelta(days=days)


def reminders(person) -> int:
    return told("carrier_reminder", person).count()


def test_it_is_reminded_after_two_and_five_working_days_and_after_ten_gone_without(
    need, acepp, aline, awa
):
    carrier = invite(need, acepp, aline, now=MONDAY)
    said = []
    for day in range(20):
        carriers.look_after(on(day))
        carriers.look_after(on(day))
        said.append((reminders(awa), state(carrier)))
    # Monday 2; Wednesday 4; Monday 9; Tuesday 17: the 11th isn't worked.
    assert [said.index((n, "INVITED")) for n in (1, 2)] == [2, 7]
    assert said.index((2, "LAPSED")) == 15
    assert told("carrier_lapsed", aline).count() == 1
    assert not told("carrier_taken_back", awa).exists()


def test_after_an_outage_it_is_told_once_and_nobody_is_gone_without_unwarned(
    need, acepp, aline, awa
):
    carrier = invite(need, acepp, aline, now=MONDAY)
    carriers.look_after(on(21))
    assert (reminders(awa), state(carrier)) == (1, "INVITED")
    carriers.look_after(on(22))
    assert (reminders(awa), state(carrier)) == (1, "INVITED")
    carriers.look_after(on(28))
    assert (reminders(awa), state(carrier)) == (1, "LAPSED")


def test_a_reminder_that_was_answered_meanwhile_does_not_leave(need, acepp, aline, awa):
    carrier = invite(need, acepp, aline, now=MONDAY)
    carriers.look_after(on(2))
    carriers.agree(carrier, by=awa, now=on(2))
    letter = told("carrier_reminder", awa).get()
    assert CARRIER_REMINDER.moot(letter, carrier=carrier.pk, after=2)
