"""The forms that help while one types, in a browser: a number fills them in, a long text is counted and never cut, a
password's rules are marked as they are met."""

import pytest
from playwright.sync_api import expect

from tests.accounts.register_server import CLOSED, Register
from tests.people_in_browsers import looks_well
from tests.site import started_site

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
PEOPLE = """
from allauth.account.models import EmailAddress
from django.test import Client
from accounts.models import User
for number in range(12):
    user = User.objects.create_user(f"nour{number}@example.org", first_name="Nour", last_name="Leroy")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client = Client()
    client.force_login(user)
    print("session", client.cookies["session"].value)
"""


@pytest.fixture(scope="module")
def helped(tmp_path_factory, prepared):
    folder = tmp_path_factory.mktemp("helped")
    with (
        Register() as register,
        started_site(
            folder, prepared, OPENID_LOOPBACK="true", PUBLIC_REGISTER=register.url
        ) as site,
    ):
        site.sessions = site.manage("shell", "-v0", "-c", PEOPLE).split()[1::2]
        site.register = register
        yield site


@pytest.fixture
def opened(helped, browser):
    """A page of somebody who has typed nothing here yet: what one begins is kept."""
    helped.register.forget()
    session = helped.sessions.pop()

    def at(address, *, width=360, is_known=True, **options):
        window = browser.new_context(
            viewport={"width": width, "height": 740}, reduced_motion="reduce", **options
        )
        if is_known:
            cookie = {"name": "session", "value": session, "url": helped.url}
            window.add_cookies([cookie])
        page = window.new_page()
        page.goto(f"{helped.url}{address}")
        return page

    return at


NEW = "/organisations/nouvelle/structure/"


@pytest.mark.parametrize("width", [320, 1280])
def test_the_last_key_of_a_number_fills_what_is_empty_and_keeps_what_is_typed(opened, width):
    page = opened(NEW, width=width)
    page.locator("#id_name").fill("L’Atelier")
    page.get_by_text("J’ai son numéro").click()
    page.locator("#id_company_number").press_sequentially("732 829 320")
    expect(page.locator("#register-said")).to_contain_text("Trouvé dans le registre")
    expect(page.locator("#id_name")).to_have_value("L’Atelier")
    expect(page.locator("#id_legal_form")).to_have_value("ASSOCIATION")
    expect(page.locator("#id_commune")).to_have_value("Lille (59)")
    expect(page.locator("#id_company_number")).to_be_focused()
    looks_well(page)


def test_without_a_script_a_button_fills_the_form(opened, helped):
    page = opened(NEW, java_script_enabled=False)
    page.locator("#id_purpose").fill("Nous réparons.")
    page.get_by_text("J’ai son numéro").click()
    page.locator("#id_company_number").fill(CLOSED)
    page.get_by_role("button", name="Remplir depuis le registre").click()
    expect(page.locator("#register-said")).to_contain_text("a cessé son activité")
    expect(page.locator("#id_purpose")).to_have_value("Nous réparons.")
    expect(page.locator("#id_name")).to_have_value("LA DERNIERE BOBINE")


@pytest.fixture
def is_down(helped):
    """The register fails, and is asked by the next test as if it never had: the site lets it rest for a while."""
    yield lambda: helped.register.says(b"", 503)
    helped.manage("shell", "-c", "from django.core.cache import cache; cache.clear()")


def test_while_the_register_is_down_the_button_says_so_and_the_form_sends(opened, is_down):
    is_down()
    page = opened(NEW)
    page.get_by_text("J’ai son numéro").click()
    page.locator("#id_company_number").fill("356000000")
    expect(page.locator("#register-said")).to_contain_text("ne répond pas en ce moment")
    page.locator("#id_name").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("choses à corriger")
    looks_well(page)


def test_a_pasted_text_is_kept_whole_and_counted(opened):
    page = opened(NEW)
    box, room = page.locator("#id_purpose"), page.locator("#id_purpose_limit")
    expect(room).to_contain_text("2\u202f000 caractères au plus")
    box.focus()
    page.keyboard.insert_text("a" * 1840)
    expect(room).to_have_text("1\u202f840 / 2\u202f000 caractères")
    expect(room).to_have_attribute("aria-live", "polite")
    page.keyboard.insert_text("b" * 139 + "\n" + "b" * 140)
    expect(room).to_contain_text("121 caractères de trop\u00a0: rien n’est coupé")
    assert len(box.input_value()) == 2120
    assert "id_purpose_limit" in box.get_attribute("aria-describedby")
    looks_well(page)
    box.press("Tab")
    page.locator("#id_name").press("Enter")
    expect(page.locator("#id_purpose_error")).to_contain_text("2121, pour 2000 caractères au plus")
    assert len(page.locator("#id_purpose").input_value()) == 2120


@pytest.mark.parametrize("width", [320, 1280])
def test_the_rules_of_a_password_are_marked_as_they_are_met(opened, width):
    page = opened("/compte/signup/", width=width, is_known=False)
    page.locator("#id_first_name").fill("Camille")
    box, rules = page.locator("#id_password1"), page.locator(".rules > li")
    box.press_sequentially("camille")
    expect(rules.nth(0)).to_contain_text("Dix caractères ou plus\u00a0: pas encore")
    expect(rules.nth(1)).to_contain_text("pas encore")
    page.locator("#id_last_name").fill("Diallo")
    box.fill("camillediallo")
    expect(rules.nth(1)).to_contain_text("pas encore")
    box.fill("un chemin de camille")  # which the server takes
    expect(rules.nth(1)).to_contain_text("c’est fait")
    box.fill("un chemin de terre")
    expect(rules.nth(0)).to_contain_text("Dix caractères ou plus\u00a0: c’est fait")
    expect(rules.nth(1)).to_have_text(
        "Ni votre nom, ni votre adresse de courriel\u00a0: c’est fait"
    )
    looks_well(page)


def test_a_button_shows_what_is_typed_and_hides_it_again_by_keyboard(opened):
    page = opened("/compte/signup/", is_known=False)
    box, button = page.locator("#id_password1"), page.locator("[data-shows]")
    box.fill("un chemin de terre")
    box.press("Tab")
    expect(button).to_be_focused()
    for kind, pressed in (("text", "true"), ("password", "false")):
        page.keyboard.press("Enter")
        expect(box).to_have_attribute("type", kind)
        expect(button).to_have_attribute("aria-pressed", pressed)


def test_back_from_the_next_page_finds_the_form_that_was_refused_once(opened):
    page = opened("/compte/signup/", is_known=False)
    send = page.get_by_role("button", name="Créer mon compte")
    page.locator("#id_first_name").fill("Camille")
    send.click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator("#id_last_name").fill("Diallo")
    page.locator("#id_email").fill("camille.diallo@example.org")
    page.locator("#id_password1").fill("un chemin de terre")
    page.locator("#id_terms").check()
    send.click()
    page.wait_for_url("**/confirm-email/")
    page.go_back()  # an error of the browser's raises here
    expect(page.locator("#id_first_name")).to_be_visible()


def test_without_a_script_the_rules_are_a_list_and_no_button_is_idle(opened):
    page = opened("/compte/signup/", is_known=False, java_script_enabled=False)
    expect(page.locator(".rules > li")).to_have_count(3)
    expect(page.locator("[data-shows]")).to_be_hidden()
