"""Without a script, somebody names a site, says who works there and writes a programme; its people read it. axe looks at each
page."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, Someone, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
A_COMPANY = """
from django.test import Client
from accounts.models import Organisation, Pole
from tests.factories import make_cause, make_commune, make_organisation, make_pole, make_user, verify
pole = Pole.objects.first() or make_pole()
make_commune()
make_cause()
head, nora = (verify(make_user(*names)) for names in (("Irène", "Delsart"), ("Nora", "Chérif")))
company = make_organisation(Organisation.Kind.COMPANY, pole=pole, name="Verreries et Cristalleries", administrator=head)
company.memberships.create(user=nora, role="EMPLOYEE")
keys = []
for one in (head, nora):
    client = Client()
    client.force_login(one)
    keys.append(client.cookies["session"].value)
print("told", company.pk, *keys)
"""


@pytest.fixture(scope="module")
def told(site):
    return site.manage("shell", "-v0", "-c", A_COMPANY).split()[-3:]


def test_a_site_a_team_and_a_programme_are_written_without_a_script_and_read(site, browser, told):
    company, head, nora = told
    window = browser.new_context(viewport=NARROW, locale="fr-FR", java_script_enabled=False)
    window.add_cookies([{"name": "session", "value": head, "url": site.url}])
    page = window.new_page()
    page.goto(f"{site.url}/organisations/{company}/programmes/")
    page.get_by_role("link", name="Sites", exact=True).click()
    page.get_by_label("Nom du site").fill("La verrerie")
    page.get_by_label("Commune", exact=True).fill("59000")
    page.keyboard.press("Enter")
    expect(page.locator(".line", has_text="La verrerie")).to_contain_text("Lille")
    page.get_by_role("link", name="Dire qui travaille où").click()
    page.get_by_role("link", name="Emploi… – Nora Chérif").click()
    page.get_by_label("Équipe (facultatif)").fill("Fusion")
    page.get_by_label("Site (facultatif)").select_option("La verrerie")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("tbody tr", has_text="Nora Chérif")).to_contain_text("Fusion · La verrerie")

    page.goto(f"{site.url}/organisations/{company}/programmes/nouveau/")
    page.get_by_label("Nom", exact=True).fill("Deux jours")
    page.get_by_label("Jours par an et par personne").fill("2")
    page.get_by_text("Pour qui").click()
    page.get_by_label("La verrerie").check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", name="Deux jours", level=1)).to_be_visible()
    expect(page.locator(".pairs")).to_contain_text("La verrerie")

    own = f"/organisations/{company}/"
    number = page.url.rstrip("/").rsplit("/", 1)[1]
    read = f"/programmes/{number}/"
    paths = {
        head: [f"{own}sites/", f"{own}programmes/", read, f"{read}modifier/", "/sites/1/"],
        nora: [read, f"{own}programmes/", "/"],
    }
    for key, names in paths.items():
        someone = Someone(site, browser, "Irène", "Delsart", "")
        someone.page.context.add_cookies([{"name": "session", "value": key, "url": site.url}])
        for path in names:
            someone.open(path)
        assert someone.faults == []
        looks_well(someone.page)
