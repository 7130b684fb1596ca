"""A second factor for those who answer for others: a fortnight to set it up, then the door."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings as house
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.forms.codes import CodeForm
from accounts.models import Membership, User
from accounts.second_factor import MFAAdapter
from marketplace.models import Need
from notifications.models import Notification
from tests.accounts.security import again, code_of, give_app, is_in, log_in, with_password
from tests.factories import make_coordinator, make_organisation, make_pole, make_user

PROFILE, SET_UP = reverse("profile"), reverse("mfa_index")
ASKED = "double authentification avant la fin du"


@pytest.fixture
def ines(pole):
    """Coordinates, with a password and no second factor."""
    user = with_password(first_name="Inès")
    make_organisation("OPERATOR", pole=pole, member=user)
    return user


def asked(user, days_ago):
    at = timezone.localtime() - timedelta(days=days_ago)
    User.objects.filter(pk=user.pk).update(second_factor_asked_at=at)
    user.refresh_from_db()


def keeper():
    return make_user(is_staff=True, is_superuser=True)


@pytest.mark.parametrize("who", [make_coordinator, keeper, lambda: make_user(is_staff=True)])
def test_they_are_told_until_when_with_a_link(as_, who):
    page = as_(who()).get(PROFILE).text
    assert ASKED in page
    assert f'href="{SET_UP}"' in page
    last = timezone.localdate() + timedelta(days=14)
    assert str(last.year) in page.split(ASKED)[1][:40]


@pytest.mark.parametrize(
    "who", [make_user, lambda: make_organisation(member=make_user()).members.get()]
)
def test_nobody_else_is_asked(as_, who):
    user = who()
    asked(user, days_ago=100)  # of a role left since
    answer = as_(user).get(PROFILE)
    assert answer.status_code == 200
    assert ASKED not in answer.text


@pytest.mark.parametrize(("days", "goes_on"), [(14, True), (15, False)])
def test_after_fourteen_days_every_page_leads_to_the_set_up(as_, ines, days, goes_on):
    asked(ines, days_ago=days)
    browser = as_(ines)
    for path in (PROFILE, reverse("home"), reverse("needs"), reverse("desk")):
        answer = browser.get(path)
        assert (answer.status_code == 200) is goes_on, path
        assert goes_on or answer.url == SET_UP


def test_the_administration_of_the_site_is_shut_too(as_):
    user = keeper()
    asked(user, days_ago=15)
    browser = as_(user)
    for path in ("/administration/", reverse("admin:accounts_user_changelist")):
        assert browser.get(path).url == SET_UP


def test_what_is_needed_to_set_it_up_to_leave_and_to_know_one_s_rights_stays_open(as_, ines):
    asked(ines, days_ago=15)
    browser = as_(ines)
    for name in ("mfa_index", "legal", "accessibility", "account_logout", "account_email"):
        assert browser.get(reverse(name)).status_code == 200, name
    assert browser.get(reverse("health-web")).status_code == 200
    assert browser.get(reverse("usersessions_list")).status_code == 200
    # Whoever has lost an address takes it back, whatever else is asked of them.
    assert browser.get(reverse("address-restore", args=["rien"])).status_code == 404
    assert browser.get(reverse("mfa_activate_totp")).url.startswith(
        reverse("account_reauthenticate")
    )
    assert "Il vous faut désormais" in browser.get(SET_UP).text
    browser.post(reverse("account_logout"))
    assert not is_in(browser)


def test_a_form_typed_in_waits_until_it_is_set_up(ines):
    """The whole way, from the door to the form sent."""
    asked(ines, days_ago=15)
    browser = log_in(ines)
    new = reverse("need-new")
    assert browser.post(new, {"title": "Refaire notre site", "save": "yes"}).url == SET_UP
    assert "gardé une heure" in browser.get(SET_UP).text
    again(browser)
    secret = re.search(r'id="secret">(\w+)<', browser.get(reverse("mfa_activate_totp")).text)
    done = browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret[1])}, follow=True)
    assert f'href="{reverse("typed")}"' in done.text
    page = browser.get(reverse("typed")).text
    assert "Votre formulaire attendait" in page
    assert "Refaire notre site" in page
    assert not Need.objects.exists()
    assert browser.get(PROFILE).status_code == 200


def test_a_part_of_a_page_stays_as_it_was(as_, ines):
    asked(ines, days_ago=15)
    answer = as_(ines).post(reverse("skills-picker"), headers={"HX-Request": "true"})
    assert answer.status_code == 204


def test_nothing_is_done_by_a_post_that_was_turned_away(as_, ines, pole):
    asked(ines, days_ago=15)
    fresh = make_organisation(status="SUBMITTED", pole=pole)
    as_(ines).post(reverse("organisation-verify", args=[fresh.pk]), {"decision": "accept"})
    fresh.refresh_from_db()
    assert fresh.status == "SUBMITTED"


@pytest.mark.parametrize("kind", ["totp", "webauthn"])
def test_with_either_factor_all_is_open_and_nothing_is_said(as_, ines, kind):
    asked(ines, days_ago=15)
    Authenticator.objects.create(user=ines, type=kind, data={})
    answer = as_(ines).get(PROFILE)
    assert answer.status_code == 200
    assert ASKED not in answer.text


def test_recovery_codes_alone_are_no_second_factor(as_, ines):
    asked(ines, days_ago=15)
    Authenticator.objects.create(user=ines, type="recovery_codes", data={})
    assert as_(ines).get(PROFILE).url == SET_UP


def test_neither_a_logout_nor_a_role_left_and_found_again_gives_more_time(ines, pole):
    log_in(ines).get(PROFILE)
    asked(ines, days_ago=10)
    at = User.objects.get(pk=ines.pk).second_factor_asked_at
    browser = log_in(ines)
    browser.post(reverse("account_logout"))
    Membership.objects.filter(user=ines).delete()
    log_in(ines).get(PROFILE)
    make_organisation("OPERATOR", pole=make_pole("Un autre", ("62",)), member=ines)
    log_in(ines).get(PROFILE)
    assert User.objects.get(pk=ines.pk).second_factor_asked_at == at


def test_who_removes_it_after_the_fortnight_is_at_the_door_at_once(as_, ines):
    give_app(ines)
    as_(ines).get(PROFILE)  # asked for, and there
    asked(ines, days_ago=15)
    Authenticator.objects.all().delete()
    assert as_(ines).get(PROFILE).url == SET_UP


def test_a_site_may_ask_none_as_the_demo_does(as_, ines, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    asked(ines, days_ago=100)
    answer = as_(ines).get(PROFILE)
    assert answer.status_code == 200
    assert ASKED not in answer.text


def test_an_operator_that_is_not_accepted_makes_nobody_answer_for_others(as_):
    user = make_user()
    make_organisation("OPERATOR", status="SUBMITTED", member=user)
    assert ASKED not in as_(user).get(PROFILE).text


# --- with it -------------------------------------------------------------------------------
def test_the_password_alone_no_longer_opens(ines):
    secret = give_app(ines)
    browser = log_in(ines)
    assert not is_in(browser)
    assert "Encore une étape" in browser.get(browser.answer.url).text
    browser.post(browser.answer.url, {"code": "000000"})
    assert not is_in(browser)
    browser.post(browser.answer.url, {"code": code_of(secret)})
    assert is_in(browser)


def test_a_recovery_code_opens_once(ines):
    give_app(ines)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    browser = log_in(ines)
    browser.post(browser.answer.url, {"code": codes[0]})
    assert is_in(browser)
    second = log_in(ines)
    second.post(second.answer.url, {"code": codes[0]})
    assert not is_in(second)


@pytest.mark.parametrize(
    ("kinds", "asked_for"),
    [
        ({"totp", "recovery_codes"}, "Les six chiffres de votre application, ou l’un de"),
        ({"totp"}, "Les six chiffres de votre application."),
        ({"recovery_codes"}, "L’un de vos codes de secours."),
        (set(), ""),
    ],
)
def test_each_is_asked_for_the_codes_that_they_have(ines, kinds, asked_for):
    """A person with a passkey alone was asked for six digits that no app shows them."""
    for kind in kinds:
        Authenticator.objects.create(user=ines, type=kind, data={})
    said = CodeForm(user=ines).asked_for
    assert said.startswith(asked_for)
    assert bool(said) is bool(asked_for)


@pytest.mark.parametrize("seconds", [1, 45, 75])
def test_a_code_of_the_app_opens_once_for_as_long_as_it_would_be_taken(ines, seconds):
    """A phone may be half a minute ahead: whoever read the code over a shoulder has a minute and a half."""
    secret, begun = give_app(ines), timezone.localtime().replace(second=0, microsecond=0)
    with time_machine.travel(begun, tick=False) as clock:
        code = code_of(secret, ahead=True)
        browser = log_in(ines)
        browser.post(browser.answer.url, {"code": code})
        assert is_in(browser)
        clock.shift(seconds)
        second = log_in(ines)
        for typed in (code, f"{code[:3]}-{code[3:]}", f" {code[:3]} {code[3:]} "):
            second.post(second.answer.url, {"code": typed})
            assert not is_in(second)
        again(browser)
        assert (
            "incorrect" in browser.post(reverse("mfa_reauthenticate"), {"code": code}).text.lower()
        )
        second.post(second.answer.url, {"code": code_of(secret, ahead=True)})
        assert is_in(second) is (seconds > 1)  # another code


def test_passkeys_are_counted_from_one_for_each_person(ines):
    named = MFAAdapter().generate_authenticator_name
    assert named(ines, "webauthn").endswith(" 1")
    Authenticator.objects.create(user=ines, type="webauthn", data={})
    Authenticator.objects.create(user=ines, type="totp", data={})
    assert named(ines, "webauthn").endswith(" 2")
    assert named(make_user(), "webauthn").endswith(" 1")


def test_adding_and_removing_one_are_told_by_letter(ines, on_commit):
    browser = log_in(ines)
    again(browser)
    secret = re.search(r'id="secret">(\w+)<', browser.get(reverse("mfa_activate_totp")).text)
    with on_commit():
        browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret[1])})
    again(browser)
    with on_commit():
        browser.post(reverse("mfa_generate_recovery_codes"))
    browser.post(reverse("mfa_deactivate_totp"))
    letters = Notification.objects.filter(recipient=ines, kind="second_factor_changed")
    texts = [letter.text for letter in letters.order_by("pk")]
    assert len(texts) == 3
    for words, text in zip(
        ("est désormais demandé", "codes de secours", "n’est plus demandé"), texts, strict=True
    ):
        assert words in text


CREDENTIALS = [
    "", "null", "[]", "1", '"x"', "{}", '{"rawId": 1}', '{"id": "a", "rawId": "é", "type": "x"}',
    '{"rawId": "YQ", "response": {}}', '{"rawId": "YQ", "response": []}',
    '{"rawId": "YQ", "response": {"clientDataJSON": "e30", "attestationObject": "YQ"}}',
    '{"rawId": "YQ", "response": {"clientDataJSON": "YQ", "authenticatorData": "YQ", "signature": "YQ"}}',
    '{"rawId": "\\u0000", "response": {"clientDataJSON": "\\u0000"}}', "{" * 3000,
]  # fmt: skip


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_what_no_passkey_would_say_is_a_sentence(ines, credential):
    browser = log_in(ines)
    again(browser)
    browser.get(reverse("mfa_add_webauthn"))
    answer = browser.post(reverse("mfa_add_webauthn"), {"credential": credential, "name": "Clé"})
    assert answer.status_code == 200
    assert "error-summary" in answer.text
    assert not Authenticator.objects.exists()
    Authenticator.objects.create(user=ines, type="totp", data={"secret": "A"})
    outside = log_in(ines)
    answer = outside.post(outside.answer.url, {"credential": credential})
    assert answer.status_code == 200
    assert not is_in(outside)


def test_the_pages_are_all_led_to_from_the_profile(as_, stranger):
    page = as_(stranger).get(PROFILE).text
    assert "Sécurité du compte" in page
    for name in ("account_email", "account_change_password", "mfa_index", "usersessions_list"):
        assert f'href="{reverse(name)}"' in page


def test_passkeys_are_of_the_site_s_own_address(ines, settings):
    settings.SITE_URL = "https://trait.example.org"
    browser = log_in(ines)
    again(browser)
    page = browser.get(reverse("mfa_add_webauthn"), headers={"host": "10.0.0.1"}).text
    assert '"id": "trait.example.org"' in page


def test_the_content_policy_holds_on_the_pages_of_passkeys(ines):
    browser = log_in(ines)
    again(browser)
    answer = browser.get(reverse("mfa_add_webauthn"))
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    for tag in re.findall(r"<script\b[^>]*>", answer.text):
        assert "src=" in tag or 'type="application/json"' in tag
    assert house.SECOND_FACTOR_REQUIRED is True
    assert Client().get(reverse("mfa_add_webauthn")).status_code == 302


def test_an_administrator_of_the_site_helps_whoever_has_lost_all_and_sees_no_secret(as_, ines):
    secret = give_app(ines)
    boss = keeper()
    browser = as_(boss)
    app = Authenticator.objects.get(type="totp")
    page = browser.get(reverse("admin:mfa_authenticator_change", args=[app.pk])).text
    assert secret not in page
    browser.post(reverse("admin:mfa_authenticator_delete", args=[app.pk]), {"post": "yes"})
    assert is_in(log_in(ines))
    letter = Notification.objects.get(recipient=ines, kind="second_factor_changed")
    assert "administration du site" in letter.text
