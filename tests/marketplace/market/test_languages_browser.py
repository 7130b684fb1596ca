"""A need is written in French and in Breton, by the keyboard, wide and on a phone; who reads Breton reads it so."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
PHONE = {"width": 360, "height": 640}
SIZES = [
    pytest.param(0, {"width": 1280, "height": 900}, id="wide"),
    pytest.param(1, PHONE, id="phone"),
    pytest.param(2, {"width": 320, "height": 640}, id="narrow"),
]
TITLE = "Klask ur c’hontour"
PEOPLE = """
from django.test import Client
from accounts.models import Pole
from tests import factories as make
pole = Pole.objects.filter(departments="59").first() or make.make_pole("Pôle des langues", ["59"])
town = make.make_commune("59350", "Lille")
writer = make.make_user("Nolwenn", "Le Gall", commune=town)
structure = make.make_organisation(member=writer, pole=pole, name="Ti ar Vro", commune=town)
needs = [make.make_need(structure, status="DRAFT", title=f"Tenir nos comptes {n}").pk for n in range(3)]
twice = {"second_language": "br", "second_title": "Klask ur c’hontour", "second_text": "Ezhomm hon eus sikour."}
needs.append(make.make_need(structure, title="Tenir nos comptes", **twice).pk)
reader = make.make_user("Yann", "Kerdoncuff", commune=town)
def session(user):
    client = Client()
    client.force_login(make.verify(user))
    return client.cookies["session"].value
print("found", *needs, session(writer), session(reader))
"""


@pytest.fixture(scope="module")
def people(site):
    *needs, writer, reader = site.manage("shell", "-v0", "-c", PEOPLE).split()[-6:]
    return needs, writer, reader


@pytest.fixture
def opened(site, browser):
    def open_page(session, path, size, **options):
        window = browser.new_context(
            viewport=size, locale="fr-FR", reduced_motion="reduce", **options
        )
        window.add_cookies([{"name": "session", "value": session, "url": site.url}])
        page = window.new_page()
        page.goto(site.url + path)
        page.wait_for_load_state()
        return page

    return open_page


def fold(page, words):
    return page.locator("summary", has_text=words)


def write_it_twice(page):
    """By the keyboard: each fold opens under Enter, and what is in it comes next."""
    fold(page, "Écrire aussi dans une autre langue").press("Enter")
    page.get_by_label("Dans quelle langue").select_option("br")
    page.get_by_label("Titre dans cette langue").fill(TITLE)
    page.get_by_label("Texte dans cette langue").fill("Ezhomm hon eus sikour gant hor c’hontoù.")
    page.get_by_text("Changer", exact=True).press("Enter")
    fold(page, "autres langues").press("Enter")
    page.get_by_label("breton", exact=True).press("Space")
    looks_well(page)
    page.get_by_role("button", name="Garder en brouillon").press("Enter")
    expect(page.locator("#autre-langue")).to_be_visible()


@pytest.mark.parametrize(("nth", "size"), SIZES)
def test_a_need_is_written_twice_by_the_keyboard(opened, people, nth, size):
    needs, writer, _reader = people
    page = opened(writer, f"/besoins/{needs[nth]}/modifier/", size)
    expect(page.get_by_label("breton", exact=True)).to_be_hidden()
    write_it_twice(page)
    second = page.locator("#autre-langue [lang=br]")
    expect(second).to_contain_text(TITLE)
    expect(page.get_by_role("main")).to_contain_text("breton")
    looks_well(page)


def test_whoever_would_rather_read_breton_says_so_and_reads_it_so_without_a_script(opened, people):
    *_drafts, shown = people[0]
    page = opened(people[2], f"/besoins/{shown}/", PHONE, java_script_enabled=False)
    expect(page.locator("h1")).to_have_text("Tenir nos comptes")
    page.goto(page.url.split("/besoins")[0] + "/profil/")
    page.get_by_label("Je préfère lire en").select_option("br")
    page.get_by_role("button", name="Enregistrer mon profil").click()
    page.goto(page.url.split("/profil")[0] + f"/besoins/{shown}/")
    expect(page.locator("h1[lang=br]")).to_have_text(TITLE)
    page.get_by_role("link", name="Lire en français").click()
    expect(page.locator("#autre-langue")).to_be_in_viewport()
