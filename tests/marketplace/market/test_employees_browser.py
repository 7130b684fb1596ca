"""A company's administrator chooses roles without a script, and an employee finds what is theirs; axe looks with them."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, Someone, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
A_COMPANY = """
from django.test import Client
from accounts.models import Organisation, Pole
from marketplace.models import CompanyProgramme
from tests.factories import make_offer, make_organisation, make_pole, make_user, verify
pole = Pole.objects.first() or make_pole()
head, nora, karim = (verify(make_user(*names)) for names in (("Irène", "Delsart"), ("Nora", "Chérif"), ("Karim", "Benali")))
company = make_organisation(Organisation.Kind.COMPANY, pole=pole, name="Verreries et Cristalleries du Nord", administrator=head)
company.memberships.create(user=nora, role="EMPLOYEE")
company.memberships.create(user=karim)
make_offer(nora, organisation=company, ranked=False)
CompanyProgramme.objects.create(organisation=company, name="Deux jours", days_per_year=2)
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


def test_a_representative_is_made_an_employee_without_a_script(site, browser, told):
    window = browser.new_context(viewport=NARROW, locale="fr-FR", java_script_enabled=False)
    window.add_cookies([{"name": "session", "value": told[1], "url": site.url}])
    page = window.new_page()
    page.goto(f"{site.url}/organisations/{told[0]}/salaries/")
    page.get_by_label("Nom, adresse, métier, équipe ou site").fill("benali")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Qui parle en son nom").click()
    page.get_by_role("link", name="Choisir le rôle").click()
    expect(page.get_by_label("Karim Benali")).to_have_value("EMPLOYEE")
    page.get_by_role("button", name="Enregistrer ces rôles").click()
    expect(page.get_by_text("1 rôle modifié")).to_be_visible()
    expect(page.locator("tbody tr", has_text="Karim Benali")).to_contain_text("Salarié ou salariée")


def test_all_its_pages_look_well(site, browser, told):
    own = f"/organisations/{told[0]}/"
    reads = {
        told[1]: [
            "salaries/",
            "salaries/?etat=invite",
            "salaries/?etat=parti",
            "roles/",
            "membres/",
        ],
        told[2]: ["", "programmes/"],
    }
    for key, paths in reads.items():
        someone = Someone(site, browser, "Irène", "Delsart", "")
        someone.page.context.add_cookies([{"name": "session", "value": key, "url": site.url}])
        for path in [*(own + path for path in paths), "/", "/mes-organisations/"]:
            someone.open(path)
        assert someone.faults == []
        looks_well(someone.page)


STEPS = "<ol class=stepper><li class=is-done><span class=step-mark>✓</span></li></ol>"


def test_on_paper_a_list_says_whose_people_they_are_and_a_done_step_keeps_its_tick(
    site, browser, told
):
    """A printed page of hours named no mission, and the ticks of a mission's steps were white on white."""
    window = browser.new_context(viewport=NARROW, locale="fr-FR")
    window.add_cookies([{"name": "session", "value": told[1], "url": site.url}])
    page = window.new_page()
    page.goto(f"{site.url}/organisations/{told[0]}/salaries/")
    page.emulate_media(media="print")
    path = page.locator(".breadcrumb")
    expect(path.get_by_text("Verreries et Cristalleries du Nord")).to_be_visible()
    expect(path.locator(".active")).to_be_hidden()
    page.locator("main").evaluate(f"it => it.insertAdjacentHTML('beforeend', '{STEPS}')")
    expect(page.locator(".is-done .step-mark")).not_to_have_css("color", "rgb(255, 255, 255)")
