"""From the sentence to an offer online, and from a need to an application, on a phone: how many questions are asked, how far
one scrolls, how many stops the keyboard makes, how long it takes."""

from time import monotonic

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
PHONE = {"width": 360, "height": 640}
MOST_INPUTS, MOST_SCREENS, MOST_STOPS, MOST_SECONDS = 6, 2.5, 24, 90
PEOPLE = """
from django.test import Client
from accounts.models import Department, Pole
from marketplace.models import Skill
from tests import factories as make
skill = Skill.objects.get(code="compta-generale") if Skill.objects.filter(code="compta-generale").exists() else Skill.objects.first()
pole = Pole.objects.filter(departments="59").first() or make.make_pole("Pôle des pas", ["59"])
town = make.make_commune("59350", "Lille")
structure = make.make_organisation(member=make.make_user(), pole=pole, name="Les Pas comptés", commune=town)
need = make.make_need(structure, skills=[skill.code], title="Tenir nos comptes au pas")
def session(name):
    client = Client()
    client.force_login(make.verify(make.make_user(name, "Passage", commune=town)))
    return client.cookies["session"].value
print("found", need.pk, session("Ada"), session("Lou"), session("Max"))
"""
VISIBLE = """() => {
  const form = document.querySelector("main form[data-keep], #aider form");
  const names = [...form.querySelectorAll("input:not([type=hidden]), select, textarea")]
    .filter((field) => field.checkVisibility() && !field.name.startsWith("level_"))
    .map((field) => field.name);
  return [...new Set(names)];
}"""
STOPS = """() => [...document.querySelectorAll("main :is(a[href], button, input:not([type=hidden]), select, textarea, summary)")]
  .filter((one) => one.checkVisibility() && one.tabIndex >= 0 && !(one.type === "radio" && !one.checked && document.querySelector(`[name="${one.name}"]:checked`)))
  .length"""
BOTTOM = '() => document.querySelector("main .form-acts").getBoundingClientRect().bottom + scrollY'


@pytest.fixture(scope="module")
def people(site):
    number, *sessions = site.manage("shell", "-v0", "-c", PEOPLE).split()[-4:]
    return number, sessions


@pytest.fixture
def opened(site, browser, people):
    def open_page(who, path, **options):
        window = browser.new_context(
            viewport=PHONE, locale="fr-FR", reduced_motion="reduce", **options
        )
        window.add_cookies([{"name": "session", "value": people[1][who], "url": site.url}])
        page = window.new_page()
        page.goto(site.url + path)
        return page

    return open_page


def measured(page):
    """The names of what is asked; each step fits in two screens and a half, and a keyboard gets through it."""
    looks_well(page)
    assert page.evaluate(BOTTOM) <= MOST_SCREENS * PHONE["height"]
    assert page.evaluate(STOPS) <= MOST_STOPS
    return page.evaluate(VISIBLE)


def test_six_questions_lead_from_a_sentence_to_an_offer_online(opened):
    begun = monotonic()
    page = opened(0, "/offres/nouvelle/")
    page.locator("[name=about]").fill("Je tiens la comptabilité de petites associations.")
    page.locator("[name=title]").fill("Comptable")
    page.locator(".chip-tick input").first.check()
    expect(page.locator(".chip-tick input:checked")).to_have_count(1)
    asked = measured(page)
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("[name=amount]").first).to_be_visible()
    asked += measured(page)
    page.get_by_label("Trois jours").check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("#id_commune")).to_have_value("Lille (59)")
    expect(page.locator("#offer-standing")).to_contain_text("attend")
    asked += measured(page)
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Comptable")
    looks_well(page)
    assert len(asked) <= MOST_INPUTS, asked
    assert monotonic() - begun < MOST_SECONDS


def test_without_a_script_the_steps_are_the_same(opened):
    page = opened(1, "/offres/nouvelle/", java_script_enabled=False)
    page.locator("[name=about]").fill("Je tiens la comptabilité de petites associations.")
    page.locator("[name=title]").fill("Comptable")
    page.get_by_role("button", name="Proposer des compétences").click()
    page.locator(".chip-tick input").first.check()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Une journée").check()
    page.get_by_role("button", name="Combien de besoins").click()
    expect(page.locator("#offer-standing")).to_contain_text("attend")
    expect(page.get_by_label("Une journée")).to_be_checked()
    page.get_by_role("button", name="Retour").click()
    expect(page.locator("[name=title]")).to_have_value("Comptable")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Comptable")


def test_from_a_need_to_an_application_in_four_questions_and_two_clicks(opened, people):
    page = opened(2, f"/besoins/{people[0]}/")
    looks_well(page)
    top = page.get_by_role("link", name="Proposer mon aide")
    assert top.bounding_box()["y"] < PHONE["height"], "the act is on the first screen"
    assert len(page.evaluate(VISIBLE)) == 4
    page.get_by_role("button", name="Proposer mon aide").click()
    page.wait_for_load_state()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator("#aider [name=skills]").first.check()
    page.get_by_label("En semaine").check()
    page.locator("#aider [name=word]").fill("Je tiens des comptes depuis dix ans.")
    page.get_by_role("button", name="Proposer mon aide").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Voici ce qui part")
    looks_well(page)
    page.get_by_role("button", name="Envoyer mon aide").click()
    expect(page.get_by_role("main")).to_contain_text("Je tiens des comptes depuis dix ans.")
