"""Whoever guesses passwords is shut out, and not the one whose password it is."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import known_browsers
from notifications.models import Notification
from tests.accounts.security import PASSWORD, again, is_in, log_in, with_password

OFFICE, HOME = "192.0.2.1", "198.51.100.7"
TOO_MANY = "Trop de tentatives"


@pytest.fixture
def zoe():
    return with_password(email="zoe@example.org")


def guess(user, *, times=5, ip=OFFICE, browser=None):
    browser = browser or Client(REMOTE_ADDR=ip)
    for number in range(times):
        log_in(user, browser=browser, password=f"essai-{number}", ip=ip)
    return browser


def test_after_five_wrong_passwords_even_the_right_one_does_not_open(zoe):
    attacker = guess(zoe)
    log_in(zoe, browser=attacker)
    assert not is_in(attacker)
    assert TOO_MANY in attacker.answer.content.decode()


def test_another_browser_of_the_same_network_is_shut_out_too(zoe):
    guess(zoe)
    assert not is_in(log_in(zoe, ip=OFFICE))


def test_the_owner_comes_in_from_another_network(zoe):
    guess(zoe)
    assert is_in(log_in(zoe, ip=HOME))
    assert not is_in(log_in(zoe, ip=OFFICE))  # the attacker is still shut out


def test_another_address_is_open_from_that_network(zoe):
    guess(zoe)
    assert is_in(log_in(with_password(), ip=OFFICE))


def test_a_browser_that_has_been_in_comes_in_from_the_attacker_s_own_network(zoe):
    own = log_in(zoe, ip=HOME)
    own.post(reverse("account_logout"))
    guess(zoe, times=40)
    log_in(zoe, browser=own, ip=OFFICE)
    assert is_in(own)
    assert not is_in(log_in(zoe, ip=OFFICE))


def test_a_browser_that_has_been_in_has_a_limit_of_its_own(zoe):
    own = log_in(zoe)
    own.post(reverse("account_logout"))
    guess(zoe, times=10, browser=own)
    log_in(zoe, browser=own)
    assert TOO_MANY in own.answer.content.decode()
    assert is_in(log_in(zoe))  # and it is nobody else's


def test_having_been_in_with_one_account_says_nothing_for_another(zoe):
    attacker = log_in(with_password())
    attacker.post(reverse("account_logout"))
    guess(zoe, browser=attacker)
    log_in(zoe, browser=attacker)
    assert not is_in(attacker)


def test_two_people_who_share_a_computer_are_both_known(zoe):
    shared = log_in(with_password())
    shared.post(reverse("account_logout"))
    log_in(zoe, browser=shared).post(reverse("account_logout"))
    log_in(with_password(), browser=shared).post(reverse("account_logout"))
    guess(zoe)
    assert is_in(log_in(zoe, browser=shared))


def test_a_new_password_makes_other_browsers_strangers(zoe):
    """Whoever had the old password and their browser has no more tries than anybody."""
    thief = log_in(zoe)
    own = log_in(zoe)
    new = "un-tout-autre-secret"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    own.post(reverse("account_change_password"), form)
    for browser in (thief, own):
        browser.post(reverse("account_logout"))
    guess(zoe)
    assert not is_in(log_in(zoe, browser=thief, password=new))
    assert is_in(log_in(zoe, browser=own, password=new))


@pytest.mark.parametrize("value", ["", "faux", "1:abc:def", "é", "a" * 5000])
def test_a_forged_cookie_is_a_stranger_s(zoe, value):
    attacker = Client(REMOTE_ADDR=OFFICE)
    attacker.cookies[known_browsers.COOKIE] = value
    guess(zoe, browser=attacker)
    assert not is_in(log_in(zoe, browser=attacker))


def test_the_cookie_is_for_the_site_alone(zoe, settings):
    cookie = log_in(zoe).cookies[known_browsers.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] >= 300 * 24 * 3600


def guess_from_everywhere(user, *, networks=20):
    for number in range(networks):
        guess(user, ip=f"203.0.113.{number}")


def test_guesses_from_a_hundred_places_shut_strangers_out_but_no_known_browser(zoe):
    own = log_in(zoe, ip=HOME)
    own.post(reverse("account_logout"))
    guess_from_everywhere(zoe)
    stranger = log_in(zoe, ip="198.51.100.99")
    assert "depuis plusieurs endroits" in stranger.answer.content.decode()
    assert is_in(log_in(zoe, browser=own, ip=HOME))


def test_a_new_password_from_the_letter_lets_its_owner_in_at_once(zoe, client):
    guess_from_everywhere(zoe)
    client.post(reverse("account_reset_password"), {"email": zoe.email})
    letter = Notification.objects.filter(address=zoe.email, kind="account").latest("pk")
    path = letter.text.split("http://testserver")[1].split()[0]
    page = client.get(path, follow=True).request["PATH_INFO"]
    new = "un-tout-autre-secret"
    client.post(page, {"password1": new, "password2": new})
    assert is_in(log_in(zoe, password=new, ip="198.51.100.99"))


def test_strangers_use_up_no_letter_for_a_new_password_of_a_known_browser(zoe, settings):
    """Ten a day go to a mailbox, and anybody may ask for them."""
    known = log_in(zoe, ip=HOME)
    known.post(reverse("account_logout"))
    without = {"reset_password": None}  # a day passes in a second
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | without
    letters = Notification.objects.filter(kind="account", address=zoe.email)
    before = letters.count()
    for number in range(11):
        stranger = Client(REMOTE_ADDR=f"192.0.2.{number + 9}")
        stranger.post(reverse("account_reset_password"), {"email": zoe.email})
    assert letters.count() == before + 10
    known.post(reverse("account_reset_password"), {"email": zoe.email})
    assert letters.count() == before + 11


def test_right_passwords_count_for_nothing(zoe):
    for _ in range(12):
        assert is_in(log_in(zoe))


def test_wrong_passwords_inside_do_not_shut_the_door_outside(zoe):
    """A session left open is no way to lock its owner out elsewhere."""
    browser = log_in(zoe)
    for _ in range(8):
        browser.post(reverse("account_reauthenticate"), {"password": "essai"})
    assert is_in(log_in(zoe))
    assert again(browser).status_code in {200, 302}
