"""The desk by keyboard alone, in a real browser: j, k, Enter, ?; looked at by axe, wide and narrow."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.people_in_browsers import Someone

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
A_DESK = """
from datetime import timedelta
from django.test import Client
from django.utils import timezone
from accounts.models import Pole
from tests.factories import make_coordinator, make_need, make_pole, make_user, verify
pole = Pole.objects.first() or make_pole()
maelle = verify(make_coordinator(pole, first_name="Maëlle"))
for days in (9, 4, 0):
    make_need(
        member=make_user(), status="SUBMITTED", title=f"Besoin vieux de {days} jours",
        submitted_at=timezone.now() - timedelta(days=days),
    )
client = Client()
client.force_login(maelle)
print("session", client.cookies["session"].value)
"""


@pytest.fixture(scope="module")
def session(site):
    return site.manage("shell", "-v0", "-c", A_DESK).split()[-1]


@pytest.fixture
def coordinator(site, browser, session):
    someone = Someone(site, browser, "Maëlle", "Dubois", "")
    cookie = {"name": "session", "value": session, "url": site.url}
    someone.page.context.add_cookies([cookie])
    return someone


def press(someone: Someone, key: str) -> None:
    """A key that leads to another page."""
    with someone.page.expect_navigation():
        someone.page.keyboard.press(key)


def focused(someone: Someone) -> str:
    return someone.page.evaluate("document.activeElement.textContent")


def test_the_desk_is_worked_by_keyboard_alone(coordinator):
    page, keys = coordinator.page, coordinator.page.keyboard
    coordinator.open("/bureau/?kind=need")

    keys.press("j")
    assert focused(coordinator) == "Besoin vieux de 9 jours"
    keys.press("j")
    keys.press("j")
    keys.press("j")  # the last line stays the last
    assert focused(coordinator) == "Besoin vieux de 0 jours"
    keys.press("k")
    assert focused(coordinator) == "Besoin vieux de 4 jours"

    keys.press("?")
    expect(page.locator("#keys")).to_have_attribute("open", "")
    keys.press("?")
    expect(page.locator("#keys")).not_to_have_attribute("open", "")

    keys.press("j")
    keys.press("x")
    expect(page.locator(".desk-line [name=item]").first).to_be_checked()
    page.get_by_role("button", name="Je m’en charge").focus()
    press(coordinator, "Enter")
    coordinator.look()
    coordinator.sees("Besoin vieux de 9 jours")
    page.get_by_role("button", name="Oui, je m’en charge").focus()
    press(coordinator, "Enter")
    coordinator.sees("Fait")
    coordinator.look()

    coordinator.open("/bureau/?whose=mine")
    keys.press("j")
    press(coordinator, "h")
    coordinator.sees("À qui")

    coordinator.open("/bureau/?kind=need")
    keys.press("j")
    press(coordinator, "Enter")
    assert page.url.endswith("/qualifier/")
    coordinator.look()
    report = f"/bureau/chiffres/rapport/{timezone.localdate().year}/"
    for path in ("/bureau/tableau/besoins/", "/bureau/charge/", "/modeles/", report):
        coordinator.open(path)
    assert coordinator.faults == []


def test_shortcuts_stay_out_of_the_way(coordinator):
    """Not while typing, not with Ctrl, and not once they are switched off."""
    page, keys = coordinator.page, coordinator.page.keyboard
    coordinator.open("/bureau/?kind=need")
    page.locator("summary", has_text="garder un filtre").click()
    page.locator("#filter-name").focus()
    keys.type("jk?")
    assert page.locator("#filter-name").input_value() == "jk?"
    page.locator("#keys summary").click()
    page.get_by_label("Utiliser ces raccourcis").uncheck()
    page.locator("h1").click()
    keys.press("j")
    assert "Besoin" not in focused(coordinator)[:6]
    coordinator.open("/bureau/?kind=need")
    keys.press("j")
    assert "Besoin" not in focused(coordinator)[:6]
