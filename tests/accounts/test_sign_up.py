"""From the sign-up page to the first page that suits, through the letter that checks the address."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from notifications.models import Notification
from tests.factories import make_user, verify

SIGN_UP = reverse("account_signup")
PASSWORD = "un-long-secret-42"


def details(**changes):
    return {
        "first_name": "Zoé",
        "last_name": "Martin",
        "email": "zoe@example.org",
        "password1": PASSWORD,
        "terms": "on",
    } | changes


def test_a_local_authority_is_offered_once(client):
    """“pour une entreprise ou une collectivité” stood above “pour une collectivité”: the first led to lend alone."""
    words = [
        str(label)
        for _value, label in client.get(SIGN_UP).context["form"]["comes_for"].field.choices
    ]
    assert [word for word in words if "collectivité" in word] == ["pour une collectivité"]


def test_all_that_is_wrong_with_a_password_is_said_at_once(client):
    """By name, in people's words, even where the address itself is to be put right."""
    sent = details(first_name="Rosalinde", password1="rosalinde", email="rosalinde")
    wrong = client.post(SIGN_UP, sent).context["form"].errors["password1"]
    assert len(wrong) == 2
    assert "Il ressemble trop à votre nom ou à votre adresse de courriel." in wrong
    sent = details(password1="annick.l", email="annick.l@exemple")
    wrong = client.post(SIGN_UP, sent).context["form"].errors["password1"]
    assert "Il ressemble trop à votre nom ou à votre adresse de courriel." in wrong
    assert len(wrong) == 2
    assert not User.objects.exists()


SENT = reverse("account_email_verification_sent")


def letters_to(email):
    return Notification.objects.filter(address=email).count()


@pytest.mark.parametrize("has_account", [False, True])
def test_the_letter_is_sent_again_after_three_minutes(client, has_account):
    """The page says from when; it tells nobody whether the address has an account."""
    if has_account:
        verify(make_user(email="zoe@example.org"))
    with time_machine.travel("2026-12-01 09:00:10+01:00", tick=False) as clock:
        client.post(SIGN_UP, details())
        assert "à partir de 09:04" in client.get(SENT).text
        assert "09:04" in client.post(SENT, follow=True).text
        assert letters_to("zoe@example.org") == 1
        clock.shift(timedelta(minutes=4))
        assert "09:08" in client.post(SENT, follow=True).text
        assert letters_to("zoe@example.org") == 2


def test_nobody_has_a_letter_sent_from_a_browser_that_typed_no_address(client):
    assert client.post(SENT).url == SENT
    assert 'method="post" action="/compte/confirm-email/"' not in client.get(SENT).text
    assert not Notification.objects.exists()


def test_whoever_corrects_their_address_finds_what_they_typed(client):
    client.post(SIGN_UP, details(email="zoe@exemple.org", comes_for="ESS"))
    page = client.get(f"{SIGN_UP}?adresse=corriger")
    form = page.context["form"]
    typed = {name: form[name].value() for name in ("first_name", "last_name", "email", "comes_for")}
    assert typed == {
        "first_name": "Zoé", "last_name": "Martin", "email": "zoe@exemple.org", "comes_for": "ESS"
    }  # fmt: skip
    assert "Corrigez votre adresse" in page.text
    assert PASSWORD not in page.text
    assert not Client().get(f"{SIGN_UP}?adresse=corriger").context["form"]["email"].value()
    client.post(SIGN_UP, details(comes_for="ESS"))
    assert letters_to("zoe@example.org") == 1


def test_the_door_asks_about_a_forgotten_password_in_unbreakable_french(client):
    assert "Mot de passe oublié\u00a0?" in client.get(reverse("account_login")).text


def confirm(client, email="zoe@example.org"):
    """Open the link of the letter, then press its button."""
    letter = Notification.objects.filter(address=email).latest("pk")
    link = re.search(r"http://testserver(/compte/confirm-email/\S+/)", letter.text)[1]
    assert client.get(link).status_code == 200
    assert not verified(email), "opening the link must change nothing"
    return client.post(link, follow=True)


