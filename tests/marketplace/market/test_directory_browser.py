"""A visitor finds organisations in the directory, wide and narrow, by keyboard and without a script; axe looks with it."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, Someone, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
A_TOWN_AND_OTHERS = """
from datetime import date
from django.test import Client
from accounts.models import Organisation
from tests.factories import make_need, make_organisation, make_pole, make_user, verify
from accounts.models import Pole
pole = Pole.objects.first() or make_pole()
since = date(2020, 1, 1)
aline = verify(make_user("Aline"))
mine = make_organisation(administrator=aline, pole=pole, name="Les Bottines du Nord", listed_from=since)
make_need(mine, title="Classer nos archives")
for number in range(14):
    make_organisation(Organisation.Kind.COMPANY, pole=pole, name=f"Verreries {number:02}", listed_from=since)
make_organisation(pole=pole, name="Association cachée")
client = Client()
client.force_login(aline)
print("told", mine.pk, client.cookies["session"].value)
"""


@pytest.fixture(scope="module")
def told(site):
    return site.manage("shell", "-v0", "-c", A_TOWN_AND_OTHERS).split()[-2:]


def test_a_visitor_finds_a_structure_without_a_script(site, browser, told):
    page = browser.new_context(
        viewport=NARROW, locale="fr-FR", java_script_enabled=False
    ).new_page()
    page.goto(f"{site.url}/organisations/")
    page.locator("#id_q").fill("botines")  # a finger slipped
    page.keyboard.press("Enter")
    expect(page.get_by_text("voici ce qui porte presque ce nom")).to_be_visible()
    page.get_by_role("link", name="Les Bottines du Nord").click()
    expect(page.get_by_role("heading", name="Les Bottines du Nord")).to_be_visible()
    expect(page.get_by_text("Classer nos archives")).to_be_visible()


def test_the_next_page_keeps_the_filter_and_the_way_back(site, browser, told):
    page = browser.new_context(locale="fr-FR", java_script_enabled=False).new_page()
    page.goto(f"{site.url}/organisations/?kind=COMPANY")
    page.get_by_role("link", name="Suivant").click()
    expect(page.get_by_role("link", name="Verreries 12")).to_be_visible()
    expect(page.get_by_text("Association cachée")).to_have_count(0)
    page.get_by_role("link", name="Précédent").click()
    expect(page.get_by_role("link", name="Verreries 00")).to_be_visible()


def test_its_pages_look_well(site, browser, told):
    aline = Someone(site, browser, "Aline", "Moreau", "")
    aline.page.context.add_cookies([{"name": "session", "value": told[1], "url": site.url}])
    for path in ("", "?view=map", "?q=zzyzx", "?kind=COMPANY&done=on", f"{told[0]}/annuaire/"):
        aline.open(f"/organisations/{path}")
    assert aline.faults == []
    aline.page.goto(f"{site.url}/organisations/")
    aline.page.locator("main summary").first.click()
    looks_well(aline.page)


def test_an_administrator_leaves_in_one_click_by_keyboard(site, browser, told):
    aline = Someone(site, browser, "Aline", "Moreau", "")
    aline.page.context.add_cookies([{"name": "session", "value": told[1], "url": site.url}])
    aline.open(f"/organisations/{told[0]}/annuaire/")
    aline.page.get_by_role("button", name="La retirer de l’annuaire").focus()
    aline.page.keyboard.press("Enter")
    aline.sees("n’est pas dans l’annuaire public")
    aline.page.get_by_role("button", name="La montrer dans l’annuaire").focus()
    aline.page.keyboard.press("Enter")
    aline.sees("Tout le monde peut trouver Les Bottines du Nord")
