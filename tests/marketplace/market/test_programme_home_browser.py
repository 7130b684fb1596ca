"""The page of who runs a programme, in a browser: on a screen, a phone and paper, and by keyboard; axe looks with them."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, WIDE, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
A_HOUSE = """
from datetime import timedelta
from django.test import Client
from django.utils import timezone
from tests.factories import verify
from tests.marketplace.market.programme_house import *
house = make_house()
programme, site = make_programme(house, budget_days=30, places=9), make_site(house)
for number in range(3):
    mission = at_work(house, programme=programme)
    employ(house, mission.offer.person, f"Équipe des fours et de la logistique {number}", site)
    for days in (1, 40, 380):
        give(mission, mission.offer.person, timezone.localdate() - timedelta(days=days), 7)
client = Client()
client.force_login(verify(member(house, Role.REPRESENTATIVE, "CSR")))
print("told", house.pk, client.cookies["session"].value)
"""


@pytest.fixture(scope="module")
def told(site):
    return site.manage("shell", "-v0", "-c", A_HOUSE).split()[-2:]


def window_of(browser, site, key, **options):
    options = {"viewport": WIDE, "locale": "fr-FR", "reduced_motion": "reduce"} | options
    window = browser.new_context(**options)
    window.add_cookies([{"name": "session", "value": key, "url": site.url}])
    return window.new_page()


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_it_looks_well_from_the_first_page_to_the_tables(site, browser, told, size):
    page = window_of(browser, site, told[1], viewport=size)
    page.goto(site.url)
    looks_well(page)
    page.get_by_role("link", name="Piloter le programme").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pilotage du programme")
    for summary in page.get_by_text("La même chose en tableau").all():
        summary.press("Enter")
    expect(page.get_by_role("table", name="Par équipe")).to_be_visible()
    looks_well(page)


def test_the_headcount_is_said_on_a_phone_without_a_script(site, browser, told):
    page = window_of(browser, site, told[1], viewport=NARROW, java_script_enabled=False)
    page.goto(f"{site.url}/organisations/{told[0]}/pilotage/")
    page.get_by_role("link", name="Dire votre effectif").click()
    field = page.get_by_label("Combien de personnes y travaillent")
    field.fill("0")
    page.get_by_role("button", name="Enregistrer").click()
    expect(field).to_have_value("0")
    field.fill("312")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("main")).to_contain_text("sur un effectif de 312")


def test_paper_holds_the_figures_and_no_button(site, browser, told):
    page = window_of(browser, site, told[1], viewport={"width": 700, "height": 1000})
    page.goto(f"{site.url}/organisations/{told[0]}/pilotage/")
    page.emulate_media(media="print")
    main = page.get_by_role("main")
    expect(main.get_by_text("Jours donnés", exact=True)).to_be_visible()
    expect(main.get_by_text("Usine").first).to_be_visible()
    for away in (".btn", "details", "#more-of-it"):
        assert not [one for one in main.locator(away).all() if one.is_visible()], away
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