def verified(email):
    return User.objects.get(email=email).emailaddress_set.filter(verified=True).exists()


@pytest.mark.parametrize(
    ("comes_for", "first_page"),
    [
        ("ESS", "/organisations/nouvelle/structure/"),
        ("COMPANY", "/organisations/nouvelle/entreprise/"),
        ("AUTHORITY", "/organisations/nouvelle/collectivite/"),
        ("MYSELF", "/offres/nouvelle/"),
        ("", "/"),
    ],
)
def test_what_one_comes_for_chooses_the_first_page(client, comes_for, first_page):
    client.post(SIGN_UP, details(comes_for=comes_for))
    answer = confirm(client)
    assert answer.request["PATH_INFO"] == first_page
    assert verified("zoe@example.org")


@pytest.mark.parametrize("comes_for", User.Purpose.values)
def test_the_door_one_came_through_is_not_asked_again(client, comes_for):
    landing = client.get("/").content.decode()
    (door,) = re.findall(rf'href="({SIGN_UP}[?]pour={comes_for})"', landing)
    assert client.get(door).context["form"]["comes_for"].value() == comes_for


def test_the_first_page_is_shown_once_then_home(client):
    client.post(SIGN_UP, details(comes_for="ESS"))
    confirm(client)
    client.post(reverse("account_logout"))
    answer = client.post(
        reverse("account_login"), {"login": "zoe@example.org", "password": PASSWORD}
    )
    assert answer.url == "/"


def test_confirming_twice_says_that_it_is_done(client):
    client.post(SIGN_UP, details())
    confirm(client)
    letter = Notification.objects.filter(address="zoe@example.org").latest("pk")
    link = re.search(r"http://testserver(/compte/confirm-email/\S+/)", letter.text)[1]
    for who in (client, Client()):
        for answer in (who.get(link), who.post(link)):
            assert answer.status_code == 200
            assert "Votre adresse est déjà confirmée" in answer.text
    assert 'href="/"' in client.post(link).text


@pytest.mark.parametrize("key", ["MTI:1abcde:faux", "x"])
def test_a_forged_confirmation_says_nothing_of_any_address(client, key):
    link = reverse("account_confirm_email", args=[key])
    for answer in (client.get(link), client.post(link)):
        assert "trop ancien" in answer.text
        assert "déjà confirmée" not in answer.text.replace("est déjà confirmée, connectez", "")


def test_the_letter_opened_on_another_device_leads_to_the_login_page(client):
    client.post(SIGN_UP, details(comes_for="ESS"))
    answer = confirm(Client())
    assert answer.request["PATH_INFO"] == reverse("account_login")


def test_nobody_logs_in_before_the_address_is_verified(client):
    client.post(SIGN_UP, details())
    answer = Client().post(
        reverse("account_login"), {"login": "zoe@example.org", "password": PASSWORD}
    )
    assert answer.url == reverse("account_email_verification_sent")


def test_names_and_consent_are_kept(client):
    client.post(SIGN_UP, details(comes_for="COMPANY"))
    zoe = User.objects.get(email="zoe@example.org")
    assert (zoe.first_name, zoe.last_name, zoe.comes_for) == ("Zoé", "Martin", "COMPANY")
    assert zoe.terms_accepted_at is not None


def test_capitals_in_an_address_are_the_same_address(client):
    client.post(SIGN_UP, details(email="Zoe@Example.ORG"))
    assert User.objects.filter(email="zoe@example.org").exists()
    confirm(client)
    again = Client()
    answer = again.post(
        reverse("account_login"), {"login": "ZOE@example.org", "password": PASSWORD}
    )
    assert answer.url == "/"


