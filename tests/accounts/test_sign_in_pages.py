"""The way in by the sign-in of one's organisation, page by page, with a provider that says what the test wants."""

import re
from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import arrivals, groups, memberships, sign_ins
from accounts.adapter import PENDING
from accounts.models import User
from accounts.openid.faults import Code, Fault
from accounts.opening import MARK
from tests.accounts.domain_people import DOMAIN, with_address
from tests.accounts.security import PASSWORD, code_of, give_app, is_in, log_in
from tests.accounts.sign_in_people import an_identity, back, come, door, open_house, provider
from tests.factories import make_organisation, make_user, verify

pytestmark = pytest.mark.django_db
__all__ = ["provider"]
ONCE = re.compile(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"')
ENTRANCE = "/connexion/"
WELCOME = "/connexion/bienvenue/"
JOINS = {"first_name": "Léa", "last_name": "Roux", "terms": "on"}


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet():
    cache.clear()


@pytest.fixture
def row(head, boss, coordinator, provider):
    return open_house(head, boss, coordinator)


@pytest.fixture
def lea():
    return with_address(password=PASSWORD)


def link(row, user, **said):
    return arrivals.link(row, an_identity(**said), user=user, now=timezone.now())


# --- finding it ------------------------------------------------------------------------------
def test_the_login_page_leads_there_and_the_domain_finds_it(client, row):
    assert 'href="/connexion/' in client.get(reverse("account_login")).text
    page = client.post(ENTRANCE, {"email": f"personne@{DOMAIN.upper()}"})
    assert f"{row.issuer}/authorize" in page.text
    assert client.get(ENTRANCE).status_code == 200


def test_the_answer_is_the_same_whoever_reads_the_mailbox(client, row, lea):
    known, unknown = (
        ONCE.sub("", client.post(ENTRANCE, {"email": email}).text)
        for email in (lea.email, f"personne@{DOMAIN}")
    )
    assert known == unknown


@pytest.mark.parametrize("email", ["lea@autre.fr", "", "lea", f"a@x.{DOMAIN}", "\0", "x" * 300])
def test_an_address_that_finds_none_is_said_beside_the_field_and_kept(client, row, email):
    page = client.post(ENTRANCE, {"email": email})
    assert page.status_code == 200
    assert 'aria-invalid="true"' in page.text
    assert not email.isalnum() or f'value="{email}"' in page.text


def test_of_several_one_chooses(client, row, head, boss, coordinator, pole):
    chief = verify(make_user())
    company = make_organisation("COMPANY", name="Atelier du Nord", pole=pole, administrator=chief)
    groups.agree(
        groups.ask(company, head, by=chief, now=timezone.now()), by=boss, now=timezone.now()
    )
    other = open_house(company, chief, coordinator)
    page = client.post(ENTRANCE, {"email": f"lea@{DOMAIN}", "next": "/messages/"}).text
    assert door(row) in page
    assert door(other) in page
    assert 'name="next" value="/messages/"' in page


def test_a_network_that_asks_a_lot_waits(client, row):
    for _n in range(30):
        client.post(ENTRANCE, {"email": "a@autre.fr"})
    assert "attendez" in client.post(ENTRANCE, {"email": f"a@{DOMAIN}"}).text
    assert "/authorize" not in client.post(door(row)).text


def test_its_own_page_has_a_button_and_goes_nowhere_by_itself(client, row, boss):
    page = client.get(door(row))
    assert "Continuer avec mon compte professionnel" in page.text
    assert "/authorize" not in page.text
    assert client.get("/connexion/autre-chose/").status_code == 404
    assert client.get("/connexion/autre-chose/retour/").status_code == 404
    sign_ins.shut(row, by=boss, now=timezone.now())
    assert "pas ouverte" in client.get(door(row)).text
    assert "/authorize" not in client.post(door(row)).text
    slug = row.app.provider_id
    sign_ins.end(row, by=boss, now=timezone.now())
    assert client.get(f"/connexion/{slug}/").status_code == 404


def test_a_provider_that_is_down_is_said_with_the_way_back(client, as_, row, provider, boss):
    provider.fault = Fault(Code.UNREACHABLE)
    for page in (client.post(ENTRANCE, {"email": f"a@{DOMAIN}"}), client.get(back(row))):
        assert page.status_code == 503
        assert "votre propre mot de passe" in page.text
        assert str(Code.UNREACHABLE.label) not in page.text, "that is for the administrators"
    row.refresh_from_db()
    assert row.fault == Code.UNREACHABLE
    assert "Le fournisseur ne répond pas" in as_(boss).post(door(row)).text


# --- coming in -------------------------------------------------------------------------------
def test_a_linked_person_comes_in_with_the_mark_of_the_company(client, row, lea):
    link(row, lea)
    answer = come(client, row, next="/messages/")
    assert (answer.status_code, answer["Location"]) == (302, "/messages/")
    assert client.session["_auth_user_id"] == str(lea.pk)
    assert client.session[MARK]["pk"] == row.pk
    assert client.session[MARK]["own"] is False


@pytest.mark.parametrize("there", ["https://evil.org/", "//evil.org", "javascript:alert(1)", "//["])
def test_nobody_is_led_elsewhere(client, row, lea, there):
    link(row, lea)
    assert come(client, row, next=there)["Location"] == reverse("home")


def test_ones_own_password_marks_the_session_as_ones_own(lea):
    browser = log_in(lea)
    assert MARK not in browser.session


def test_who_is_logged_in_already_only_gets_the_mark(row, lea):
    link(row, lea)
    browser = log_in(lea)
    key = browser.session.session_key
    come(browser, row)
    assert browser.session.session_key == key
    assert browser.session[MARK]["pk"] == row.pk
    assert browser.session[MARK]["own"] is True


def test_who_is_logged_in_as_somebody_else_is_logged_out_first(row, lea, stranger):
    link(row, lea)
    browser = Client()
    browser.force_login(stranger)
    session = browser.session
    session["acting_for"] = 7
    session.save()
    come(browser, row)
    assert browser.session["_auth_user_id"] == str(lea.pk)
    assert "acting_for" not in browser.session


def test_the_second_factor_is_asked_as_ever(client, row, lea):
    secret = give_app(lea)
    link(row, lea)
    answer = come(client, row, next="/messages/")
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
    assert MARK not in client.session
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_in(client)
    assert client.session[MARK]["pk"] == row.pk
    assert client.session[MARK]["own"] is False


def test_who_is_refused_reads_why_and_stays_logged_in_as_they_were(row, head, boss, lea, stranger):
    link(row, lea)
    memberships.remove(head.memberships.get(user=lea), by=boss)
    browser = Client()
    assert come(browser, row).status_code == 403
    assert not is_in(browser)
    browser.force_login(stranger)
    assert "demandez une invitation" in come(browser, row).text
    assert is_in(browser)


# --- for the first time ----------------------------------------------------------------------
def test_a_newcomer_reads_their_names_and_joins_with_one_button(client, row, head):
    assert come(client, row, next="/messages/")["Location"] == WELCOME
    page = client.get(WELCOME)
    assert 'value="Léa"' in page.text
    assert not User.objects.filter(email=an_identity().email).exists(), "nothing before the button"
    answer = client.post(WELCOME, JOINS | {"first_name": "Léana"})
    assert answer["Location"] == "/messages/"
    lea = User.objects.get(email=an_identity().email)
    assert (lea.first_name, lea.works_for(head)) == ("Léana", True)
    assert client.session[MARK]["pk"] == row.pk
    assert client.session[MARK]["own"] is False
    assert PENDING not in client.session
    assert client.session["acting_for"] == head.pk
    assert client.get(reverse("home")).status_code == 200


@pytest.mark.parametrize(
    "said", [{"terms": ""}, {"first_name": ""}, {"last_name": "www.evil.org"}, {"first_name": "\0"}]
)
def test_what_is_missing_is_said_beside_the_field(client, row, said):
    come(client, row)
    page = client.post(WELCOME, JOINS | said)
    assert page.status_code == 200
    assert 'aria-invalid="true"' in page.text
    assert not is_in(client)


def test_the_page_opens_for_half_an_hour_and_for_that_browser_alone(client, row):
    assert client.get(WELCOME)["Location"].startswith(reverse("account_login"))
    come(client, row)
    assert Client().post(WELCOME, JOINS).status_code == 302
    session = client.session
    session[PENDING] = session[PENDING] | {"at": (timezone.now() - timedelta(hours=1)).timestamp()}
    session.save()
    assert client.post(WELCOME, JOINS)["Location"].startswith(reverse("account_login"))
    assert not User.objects.filter(email=an_identity().email).exists()


def test_it_is_asked_again_whether_it_is_open(client, row, boss):
    come(client, row)
    sign_ins.shut(row, by=boss, now=timezone.now())
    assert "pas ouverte" in client.post(WELCOME, JOINS).text
    sign_ins.end(row, by=boss, now=timezone.now())
    assert client.post(WELCOME, JOINS).status_code == 302


def test_an_account_made_meanwhile_is_said(client, row):
    come(client, row)
    with_address()
    assert "porte déjà l’adresse" in client.post(WELCOME, JOINS, follow=True).text


# --- an account that exists ------------------------------------------------------------------
def test_the_owner_logs_in_once_then_says_yes(row, head, lea):
    browser = log_in(make_user(), password="x" * 12)
    page = browser.get(come(browser, row, next="/messages/")["Location"])
    assert "Connectez-vous une fois" in page.text
    assert (
        "avec ce qui est à vous" in browser.get(f"{reverse('account_login')}?next={WELCOME}").text
    )
    log_in(lea, browser=browser)
    assert browser.answer["Location"] == WELCOME, "also without “next”"
    assert not SocialAccount.objects.exists(), "the password alone links nothing"
    page = browser.get(WELCOME)
    assert "Lui laisser ouvrir mon compte" in page.text
    answer = browser.post(WELCOME, {"verb": "yes"})
    assert answer["Location"] == "/messages/"
    assert SocialAccount.objects.get().user == lea
    assert lea.works_for(head)
    assert browser.session[MARK]["pk"] == row.pk
    assert browser.session[MARK]["own"] is True
    assert PENDING not in browser.session


def test_the_owner_says_no(row, lea):
    browser = Client()
    come(browser, row)
    log_in(lea, browser=browser)
    browser.post(WELCOME, {"verb": "no"})
    assert not SocialAccount.objects.exists()
    assert browser.post(WELCOME, {"verb": "yes"})["Location"] == reverse("home")
    assert not SocialAccount.objects.exists()


def test_who_is_logged_in_with_their_own_password_says_yes_at_once(row, lea):
    browser = log_in(lea)
    come(browser, row)
    assert is_in(browser)
    browser.post(WELCOME, {"verb": "yes"})
    assert SocialAccount.objects.get().user == lea


def test_a_session_that_another_company_has_opened_says_yes_to_nothing(row, lea):
    """Only what is the person's own shows that the account is theirs."""
    browser = Client()
    browser.force_login(lea)
    session = browser.session
    at = timezone.now().timestamp()
    session[MARK] = {"pk": row.pk + 1, "user": lea.pk, "at": at, "own": False}
    session.save()
    come(browser, row)
    assert not is_in(browser)
    session = browser.session
    browser.post(WELCOME, {"verb": "yes"})
    assert not SocialAccount.objects.exists()


def test_somebody_else_who_logs_in_there_links_nothing(row, lea):
    browser = Client()
    come(browser, row)
    other = verify(make_user(password=PASSWORD))
    log_in(other, browser=browser)
    page = browser.post(WELCOME, {"verb": "yes"}, follow=True)
    assert "pas une adresse confirmée de votre compte" in page.text
    assert not SocialAccount.objects.exists()


def test_logging_out_forgets_who_has_come(row, lea):
    browser = Client()
    come(browser, row)
    log_in(lea, browser=browser)
    browser.post(reverse("account_logout"))
    assert PENDING not in browser.session


# --- the profile -----------------------------------------------------------------------------
def unlink(account):
    return reverse("sign-in-unlink", args=[account.pk])


def test_the_profile_lists_the_links_and_removes_one(as_, row, head, lea, stranger):
    account = link(row, lea)
    page = as_(lea).get(reverse("profile")).text
    assert f"{head}, depuis le" in page
    assert unlink(account) in page
    assert as_(stranger).post(unlink(account)).status_code == 404
    assert as_(None).post(unlink(account)).status_code == 302
    assert as_(lea).get(unlink(account)).status_code == 405
    browser = as_(lea)
    browser.post(unlink(account))
    assert not SocialAccount.objects.exists()
    assert is_in(browser)
    assert browser.post(unlink(account)).status_code == 404, "twice"


def test_a_session_that_the_sign_in_alone_has_opened_removes_no_link(client, row):
    come(client, row)
    client.post(WELCOME, JOINS)
    answer = client.post(unlink(SocialAccount.objects.get()))
    assert answer["Location"] == reverse("own-time")
    assert SocialAccount.objects.exists()


def test_what_the_visitor_has_done_is_told_to_them_and_kept_nowhere(client, row, provider):
    provider.fault = Fault(Code.CANCELLED)
    page = client.get(back(row), follow=True)
    assert page.redirect_chain[-1][0] == door(row)
    assert str(Code.CANCELLED.label) in page.text
    row.refresh_from_db()
    assert row.fault == ""
