"""A copy of one's data in a browser, by keyboard and without a script: asked, waited for, taken; axe looks with us."""

import json
import zipfile

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, WIDE, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
PASSWORD = "trait-d-union-42"
NORA = f"""
from django.test import Client
from tests.factories import make_user, verify
nora = verify(make_user("Nora", "Cherif", password="{PASSWORD}"))
client = Client()
client.force_login(nora)
print("told", nora.pk, client.cookies["session"].value)
"""
MADE = """
from django.utils import timezone
from marketplace.actions.desk import data_copies
from marketplace.models import DataCopy
for copy in DataCopy.objects.working():
    data_copies.carry_on(copy, now=timezone.now())
"""


def test_a_copy_is_asked_for_and_taken(site, browser, tmp_path):
    key = site.manage("shell", "-v0", "-c", NORA).split()[-1]
    window = browser.new_context(viewport=NARROW, locale="fr-FR", reduced_motion="reduce")
    window.add_cookies([{"name": "session", "value": key, "url": site.url}])
    page = window.new_page()
    page.goto(f"{site.url}/profil/")
    page.get_by_role("link", name="Une copie de mes données").press("Enter")
    expect(page.get_by_role("heading", name="Mes données", level=1)).to_be_visible()
    looks_well(page)
    page.get_by_role("button", name="Demander la copie de mes données").press("Enter")
    page.wait_for_load_state()
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_label("Mot de passe").press("Enter")
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("votre copie est", ignore_case=True)
    site.manage("shell", "-v0", "-c", MADE)
    page.goto(f"{site.url}/profil/mes-donnees/")
    expect(page.get_by_role("heading", name="Votre copie est prête")).to_be_visible()
    looks_well(page)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Télécharger la copie").press("Enter")
    taken.value.save_as(tmp_path / "copie.zip")
    zipfile.ZipFile(tmp_path / "copie.zip").extractall(tmp_path)
    assert json.loads((tmp_path / "donnees.json").read_text())["tables"]["accounts.user"]
    read = browser.new_context(viewport=WIDE, java_script_enabled=False).new_page()
    read.goto((tmp_path / "lisez-moi.html").as_uri())
    expect(read.get_by_role("heading", name="Ce que garde Trait d’union")).to_be_visible()
    read.get_by_role("link", name="Le compte").press("Enter")
    expect(read.get_by_text("Nora").first).to_be_visible()
