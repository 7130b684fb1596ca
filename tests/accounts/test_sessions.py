"""Where one is logged in: a list for oneself alone, and an end that is one."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import people
from accounts.models import User
from accounts.tasks import forget_sessions
from tests.accounts.security import PASSWORD, is_in, log_in, with_password

LIST = reverse("usersessions_list")


def end(browser, session):
    return browser.post(reverse("session-end", args=[session.pk]), follow=True)


def session_of(browser):
    return UserSession.objects.get(session_key=browser.session.session_key)


def opens(browser) -> bool:
    return browser.get(reverse("profile")).status_code == 200


def test_each_browser_is_on_the_list_in_words():
    zoe = with_password()
    log_in(zoe, ip="192.0.2.7")
    page = log_in(zoe, ip="192.0.2.8").get(LIST).text
    assert page.count("Firefox, Linux</strong>") == 2
    assert "192.0.2.7" in page
    assert page.count("ce navigateur") == 1


def test_one_session_is_ended_and_the_others_stay():
    zoe = with_password()
    here, there, third = log_in(zoe), log_in(zoe), log_in(zoe)
    assert "Cette session est terminée" in end(here, session_of(there)).text
    assert [opens(browser) for browser in (here, there, third)] == [True, False, True]


def test_all_the_others_are_ended():
    zoe = with_password()
    here, there, third = log_in(zoe), log_in(zoe), log_in(zoe)
    here.post(LIST)
    assert [opens(browser) for browser in (here, there, third)] == [True, False, False]


def test_ending_this_very_session_logs_out():
    browser = log_in(with_password())
    end(browser, session_of(browser))
    assert not is_in(browser)


def test_nobody_ends_somebody_else_s_session():
    zoe, eve = log_in(with_password()), log_in(with_password())
    assert eve.post(reverse("session-end", args=[session_of(zoe).pk])).status_code == 404
    assert opens(zoe)
    eve.post(LIST)
    assert opens(zoe)


def test_ending_twice_finds_nothing():
    zoe = with_password()
    here, there = log_in(zoe), log_in(zoe)
    gone = session_of(there)
    end(here, gone)
    assert here.post(reverse("session-end", args=[gone.pk])).status_code == 404


def test_a_visitor_has_no_list_and_a_link_ends_nothing():
    zoe = log_in(with_password())
    url = reverse("session-end", args=[session_of(zoe).pk])
    assert Client().get(LIST).status_code == 302
    assert Client().post(url).status_code == 302
    assert zoe.get(url).status_code == 405
    assert opens(zoe)


def test_a_session_that_no_login_opened_is_on_the_list(client):
    client.force_login(with_password())
    assert "ce navigateur" in client.get(LIST).text


def test_a_closed_account_leaves_no_session():
    zoe = with_password()
    browser = log_in(zoe)
    people.forget(zoe, now=timezone.now())
    assert not UserSession.objects.exists()
    assert not opens(browser)


NEW = "un-tout-autre-secret"
FORMS = {
    "profile": {"first_name": "Zoé", "last_name": "Roy", "language": "fr"},
    "account_change_password": {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_on_its_way_takes_nothing_back_of_what_others_write_meanwhile(name):
    """An intruder sends it again and again while they are shut out: the whole person was written as it was read,
    with the address, the rights and, from the profile, the password of before."""
    zoe = with_password(is_staff=True)
    browser, written = log_in(zoe), []
    browser.get(reverse("profile"))

    def meanwhile(execute, sql, params, many, context):
        if sql.startswith('UPDATE "accounts_user"') and not written:
            written.append(sql)
            others = {"email": "zoe@example.org", "is_staff": False, "is_superuser": False}
            User.objects.filter(pk=zoe.pk).update(password="!", **others)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        browser.post(reverse(name), FORMS[name])
    zoe.refresh_from_db()
    assert (zoe.email, zoe.is_staff) == ("zoe@example.org", False)
    if name == "profile":
        assert (zoe.password, zoe.last_name) == ("!", "Roy")


def test_a_closed_account_takes_nothing_back_from_a_form_on_its_way():
    zoe = with_password(first_name="Zoé")
    browser, closed = log_in(zoe), []

    def meanwhile(execute, sql, params, many, context):
        if sql.startswith("SAVEPOINT") and not closed:
            closed.append(sql)
            people.forget(User.objects.get(pk=zoe.pk), now=timezone.now())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        assert browser.post(reverse("profile"), FORMS["profile"]).status_code == 404
    zoe.refresh_from_db()
    assert closed
    assert (zoe.first_name, zoe.is_active) == ("", False)


def test_a_session_that_has_ended_is_swept_with_all_that_it_held():
    """Each night: the row, the browser and the network address that it came from. One that goes on stays."""
    zoe = with_password()
    ended, goes_on = log_in(zoe, ip="192.0.2.7"), log_in(zoe)
    stale = Session.objects.filter(session_key=ended.session.session_key)
    stale.update(expire_date=timezone.now() - timedelta(minutes=1))
    forget_sessions()
    assert [one.session_key for one in Session.objects.all()] == [goes_on.session.session_key]
    assert [one.session_key for one in UserSession.objects.all()] == [goes_on.session.session_key]
    assert opens(goes_on)
