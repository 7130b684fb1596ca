"""The act of a line done in the list, by keyboard, in a real browser; and the first screen of a phone."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import Someone

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
A_MORNING = """
from datetime import timedelta
from django.test import Client
from django.utils import timezone
from accounts.models import Pole
from tests.factories import make_coordinator, make_need, make_organisation, make_pole, make_user, verify
pole = Pole.objects.first() or make_pole()
maelle = verify(make_coordinator(pole, first_name="Maëlle"))
for title, days in (("Tenir la caisse", 9), ("Refaire le site", 4)):
    make_need(
        member=make_user(), status="SUBMITTED", title=title,
        submitted_at=timezone.now() - timedelta(days=days), skills=("site-web", "tresorerie"),
    )
client = Client()
client.force_login(maelle)
print("session", client.cookies["session"].value)
"""
FIRST_SCREEN = """() => {
    const line = document.querySelector('.desk-line');
    const ends = ['[data-line]', '[data-here]'].map((one) => line.querySelector(one).getBoundingClientRect().bottom);
    return Math.max(...ends);
}"""


@pytest.fixture(scope="module")
def session(site):
    return site.manage("shell", "-v0", "-c", A_MORNING).split()[-1]


@pytest.fixture
def coordinator(site, browser, session):
    someone = Someone(site, browser, "Maëlle", "Dubois", "")
    cookie = {"name": "session", "value": session, "url": site.url}
    someone.page.context.add_cookies([cookie])
    return someone


def test_the_first_line_and_its_act_are_on_the_first_screen_of_a_phone(coordinator):
    page = coordinator.page
    coordinator.open("/bureau/?kind=need")
    page.set_viewport_size({"width": 360, "height": 640})
    assert page.evaluate(FIRST_SCREEN) <= 640
    filters = page.locator("[data-filters] > summary")
    expect(filters).to_contain_text("Besoins à qualifier")
    expect(page.get_by_role("link", name="Les miens")).to_be_hidden()
    filters.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Les miens")).to_be_visible()
    page.locator(".line-help").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".help-sheet").first).to_be_visible()
    expect(page.locator(".help-sheet").get_by_role("button", name="Fermer")).to_be_focused()
    page.keyboard.press("x")  # a key that ticks the line in which the focus is
    assert not page.locator(".line-tick").first.is_checked()
    coordinator.look()
    page.keyboard.press("Escape")
    expect(page.locator(".help-sheet").first).to_be_hidden()
    assert coordinator.faults == []


def test_a_need_is_published_in_its_line_and_the_next_one_has_the_focus(coordinator):
    page = coordinator.page
    coordinator.open("/bureau/?kind=need")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Tenir la caisse", exact=True)).to_be_focused()
    page.keyboard.press("a")
    here = page.locator(".line-place")
    expect(here.get_by_role("heading", name="Les compétences demandées")).to_be_visible()
    here.locator("[name=skills]").last.uncheck()
    here.get_by_label("le publier au catalogue").check()
    here.get_by_role("button", name="Décider et prévenir la structure").press("Enter")
    expect(here.locator(".field-error").first).to_be_visible()
    assert page.url.endswith("/bureau/?kind=need"), "what lacks is said in the line itself"
    expect(here.locator("[name=skills]").last).not_to_be_checked()
    coordinator.look()
    for answer in here.get_by_label("oui", exact=True).all():
        answer.check()
    here.get_by_role("button", name="Décider et prévenir la structure").press("Enter")
    expect(page.locator("[data-status]")).to_contain_text("la structure est prévenue")
    expect(page.locator(".desk-line")).to_have_count(1)
    expect(page.get_by_role("link", name="Refaire le site", exact=True)).to_be_focused()
    expect(here).to_have_count(0)
    assert page.url.endswith("/bureau/?kind=need"), "the list stays where it was"
    coordinator.look()
    assert coordinator.faults == []


A_TASK = """
from django.utils import timezone
from accounts.models import User
from marketplace.actions.desk import tasks
maelle = User.objects.get(first_name="Maëlle")
pole = maelle.organisations.get().pole
tasks.write(None, pole=pole, what="Préparer le comité", due_on=timezone.localdate(), assignee=maelle, by=maelle)
"""


def test_a_task_is_ticked_off_in_its_line_and_comes_back_by_the_undo(coordinator, site):
    page = coordinator.page
    site.manage("shell", "-v0", "-c", A_TASK)
    coordinator.open("/bureau/")
    page.wait_for_load_state()
    line = page.get_by_role("link", name="Préparer le comité", exact=True)
    line.focus()
    page.keyboard.press("a")
    page.locator(".line-place").get_by_role("button", name="C’est fait").press("Enter")
    status = page.locator("[data-status]")
    expect(status).to_contain_text("Préparer le comité")
    expect(line).to_have_count(0)
    coordinator.look()
    status.get_by_role("button", name="Annuler").press("Enter")
    expect(line).to_be_visible()
    expect(status).to_contain_text("de nouveau")
    assert page.url.endswith("/bureau/")
    assert coordinator.faults == []
