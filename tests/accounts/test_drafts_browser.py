"""What is typed in a form outlives a page that is closed, and a network that is cut."""

import json

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
KEPT, CUT = "[data-typing-state]", "[data-typing-cut]"
PEOPLE = """
import json
from django.test import Client
from tests.factories import make_user, verify
def session():
    client = Client()
    client.force_login(verify(make_user()))
    return client.cookies["session"].value
print(json.dumps([session(), session()]))
"""


@pytest.fixture
def sessions(site):
    return json.loads(site.manage("shell", "-v0", "-c", PEOPLE).splitlines()[-1])


@pytest.fixture
def page(site, browser, sessions):
    window = browser.new_context(viewport=NARROW, reduced_motion="reduce", locale="fr-FR")
    window.add_cookies([{"name": "session", "value": sessions[0], "url": site.url}])
    page = window.new_page()
    page.goto(site.url + "/organisations/nouvelle/structure/")
    return page


def test_a_page_that_is_closed_is_found_again(page):
    page.fill("#id_name", "Les Bottines")
    expect(page.locator(KEPT)).to_have_text("Enregistré à l’instant")
    page.goto(page.url)
    expect(page.locator("#id_name")).to_have_value("Les Bottines")
    looks_well(page)
    page.get_by_role("button", name="Repartir de zéro").click()
    expect(page.locator("#id_name")).to_have_value("")


def test_a_page_that_is_left_at_once_is_kept_too(page):
    page.fill("#id_name", "Les Bottines")
    page.goto(page.url)
    page.wait_for_timeout(300)
    page.goto(page.url)
    expect(page.locator("#id_name")).to_have_value("Les Bottines")


def test_a_cut_of_the_network_loses_nothing(page):
    page.context.set_offline(True)
    page.fill("#id_name", "Les Bottines")
    expect(page.locator(CUT)).to_be_visible()
    page.context.set_offline(False)
    page.goto(page.url)
    expect(page.locator("#id_name")).to_have_value("Les Bottines")


def test_another_account_in_the_same_browser_sees_nothing_of_it(page, site, sessions):
    page.context.set_offline(True)
    page.fill("#id_name", "Les Bottines")
    expect(page.locator(CUT)).to_be_visible()
    page.context.set_offline(False)
    page.context.add_cookies([{"name": "session", "value": sessions[1], "url": site.url}])
    page.goto(page.url)
    page.wait_for_timeout(500)
    expect(page.locator("#id_name")).to_have_value("")
