"""Logged out while typing: what was typed comes back after the login, and nothing is done without a click."""

import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tasks, typed
from accounts.models import TypedForm
from accounts.typed import COOKIE
from marketplace.models import Draft, Need, Offer
from marketplace.states import OfferStatus
from tests.factories import make_offer, make_organisation, make_user
from tests.marketplace.talk.talkers import talk_between_two

NEED = {
    "title": "Refaire notre site",
    "context": "Il date de 2009.\nEt il est lent.",
    "save": "yes",
}
WAY_BACK = f"/compte/login/?next={reverse('typed')}"


@pytest.fixture
def aline():
    user = make_user(first_name="Aline")
    make_organisation(member=user)
    return user


def test_a_need_typed_in_a_lost_session_is_there_after_the_login(client, aline):
    lost = client.post(reverse("need-new"), NEED | {"password": "secret words"})
    assert lost.url == WAY_BACK
    client.force_login(aline)
    page = client.get(reverse("typed")).text
    assert "Votre session s’était fermée" in page
    assert "Il date de 2009." in page
    assert "secret words" not in page
    assert f'action="{reverse("need-new")}"' in page
    assert not Need.objects.exists()
    again = dict(re.findall(r'<textarea name="(\w+)" hidden>\n([^<]*)</textarea>', page))
    assert again == NEED
    assert "Il date de 2009." in client.get(reverse("typed")).text  # a reload loses nothing
    client.logout()
    client.force_login(make_user())
    assert client.get(reverse("typed")).url == reverse("home")


def lose_the_session(client):
    """It ends without a logout, as after thirty days or a restart: its cookie leads to nothing."""
    client.session.flush()
    del client.cookies[settings.SESSION_COOKIE_NAME]


def log_out(client):
    """In another tab."""
    client.post(reverse("account_logout"))


@pytest.mark.parametrize("lose", [lose_the_session, log_out])
def test_what_was_typed_is_shown_to_the_same_account_alone(client, aline, lose):
    client.force_login(aline)
    client.get(reverse("need-new"))
    lose(client)
    client.post(reverse("need-new"), NEED)
    client.force_login(make_user())
    answer = client.get(reverse("typed"), follow=True)
    assert "avec un autre compte" in answer.text
    assert "Il date de 2009." not in answer.text


@pytest.mark.parametrize("lose", [lose_the_session, log_out])
def test_the_same_account_finds_it_again(client, aline, lose):
    client.force_login(aline)
    client.get(reverse("need-new"))
    lose(client)
    client.post(reverse("need-new"), NEED)
    client.force_login(aline)
    page = client.get(reverse("typed")).text
    assert "Il date de 2009." in page
    assert "avec quel compte" not in page


def test_where_nobody_knows_whose_it_is_the_page_says_so(client, aline):
    client.post(reverse("need-new"), NEED)
    client.force_login(aline)
    assert "avec quel compte" in client.get(reverse("typed")).text


def test_a_forged_account_is_no_account(client, aline):
    client.force_login(aline)
    client.get(reverse("home"))
    client.logout()
    client.cookies[COOKIE] = f"{aline.pk}:faux"
    client.post(reverse("need-new"), NEED)
    assert TypedForm.objects.get().account is None


def test_a_message_typed_in_a_lost_session_is_not_the_next_person_s_draft(client):
    talk = talk_between_two()
    client.force_login(talk.aline)
    client.get(talk.url)
    lose_the_session(client)
    client.post(talk.url, {"text": "Entre nous.", "sent_key": "k"})
    client.force_login(talk.noe)
    assert "Entre nous." not in client.get(talk.url).text
    assert not Draft.objects.exists()


def test_an_act_asked_in_a_lost_session_waits_for_a_click(client):
    offer = make_offer()
    assert client.post(reverse("offer-pause", args=[offer.pk])).url == WAY_BACK
    client.force_login(offer.person)
    page = client.get(reverse("typed")).text
    assert "Le faire maintenant" in page
    assert Offer.objects.get().status == OfferStatus.PUBLISHED
    client.post(reverse("offer-pause", args=[offer.pk]))
    assert Offer.objects.get().status == OfferStatus.PAUSED


def test_what_was_typed_too_long_ago_or_at_too_great_length_is_forgotten(client, aline):
    client.post(reverse("need-new"), NEED)
    TypedForm.objects.update(until=timezone.now())
    client.force_login(aline)
    assert client.get(reverse("typed")).url == reverse("home")
    client.logout()
    client.post(reverse("need-new"), NEED | {"context": "x " * 100_000})
    client.post(reverse("need-new") + "?from=" + "x" * 3_000, NEED)
    assert not TypedForm.objects.filter(until__gt=timezone.now()).exists()


def write_a_message(client):
    client.post(reverse("draft", args=[1]), {"text": NEED["title"]})


def write_a_need(client):
    client.post(reverse("need-new"), NEED)


@pytest.mark.parametrize("write", [write_a_need, write_a_message])
def test_what_was_typed_is_gone_from_the_house_within_the_hour(client, write):
    write(client)
    session = Session.objects.get().get_decoded()
    assert "notre site" not in str(session), "a session lives for weeks"
    assert "notre+site" in TypedForm.objects.get().form
    tasks.forget_typed()
    assert TypedForm.objects.exists()
    five_minutes = timedelta(seconds=settings.CELERY_BEAT_SCHEDULE["typed-forms"]["schedule"])
    typed.forget_old(timezone.now() + timedelta(hours=1) - five_minutes)
    assert not TypedForm.objects.exists()


@pytest.mark.parametrize("write", [write_a_need, write_a_message])
def test_what_was_typed_is_gone_with_a_logout(client, aline, write):
    write(client)
    client.force_login(aline)
    client.post(reverse("account_logout"))
    assert not TypedForm.objects.exists()


def test_a_session_that_has_ended_goes_in_the_night(client, aline):
    client.force_login(aline)
    other, stranger = Client(), make_user()
    other.force_login(stranger)
    for browser, person in ((client, aline), (other, stranger)):  # the list of one's sessions
        key = browser.session.session_key
        UserSession.objects.create(user=person, ip="192.0.2.1", user_agent="", session_key=key)
    Session.objects.filter(pk=client.session.session_key).update(expire_date=timezone.now())
    tasks.forget_sessions()
    assert [session.pk for session in Session.objects.all()] == [other.session.session_key]
    assert [seen.session_key for seen in UserSession.objects.all()] == [other.session.session_key]
    asked = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert asked >= {tasks.forget_sessions.name, tasks.forget_typed.name}


@pytest.mark.parametrize("door", ["letters-count", "skills-picker"])
def test_a_part_of_a_page_never_holds_the_login(client, door):
    answer = client.post(reverse(door), headers={"HX-Request": "true"})
    assert answer.status_code == 204


def test_a_form_grown_old_gives_back_all_that_was_written(aline):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(aline)
    page = strict.post(reverse("need-new"), NEED | {"deliverable": "Un site.", "password": "a b"})
    assert page.status_code == 403
    for words in ("Refaire notre site", "Il date de 2009.", "Un site."):
        assert words in page.text
    assert ">a b<" not in page.text
