"""The field of communes in a real browser: by keyboard, by mouse, without JavaScript, line down."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
A_PERSON = """
from allauth.account.models import EmailAddress
from django.test import Client
from accounts.models import User
user, new = User.objects.get_or_create(
    email="lieux@example.org", defaults={"first_name": "Nour", "last_name": "Leroy"}
)
EmailAddress.objects.get_or_create(user=user, email=user.email, verified=True, primary=True)
client = Client()
client.force_login(user)
print("session", client.cookies["session"].value)
"""


@pytest.fixture(scope="module")
def session(site):
    return site.manage("shell", "-v0", "-c", A_PERSON).split()[-1]


@pytest.fixture
def profile(site, browser, session):
    """Opens the profile, as one person, in a browser made with these options."""

    def open_profile(**options):
        window = browser.new_context(
            viewport={"width": 320, "height": 700}, reduced_motion="reduce", **options
        )
        window.add_cookies([{"name": "session", "value": session, "url": site.url}])
        page = window.new_page()
        page.goto(f"{site.url}/profil/")
        return page

    return open_profile


def box(page):
    return page.locator("input[name=commune]")


def code(page):
    return page.locator("input[name=commune-code]")


def offered(page, **about):
    return page.get_by_role("listbox").get_by_role("option", **about)


def type_in(page, words):
    box(page).fill("")
    box(page).press_sequentially(words)
    offered(page).first.wait_for()


def test_a_keyboard_and_a_screen_reader_have_all_they_need(profile):
    page = profile()
    expect(box(page)).to_have_attribute("role", "combobox")
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    type_in(page, "roub")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("listbox", name="Votre commune")).to_be_in_viewport()
    expect(page.get_by_role("status")).to_contain_text("suggestions")

    box(page).press("ArrowUp")
    expect(offered(page).last).to_have_attribute("aria-selected", "true")
    box(page).press("ArrowDown")
    first = offered(page).first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box(page)).to_have_attribute("aria-activedescendant", first.get_attribute("id"))
    looks_well(page)

    box(page).press("Enter")
    expect(box(page)).to_have_value("Roubaix (59)")
    expect(code(page)).to_have_value("59512")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert page.url.endswith("/profil/")  # Enter took the town, it did not send the form

    box(page).press("Backspace")
    expect(code(page)).to_have_value("")


def test_escape_closes_and_leaves_the_words(profile):
    page = profile()
    type_in(page, "lill")
    box(page).press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box(page)).to_have_value("lill")
    box(page).press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()
    box(page).press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_a_mouse_or_a_finger_picks(profile):
    page = profile(has_touch=True)
    type_in(page, "saint-denis")
    offered(page, name="Seine-Saint-Denis").first.tap()
    expect(box(page)).to_have_value("Saint-Denis (93)")
    page.get_by_role("button", name="Enregistrer").click()
    page.goto(page.url)
    expect(box(page)).to_have_value("Saint-Denis (93)")


def test_without_javascript_a_list_asks(profile):
    page = profile(java_script_enabled=False)
    box(page).fill("Saint-Denis")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#id_commune_error")).to_contain_text("Plusieurs communes")
    page.get_by_label("Choisissez votre commune").select_option(
        label="Saint-Denis (La Réunion, 97400)"
    )
    page.get_by_role("button", name="Enregistrer").click()
    page.goto(page.url)
    expect(box(page)).to_have_value("Saint-Denis (974)")


def test_when_the_suggestions_do_not_come_the_form_still_works(profile):
    page = profile()
    page.route("**/lieux/suggestions/**", lambda route: route.abort())
    box(page).fill("")
    with page.expect_event("requestfailed"):
        box(page).press_sequentially("59100")
    expect(page.get_by_role("listbox")).to_be_hidden()
    box(page).press("Enter")
    page.wait_for_load_state()
    page.goto(page.url)
    expect(box(page)).to_have_value("Roubaix (59)")