def test_a_known_address_gets_a_letter_and_the_page_tells_nobody(client):
    verify(make_user(email="zoe@example.org"))
    answer = client.post(SIGN_UP, details())
    assert answer.url == reverse("account_email_verification_sent")
    assert User.objects.filter(email="zoe@example.org").count() == 1
    assert Notification.objects.filter(address="zoe@example.org").count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"terms": ""}, "Cochez cette case"),
        ({"email": "pas-une-adresse"}, "adresse"),
        ({"password1": "court"}, "trop court"),
        ({"first_name": "a" * 81}, "80"),
        ({"first_name": "Zo\0é"}, "nul"),
        ({"first_name": "😀"}, "avec des lettres"),
        ({"last_name": "\u200b"}, "avec des lettres"),
        ({"last_name": "gagnez http://exemple.fr"}, "Un nom"),
        ({"last_name": ""}, "obligatoire"),
    ],
)
def test_bad_input_is_said_and_what_was_typed_stays(client, changes, sentence):
    answer = client.post(SIGN_UP, details(**changes))
    page = answer.content.decode()
    assert sentence in page
    assert "zoe@example.org" in page or "email" in changes
    assert not User.objects.exists()


def test_a_name_of_80_letters_and_html_in_a_name_are_only_names(client):
    client.post(SIGN_UP, details(first_name="é" * 80, last_name="<b>Gras</b>"))
    answer = confirm(client)
    assert "<b>Gras</b>" not in answer.content.decode()
    assert User.objects.get().last_name == "<b>Gras</b>"


def test_the_same_address_may_not_be_tried_without_end(client):
    verify(make_user(email="zoe@example.org", password=PASSWORD))
    wrong = {"login": "zoe@example.org", "password": "faux-mot-de-passe"}
    pages = [client.post(reverse("account_login"), wrong).content.decode() for _ in range(6)]
    assert "Trop de tentatives" in pages[-1]


def test_a_reset_goes_through_the_outbox(client):
    verify(make_user(email="zoe@example.org", password=PASSWORD))
    client.post(reverse("account_reset_password"), {"email": "zoe@example.org"})
    letter = Notification.objects.get(address="zoe@example.org")
    assert "/compte/password/reset/key/" in letter.text
    assert letter.secret


def test_login_never_leads_to_another_site(client):
    verify(make_user(email="zoe@example.org", password=PASSWORD))
    answer = client.post(
        reverse("account_login") + "?next=https://mechant.example.com/",
        {"login": "zoe@example.org", "password": PASSWORD, "next": "https://mechant.example.com/"},
    )
    assert answer.url == "/"


def test_login_takes_to_the_page_one_wanted(client):
    verify(make_user(email="zoe@example.org", password=PASSWORD))
    asked = client.get(reverse("profile"))
    assert asked.status_code == 302
    answer = client.post(
        asked.url, {"login": "zoe@example.org", "password": PASSWORD, "next": "/profil/"}
    )
    assert answer.url == "/profil/"


def test_nobody_s_mailbox_is_filled_from_the_forms_that_anybody_may_send():
    """From one network after the other, minute after minute, to somebody with an account and to a stranger."""
    verify(make_user(email="zoe@example.org"))
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for network in range(30):
            browser = Client(REMOTE_ADDR=f"203.0.113.{network}")
            for address in ("zoe@example.org", "nobody@example.org"):
                browser.post(reverse("account_reset_password"), {"email": address})
            clock.shift(timedelta(minutes=1))
        for address in ("zoe@example.org", "nobody@example.org"):
            assert Notification.objects.filter(address=address, kind="account").count() == 10
        clock.shift(timedelta(days=1))
        Client().post(reverse("account_reset_password"), {"email": "zoe@example.org"})
        assert Notification.objects.filter(address="zoe@example.org").count() == 11


# --- the letter that is awaited ----------------------------------------------------------------
def test_the_page_says_when_we_wrote_and_where_even_when_no_second_letter_leaves(client):
    client.post(SIGN_UP, details())
    told = client.get(reverse("account_email_verification_sent")).text
    assert "zoe@example.org" in told
    assert "Nous venons de vous écrire" not in told
    client.post(reverse("account_login"), {"login": "zoe@example.org", "password": PASSWORD})
    assert Notification.objects.filter(address="zoe@example.org").count() == 1
    assert client.get(reverse("account_email_verification_sent")).text.count("zoe@example.org")


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [
        ("moussadiallo", False),
        ("Moussa Diallo", False),
        ("diallodiallo", True),  # one word in twelve letters: less than seven tenths
        ("un chemin de diallo", True),
        ("une phrase de passe", True),
    ],
)
def test_a_password_is_compared_with_the_names_as_the_page_says(client, password, is_taken):
    sent = details(first_name="Moussa", last_name="Diallo", password1=password)
    client.post(SIGN_UP, sent)
    assert User.objects.filter(email=sent["email"]).exists() is is_taken


