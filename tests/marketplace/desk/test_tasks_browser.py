"""A task is written in one line by keyboard, its day fills by itself, and it is ticked off and taken back; axe looks with us."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
SOMEBODY = """
from django.test import Client
from accounts.models import Pole
from tests.factories import make_organisation, make_pole, make_user, verify
pole = Pole.objects.first() or make_pole()
person = verify(make_user("Nadia", "Berger"))
make_organisation("OPERATOR", pole=pole, name="Une petite équipe", administrator=person)
client = Client()
client.force_login(person)
print("told", client.cookies["session"].value)
"""


def next_tuesday() -> date:
    today = date.today()
    return today + timedelta(days=(1 - today.weekday()) % 7 or 7)


@pytest.fixture(scope="module")
def cookie(site):
    return site.manage("shell", "-v0", "-c", SOMEBODY).split()[-1]


def test_a_task_is_written_in_one_line_and_ticked_off(site, browser, cookie):
    window = browser.new_context(viewport={"width": 320, "height": 640}, locale="fr-FR")
    window.add_cookies([{"name": "session", "value": cookie, "url": site.url}])
    page = window.new_page()
    page.goto(f"{site.url}/bureau/taches/")
    page.wait_for_load_state()
    looks_well(page)
    page.get_by_label("Ce qu’il y a à faire").press_sequentially("Rappeler Mme Petit mardi")
    expect(page.locator("[name=due_on]")).to_have_value(next_tuesday().isoformat())
    expect(page.get_by_text("Lu dans vos mots").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Rappeler Mme Petit mardi")).to_be_visible()
    looks_well(page)
    page.get_by_role("button", name="C’est fait : Rappeler Mme Petit mardi").click()
    expect(page.get_by_text("Fait : « Rappeler Mme Petit mardi »")).to_be_visible()
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_text("C’est de nouveau à faire")).to_be_visible()
    for view in ("semaine", "mois"):
        page.goto(f"{site.url}/bureau/agenda/?vue={view}&le={next_tuesday()}")
        page.wait_for_load_state()
        expect(page.get_by_role("link", name="Rappeler Mme Petit mardi")).to_be_visible()
        looks_well(page)
    boxes = [act.bounding_box() for act in page.locator(".page-acts > .btn").all()]
    rows = sorted({box["y"] for box in boxes})
    assert all(low - high - boxes[0]["height"] >= 8 for high, low in pairwise(rows)), rows
    page.get_by_role("link", name="Rappeler Mme Petit mardi").click()
    expect(page.get_by_role("heading", name="Rappeler Mme Petit mardi")).to_be_visible()
    looks_well(page)
