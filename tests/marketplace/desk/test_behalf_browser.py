"""A need is written for a caller on a phone, in few fields and presses, with and without JavaScript; axe looks with them."""

import time

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
PHONE = {"width": 360, "height": 640}
MOST_FIELDS, MOST_PRESSES, MOST_SECONDS = 8, 9, 60
SENTENCE = "Refaire notre site internet, que plus personne ne sait tenir à jour."
A_COORDINATOR = """
from django.test import Client
from accounts.models import Commune, Department, Pole
from tests.factories import make_cause, make_organisation, make_pole, make_user, verify
pole = Pole.objects.filter(departments__code="59").first() or make_pole()
user = verify(make_user("Awa", "Diallo"))
make_organisation("OPERATOR", pole=pole, name="Les Passeurs du téléphone", administrator=user)
make_organisation(pole=pole, name="Les Bottines de Léon")
make_cause()
client = Client()
client.force_login(user)
print(client.cookies["session"].value)
"""


@pytest.fixture(scope="module")
def session(site):
    return site.manage("shell", "-v0", "-c", A_COORDINATOR).split()[-1]


def opened(site, browser, session, **options):
    window = browser.new_context(viewport=PHONE, reduced_motion="reduce", locale="fr-FR", **options)
    window.add_cookies([{"name": "session", "value": session, "url": site.url}])
    page = window.new_page()
    page.goto(site.url + "/bureau/")
    return page


class Hands:
    """Counts what is filled in and what is pressed."""

    def __init__(self, page):
        self.page, self.fields, self.presses = page, 0, 0

    def fill(self, field, words):
        self.fields += 1
        self.page.locator(field).fill(words)

    def press(self, role, name, **which):
        self.presses += 1
        self.page.get_by_role(role, name=name, **which).click()

    def tick(self, box):
        self.presses += 1
        self.page.locator(box).first.check()


def tell(hands, name="Atelier du Vieux Lille"):
    """Up to the three steps: the structure is new."""
    hands.fill("#id_text", SENTENCE)
    hands.fill("#id_commune", "59000")
    hands.fill("#id_person", "Mme Petit")
    hands.fill("#id_reach", "mme.petit@example.org")


def steps(hands, page):
    hands.tick("[name=length][value=QUARTER]")
    hands.press("button", "Continuer", exact=True)
    expect(page.get_by_role("button", name="Envoyer à la coordination")).to_be_visible()
    hands.fields += 1
    page.locator("[name=cause]").select_option(index=1)
    hands.press("button", "Envoyer à la coordination")


def test_a_need_is_written_while_somebody_talks(site, browser, session):
    page = opened(site, browser, session)
    hands, begun = Hands(page), time.monotonic()
    hands.press("link", "Nouveau pour…")
    looks_well(page)
    hands.fill("#id_q", "Atelier du Vieux Lille")
    hands.press("link", "Elle n’y est pas")
    looks_well(page)
    expect(page.locator("#id_name")).to_have_value("Atelier du Vieux Lille")
    tell(hands)
    hands.press("button", "Continuer")
    expect(page.locator("[name=length]").first).to_be_visible()  # what it is about is said
    looks_well(page)
    steps(hands, page)
    expect(page.get_by_text("La coordination répond pour Atelier du Vieux Lille")).to_be_visible()
    looks_well(page)
    assert (hands.fields <= MOST_FIELDS, hands.presses <= MOST_PRESSES) == (True, True), vars(hands)
    assert time.monotonic() - begun < MOST_SECONDS
    page.get_by_role("link", name="Le courriel, et jusqu’à quand").click()
    expect(page.get_by_text("Mme Petit")).to_be_visible()
    looks_well(page)


def test_without_javascript_a_structure_is_found_and_written_for(site, browser, session):
    page = opened(site, browser, session, java_script_enabled=False)
    hands = Hands(page)
    hands.press("link", "Nouveau pour…")
    hands.fill("#id_q", "bottines de leon")
    hands.press("button", "Rechercher")
    hands.press("link", "Les Bottines de Léon")
    hands.fill("#id_text", SENTENCE)
    hands.fill("#id_person", "Mme Petit")
    hands.fill("#id_reach", "06 12 34 56 78")
    hands.press("button", "Continuer")
    hands.tick(".chip-tick input") if page.locator(".chip-tick input").count() else None
    steps(hands, page)
    expect(page.get_by_text("La coordination répond pour Les Bottines de Léon")).to_be_visible()
    assert hands.fields <= MOST_FIELDS, vars(hands)


def test_what_is_typed_is_found_again(site, browser, session):
    page = opened(site, browser, session)
    page.goto(site.url + "/bureau/nouveau/offre/")
    looks_well(page)
    page.locator("#id_text").press_sequentially("Je sais coudre.")
    expect(page.locator("[data-typing-state]")).not_to_be_empty()
    page.goto(site.url + "/bureau/nouveau/offre/")
    expect(page.locator("#id_text")).to_have_value("Je sais coudre.")
