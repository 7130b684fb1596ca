"""A visitor looks for needs near a commune: on a phone, by keyboard, with and without a script; axe looks with them."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import Someone, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
TWO_TOWNS = """
from accounts.models import Commune, Pole
from tests.factories import make_need, make_organisation, make_pole
pole = Pole.objects.first() or make_pole()
for insee, title in (("59350", "Classer nos archives"), ("62498", "Tenir nos comptes"), ("13055", "Réparer nos barques")):
    structure = make_organisation(pole=pole, commune=Commune.objects.get(pk=insee))
    make_need(structure, title=title, place="ON_SITE")
"""
SMALL = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def told(site):
    site.manage("shell", "-v0", "-c", TWO_TOWNS)


def test_a_phone_shows_a_need_at_once_and_the_filters_behind_a_button(site, browser, told):
    page = browser.new_context(
        viewport=SMALL, locale="fr-FR", reduced_motion="reduce", java_script_enabled=False
    ).new_page()
    page.goto(f"{site.url}/besoins/")
    assert page.locator(".cards h3").first.bounding_box()["y"] < SMALL["height"]
    expect(page.get_by_label("Près de")).to_be_hidden()
    page.get_by_text("Filtrer et trier").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Près de").fill("Lens")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Lens (62) et 20\xa0km autour")).to_be_visible()
    expect(page.get_by_role("link", name="Tenir nos comptes")).to_be_visible()
    expect(page.get_by_role("link", name="Réparer nos barques")).to_have_count(0)
    page.get_by_role("link", name="Partout").click()
    expect(page.get_by_role("link", name="Réparer nos barques")).to_be_visible()


def test_with_a_script_the_counts_follow_what_is_chosen(site, browser, told):
    someone = Someone(site, browser, "Aline", "Moreau", "")
    page = someone.page
    page.goto(f"{site.url}/besoins/")
    page.get_by_role("combobox", name="Près de").fill("Lens")
    page.get_by_role("option", name="Lens").first.click()
    expect(page.get_by_text("Lens (62) et 20\xa0km autour")).to_be_visible()
    expect(page.locator("#id_within option").nth(1)).to_have_text("À moins de 20\xa0km (1)")
    page.locator("#id_within").focus()
    page.locator("#id_within").select_option("50")
    expect(page.get_by_text("Lens (62) et 50\xa0km autour")).to_be_visible()
    expect(page.locator("#id_within")).to_be_focused()
    expect(page.get_by_role("link", name="Classer nos archives")).to_be_visible()


def test_it_looks_well(site, browser, told):
    someone = Someone(site, browser, "Basile", "Petit", "")
    for path in ("", "?near=Lens", "?near=Xyzzy", "?family=numerique&when=month&near=Lens"):
        for width in (1280, 320):
            someone.page.set_viewport_size({"width": width, "height": 700})
            someone.page.goto(f"{site.url}/besoins/{path}")
            looks_well(someone.page)
