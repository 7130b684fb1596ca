"""Somebody comes by an operator's door: wide and narrow, by keyboard and without a script; axe looks with them."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, Someone, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
THREE_DOORS = """
from django.test import Client
from accounts.actions.seats import open_door, settle
from accounts.models import Organisation, Pole
from django.utils import timezone
from tests.factories import make_organisation, make_pole, make_user, verify
pole = Pole.objects.first() or make_pole()
chief = verify(make_user("Maëlle"))
for name in ("Les Passeurs", "Escale", "Relais"):
    one = make_organisation("OPERATOR", pole=pole, name=name, administrator=chief)
    open_door(one)
    one.seats.update(role=f"Le rôle de {name}")
client = Client()
client.force_login(chief)
print("told", pole.slug, one.pk, client.cookies["session"].value)
"""
WHO = "print('found', User.objects.get(email='zoe@example.org').came_through)"


@pytest.fixture(scope="module")
def told(site):
    return site.manage("shell", "-v0", "-c", THREE_DOORS).split()[-3:]


def test_from_the_pole_by_a_door_to_an_account_without_a_script(site, browser, told):
    page = browser.new_context(
        viewport=NARROW, locale="fr-FR", java_script_enabled=False
    ).new_page()
    page.goto(f"{site.url}/pole/{told[0]}/")
    page.get_by_role("link", name="Venir par Escale").click()
    expect(page.get_by_text("Le rôle de Escale")).to_be_visible()
    page.get_by_role("link", name="Proposer mon temps").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Vous arrivez avec Escale")).to_be_visible()
    page.get_by_role("button", name="Créer mon compte").click()  # nothing filled in: errors
    expect(page.get_by_text("Vous arrivez avec Escale")).to_be_visible()
    for name, value in (
        ("first_name", "Zoé"),
        ("last_name", "Martin"),
        ("email", "zoe@example.org"),
        ("password1", "une-phrase-de-passe"),
    ):
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=terms]").check()
    page.get_by_role("button", name="Créer mon compte").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("adresse")
    assert "found Escale" in site.manage("shell", "-v0", "-c", WHO)


def test_its_pages_look_well(site, browser, told):
    anybody = Someone(site, browser, "Zoé", "Martin", "")
    for path in ("/avec/escale/", "/compte/signup/?avec=escale", f"/pole/{told[0]}/"):
        anybody.open(path)
    assert anybody.faults == []
    chief = Someone(site, browser, "Maëlle", "Dubois", "")
    chief.page.context.add_cookies([{"name": "session", "value": told[2], "url": site.url}])
    for path in (
        f"/organisations/{told[1]}/porte/",
        "/organisations/nouvelle/?avec=escale",
        "/organisations/nouvelle/structure/?avec=escale",
        "/avec/escale/",
        "/bureau/chiffres/echanges/",
        "/bureau/chiffres/?carte=tous",
        "/bureau/premiers-pas/",
    ):
        chief.open(path)
    assert chief.faults == []


def test_an_administrator_writes_on_it_by_keyboard(site, browser, told):
    chief = Someone(site, browser, "Maëlle", "Dubois", "")
    chief.page.context.add_cookies([{"name": "session", "value": told[2], "url": site.url}])
    chief.open(f"/organisations/{told[1]}/porte/")
    chief.page.locator("[name=words]").fill("Venez comme vous êtes.")
    chief.page.get_by_role("button", name="Enregistrer ces changements").focus()
    chief.page.keyboard.press("Enter")
    chief.sees("Venez comme vous êtes.")
    looks_well(chief.page)
