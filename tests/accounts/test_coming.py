"""What a visitor came for goes with them into their account, and no further."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts import coming, tasks
from accounts.actions import people
from accounts.coming import Said
from accounts.models import Coming
from tests.factories import make_user

pytestmark = pytest.mark.django_db
SENTENCE = "On n’arrive plus à tenir la compta"
SIGN_UP = {
    "first_name": "Aline",
    "last_name": "Moreau",
    "email": "aline.moreau@example.org",
    "password1": "une phrase de passe longue",
    "terms": "on",
}


def request_of(user=None, session=None):
    request = RequestFactory().get("/")
    request.user, request.session = user or AnonymousUser(), session or SessionStore()
    return request


def visitor_who_said(client, text=SENTENCE):
    session = client.session
    request = request_of(session=session)
    coming.keep(request, Said(Coming.Kind.NEED, text))
    session.save()
    return session


def test_what_a_visitor_said_is_theirs_for_a_day():
    request = request_of()
    coming.keep(request, Said(Coming.Kind.NEED, SENTENCE))
    assert coming.held(request).text == SENTENCE
    request.session[coming.SLOT]["at"] -= timedelta(hours=25).total_seconds()
    assert coming.held(request) is None
    coming.give_to(request, make_user())
    assert not Coming.objects.exists()


def test_the_session_that_holds_it_ends_with_it_and_lasts_again_once_logged_in():
    request = request_of()
    usual = request.session.get_expiry_age()
    coming.keep(request, Said(Coming.Kind.NEED, SENTENCE))
    assert request.session.get_expiry_age() <= 24 * 60 * 60
    coming.note(request, make_user())
    assert request.session.get_expiry_age() == usual


def test_signing_up_takes_it_into_the_account_before_the_address_is_confirmed(client):
    visitor_who_said(client)
    client.post(reverse("account_signup"), SIGN_UP)
    assert Coming.objects.get(user__email=SIGN_UP["email"]).text == SENTENCE


def test_it_is_found_again_by_a_login_in_another_browser(client):
    user = make_user(password="une phrase de passe longue")
    EmailAddress.objects.update_or_create(
        user=user, defaults={"email": user.email, "verified": True, "primary": True}
    )
    Coming.objects.create(user=user, kind=Coming.Kind.OFFER, text="Je sais faire la paie")
    client.post(
        reverse("account_login"),
        {"login": user.email, "password": "une phrase de passe longue"},
    )
    assert client.session[coming.SLOT] is True
    assert coming.held(request_of(user, client.session)).text == "Je sais faire la paie"


def test_what_was_said_last_counts_at_the_login():
    user = make_user()
    Coming.objects.create(user=user, kind=Coming.Kind.OFFER, text="Avant")
    request = request_of()
    coming.keep(request, Said(Coming.Kind.NEED, SENTENCE))
    request.user = user
    coming.note(request, user)
    assert coming.held(request).text == SENTENCE


def test_once_dropped_it_is_nowhere_and_nobody_else_reads_it():
    user, other = make_user(), make_user()
    mine, theirs = request_of(user), request_of(other)
    coming.keep(mine, Said(Coming.Kind.NEED, SENTENCE))
    coming.keep(theirs, Said(Coming.Kind.OFFER, "La leur"))
    coming.drop(mine)
    assert coming.held(mine) is None
    assert [row.user for row in Coming.objects.all()] == [other]


def test_a_page_of_somebody_who_came_for_nothing_asks_the_database_nothing(
    django_assert_num_queries,
):
    user = make_user()
    with django_assert_num_queries(0):
        assert coming.held(request_of(user)) is None


def test_it_goes_with_the_account_and_after_two_months(monkeypatch):
    closed, old, new = make_user(), make_user(), make_user()
    for user in (closed, old, new):
        Coming.objects.create(user=user, kind=Coming.Kind.NEED, text=SENTENCE)
    Coming.objects.filter(user=old).update(at=timezone.now() - timedelta(days=61))
    people.forget(closed, now=timezone.now())
    tasks.forget_typed()
    assert [row.user for row in Coming.objects.all()] == [new]


def test_a_text_without_end_is_cut():
    request = request_of(make_user())
    coming.keep(request, Said(Coming.Kind.NEED, "a\0" * 9_000, words={"word": "b" * 9_000}))
    kept = coming.held(request)
    assert len(kept.text) <= coming.MOST_OF_TEXT
    assert "\0" not in kept.text
    assert len(kept.words["word"]) == coming.MOST_OF_WORDS