def test_a_wrong_address_is_corrected_from_the_page_that_awaits_the_letter(client):
    client.post(SIGN_UP, details())
    page = client.get(reverse("account_email_verification_sent")).text
    assert f'<a href="{SIGN_UP}?adresse=corriger">Ce n’est pas mon adresse' in page


def test_whoever_has_an_account_already_is_led_to_the_login_by_the_letter(client):
    make_user(email="zoe@example.org")
    client.post(SIGN_UP, details())
    letter = Notification.objects.get(address="zoe@example.org")
    assert reverse("account_login") in letter.text
    assert "Se connecter" in letter.text


def test_without_the_address_of_this_browser_the_page_names_none(client):
    told = client.get(reverse("account_email_verification_sent")).text
    assert "n’est pas encore confirmée" in told


def test_a_second_sign_up_from_the_same_browser_says_that_the_first_password_counts(client):
    client.post(SIGN_UP, details())
    answer = client.post(SIGN_UP, details(password1="une autre phrase longue"), follow=True)
    assert "le premier mot de passe" in answer.text
    assert Notification.objects.filter(address="zoe@example.org").count() == 1


def test_of_a_known_address_the_page_says_just_as_much(client):
    verify(make_user(email="zoe@example.org"))
    known = [client.post(SIGN_UP, details(), follow=True).text for _ in range(2)]
    stranger = Client()
    unknown = [
        stranger.post(SIGN_UP, details(email="lea@example.org"), follow=True).text for _ in range(2)
    ]
    for ours, theirs in zip(known, unknown, strict=True):
        for words in ("Nous avons écrit à", "le premier mot de passe"):
            assert (words in ours) == (words in theirs)


def test_the_login_after_a_letter_opened_elsewhere_knows_the_address(client):
    client.post(SIGN_UP, details())
    there = Client()
    answer = confirm(there)
    assert answer.context["form"]["login"].value() == "zoe@example.org"
    assert "Votre adresse est confirmée" in answer.text
    assert Client().get(reverse("account_login")).context["form"]["login"].value() is None


def test_a_name_typed_in_small_letters_is_greeted_with_its_capital(client):
    client.force_login(make_user(first_name="moussa", last_name="diallo"))
    assert "Bonjour Moussa" in client.get(reverse("home")).text


def test_a_letter_sent_again_never_confirms_the_account_of_somebody_else(client):
    """Whoever had typed the address before, with a password of theirs, was confirmed by its owner's own click."""
    with time_machine.travel("2026-12-01 09:00:10+01:00", tick=False) as clock:
        Client().post(SIGN_UP, details(password1="le secret d’un autre 42"))
        clock.shift(timedelta(minutes=4))
        client.post(SIGN_UP, details())
        clock.shift(timedelta(minutes=4))
        client.post(SENT)
    sent = Notification.objects.filter(address="zoe@example.org").order_by("pk")
    assert ["confirm-email" in one.text for one in sent] == [True, False, False]


def test_what_was_typed_outlives_a_letter_sent_again(client):
    with time_machine.travel("2026-12-01 09:00:10+01:00", tick=False) as clock:
        client.post(SIGN_UP, details())
        clock.shift(timedelta(minutes=4))
        client.post(SENT)
        form = client.get(f"{SIGN_UP}?adresse=corriger").context["form"]
    assert form["first_name"].value() == "Zoé"


@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
def test_an_address_is_asked_for_in_french(client, name):
    page = client.get(reverse(name)).text
    assert "Adresse de courriel" in page
    assert "E-mail" not in page
