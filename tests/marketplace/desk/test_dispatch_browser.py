"""A rule is written, tried, kept and moved by keyboard and without JavaScript; looked at by axe, wide and narrow."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, WIDE, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
A_POLE = """
from django.test import Client
from tests.factories import make_commune, make_department, make_need, make_organisation, make_pole
from tests.factories import make_user, verify
from tests.marketplace.desk.dispatching import make_operator, make_rule, person_of
make_department("2A", "Corse-du-Sud"), make_department("2B", "Haute-Corse")
pole, ajaccio = make_pole("Pôle de Corse", ("2A", "2B")), make_commune("2A004", "Ajaccio")
coup, relais = make_operator(pole, "Coup de Pouce"), make_operator(pole, "Relais du Cap")
make_rule(relais, departments=["2B"])
structure = make_organisation(pole=pole, commune=ajaccio, member=make_user())
for title in ("Refaire le site", "Tenir la caisse"):
    make_need(structure, title=title, skills=[])
client = Client()
client.force_login(verify(person_of(coup)))
print("session", client.cookies["session"].value)
"""


@pytest.fixture(scope="module")
def session(site):
    return site.manage("shell", "-v0", "-c", A_POLE).split()[-1]


def seen(page) -> None:
    for window in (NARROW, WIDE):
        page.set_viewport_size(window)
        looks_well(page)


def press(page, role: str, name: str) -> None:
    """By keyboard: reached, then Enter."""
    page.get_by_role("main").get_by_role(role, name=name).first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_rule_is_tried_kept_and_moved_without_javascript(site, browser, session):
    context = browser.new_context(viewport=WIDE, locale="fr-FR", java_script_enabled=False)
    context.add_cookies([{"name": "session", "value": session, "url": site.url}])
    page = context.new_page()
    page.goto(f"{site.url}/bureau/repartition/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("Haute-Corse → Relais du Cap")
    press(page, "link", "Ajouter une règle")
    main.get_by_label("Corse-du-Sud", exact=True).check()
    main.get_by_label("À qui le besoin est confié").select_option(label="Coup de Pouce")
    press(page, "button", "Essayer sur les douze derniers mois")
    expect(main).to_contain_text("2 besoins seraient allés à Coup de Pouce")
    expect(main.get_by_label("Corse-du-Sud", exact=True)).to_be_checked()
    press(page, "button", "Garder")
    expect(main).to_contain_text("Corse-du-Sud → Coup de Pouce")
    press(page, "link", "Descendre")
    expect(main).to_contain_text("Descendre cette règle ?".replace(" ?", "\u202f?"))
    press(page, "button", "Garder cet ordre")
    expect(main.locator("ol.lines > li").first).to_contain_text("Corse-du-Sud → Coup de Pouce")


def test_the_pages_look_well_wide_and_narrow(site, browser, session):
    context = browser.new_context(viewport=WIDE, locale="fr-FR", reduced_motion="reduce")
    context.add_cookies([{"name": "session", "value": session, "url": site.url}])
    page = context.new_page()
    page.goto(f"{site.url}/bureau/repartition/")
    seen(page)
    main = page.get_by_role("main")
    page.goto(f"{page.url}nouvelle/")
    seen(page)
    main.get_by_label("Haute-Corse", exact=True).check()
    main.get_by_label("À qui le besoin est confié").select_option(label="Coup de Pouce")
    press(page, "button", "Essayer")
    expect(main).to_contain_text("a déjà ces mêmes conditions")
    seen(page)
    main.get_by_label("temps libre seulement (bénévolat)").check()
    main.get_by_label("Sa place").select_option("1")
    press(page, "button", "Essayer")
    expect(main).to_contain_text("Essayé sur les 2 besoins")
    seen(page)
    page.goto(f"{site.url}/bureau/repartition/")
    press(page, "link", "Retirer")
    seen(page)
