"""A place that waits: taken on the list of a full need, given back, and said yes to with what the structure asks; wide and on a
phone."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, WIDE, at_first_sight, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]
A_MARKET = """
from django.test import Client
from marketplace.models import Need
from tests import factories as make
pole = make.make_pole("Pôle qui attend", ["02"])
laon = make.make_commune("02408", "Laon", latitude=49.5641, longitude=3.6199)
house = dict(pole=pole, commune=laon)
structure = make.make_organisation(member=make.verify(make.make_user("Aline", "Attente")), name="La Patience", **house)
said = []
for n in range(2):
    need = make.make_need(structure, title=f"Un besoin complet {n}", questions="Par quoi commenceriez-vous ?")
    mission = make.make_mission(need=need)
    nora = make.verify(make.make_user("Nora", f"Attente{n}"))
    make.make_offer(nora, title="Offre qui attend", **house)
    client = Client()
    client.force_login(nora)
    said += [need.pk, mission.pk, client.cookies["session"].value]
print("found", *said)
"""
GIVE_BACK = """
from django.utils import timezone
from marketplace.actions.missions import missions
from marketplace.models import Mission
mission = Mission.objects.get(pk={mission})
missions.interrupt(mission, reason="Un empêchement.", by=mission.need.created_by, now=timezone.now())
"""


@pytest.fixture(scope="module")
def market(site):
    words = site.manage("shell", "-v0", "-c", A_MARKET).split()[-6:]
    return {"wide": words[:3], "narrow": words[3:]}


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_a_place_is_waited_for_kept_and_taken(site, browser, market, size):
    need, mission, session = market[size]
    viewport = WIDE if size == "wide" else NARROW
    context = browser.new_context(viewport=viewport, reduced_motion="reduce")
    context.add_cookies([{"name": "session", "value": session, "url": site.url}])
    page = context.new_page()
    page.goto(f"{site.url}/besoins/{need}/")
    expect(page.get_by_text("complet", exact=True)).to_be_visible()
    looks_well(page)
    wait = page.get_by_role("link", name="Attendre une place")
    at_first_sight(page, wait)
    wait.click()
    expect(
        page.get_by_role("heading", name="Place numéro 1 sur la liste d’attente")
    ).to_be_visible()
    looks_well(page)
    page.locator("#id_word").fill("Libre le mardi.")
    page.get_by_role("button", name="Attendre une place").click()
    heading = page.get_by_role("heading", name="Vous êtes numéro 1 sur la liste d’attente")
    expect(heading).to_be_visible()
    looks_well(page)

    site.manage("shell", "-v0", "-c", GIVE_BACK.format(mission=mission))
    page.reload()
    expect(page.get_by_role("heading", name="Une place vous est gardée jusqu’au")).to_be_visible()
    expect(page.locator("#id_word")).to_have_value("Libre le mardi.")
    page.get_by_label("Par quoi commenceriez-vous ?").fill("Par vous écouter.")
    looks_well(page)
    page.get_by_role("button", name="Oui, envoyer ma candidature").click()
    expect(page.get_by_text("Par vous écouter.")).to_be_visible()
    looks_well(page)
    context.close()
