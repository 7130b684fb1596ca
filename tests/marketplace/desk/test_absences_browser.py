"""A coordinator notes an absence by keyboard, a colleague takes all over without a script; axe looks with them."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, Someone, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
A_TEAM = """
from django.test import Client
from accounts.models import Membership, Pole
from tests.factories import make_need, make_organisation, make_pole, make_user, verify
pole = Pole.objects.first() or make_pole()
team = [verify(make_user(first, last)) for first, last in (("Nadia", "Berger"), ("Karim", "Benali"))]
operator = make_organisation("OPERATOR", pole=pole, name="Une petite équipe", administrator=team[0])
Membership.objects.create(user=team[1], organisation=operator)
for title in ("Refaire notre site", "Tenir notre comptabilité"):
    make_need(make_organisation(pole=pole), title=title, coordinator=team[0])
told = []
for person in team:
    client = Client()
    client.force_login(person)
    told += [str(person.pk), client.cookies["session"].value]
print("told", *told)
"""


@pytest.fixture(scope="module")
def told(site):
    return site.manage("shell", "-v0", "-c", A_TEAM).split()[-4:]


def signed_in(site, window, cookie):
    window.add_cookies([{"name": "session", "value": cookie, "url": site.url}])
    return window.new_page()


def test_an_absence_is_noted_by_keyboard_on_a_phone(site, browser, told):
    window = browser.new_context(viewport={"width": 320, "height": 640}, locale="fr-FR")
    page = signed_in(site, window, told[1])
    page.goto(f"{site.url}/bureau/absences/noter/")
    looks_well(page)
    page.locator("[name=last_day]").fill("2027-12-31")
    page.locator("[name=stand_in]").focus()
    page.keyboard.type("Karim")
    page.get_by_role("button", name="Noter l’absence").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Karim Benali répond")).to_be_visible()
    looks_well(page)
    page.get_by_role("link", name="Nadia Berger", exact=True).click()
    looks_well(page)
    page.get_by_role("button", name="Je suis de retour").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Tout le monde est là")).to_be_visible()


def test_all_is_taken_over_without_a_script_but_what_isn_t_ticked(site, browser, told):
    window = browser.new_context(viewport=NARROW, locale="fr-FR", java_script_enabled=False)
    page = signed_in(site, window, told[3])
    page.goto(f"{site.url}/bureau/charge/{told[0]}/")
    page.get_by_label("Cocher : Refaire notre site").check()
    page.get_by_label("Seulement ce que je coche").check()
    page.get_by_role("button", name="Confier").click()
    expect(page.get_by_text("Karim Benali suit désormais 1 ligne.")).to_be_visible()
    page.goto(f"{site.url}/bureau/charge/{told[0]}/")
    expect(page.get_by_text("Refaire notre site")).to_have_count(0)
    expect(page.get_by_text("Tenir notre comptabilité")).to_be_visible()


def test_its_pages_look_well(site, browser, told):
    karim = Someone(site, browser, "Karim", "Benali", "")
    karim.page.context.add_cookies([{"name": "session", "value": told[3], "url": site.url}])
    for path in (
        "/bureau/absences/",
        "/bureau/absences/noter/",
        "/bureau/charge/",
        f"/bureau/charge/{told[0]}/",
        "/bureau/?whose=mine",
    ):
        karim.open(path)
    assert karim.faults == []
