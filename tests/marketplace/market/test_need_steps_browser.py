"""The road from a sentence to a need that is sent, in a browser: few fields, short pages, each reached by the Tab key."""

import time

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import WIDE, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
PHONE = {"width": 360, "height": 640}
MOST_FIELDS, MOST_SCREENS, MOST_SECONDS = 7, 2.5, 60
SENTENCE = "Refaire notre site internet, que plus personne ne sait tenir à jour."
PEOPLE = """
from django.test import Client
from tests.factories import make_cause, make_organisation, make_user, verify
user = verify(make_user("Aline"))
make_organisation(member=user)
client = Client()
client.force_login(user)
print(client.cookies["session"].value)
"""
NEED = """
from tests.factories import make_commune, make_need, make_skill
make_skill("site-web", "Site internet")
make_commune()
print(make_need(skills=("site-web",), title="Refaire notre site").get_absolute_url())
"""
# What is seen of the form and may be typed in: boxes and radios of one group are one; skills are ticked from suggestions, each
# with its switch.
FIELDS = """() => {
  const seen = [...document.querySelectorAll("form.need-step :is(input, select, textarea)")].filter(
    (one) => one.type !== "hidden" && one.checkVisibility() && !one.closest(".visually-hidden") && one.name !== "skills" && !one.name.startsWith("required_"));
  return [...new Set(seen.map((one) => one.name))];
}"""


@pytest.fixture
def session(site):
    return site.manage("shell", "-v0", "-c", PEOPLE).split()[-1]


def opened(site, browser, session, size, **options):
    window = browser.new_context(viewport=size, reduced_motion="reduce", locale="fr-FR", **options)
    window.add_cookies([{"name": "session", "value": session, "url": site.url}])
    page = window.new_page()
    page.goto(site.url + "/besoins/nouveau/")
    return page


def go_on(page):
    page.get_by_role("button", name="Continuer", exact=True).click()
    page.wait_for_load_state()


def is_short(page):
    looks_well(page)
    height = page.evaluate("document.querySelector('main').scrollHeight")
    assert height <= MOST_SCREENS * PHONE["height"], (page.url, height)
    return page.evaluate(FIELDS)


def is_reached_by_tab(page, field):
    page.locator("h1").click()
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == field:
            return True
    return False


def test_a_sentence_becomes_a_need_that_is_sent(site, browser, session):
    page = opened(site, browser, session, PHONE)
    begun, asked = time.monotonic(), is_short(page)
    assert is_reached_by_tab(page, "context")
    page.fill("#id_context", SENTENCE)
    page.locator(".chip-tick input").first.check()
    expect(page.get_by_label("indispensable").first).to_be_checked()
    expect(page.locator("#standing")).to_contain_text("personnes")
    page.fill("#id_deliverable", "Un site que l’équipe sait tenir.")
    asked += is_short(page)
    go_on(page)
    expect(page.get_by_role("group", name="Combien de temps")).to_be_visible()
    asked += is_short(page)
    expect(page.get_by_role("main")).to_contain_text("Sans date, le jour se convient")
    expect(page.locator("[name=starts_on]")).to_be_hidden()
    assert is_reached_by_tab(page, "length")
    page.locator("[name=length][value=QUARTER]").check()
    go_on(page)
    expect(page.get_by_role("button", name="Envoyer à la coordination")).to_be_visible()
    asked += is_short(page)
    expect(page.locator("#standing")).to_contain_text("personnes")
    page.locator("[name=place][value=REMOTE]").check()
    page.locator("[name=cause]").select_option(index=1)
    page.get_by_role("button", name="Envoyer à la coordination").click()
    expect(page.get_by_role("main")).to_contain_text("lit votre besoin")
    expect(page.get_by_role("main")).to_contain_text("à convenir ensemble", ignore_case=True)
    assert len(set(asked)) <= MOST_FIELDS, sorted(set(asked))
    assert time.monotonic() - begun < MOST_SECONDS


def test_what_is_typed_in_a_step_is_found_again(site, browser, session):
    page = opened(site, browser, session, WIDE)
    page.fill("#id_context", SENTENCE)
    expect(page.locator("[data-typing-state]")).to_have_text("Enregistré à l’instant")
    page.goto(page.url)
    expect(page.locator("#id_context")).to_have_value(SENTENCE)
    expect(page.locator(".chip-tick").first).to_be_visible()
    looks_well(page)


def test_without_javascript_the_buttons_do_it(site, browser, session):
    page = opened(site, browser, session, PHONE, java_script_enabled=False)
    page.fill("#id_context", SENTENCE)
    page.get_by_role("button", name="Proposer des compétences").click()
    page.locator(".chip-tick input").first.check()
    page.fill("#id_deliverable", "Un site que l’équipe sait tenir.")
    go_on(page)
    page.locator("[name=length][value=DAY]").check()
    page.get_by_role("button", name="Compter qui pourrait aider").click()
    expect(page.locator("#standing")).to_contain_text("personnes")
    expect(page.locator("[name=length][value=DAY]")).to_be_checked()


# --- “back”, after a form that was refused once: an error of the browser's own raises -----------------
def test_what_is_read_is_ticked_and_back_after_a_refusal_finds_the_form(site, browser, session):
    page = opened(site, browser, session, WIDE)
    page.fill("#id_context", SENTENCE)
    expect(page.locator(".chip-tick input").first).to_be_checked()
    for tick in page.locator(".chip-tick input:checked").all():
        tick.uncheck()
    go_on(page)
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator(".chip-tick input:checked")).to_have_count(0)
    page.locator(".chip-tick input").first.check()
    page.fill("#id_deliverable", "Un site que l’équipe sait tenir.")
    go_on(page)
    page.wait_for_url("**/quand/")
    page.go_back()
    expect(page.locator("#id_context")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("est gardé en brouillon")


def test_back_from_signing_up_after_a_refused_offer_of_help_finds_what_was_said(site, browser):
    address = site.manage("shell", "-v0", "-c", NEED).split()[-1]
    page = browser.new_context(viewport=PHONE, locale="fr-FR").new_page()
    page.goto(site.url + address)
    page.fill("#id_word", "Je fais des sites depuis dix ans.")
    send = page.locator("#aider .form-acts .btn-accent")
    send.click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator("#aider [name=skills]").first.check()
    page.locator("#aider [name=when][value=ANY]").check()
    page.fill("#id_commune", "Lille")
    page.locator("#aider .form-acts .btn-accent").click()
    page.wait_for_url("**/compte/signup/**")
    page.go_back()
    expect(page.locator("#id_word")).to_have_value("Je fais des sites depuis dix ans.")
