"""A coordinator writes to several by keyboard on a phone, and another sends without a script; axe looks with them."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
A_POLE = """
from django.test import Client
from accounts.models import Membership, Pole
from tests.factories import make_need, make_organisation, make_pole, make_user, verify
pole = make_pole("Pôle des lettres", ["02"])
team = [verify(make_user(first, last)) for first, last in (("Nadia", "Berger"), ("Karim", "Benali"))]
operator = make_organisation("OPERATOR", pole=pole, name="Les postiers", administrator=team[0])
Membership.objects.create(user=team[1], organisation=operator)
for title in ("Refaire notre site", "Tenir notre comptabilité"):
    make_need(make_organisation(pole=pole, member=make_user("Aline", title[:4])), title=title)
told = []
for person in team:
    client = Client()
    client.force_login(person)
    told += [client.cookies["session"].value]
print("told", *told)
"""


@pytest.fixture(scope="module")
def told(site):
    return site.manage("shell", "-v0", "-c", A_POLE).split()[-2:]


def signed_in(site, window, cookie):
    window.add_cookies([{"name": "session", "value": cookie, "url": site.url}])
    return window.new_page()


def test_a_letter_is_written_by_keyboard_and_called_off_on_a_phone(site, browser, told):
    window = browser.new_context(viewport={"width": 320, "height": 640}, locale="fr-FR")
    page = signed_in(site, window, told[0])
    page.goto(f"{site.url}/bureau/lettres/")
    looks_well(page)
    page.get_by_role("link", name="Les structures dont le besoin est publié").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Écrire à plusieurs")).to_be_visible()
    looks_well(page)
    page.get_by_label("Objet").focus()
    page.keyboard.type("Où en est {besoin} ?")
    page.keyboard.press("Tab")
    page.keyboard.type("Avez-vous trouvé ?")
    page.get_by_role("button", name="Voir qui la reçoit").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 personnes la reçoivent")).to_be_visible()
    looks_well(page)
    page.get_by_role("button", name="Envoyer à 2 personnes").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Elle part dans dix minutes")).to_be_visible()
    looks_well(page)
    page.get_by_role("button", name="Annuler le départ").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Personne n’a rien reçu.")).to_be_visible()
    looks_well(page)


def test_a_model_is_kept_and_used_without_a_script(site, browser, told):
    window = browser.new_context(viewport=NARROW, locale="fr-FR", java_script_enabled=False)
    page = signed_in(site, window, told[1])
    page.goto(f"{site.url}/bureau/lettres/modeles/nouveau/")
    page.get_by_label("Nom du modèle").fill("Relance")
    page.get_by_label("Objet").fill("Bonjour {nom}")
    page.get_by_label("Votre lettre").fill("Avez-vous trouvé ?")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Nous ne savons pas remplacer {nom}").first).to_be_visible()
    page.get_by_label("Objet").fill("Bonjour {prénom}")
    page.get_by_role("button", name="Enregistrer").click()
    page.goto(f"{site.url}/bureau/listes/besoins/ecrire/?all=1")
    page.get_by_role("link", name="Relance").click()
    expect(page.get_by_label("Votre lettre")).to_have_value("Avez-vous trouvé ?")
