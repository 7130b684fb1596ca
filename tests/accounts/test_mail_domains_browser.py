"""Joining by one's address, in a real browser: on a phone, by keyboard, for axe."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
PEOPLE = """
from django.test import Client
from tests.factories import make_coordinator, make_organisation, make_user, verify
boss = verify(make_user(first_name="Hugo", last_name="Marin", email="hugo.marin@verreries-du-nord.fr"))
lea = verify(make_user(first_name="Léa", last_name="Roux", email="lea.roux@verreries-du-nord.fr"))
house = make_organisation("COMPANY", name="Compagnie générale des verreries du Nord", administrator=boss)
found = [str(house.pk)]
for person in (boss, lea, make_coordinator(house.pole)):
    client = Client()
    client.force_login(person)
    found.append(client.cookies["session"].value)
print(*found)
"""
PROVEN = """
from django.utils import timezone
from accounts.actions import mail_domains
from accounts.models import MailDomain
row = MailDomain.objects.get(organisation={house})
mail_domains.note(row, "FOUND", now=timezone.now())
print(row.pk)
"""


@pytest.fixture
def phone(site, browser):
    def opened(session):
        window = browser.new_context(
            viewport={"width": 320, "height": 700}, reduced_motion="reduce", locale="fr-FR"
        )
        window.add_cookies([{"name": "session", "value": session, "url": site.url}])
        return window.new_page()

    return opened


def press(page, name):
    """By keyboard alone."""
    page.get_by_role("button", name=name).first.focus()
    page.keyboard.press("Enter")


def test_a_domain_is_named_somebody_asks_and_is_let_in(site, phone):
    house, boss, lea, coordinator = site.manage("shell", "-v0", "-c", PEOPLE).split()[-4:]
    page = phone(boss)
    page.goto(f"{site.url}/organisations/{house}/faire-venir/")
    looks_well(page)
    page.get_by_role("link", name="Nommer un domaine").click()
    box = page.get_by_label("Ce qui suit le @ de vos adresses")
    box.fill("gmail.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("N’importe qui peut ouvrir une boîte")
    looks_well(page)
    box.fill("verreries-du-nord.fr")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="verreries-du-nord.fr")).to_be_visible()
    page.get_by_text("Le message à transmettre").click()
    looks_well(page)

    hers = phone(lea)
    hers.goto(site.url)
    hers.get_by_role("link", name="Voir laquelle").click()
    looks_well(hers)
    press(hers, "Demander à rejoindre")
    expect(hers.get_by_text("l’administration vous répond")).to_be_visible()

    page.goto(f"{site.url}/organisations/{house}/demandes/")
    page.get_by_text("Dire non…").click()
    looks_well(page)
    press(page, "Oui – Léa Roux")
    expect(page.get_by_text("1 personne a rejoint")).to_be_visible()
    looks_well(page)

    row = site.manage("shell", "-v0", "-c", PROVEN.format(house=house)).split()[-1]
    page.goto(f"{site.url}/domaines/{row}/")
    press(page, "Demander à la coordination")
    expect(page.get_by_text("La question a été posée")).to_be_visible()
    theirs = phone(coordinator)
    theirs.goto(f"{site.url}/bureau/domaines/{row}/")
    looks_well(theirs)
    press(theirs, "Non")
    expect(theirs.get_by_role("alert")).to_contain_text("Dites pourquoi")
    looks_well(theirs)
    press(theirs, "Oui, pour un an")
    expect(theirs.get_by_text("C’est oui, jusqu’au")).to_be_visible()
