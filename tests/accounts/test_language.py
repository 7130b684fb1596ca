"""The language of the pages and of the letters: what the browser asks for at first, what somebody chose from then on."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts import languages
from accounts.models import User
from notifications.models import Notification
from tests.factories import make_user

ENGLISH = {"accept-language": "en-GB,en;q=0.9,fr;q=0.4"}
PASSWORD = "un cheval bleu trotte"


def language_of(page) -> str:
    return re.search(r'<html lang="(\w+)"', page.text).group(1)


def shown_in(client, **headers) -> str:
    return language_of(client.get(reverse("needs"), headers=headers))


def choose(client, language: str, next_page: str = ""):
    data = {"language": language, "next": next_page or reverse("needs")}
    return client.post(reverse("set_language"), data)


def with_password(**fields) -> User:
    person = make_user(**fields)
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def log_in(client, person):
    form = {"login": person.email, "password": PASSWORD}
    answer = client.post(reverse("account_login"), form)
    assert answer.status_code == 302, answer.text
    return answer


# --- the first visit ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asks", "shown"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("en-US,en;q=0.9,fr;q=0.8", "en"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("en;q=0.3,fr;q=0.9", "fr"),
        ("de-DE,de;q=0.9,en;q=0.7", "en"),
        ("de-DE,de;q=0.9", "fr"),
        ("*", "fr"),
        (",;q=,en-" + "x" * 5000, "fr"),
        ("", "fr"),
    ],
)
def test_the_first_visit_hears_what_the_browser_asks_for(client, asks, shown):
    assert shown_in(client, **{"accept-language": asks}) == shown


def test_the_first_visit_keeps_nothing_in_the_browser(client):
    client.get(reverse("needs"), headers=ENGLISH)
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies


def test_a_page_in_one_language_is_not_kept_for_readers_of_the_other(client):
    for path in (reverse("needs"), reverse("legal"), "/nulle-part/"):
        page = client.get(path, headers=ENGLISH)
        assert page["Content-Language"] == "en"
        assert {"Cookie", "Accept-Language"} <= set(re.split(r",\s*", page["Vary"])), path


@pytest.mark.parametrize(
    ("asks", "said", "unsaid"),
    [
        ("en", "This is our own assessment: no independent body has audited it yet", "Ce site est"),
        ("fr", "partiellement conforme", "our own assessment"),
    ],
)
def test_the_accessibility_page_is_in_the_language_that_is_asked_for(client, asks, said, unsaid):
    page = client.get(reverse("accessibility"), headers={"accept-language": asks})
    assert language_of(page) == asks
    assert said in page.text
    assert unsaid not in page.text


# --- the switch --------------------------------------------------------------------------------
def test_who_asks_for_english_gets_it_and_keeps_it(client):
    choose(client, "en")
    assert shown_in(client) == "en"
    choose(client, "fr")
    assert shown_in(client, **ENGLISH) == "fr"


def test_a_language_that_we_do_not_speak_changes_nothing(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"
    assert shown_in(client) == "fr"
    person = make_user(language="en")
    client.force_login(person)
    choose(client, "xx")
    person.refresh_from_db()
    assert person.language == "en"


def test_the_switch_writes_the_profile_of_who_is_logged_in(client):
    person = make_user()
    client.force_login(person)
    choose(client, "en")
    person.refresh_from_db()
    assert person.language == "en"
    elsewhere = Client()
    elsewhere.force_login(person)
    assert shown_in(elsewhere) == "en"


def test_the_switch_is_there_on_each_page_and_works_without_a_script(client):
    page = client.get(reverse("needs"))
    form = re.search(
        rf'<form method="post" action="{reverse("set_language")}">.*?</form>', page.text, re.S
    )
    assert 'name="language" value="en"' in form.group()
    back = choose(client, "en", reverse("needs") + "?q=site")
    assert (back.status_code, back["Location"]) == (302, reverse("needs") + "?q=site")


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        " //evil.example",
    ],
)
def test_the_switch_leads_nowhere_else(client, address):
    answer = client.post(
        reverse("set_language"),
        {"language": "en", "next": address},
        headers={"referer": "https://evil.example/page"},
    )
    assert answer["Location"] == "/"


def test_looking_at_the_switch_changes_nothing_and_leads_home(client):
    person = make_user()
    client.force_login(person)
    answer = client.get(reverse("set_language"), {"language": "en"})
    assert answer["Location"] == "/"
    person.refresh_from_db()
    assert person.language == "fr"


# --- signing up and logging in -----------------------------------------------------------------
def sign_up(client, **headers) -> User:
    form = {
        "email": "maud@example.org",
        "first_name": "Maud",
        "last_name": "Kelly",
        "password1": PASSWORD,
        "terms": "on",
    }
    client.post(reverse("account_signup"), form, headers=headers)
    return User.objects.get(email="maud@example.org")


def test_who_signs_up_in_english_has_an_english_profile_and_english_letters(client):
    choose(client, "en")
    person = sign_up(client)
    assert person.language == "en"
    assert "confirm" in Notification.objects.get(address=person.email).subject.lower()


def test_who_signs_up_in_a_browser_in_english_too(client):
    assert sign_up(client, **ENGLISH).language == "en"


def test_who_signs_up_in_french_has_a_french_profile(client):
    assert sign_up(client).language == "fr"


def test_logging_in_shows_the_language_of_the_profile(client):
    log_in(client, with_password(language="en"))
    assert shown_in(client) == "en"
    client.post(reverse("account_logout"))
    assert shown_in(client) == "en"


def test_what_was_chosen_without_logging_in_is_the_browsers_and_no_accounts(client):
    """At a shared computer, who logged in next had their pages and letters rewritten in English."""
    person = with_password(language="fr")
    choose(client, "en")
    log_in(client, person)
    assert shown_in(client) == "fr"
    person.refresh_from_db()
    assert person.language == "fr"
    client.post(reverse("account_logout"))
    assert shown_in(client) == "en"


def test_what_the_browser_asks_for_is_no_choice_against_the_profile(client):
    person = with_password(language="fr")
    client.get(reverse("needs"), headers=ENGLISH)
    log_in(client, person)
    assert shown_in(client, **ENGLISH) == "fr"


def test_a_cookie_of_another_day_or_of_somebody_else_does_not_change_the_profile(client):
    """At a shared computer, the one before had chosen English and logged out."""
    before, after = with_password(language="en"), with_password(language="fr")
    log_in(client, before)
    client.post(reverse("account_logout"))
    log_in(client, after)
    assert shown_in(client) == "fr"
    after.refresh_from_db()
    assert after.language == "fr"


def test_a_change_in_one_browser_is_seen_in_the_other(client):
    person = with_password()
    log_in(client, person)
    User.objects.filter(pk=person.pk).update(language="en")
    assert shown_in(client) == "en"


# --- chosen just before logging in ---------------------------------------------------------------
KEEP = {"en": "Keep English for your pages and letters?", "fr": "Garder le français pour vos pages"}


def asked_on(client) -> list[str]:
    page = client.get(reverse("needs")).text
    return [language for language, words in KEEP.items() if words in page]


@pytest.mark.parametrize(("own", "chosen"), [("fr", "en"), ("en", "fr")])
def test_who_chose_just_before_is_asked_once_and_nothing_changes_without_a_yes(client, own, chosen):
    person = with_password(language=own)
    choose(client, chosen)
    log_in(client, person)
    page = client.get(reverse("needs") + "?q=site")
    assert language_of(page) == own
    assert KEEP[chosen] in page.text
    assert f'<input type="hidden" name="next" value="{reverse("needs")}?q=site">' in page.text
    assert asked_on(client) == []
    client.post(reverse("account_logout"))
    log_in(client, person)
    assert asked_on(client) == []
    person.refresh_from_db()
    assert person.language == own


def test_a_yes_is_their_language_from_then_on(client):
    person = with_password(language="fr")
    choose(client, "en")
    log_in(client, person)
    assert asked_on(client) == ["en"]
    choose(client, "en")
    assert shown_in(client) == "en"
    person.refresh_from_db()
    assert person.language == "en"
    assert asked_on(client) == []


def test_who_reads_it_already_is_asked_nothing(client):
    choose(client, "en")
    log_in(client, with_password(language="en"))
    assert asked_on(client) == []


def test_what_the_browser_asks_for_is_no_choice_to_be_asked_of(client):
    client.get(reverse("needs"), headers=ENGLISH)
    log_in(client, with_password(language="fr"))
    assert asked_on(client) == []


def test_who_comes_after_at_a_shared_computer_is_asked_nothing_of_another_s_choice(client):
    choose(client, "en")
    assert asked_on(client) == []
    log_in(client, with_password(language="fr"))
    client.post(reverse("account_logout"))
    log_in(client, with_password(language="fr"))
    assert asked_on(client) == []


def test_who_only_chooses_a_language_opens_no_session(client):
    choose(client, "en")
    assert settings.SESSION_COOKIE_NAME not in client.cookies
    assert client.cookies[languages.COOKIE]["max-age"] == 3600
    log_in(client, with_password(language="fr"))
    assert not client.cookies[languages.COOKIE].value


def test_a_choice_of_another_hour_is_too_old_to_be_asked_of(client, monkeypatch):
    """A browser that keeps its cookies too long changes nothing: the hour is the site's."""
    choose(client, "en")
    monkeypatch.setattr(languages, "JUST_BEFORE", timedelta(seconds=-1))
    log_in(client, with_password(language="fr"))
    assert asked_on(client) == []


# --- letters -----------------------------------------------------------------------------------
def test_letters_about_the_account_leave_in_the_language_of_the_profile(client):
    person = with_password(language="en")
    client.post(reverse("account_reset_password"), {"email": person.email})
    assert "password" in Notification.objects.get(address=person.email).subject


@pytest.mark.parametrize("page", ["profile", "letter-habits"])
def test_the_language_that_an_account_chooses_is_that_of_the_pages_after_logging_out(client, page):
    """The login page spoke French for good to whoever had chosen English."""
    client.force_login(make_user(language="fr"))
    form = client.get(reverse(page)).context["form"]
    said = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    client.post(reverse(page), said | {"language": "en"})
    client.post(reverse("account_logout"))
    assert shown_in(client) == "en"
