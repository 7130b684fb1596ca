"""A coordinator finds a name by `/`, three letters and Enter, and by keyboard alone; without a script there is a page. axe looks with them."""

import re

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, WIDE, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
THE_HOUSE = re.compile("^Zinguerie des Bottines")  # a line of a need says its structure too
A_POLE = """
from django.test import Client
from accounts.models import Pole
from tests.factories import make_coordinator, make_need, make_organisation, make_pole, make_user, verify
pole = Pole.objects.first() or make_pole()
maelle = verify(make_coordinator(pole, first_name="Maëlle", last_name="Vandamme"))
house = make_organisation(pole=pole, name="Zinguerie des Bottines", administrator=make_user("Aline", "Zylstra"))
for number in range(7):
    make_need(house, title=f"Zinguer le toit {number}", ranked=False)
client = Client()
client.force_login(maelle)
print("told", house.pk, client.cookies["session"].value)
"""


@pytest.fixture(scope="module")
def told(site):
    return site.manage("shell", "-v0", "-c", A_POLE).split()[-2:]


@pytest.fixture
def window(site, browser, told):
    def opened(size=WIDE, **options):
        context = browser.new_context(viewport=size, locale="fr-FR", **options)
        context.add_cookies([{"name": "session", "value": told[1], "url": site.url}])
        return context.new_page()

    return opened


def test_a_name_is_found_by_three_letters_and_enter(site, window, told):
    page = window()
    page.goto(f"{site.url}/")
    page.keyboard.press("/")
    page.keyboard.type("zyl")
    page.keyboard.press("Enter")  # before the answer is there
    expect(page.get_by_role("heading", name="Aline Zylstra")).to_be_visible()
    page.wait_for_load_state()  # the key is a script's
    page.keyboard.press("/")
    page.keyboard.type("zin")
    expect(page.locator("#find [data-say]")).to_have_text("6 lignes trouvées")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/organisations/{told[0]}/")


def test_the_arrows_move_and_escape_gives_the_focus_back(site, window):
    page = window()
    page.goto(f"{site.url}/")
    door = page.get_by_role("link", name="Chercher")
    door.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Chercher")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("zin")
    expect(dialog.get_by_role("link", name=THE_HOUSE)).to_be_visible()
    looks_well(page)
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("link", name=THE_HOUSE)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("link", name="Zinguer le toit 0")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(dialog.get_by_role("link", name="Zinguer le toit 4")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(door).to_be_focused()


def test_the_key_can_be_switched_off_here_and_on_the_desk_at_once(site, window):
    page = window()
    page.goto(f"{site.url}/")
    page.keyboard.press("/")
    page.get_by_label("La touche / ouvre la recherche").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto(f"{site.url}/chercher/")
    page.get_by_label("La touche / ouvre la recherche").check()
    page.goto(f"{site.url}/")
    page.keyboard.press("/")
    expect(page.get_by_role("dialog", name="Chercher")).to_be_visible()


def test_a_slash_that_is_typed_stays_a_slash(site, window):
    page = window()
    page.goto(f"{site.url}/chercher/")
    page.locator("#find-words").fill("")
    page.keyboard.type("3/4")
    expect(page.locator("#find-words")).to_have_value("3/4")


def test_a_narrow_screen_holds_it_all(site, window):
    page = window(NARROW)
    page.goto(f"{site.url}/")
    looks_well(page)
    page.get_by_role("link", name="Chercher").click()
    page.keyboard.type("zin")
    dialog = page.get_by_role("dialog", name="Chercher")
    expect(dialog.get_by_role("link", name=THE_HOUSE)).to_be_visible()
    assert dialog.bounding_box() == {
        "x": 0,
        "y": 0,
        "width": NARROW["width"],
        "height": NARROW["height"],
    }
    looks_well(page)
    dialog.get_by_role("button", name="Fermer").click()
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_its_page_works_without_a_script_and_looks_well(site, window, size):
    page = window(size, java_script_enabled=False)
    page.goto(f"{site.url}/")
    page.get_by_role("link", name="Chercher").click()
    page.get_by_role("searchbox").fill("zing")
    page.keyboard.press("Enter")
    expect(page.locator("main").get_by_role("link", name="Zinguer le toit")).to_have_count(5)
    page.get_by_role("link", name="Tout voir").click()
    expect(page.locator("main").get_by_role("link", name="Zinguer le toit")).to_have_count(7)
    for query in ("", "?q=zing", "?q=zing&quoi=needs", "?q=zzyzx", "?q=zinguerei"):
        with_script = window(size)
        with_script.goto(f"{site.url}/chercher/{query}")
        looks_well(with_script)
