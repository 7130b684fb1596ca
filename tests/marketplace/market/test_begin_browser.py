"""The box is used with and without a script, on a phone and by the keyboard; axe looks with it."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, WIDE, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
A_POLE = """
from accounts.models import Pole
from tests.factories import make_commune, make_pole
Pole.objects.exists() or make_pole()
make_commune().save()
"""
SENTENCE = "on n’arrive plus à tenir la compta, à Lille"


@pytest.fixture(scope="module", autouse=True)
def a_pole(site):
    site.manage("shell", "-v0", "-c", A_POLE)


def opened(site, browser, path="/", **how):
    page = browser.new_context(
        locale="fr-FR", reduced_motion="reduce", **{"viewport": NARROW} | how
    ).new_page()
    page.goto(f"{site.url}{path}")
    return page


def test_on_a_phone_the_first_screen_holds_the_box_and_its_button(site, browser):
    page = opened(site, browser, viewport={"width": 360, "height": 640})
    box = page.get_by_role("button", name="Continuer").bounding_box()
    assert box["y"] + box["height"] < 640
    looks_well(page)


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_what_is_typed_is_read_while_one_types(site, browser, size):
    page = opened(site, browser, "/commencer/", viewport=size)
    page.get_by_label("Dites-le en une phrase").press_sequentially(SENTENCE, delay=5)
    expect(page.get_by_text("Nous comprenons")).to_be_visible()
    expect(page.locator("#id_commune")).to_have_value("Lille (59)")
    looks_well(page)
    page.keyboard.press("Shift+Tab")  # to the tabs, as radio buttons
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Que savez-vous faire")).to_be_checked()
    expect(page.get_by_text("Nous comprenons")).to_be_visible()
    page.get_by_role("button", name="Continuer").click()
    kept = page.get_by_text("Vos mots sont gardés")
    expect(kept).to_be_visible()
    assert kept.bounding_box()["height"] < 40  # on one line: the form is what one comes for
    looks_well(page)


def test_who_leaves_by_another_link_finds_their_sentence_again(site, browser):
    page = opened(site, browser)
    box = page.get_by_label("Dites-le en une phrase")
    page.get_by_label("Que savez-vous faire").check()
    box.fill(SENTENCE)
    page.goto(f"{site.url}/comment-ca-marche/")
    page.goto(f"{site.url}/")
    expect(box).to_have_value(SENTENCE)
    expect(page.get_by_label("Que savez-vous faire")).to_be_checked()
    expect(page.get_by_text("Nous comprenons")).to_be_visible()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("Vos mots sont gardés")).to_be_visible()
    page.goto(f"{site.url}/?pour=besoin")
    box.fill("autre chose")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("autre chose")).to_be_visible()
    page.wait_for_load_state()
    page.go_back()
    expect(box).to_have_value("autre chose")


def test_without_a_script_a_button_reads(site, browser):
    page = opened(site, browser, java_script_enabled=False)
    page.get_by_label("Dites-le en une phrase").fill(SENTENCE)
    page.get_by_role("button", name="Lire").click()
    expect(page.get_by_text("Nous comprenons")).to_be_visible()
    assert page.url.endswith("/commencer/")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("Vos mots sont gardés")).to_be_visible()


def test_where_nothing_is_understood_the_page_helps(site, browser):
    page = opened(site, browser, "/commencer/")
    page.get_by_label("Dites-le en une phrase").fill("un truc pour nous")
    expect(page.get_by_text("Regarder par domaine")).to_be_visible()
    looks_well(page)
