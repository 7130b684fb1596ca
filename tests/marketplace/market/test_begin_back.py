"""Back and forth between the sentence, the account and the letter: what was said last counts, and nothing is asked twice."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress, get_emailconfirmation_model
from django.test import Client
from django.urls import reverse

from accounts import coming
from accounts.models import Commune
from tests.factories import make_commune, make_organisation, make_user, verify
from tests.marketplace.market.test_begin import ACCOUNTS, SIGN_UP, URL, go_on, read, world

pytestmark = pytest.mark.django_db
__all__ = ["world"]  # the fixture of those tests


def test_back_shows_what_was_said_last(client):
    for page in ("/", URL):
        assert "no-store" in client.get(page)["Cache-Control"]
    go_on(client, "refaire notre site internet, à Lille")
    go_on(client, ACCOUNTS)
    assert ACCOUNTS in client.get("/").context["form"]["text"].value()


def test_what_isn_t_right_is_shown_at_an_address_that_may_be_come_back_to(client):
    answer = go_on(client, "")
    assert (answer.status_code, answer.url) == (302, URL)
    assert "Écrivez d’abord une phrase" in client.get(URL).text
    go_on(client)
    assert client.get(URL).context["form"]["text"].value() == ACCOUNTS


def test_what_wasn_t_right_is_forgotten_after_a_day(client, monkeypatch):
    go_on(client, "a" * 2001)
    monkeypatch.setattr(coming, "KEPT_FOR", timedelta(0))
    assert "aaaa" not in client.get(URL).text


def test_home_doesn_t_say_that_nothing_waits_under_what_is_to_be_finished(client):
    aline = verify(make_user())
    make_organisation(member=aline)
    client.force_login(aline)
    go_on(client)
    home = client.get("/").text
    assert "Rien ne vous attend" not in home
    assert "Il reste une chose à terminer" in home


def test_who_has_still_to_confirm_their_address_isn_t_led_to_sign_up_again(client):
    go_on(client)
    client.post(reverse("account_signup"), SIGN_UP)
    page = client.get(reverse("needs")).text
    assert f'href="{reverse("account_email_verification_sent")}"' in page
    assert f'btn-sm" href="{reverse("account_signup")}' not in page


def test_the_login_after_a_letter_opened_elsewhere_says_what_waits(client):
    go_on(client)
    client.post(reverse("account_signup"), SIGN_UP)
    address = EmailAddress.objects.get(email=SIGN_UP["email"])
    key = get_emailconfirmation_model().create(address).key
    there = Client()
    page = there.post(reverse("account_confirm_email", args=[key]), follow=True)
    assert ACCOUNTS[:60] in page.text


def test_a_misspelt_town_at_the_end_of_the_sentence_is_asked(client):
    commune = make_commune()
    commune.population = 236_000
    commune.save()
    asked = read(client, "tenir la compta de notre club, à lile").text
    assert "est-ce Lille (59)" in asked
    go_on(
        client,
        "tenir la compta de notre club, à lile",
        **{"commune": "lile", "commune-read": "lile", "commune-choice": "59350"},
    )
    assert client.session[coming.SLOT]["commune"] == "59350"


@pytest.mark.parametrize(
    "words", ["on s’en occupe à deux", "c’est à faire", "du soutien à distance"]
)
def test_other_last_words_are_no_towns(client, words):
    make_commune("28134", "Dreux", population=31_000)
    assert "est-ce Dreux" not in read(client, f"tenir la compta, {words}").text


def test_a_place_doesnt_outlive_the_words_that_named_it(client):
    """After a slip that was put right, and after a postal code, every other town that was written stayed the first."""
    for insee, name, code in (("62041", "Arras", "62000"), ("62119", "Béthune", "62400")):
        make_commune(insee, name, postal_codes=code, population=40_000).save()
    chosen = {"commune": "Lille (59)", "commune-code": "59350", "commune-choice": "59350"}
    page = read(client, "un comptable à Arras", **chosen, **{"commune-read": "lile"}).text
    assert "Arras (62)" in page
    assert 'name="commune-read" value="Arras"' in page
    page = read(client, "compta 62400").text
    assert 'name="commune-read" value="62400"' in page
    then = {"commune": "Béthune (62)", "commune-code": "62119", "commune-read": "62400"}
    assert "Béthune (62)" not in read(client, "je suis comptable", **then).text


def test_each_tab_takes_the_town_of_its_own(client):
    make_commune("59512", "Roubaix").save()
    client.force_login(aline := make_user(commune=Commune.objects.get(pk="59512")))
    make_organisation(member=aline)
    shown = read(client, "tenir notre compta").context["form"]
    then = {"commune": "Lille (59)", "commune-code": "59350", "commune-read": shown.read_place}
    page = read(client, "tenir notre compta", "OFFER", **then).text
    assert "Roubaix (59)" in page
    assert "Lille (59)" not in page


def test_it_asks_which_of_what_was_typed_by_hand(client):
    for insee, name in (("97411", "Saint-Denis"), ("93066", "Saint-Denis"), ("62498", "Lens")):
        make_commune(insee, name).save()
    page = read(client, "la compta, à Lens", commune="Saint-Denis", **{"commune-read": "Lens"}).text
    assert "Saint-Denis\N{NO-BREAK SPACE}: laquelle" in page.replace(" :", "\N{NO-BREAK SPACE}:")


def test_who_offers_something_that_isn_t_understood_is_promised_nobody_who_reads_it(client):
    """An offer is published unread, and neither it nor a need leaves without a skill: “une personne vous lira” was said."""
    for kind in ("OFFER", "NEED"):
        page = read(client, "asdf qwer zut", kind).text
        assert "aucune compétence" in page
        assert "une personne vous lira" not in page
        assert "vous la chercherez ensuite par son nom" in page


def test_who_offers_where_no_pole_has_opened_reads_of_no_need_of_theirs(client):
    make_commune("23096", "Guéret").save()
    page = read(client, "Je fais des sites internet, à Guéret", "OFFER").text
    assert "personne n’y lirait ce que vous écrivez" in page
    assert "votre besoin" not in page.partition("aucun pôle n’y a encore ouvert")[2][:60]


def test_near_is_said_of_a_place_that_was_named_alone(client):
    told = "Aucun besoin de ce genre n’est publié "
    assert f"{told}près de là" in read(client, "Je fais des sites internet, à Lille", "OFFER").text
    assert f"{told}aujourd’hui" in read(client, "Je fais des sites internet", "OFFER").text
