"""The pages that keep an account safe, in a real browser: a passkey added, then asked at login."""

import re

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, PASSWORD, WIDE, looks_well
from tests.site import started_site

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
PEOPLE = """
from datetime import timedelta
from allauth.account.models import EmailAddress
from django.utils import timezone
from accounts.actions import seats
from accounts.models import Department, Commune, Membership, Organisation, Pole, User
pole = Pole.objects.create(name="Pôle d’essai", slug="essai")
operator = Organisation.objects.create(
    pole=pole, kind="OPERATOR", name="Les Passerelles", legal_form="ASSOCIATION",
    status="ACCEPTED", purpose="", commune=Commune.objects.first(),
)
seats.settle(operator, pole, by=None, now=timezone.now())
for name in ("ines", "late", "plain", "other"):
    user = User.objects.create_user(
        f"{name}@example.org", "PASSWORD", first_name=name.title(), last_name="Morel"
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if name in ("ines", "late"):
        Membership.objects.create(user=user, organisation=operator)
    if name == "late":
        user.second_factor_asked_at = timezone.localtime() - timedelta(days=30)
        user.save()
""".replace("PASSWORD", PASSWORD)
COME_BACK = "() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory, prepared):
    """A site of its own, as it is where others reach it: a second factor is asked for."""
    folder = tmp_path_factory.mktemp("guarded")
    with started_site(folder, prepared, SECOND_FACTOR_REQUIRED="true") as site:
        site.manage("shell", "-v0", "-c", PEOPLE)
        yield site


@pytest.fixture
def open_page(guarded, browser):
    def opened(size=WIDE, **options):
        window = browser.new_context(
            viewport=size, reduced_motion="reduce", locale="fr-FR", **options
        )
        page = window.new_page()
        page.refused = []
        page.on("console", lambda said: page.refused.append(said.text) if "Content Security" in said.text else None)  # fmt: skip
        page.site = guarded.url
        return page

    return opened


def press(page, name, role="button"):
    page.get_by_role("main").get_by_role(role, name=name).first.click()


def log_in(page, name):
    page.goto(f"{page.site}/compte/login/")
    page.locator("[name=login]").fill(f"{name}@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "Se connecter")


def give_password_again(page):
    page.locator("main [name=password]").fill(PASSWORD)
    press(page, "Continuer")


def with_device(page):
    """A phone that answers for its owner, as Chromium's tools make one."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    line.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_and_asked_at_the_next_login(open_page):
    page = open_page()
    with_device(page)
    log_in(page, "ines")
    page.goto(f"{page.site}/profil/")
    looks_well(page)
    expect(page.get_by_text("double authentification avant la fin du")).to_be_visible()
    press(page, "L’activer", role="link")
    looks_well(page)
    press(page, "Ajouter une clé d’accès", role="link")
    give_password_again(page)
    page.get_by_label("Nom de cette clé").fill("Mon téléphone")
    looks_well(page)
    page.get_by_label("Nom de cette clé").press("Enter")  # by keyboard alone
    expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()
    looks_well(page)
    page.goto(f"{page.site}/compte/2fa/webauthn/")
    expect(page.get_by_role("main")).to_contain_text("Mon téléphone")
    looks_well(page)

    page.goto(f"{page.site}/compte/logout/")
    press(page, "Se déconnecter")
    log_in(page, "ines")
    expect(page.get_by_role("heading", name="Encore une étape")).to_be_visible()
    looks_well(page)
    page.goto(f"{page.site}/profil/")
    expect(page).to_have_url(re.compile("/compte/"))  # the password alone opens nothing
    page.goto(f"{page.site}/compte/2fa/authenticate/")
    expect(page.get_by_role("main")).to_contain_text("L’un de vos codes de secours.")
    expect(page.get_by_role("main")).not_to_contain_text("six chiffres")
    page.get_by_role("button", name="Utiliser ma clé d’accès").focus()
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/compte/"))
    page.goto(f"{page.site}/profil/")
    expect(page.get_by_text("protège votre compte")).to_be_visible()
    assert page.refused == []


def test_a_passkey_that_does_not_answer_is_a_sentence(open_page):
    page = open_page(NARROW)
    log_in(page, "plain")
    page.goto(f"{page.site}/compte/2fa/webauthn/add/")
    give_password_again(page)
    page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error('no')); }")
    press(page, "Ajouter cette clé d’accès")
    expect(page.get_by_role("alert")).to_contain_text("n’a pas répondu")
    looks_well(page)


def test_without_javascript_the_app_is_offered_instead(open_page):
    page = open_page(NARROW, java_script_enabled=False)
    log_in(page, "plain")
    page.goto(f"{page.site}/compte/2fa/webauthn/add/")
    give_password_again(page)
    expect(page.get_by_role("main")).to_contain_text("a besoin de JavaScript")
    expect(page.get_by_role("button", name="Ajouter cette clé d’accès")).to_be_hidden()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_page_looks_well(open_page, size):
    page = open_page(size)
    log_in(page, "plain")
    for path in ("sessions/", "email/", "password/change/", "2fa/"):
        page.goto(f"{page.site}/compte/{path}")
        looks_well(page)
    page.goto(f"{page.site}/compte/2fa/totp/activate/")
    if page.locator("main [name=password]").count():
        looks_well(page)
        give_password_again(page)
    for path in ("2fa/totp/activate/", "2fa/webauthn/add/", "adresse-precedente/rien/"):
        page.goto(f"{page.site}/compte/{path}")
        looks_well(page)
    assert page.refused == []


def test_a_late_coordinator_is_led_to_the_set_up(open_page):
    page = open_page(NARROW)
    log_in(page, "late")
    expect(page.get_by_role("main")).to_contain_text("Il vous faut désormais")
    looks_well(page)
    page.goto(f"{page.site}/bureau/")
    expect(page).to_have_url(re.compile("/compte/2fa/"))


def test_a_page_that_comes_back_after_a_logout_shows_nothing_of_the_account(open_page):
    """On a computer that several people use. A browser under test keeps no page whole: it is told that it has."""
    page = open_page()
    log_in(page, "plain")
    page.goto(f"{page.site}/profil/")
    page.locator("[name=first_name]").fill("Zoé")
    with page.expect_response("**/notifications/**"):
        page.evaluate(COME_BACK)
    expect(page.locator("[name=first_name]")).to_have_value("Zoé")  # nothing typed is lost
    elsewhere = page.context.new_page()
    elsewhere.goto(f"{page.site}/compte/logout/")
    press(elsewhere, "Se déconnecter")
    page.evaluate(COME_BACK)
    expect(page).to_have_url(re.compile("/compte/login/"))


def test_nor_once_somebody_else_has_logged_in(open_page):
    """What it shows is the first one's, and they would send it in the name of the second."""
    page = open_page()
    log_in(page, "plain")
    page.goto(f"{page.site}/profil/")
    expect(page.locator("[name=first_name]")).to_have_value("Plain")
    elsewhere = page.context.new_page()
    elsewhere.site = page.site
    elsewhere.goto(f"{page.site}/compte/logout/")
    press(elsewhere, "Se déconnecter")
    log_in(elsewhere, "other")  # nobody to whom another test has given a second factor
    page.evaluate(COME_BACK)
    expect(page.locator("[name=first_name]")).to_have_value("Other")
