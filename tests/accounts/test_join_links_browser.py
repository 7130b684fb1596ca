"""From a poster to the list of who has joined, in real browsers; and a sign-up that asks nothing it knows."""

from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.people_in_browsers import PASSWORD, Someone, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
HOUSE = """
from django.test import Client
from django.utils import timezone
from accounts.actions import invitations
from accounts.models import Invitation
from tests.factories import make_organisation, make_user, verify
boss = verify(make_user(first_name="Hugo"))
client = Client()
client.force_login(boss)
house = make_organisation("COMPANY", name="Compagnie générale des fonderies du Nord", administrator=boss)
one, secret = invitations.invite(house, email="marie@example.org", role="EMPLOYEE", by=boss, now=timezone.now())
Invitation.objects.filter(pk=one.pk).update(first_name="Marie", last_name="Dupont")
print(client.cookies["session"].value, house.pk, secret)
"""


@pytest.fixture
def house(site):
    """(session of its administrator, number, secret of Marie's invitation)"""
    return site.manage("shell", "-v0", "-c", HOUSE).split()[-3:]


def test_from_the_poster_to_the_list(site, browser, house):
    session, number, secret = house
    window = browser.new_context(
        viewport={"width": 320, "height": 700}, reduced_motion="reduce", locale="fr-FR"
    )
    window.add_cookies([{"name": "session", "value": session, "url": site.url}])
    boss = window.new_page()
    boss.goto(f"{site.url}/organisations/{number}/faire-venir/")
    looks_well(boss)
    boss.get_by_role("link", name="Créer un lien").click()
    looks_well(boss)
    boss.get_by_label("Pour combien de personnes au plus").fill("0")
    boss.get_by_role("button", name="Créer le lien").click()
    expect(boss.get_by_role("alert").first).to_be_visible()
    looks_well(boss)
    boss.get_by_label("Pour combien de personnes au plus").fill("2")
    boss.get_by_role("button", name="Créer le lien").click()
    expect(boss.get_by_role("img", name="Code QR de cette adresse")).to_be_visible()
    looks_well(boss)
    one, address = boss.url, boss.get_by_label("Son adresse").input_value()
    boss.get_by_role("link", name="Imprimer l’affiche").click()
    drawn = boss.get_by_role("img", name="Code QR de cette adresse")
    expect(drawn).to_be_visible()
    assert drawn.evaluate("image => image.complete && image.naturalWidth > 0")
    looks_well(boss)
    printed = boss.pdf(format="A4", margin={"bottom": "45mm"})
    assert len(PdfReader(BytesIO(printed)).pages) == 1, "one page, with room to spare"

    zoe = Someone(site, browser, "Zoé", "Martin", "zoe.martin@example.org")
    zoe.open("/" + address.split("/", 3)[3])
    zoe.sees("n’est jamais montré à votre employeur")
    zoe.click("Créer mon compte")
    zoe.fill(first_name="Zoé", last_name="Martin", email=zoe.email, password1=PASSWORD)
    zoe.page.locator("[name=terms]").check()
    zoe.click("Créer mon compte")
    on_a_phone = Someone(site, browser, "Zoé", "Martin", zoe.email)
    on_a_phone.open(on_a_phone.link_in("onfirm"))
    on_a_phone.click("Confirmer mon adresse")
    on_a_phone.fill(login=zoe.email, password=PASSWORD)
    on_a_phone.click("Se connecter")
    on_a_phone.click("Rejoindre Compagnie générale des fonderies du Nord")
    expect(on_a_phone.page.get_by_text("Bienvenue").first).to_be_visible()

    boss.goto(one)
    expect(boss.get_by_text("Zoé Martin")).to_be_visible()
    expect(boss.get_by_text("1 place prise sur 2")).to_be_visible()
    boss.get_by_role("link", name="Le fermer").click()
    looks_well(boss)
    boss.get_by_role("button", name="Fermer le lien").click()
    expect(boss.get_by_text("pour de bon")).to_be_visible()
    looks_well(boss)
    zoe.open("/" + address.split("/", 3)[3])
    zoe.sees("Ce lien a été fermé")

    marie = Someone(site, browser, "Marie", "Dupont", "marie@example.org")
    marie.open(f"/invitation/{secret}/")
    marie.click("Créer mon compte")
    marie.sees("Marie Dupont, marie@example.org")
    marie.page.get_by_text("Ce n’est pas votre nom").click()
    marie.look()
    marie.fill(last_name="Dupont-Leroy", password1=PASSWORD)
    marie.page.locator("[name=terms]").check()
    marie.click("Créer mon compte")
    marie.click("Rejoindre Compagnie générale des fonderies du Nord")
    assert marie.faults + zoe.faults + on_a_phone.faults == []
