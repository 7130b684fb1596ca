"""A list by keyboard alone, in a real browser; looked at by axe, wide and narrow."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import Someone

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
A_LIST = """
from django.test import Client
from accounts.models import Pole
from marketplace.models import SavedFilter
from tests.factories import make_coordinator, make_need, make_offer, make_pole, make_user, verify
pole = Pole.objects.first() or make_pole()
maelle = verify(make_coordinator(pole, first_name="Maëlle"))
maelle.memberships.update(role="ADMINISTRATOR")
for number in range(3):
    make_need(member=make_user(), title=f"Besoin de la liste {number}")
    make_offer()
SavedFilter.objects.create(user=maelle, list="besoins", name="Publiés", query="etat=PUBLISHED", pole=pole)
client = Client()
client.force_login(maelle)
print("session", client.cookies["session"].value)
"""


@pytest.fixture(scope="module")
def session(site):
    return site.manage("shell", "-v0", "-c", A_LIST).split()[-1]


@pytest.fixture
def coordinator(site, browser, session):
    someone = Someone(site, browser, "Maëlle", "Dubois", "")
    cookie = {"name": "session", "value": session, "url": site.url}
    someone.page.context.add_cookies([cookie])
    return someone


def test_a_list_is_worked_by_keyboard_and_its_pages_are_clean(coordinator):
    page, keys = coordinator.page, coordinator.page.keyboard
    coordinator.open("/bureau/listes/besoins/?q=liste&tri=titre")
    coordinator.sees("3 besoins")
    keys.press("j")
    keys.press("j")
    assert page.evaluate("document.activeElement.textContent") == "Besoin de la liste 1"
    keys.press("x")
    expect(page.locator(".list-row [name=rows]").nth(1)).to_be_checked()
    for summary in page.get_by_role("main").locator("summary").all():
        summary.click()
    coordinator.look()
    page.locator("#f-etat").select_option(label="Publié")
    page.wait_for_url("**etat=PUBLISHED**")
    coordinator.sees("3 besoins")
    for path in ("offres/", "missions/", "organisations/", "personnes/", "besoins/?etat=PERDU"):
        coordinator.open(f"/bureau/listes/{path}")
        coordinator.look()
    coordinator.open("/bureau/listes/besoins/")
    page.get_by_role("link", name="Modifier la vue Publiés").click()
    coordinator.look()
    coordinator.open("/bureau/journal/")
    coordinator.look()
    assert coordinator.faults == []
