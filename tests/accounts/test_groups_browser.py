"""The pages of a group in a real browser: on a phone, by keyboard, for axe."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
TWO = """
from django.test import Client
from tests.factories import make_organisation, make_user, verify
ends = []
for name in ("Coopérative textile intercommunale des Hauts-de-Flandre", "Compagnie générale des fonderies du Nord"):
    boss = verify(make_user(first_name=name.split()[0]))
    client = Client()
    client.force_login(boss)
    organisation = make_organisation(name=name, administrator=boss)
    ends += [client.cookies["session"].value, str(organisation.pk)]
print(*ends)
"""


@pytest.fixture
def ends(site):
    """(session, number) of the one that asks, then of the head."""
    asks, member, answers, head = site.manage("shell", "-v0", "-c", TWO).split()[-4:]
    return (asks, member), (answers, head)


@pytest.fixture
def phone(site, browser):
    def opened(session):
        window = browser.new_context(
            viewport={"width": 320, "height": 700},
            reduced_motion="reduce",
            locale="fr-FR",
        )
        window.add_cookies([{"name": "session", "value": session, "url": site.url}])
        return window.new_page()

    return opened


def press(page, name):
    """By keyboard alone."""
    page.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")


def test_named_agreed_and_ended_on_a_phone(site, phone, ends):
    (asks, member), (answers, _head) = ends
    page = phone(asks)
    page.goto(f"{site.url}/organisations/{member}/")
    looks_well(page)
    page.get_by_role("link", name="Son groupe").click()
    page.get_by_role("link", name="Nommer la tête de son groupe").click()
    box = page.get_by_label("La tête de votre groupe")
    box.fill("rien de tel")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_contain_text("Aucune organisation de ce nom")
    expect(page.get_by_label("La tête de votre groupe")).to_have_value("rien de tel")
    looks_well(page)
    page.get_by_label("La tête de votre groupe").fill("fonderies du nord")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Choisir").first.click()
    expect(page.get_by_role("heading", name="Un prêt de personnel")).to_be_visible()
    looks_well(page)
    press(page, "Oui, poser la question")
    expect(page.get_by_text("pas encore de réponse")).to_be_visible()
    looks_well(page)

    head = phone(answers)
    head.goto(site.url)
    head.get_by_role("link", name="Répondre").first.click()
    looks_well(head)
    press(head, "Oui, elle fait partie de notre groupe")
    expect(head.get_by_text("tête du groupe", exact=True)).to_be_visible()
    looks_well(head)

    page.goto(f"{site.url}/organisations/{member}/")
    expect(page.get_by_text("Fait partie du groupe")).to_be_visible()
    looks_well(page)
    page.get_by_role("link", name="Son groupe").click()
    page.get_by_role("link", name="Quitter ce groupe").click()
    looks_well(page)
    press(page, "Y mettre fin")
    expect(page.get_by_text("Aucun n’est nommé.")).to_be_visible()
