"""Who nearly fits, in a browser: each button is pressed, on a wide screen and on a phone, until the gap is closed."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, WIDE, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
# Everything twice, so that what the wide screen has closed is still open on the phone.
A_MARKET = """
from django.test import Client
from django.utils import timezone
from marketplace import ranking
from marketplace.models import Skill
from tests import factories as make
codes = iter(Skill.objects.filter(withdrawn_at=None).order_by("pk").values_list("code", flat=True)[::7])
pole = make.make_pole("Pôle des passerelles", ["80"])
make.make_coordinator(next_door := make.make_pole("Pôle d’à côté", ["60"]))
amiens = make.make_commune("80021", "Amiens", latitude=49.8987, longitude=2.2847)
abbeville = make.make_commune("80001", "Abbeville", latitude=50.1055, longitude=1.8368)
maelle = make.verify(make.make_coordinator(pole, first_name="Maëlle"))
noe = make.verify(make.make_user("Noé", "Passerelle"))
structure = make.make_organisation(member=make.make_user(), pole=pole, name="Les Passerelles", commune=amiens)
def need(title, skills, **fields):
    return make.make_need(structure, skills=skills, title=title, **fields).pk
def offer(first_name, skills, **fields):
    who = noe if first_name == "Noé" else make.make_user(first_name, "Passerelle")
    return make.make_offer(who, pole=pole, skills=skills, commune=fields.pop("commune", amiens), **fields).pk
made = []
for size in ("large", "étroit"):
    afar, changed, one, two, alone, near = (next(codes) for _ in range(6))
    made += [
        need(f"À distance, {size}", [afar], place="ON_SITE"),
        need(f"À changer, {size}", [changed], place="ON_SITE"),
        need(f"Trop pour une personne, {size}", [one, two], hours=30),
        need(f"Pour un autre pôle, {size}", [alone]),
        need(f"Un peu loin, {size}", [near], place="ON_SITE"),
        offer("Noé", [near], place="ON_SITE", commune=abbeville, radius_km=30),
    ]
    offer("Ada", [afar], place="REMOTE"), offer("Lou", [changed], place="REMOTE")
    offer("Max", [one]), offer("Zoé", [two])
ranking.refresh_due(timezone.now())
def session(user):
    client = Client()
    client.force_login(user)
    return client.cookies["session"].value
print("found", *made, session(maelle), session(noe))
"""
ROWS = ["afar", "changed", "split", "alone", "near", "offer"]
SIZES = pytest.mark.parametrize(("size", "turn"), [(WIDE, 0), (NARROW, 1)], ids=["wide", "narrow"])


@pytest.fixture(scope="module")
def market(site):
    *numbers, maelle, noe = site.manage("shell", "-v0", "-c", A_MARKET).split()[-14:]
    rows = [dict(zip(ROWS, some, strict=True)) for some in (numbers[:6], numbers[6:])]
    return {"maelle": maelle, "noe": noe, "rows": rows}


@pytest.fixture
def opened(site, browser, market):
    def open_page(who, path, size, turn):
        window = browser.new_context(viewport=size, reduced_motion="reduce")
        window.add_cookies([{"name": "session", "value": market[who], "url": site.url}])
        page = window.new_page()
        assert page.goto(site.url + path.format(**market["rows"][turn])).status == 200
        looks_well(page)
        return page

    return open_page


def press(page, name):
    main = page.get_by_role("main")
    main.get_by_role("link", name=name).or_(main.get_by_role("button", name=name)).first.click()
    looks_well(page)


def change(page, values):
    """The button of a change: on the card of the only one that it brings, or once above several."""
    button = page.locator(f"main a[href$='?{values}']")
    expect(button).to_have_count(1)
    button.click()
    looks_well(page)


def sees(page, words):
    expect(page.get_by_role("main")).to_contain_text(words)


@SIZES
def test_asking_is_a_proposal_that_begins_with_the_question(opened, size, turn):
    """From the desk and from the candidates; sent from the second."""
    for start in ("/bureau/besoins/{afar}/", "/besoins/{afar}/candidats/"):
        page = opened("maelle", start, size, turn)
        press(page, "Demander si c’est possible à distance : Ada P.")
        word = page.get_by_label("Un mot").input_value()
        assert "à distance" in word
    press(page, "Proposer aux deux parties")
    expect(page.locator("body")).to_contain_text("Envoyé. La réponse vous sera dite")
    sees(page, word)


@SIZES
def test_changing_the_need_closes_the_gap(opened, size, turn):
    page = opened("maelle", "/besoins/{changed}/candidats/", size, turn)
    change(page, "place=BOTH")
    sees(page, "Le changement choisi est déjà rempli")
    press(page, "Enregistrer les changements")
    page = opened("maelle", "/besoins/{changed}/candidats/", size, turn)
    sees(page, "Lou P.")
    expect(page.locator("main a[href*='place=BOTH']")).to_have_count(0)


@SIZES
def test_two_missions_instead_of_one(opened, size, turn):
    page = opened("maelle", "/bureau/besoins/{split}/", size, turn)
    press(page, "Partager la mission en deux : Max P.")
    title = page.locator("[name=title]").input_value()  # what is lacking
    press(page, "Partager")
    sees(page, title)
    page = opened("maelle", "/besoins/{split}/candidats/", size, turn)
    expect(page.get_by_role("link", name="Partager la mission en deux")).to_have_count(0)


@SIZES
def test_the_next_pole_is_asked_when_there_is_nobody(opened, size, turn):
    page = opened("maelle", "/besoins/{alone}/candidats/", size, turn)
    press(page, "Demander à un autre pôle")
    page.get_by_label("Pôle d’à côté").check()
    press(page, "Demander à ce pôle")
    page = opened("maelle", "/besoins/{alone}/autre-pole/", size, turn)
    sees(page, "Déjà")


@SIZES
def test_whoever_offers_asks_from_the_need_or_comes_further_from_their_offer(opened, size, turn):
    page = opened("noe", "/besoins/{near}/", size, turn)
    press(page, "Proposer de venir de temps en temps")
    assert "km" in page.get_by_label("Un mot").input_value()
    page = opened("noe", "/offres/{offer}/", size, turn)
    change(page, "radius_km=50")
    sees(page, "Le changement choisi est déjà rempli")
    press(page, "Enregistrer les changements")
    page = opened("noe", "/offres/{offer}/", size, turn)
    sees(page, "Un peu loin")
    expect(page.locator("main a[href*='radius_km=50']")).to_have_count(0)
