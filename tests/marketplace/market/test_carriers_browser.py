"""A lead asks a structure to carry its need, it says yes, the coordinator publishes it, and everybody reads who carries it."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, WIDE, at_first_sight, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]
A_NEED = """
from django.test import Client
from tests import factories as make
pole = make.make_pole("Pôle de Creil", ["60"])
creil = make.make_commune("60175", "Creil", latitude=49.2583, longitude=2.4833)
house = dict(pole=pole, commune=creil)
lead, asked = (make.verify(make.make_user(name, "Porteuse")) for name in ("Aline", "Awa"))
bottines = make.make_organisation(member=lead, name="Bottines de Creil", **house)
make.make_organisation(member=asked, name="Crèches de l’Oise", **house)
maelle = make.verify(make.make_coordinator(pole, first_name="Maëlle"))
needs = [make.make_need(bottines, created_by=lead, status="SUBMITTED", title=f"Un besoin à plusieurs {n}") for n in range(2)]
keys = []
for person in (lead, asked, maelle):
    client = Client()
    client.force_login(person)
    keys.append(client.cookies["session"].value)
print("found", *[need.pk for need in needs], *keys)
"""


@pytest.fixture(scope="module")
def story(site):
    words = site.manage("shell", "-v0", "-c", A_NEED).split()[-5:]
    return dict(zip(["wide", "narrow", "lead", "asked", "maelle"], words, strict=True))


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_a_structure_is_asked_says_yes_and_the_need_is_published(site, browser, story, size):
    viewport = WIDE if size == "wide" else NARROW

    def window(who):
        context = browser.new_context(viewport=viewport, reduced_motion="reduce")
        context.add_cookies([{"name": "session", "value": story[who], "url": site.url}])
        return context.new_page()

    need = f"{site.url}/besoins/{story[size]}/"
    lead = window("lead")
    lead.goto(need)
    lead.get_by_role("link", name="Demander à une structure de le porter aussi").click()
    lead.get_by_label("La structure").fill("crèches")
    lead.get_by_role("button", name="Chercher").click()
    looks_well(lead)
    lead.get_by_role("link", name="Choisir").click()
    lead.get_by_label("Un mot d’accompagnement").fill("Portons-le ensemble.")
    looks_well(lead)
    lead.get_by_role("button", name="Oui").click()
    expect(lead.get_by_text("Pas de publication avant la réponse")).to_be_visible()
    looks_well(lead)
    maelle = window("maelle")
    maelle.goto(need)
    expect(maelle.get_by_text("pour le porter aussi : Crèches de l’Oise")).to_be_visible()
    expect(maelle.get_by_role("button", name="Publier")).to_have_count(0)
    asked = window("asked")
    asked.goto(f"{site.url}/notifications/")
    asked.get_by_role("link", name="vous propose de porter un besoin").first.click()
    looks_well(asked)
    yes = asked.get_by_role("button", name="Oui, nous le portons aussi")
    at_first_sight(asked, yes)
    yes.click()
    expect(asked.get_by_role("link", name="Voir le besoin")).to_be_visible()
    maelle.goto(need)
    maelle.get_by_role("button", name="Publier").click()
    expect(maelle.get_by_text("Publié").first).to_be_visible()
    anybody = browser.new_context(viewport=viewport).new_page()
    anybody.goto(f"{site.url}/besoins/?q=crèches")
    expect(
        anybody.get_by_text("Porté par Bottines de Creil (mène), Crèches de l’Oise").first
    ).to_be_visible()
    looks_well(anybody)
