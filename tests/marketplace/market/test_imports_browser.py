"""A company of three hundred sends its list in a real browser, with a real worker: looked at, carried out, taken back."""

import io

import pytest
import xlsxwriter
from playwright.sync_api import expect

from tests.people_in_browsers import looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the job is the same on either database
HOUSE = """
from django.test import Client
from tests.factories import make_organisation, make_user, verify
boss = verify(make_user(first_name="Hugo"))
client = Client()
client.force_login(boss)
house = make_organisation("COMPANY", name="Fonderies du Nord", administrator=boss)
print(client.cookies["session"].value, house.pk)
"""
PEOPLE = 300
LOOKS = 240  # half a second each: a worker has other work too


@pytest.fixture
def house(site):
    """(session of its administrator, number)"""
    return site.manage("shell", "-v0", "-c", HOUSE).split()[-2:]


def workbook() -> bytes:
    """Two lines above the headings, three people to correct."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Effectifs")
        sheet.write(0, 0, "Effectifs au 1er novembre")
        sheet.write_row(2, 0, ["Matricule", "NOM", "Prénom", "Mail", "Service", "Contrat"])
        for n in range(PEOPLE):
            address = f"liste{n}@example.org" if n % 100 else "sans adresse"
            sheet.write_row(3 + n, 0, [n, "CISSÉ", "Nora", address, "Fusion", "CDI"])
    return out.getvalue()


@pytest.mark.parametrize("scripts", [True, False], ids=["", "without JavaScript"])
def test_from_a_file_of_human_resources_to_the_invitations_and_back(site, browser, house, scripts):
    session, number = house
    window = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="fr-FR", java_script_enabled=scripts
    )
    window.add_cookies([{"name": "session", "value": session, "url": site.url}])
    boss = window.new_page()

    def waits_for(words: str) -> None:
        """The page follows by itself; without JavaScript one looks again. What the worker said is told with a failure."""
        for _turn in range(LOOKS):
            if not scripts and boss.get_by_role("link", name="Regarder de nouveau").count():
                boss.wait_for_timeout(500)
                boss.get_by_role("link", name="Regarder de nouveau").click()
            if scripts or boss.get_by_text(words).count():
                break
        shown = boss.get_by_text(words).first
        expect(shown, site.log[-3_000:]).to_be_visible(timeout=40_000)

    def looks() -> None:
        if scripts:
            looks_well(boss)
            boss.set_viewport_size({"width": 320, "height": 700})
            looks_well(boss)
            boss.set_viewport_size({"width": 1280, "height": 900})

    boss.goto(f"{site.url}/organisations/{number}/salaries/")
    boss.get_by_role("link", name="Faire venir des personnes").click()
    looks()
    boss.get_by_role("link", name="Inviter par une liste").click()
    looks()
    boss.get_by_role("button", name="Relire la liste").click()
    expect(boss.get_by_text("Choisissez un fichier").first).to_be_visible()
    file = {
        "name": "effectifs.xlsx",
        "mimeType": "application/octet-stream",
        "buffer": workbook(),
    }
    boss.get_by_label("Un fichier").set_input_files(file)
    boss.get_by_role("button", name="Relire la liste").click()
    waits_for("297 personnes seront invitées")
    looks()
    boss.locator("a.chip", has_text="À corriger").click()
    expect(
        boss.get_by_text("« sans adresse » n’est pas une adresse de courriel").first
    ).to_be_visible()
    boss.get_by_role("button", name="Inviter ces personnes").click()
    waits_for("Les lettres partent à partir de")
    looks()
    boss.get_by_role("button", name="Annuler la liste").click()
    waits_for("Cette liste a été annulée")
    looks()
    boss.goto(f"{site.url}/organisations/{number}/salaries/?etat=invite")
    expect(boss.get_by_text("Personne n’est invité").first).to_be_visible()
    window.close()
