"""Human resources enter costs without a script, by the keyboard; axe looks at each page of theirs."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, Someone, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
A_COMPANY = """
from datetime import date
from django.test import Client
from accounts.models import Pole
from marketplace.models import Employee
from marketplace.states import MissionStatus
from tests.factories import make_pole, verify
from tests.marketplace.documents.document_desk import give_hours, make_mission
from tests.marketplace.market.programme_house import make_house, member
Pole.objects.first() or make_pole()
house = make_house()
hr = verify(member(house, "MEMBER", "HR", first_name="Hélène", last_name="Roux"))
nora = verify(member(house, first_name="Nora", last_name="Chérif"))
house.grades.create(name="Cadres")
Employee.objects.create(organisation=house, person=nora, contract="PERMANENT", hired_on=date(2020, 3, 2))
mission = give_hours(make_mission(company=house, person=nora, status=MissionStatus.REVIEWED))
keys = []
for one in (hr, nora):
    client = Client()
    client.force_login(one)
    keys.append(client.cookies["session"].value)
print("told", house.pk, mission.pk, mission.starts_on.year, *keys)
"""


@pytest.fixture(scope="module")
def told(site):
    return site.manage("shell", "-v0", "-c", A_COMPANY).split()[-5:]


def test_a_cost_is_entered_and_its_value_read_without_a_script(site, browser, told):
    house, _mission, year, key, _other = told
    window = browser.new_context(viewport=NARROW, locale="fr-FR", java_script_enabled=False)
    window.add_cookies([{"name": "session", "value": key, "url": site.url}])
    page = window.new_page()
    page.goto(f"{site.url}/organisations/{house}/couts/{year}/")
    page.get_by_label("Coût d’une heure : ").fill("30,00 €")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Un coût est enregistré, chiffré.")).to_be_visible()
    expect(page.locator("tbody tr")).to_contain_text("420,00")
    page.goto(f"{site.url}/organisations/{house}/salaries/")
    page.get_by_role("link", name="À confirmer (1)").click()
    page.get_by_label("Nora Chérif").check()
    page.get_by_role("button", name="Confirmer ce qui est coché").click()
    expect(page.get_by_text("Une personne confirmée.")).to_be_visible()


def test_all_their_pages_look_well(site, browser, told):
    house, mission, year, hr, nora = told
    own = f"/organisations/{house}/"
    reads = {
        hr: [
            *(f"{own}couts/{year}/{rest}" for rest in ("", "moyennes/")),
            *(f"{own}{rest}" for rest in ("couts/fichier/", "salaries/a-confirmer/", "")),
            *(f"/missions/{mission}/{rest}/" for rest in ("cout", "valeur")),
        ],
        nora: [f"{own}mon-emploi/"],
    }
    for key, paths in reads.items():
        someone = Someone(site, browser, "Hélène", "Roux", "")
        someone.page.context.add_cookies([{"name": "session", "value": key, "url": site.url}])
        for path in paths:
            someone.open(path)
        assert someone.faults == []
        looks_well(someone.page)
