"""People are ticked in the table, put in an order and asked one after the other: with the keyboard, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, PHONE, WIDE, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]
A_MARKET = """
from django.test import Client
from django.utils import timezone
from marketplace import ranking
from marketplace.models import Skill
from tests import factories as make
pole = make.make_pole("Pôle du tour", ["60"])
beauvais = make.make_commune("60057", "Beauvais", latitude=49.4295, longitude=2.0807)
code = Skill.objects.current().order_by("pk").values_list("code", flat=True)[31]
house = dict(pole=pole, commune=beauvais)
structure = make.make_organisation(member=make.verify(make.make_user("Aline", "Tour")), name="La Ronde", **house)
needs = [make.make_need(structure, skills=[code], title=f"Un besoin à tour de rôle {n}") for n in range(2)]
for name in ("Nora", "Karim", "Lise", "Omar", "Zoe"):
    make.make_offer(make.verify(make.make_user(name, "Tour")), skills=[code], title="Offre du tour", **house)
maelle = make.verify(make.make_coordinator(pole, first_name="Maëlle"))
ranking.refresh_due(timezone.now())
client = Client()
client.force_login(maelle)
print("found", needs[0].pk, needs[1].pk, client.cookies["session"].value)
"""


@pytest.fixture(scope="module")
def market(site):
    words = site.manage("shell", "-v0", "-c", A_MARKET).split()[-3:]
    return dict(zip(["wide", "narrow", "maelle"], words, strict=True))


def window(site, browser, market, viewport, *, scripts=True):
    context = browser.new_context(
        viewport=viewport, reduced_motion="reduce", java_script_enabled=scripts
    )
    context.add_cookies([{"name": "session", "value": market["maelle"], "url": site.url}])
    return context.new_page()


def test_on_a_phone_the_order_chosen_is_read_whole(site, browser, market):
    page = window(site, browser, market, PHONE)
    page.goto(f"{site.url}/besoins/{market['narrow']}/candidats/?vue=tableau")
    order = page.locator("#order")
    order.select_option(label="les plus proches d’abord")
    given = order.bounding_box()["width"]
    order.evaluate(
        "select => { [...select.options].filter(one => !one.selected).forEach(one => one.remove());"
        " select.style.flex = 'none'; select.style.width = 'max-content' }"
    )
    wanted = order.bounding_box()["width"]
    assert given >= wanted


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_three_are_ticked_put_in_order_and_the_first_is_asked(site, browser, market, size):
    viewport = WIDE if size == "wide" else NARROW
    table = f"{site.url}/besoins/{market[size]}/candidats/?vue=tableau"
    page = window(site, browser, market, viewport, scripts=size == "wide")
    page.goto(table)
    page.wait_for_load_state()
    first = page.locator("tbody th").first
    assert first.bounding_box()["y"] < viewport["height"], "the first person is on the first screen"
    for name in ("Karim T.", "Nora T.", "Zoe T."):
        page.get_by_role("checkbox", name=f"Cocher {name}").focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Solliciter les personnes cochées").click()
    page.wait_for_load_state()
    for name, place in (("Karim", "3"), ("Nora", "2"), ("Zoe", "1")):
        page.get_by_label(name).fill(place)
    page.get_by_role("button", name="Demander à ces 3 personnes, dans cet ordre").click()
    expect(page.get_by_role("heading", name="Sollicitées l’une après l’autre")).to_be_visible()
    seen = window(site, browser, market, viewport)  # axe waits for ever where no script may run
    for address in (table, page.url):
        seen.goto(address)
        looks_well(seen)
    turns = page.locator(".turn")
    assert [
        name in turns.nth(at).inner_text() for at, name in enumerate(("Zoe", "Nora", "Karim"))
    ] == [True] * 3
    expect(turns.nth(0)).to_contain_text("En attente de réponse")
    expect(turns.nth(1)).to_contain_text("attend son tour")
