"""The report is begun, ordered and written by keyboard, at 320 pixels and without a script; axe looks with the coordinator."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
A_POLE = """
from django.test import Client
from tests.factories import make_organisation, make_pole, make_user, verify
pole = make_pole("Pôle des rapports", ["80"])
maelle = verify(make_user("Maëlle", "Berger"))
make_organisation("OPERATOR", pole=pole, name="Les passeurs", administrator=maelle)
client = Client()
client.force_login(maelle)
print("told", client.cookies["session"].value)
"""


@pytest.fixture(scope="module")
def cookie(site):
    return site.manage("shell", "-v0", "-c", A_POLE).split()[-1]


def signed_in(site, window, cookie):
    window.add_cookies([{"name": "session", "value": cookie, "url": site.url}])
    return window.new_page()


def press(page, role, name):
    page.wait_for_load_state()
    page.get_by_role(role, name=name).first.focus()
    page.keyboard.press("Enter")


def test_a_report_is_begun_ordered_and_written_by_keyboard(site, browser, cookie):
    window = browser.new_context(viewport={"width": 320, "height": 640}, locale="fr-FR")
    page = signed_in(site, window, cookie)
    page.goto(f"{site.url}/bureau/chiffres/rapport/2025/")
    looks_well(page)
    press(page, "button", "Commencer")
    expect(page.get_by_role("heading", name="Chapitres")).to_be_visible()
    looks_well(page)
    press(page, "button", "Descendre « Le mot du pôle »")
    chapters = page.locator(".report-line-what > a")
    expect(chapters.first).to_have_text("Les chiffres de l’année")
    press(page, "button", "Laisser de côté Partenaires")
    expect(page.get_by_role("button", name="Remettre Partenaires")).to_be_visible()
    press(page, "link", "Le mot du pôle")
    expect(page.get_by_label("Votre texte")).to_be_visible()
    looks_well(page)
    page.get_by_label("Votre texte").focus()
    page.keyboard.type("Une année de plus.")
    expect(page.locator("[data-typing-state]")).not_to_be_empty()
    press(page, "button", "Enregistrer")
    expect(page.locator(".report-paper").get_by_text("Une année de plus.")).to_be_visible()
    window.close()


def test_without_a_script_too(site, browser, cookie):
    window = browser.new_context(viewport=NARROW, locale="fr-FR", java_script_enabled=False)
    page = signed_in(site, window, cookie)
    page.goto(f"{site.url}/bureau/chiffres/rapport/2024/")
    page.get_by_role("button", name="Commencer").click()
    page.get_by_role("link", name="Version publique").click()
    page.get_by_role("button", name="Monter « Comment nous avons compté »").click()
    expect(page.locator(".report-line-what > a").last).to_have_text("Partenaires")
    expect(page.get_by_role("link", name="Version publique")).to_have_attribute(
        "aria-current", "true"
    )
    page.get_by_role("button", name="Figer : Version publique").click()
    expect(page.get_by_text("Figé le")).to_be_visible()
    window.close()
