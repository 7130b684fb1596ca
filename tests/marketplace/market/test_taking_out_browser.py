"""Taking a year out, its journal and its report, in a browser: on a screen, a phone and paper; axe looks with them."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, WIDE, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
A_HOUSE = """
from datetime import timedelta
from django.test import Client
from django.utils import timezone
from tests.factories import verify
from tests.marketplace.market.programme_house import *
house = make_house()
programme, site = make_programme(house, budget_days=30, places=9), make_site(house)
for number in range(6):
    mission = at_work(house, programme=programme)
    employ(house, mission.offer.person, f"Équipe des fours et de la logistique {number}", site)
    for days in (1, 40, 380):
        give(mission, mission.offer.person, timezone.localdate() - timedelta(days=days), 7)
client = Client()
client.force_login(verify(head_of(house)))
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
def test_a_year_is_taken_out_by_keyboard_without_a_script_and_read_in_the_journal(
    site, browser, told, size
):
    page = window_of(browser, site, told[1], viewport=size, java_script_enabled=False)
    page.goto(f"{site.url}/organisations/{told[0]}/")
    page.get_by_role("link", name="Emporter l’année").press("Enter")
    page.get_by_label("Pour quoi faire").fill("pour le comité social")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Tout, dans un seul classeur Excel").press("Enter")
    assert taken.value.suggested_filename.endswith(".xlsx")
    with page.expect_download() as taken:
        page.get_by_role("button", name="CSV – Heures").press("Enter")
    assert taken.value.suggested_filename.endswith(".csv")
    page.get_by_role("link", name="le journal").press("Enter")
    lines = page.locator("main .lines > li")
    expect(lines.filter(has_text="pour le comité social").first).to_be_visible()
    page.get_by_label("Ce qui a été fait").select_option(label="a emporté les heures")
    page.get_by_role("button", name="Afficher").press("Enter")
    expect(lines.filter(has_text="toute l’année")).to_have_count(0)
    expect(lines.first).to_contain_text("a emporté les heures")


def test_another_file_may_be_asked_for_at_once(site, browser, told):
    page = window_of(browser, site, told[1])
    page.goto(f"{site.url}/organisations/{told[0]}/emporter/")
    for name in ("CSV – Heures", "CSV – Missions"):
        with page.expect_download() as taken:
            page.get_by_role("button", name=name).click()
        assert taken.value.suggested_filename.endswith(".csv")


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("address", ["emporter/", "journal/", "salaries/", "annee/", "annee/shown"])
def test_each_page_looks_well(site, browser, told, size, address):
    page = window_of(browser, site, told[1], viewport=size)
    page.goto(f"{site.url}/organisations/{told[0]}/emporter/")
    year = page.get_by_role("heading", level=1).inner_text().split()[-1]
    address = {"annee/": f"annee/{year}/", "annee/shown": f"annee/{year}/?version=a-montrer"}.get(
        address, address
    )
    page.goto(f"{site.url}/organisations/{told[0]}/{address}")
    for summary in page.locator("details.more > summary").all():
        summary.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    looks_well(page)


def test_the_report_is_downloaded_and_its_page_prints_without_buttons(site, browser, told):
    page = window_of(browser, site, told[1], viewport={"width": 700, "height": 1000})
    page.goto(f"{site.url}/organisations/{told[0]}/pilotage/")
    page.get_by_role("link", name="L’année", exact=False).first.click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Télécharger le bilan").click()
    assert taken.value.suggested_filename.startswith("bilan-")
    page.emulate_media(media="print")
    main = page.get_by_role("main")
    expect(main.get_by_text("Jours donnés", exact=True)).to_be_visible()
    expect(main.get_by_text("Usine").first).to_be_visible()
    for away in (".btn", "details", "form"):
        assert not [one for one in main.locator(away).all() if one.is_visible()], away
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
