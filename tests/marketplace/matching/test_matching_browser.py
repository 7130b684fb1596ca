"""The reasons where people read them, on a wide screen and on a phone; “why not her?” in one click."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, WIDE, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
A_MARKET = """
from django.test import Client
from django.utils import timezone
from accounts.models import Pole
from marketplace import ranking
from marketplace.models import Skill
from tests import factories as make
name = "Pôle des raisons"
pole = Pole.objects.filter(name=name).first() or make.make_pole(name, ["80"])
amiens = make.make_commune("80021", "Amiens", latitude=49.8987, longitude=2.2847)
arles = make.make_commune("13004", "Arles", latitude=43.6768, longitude=4.6309)
code = Skill.objects.current().order_by("pk").values_list("code", flat=True)[30]
aline = make.verify(make.make_user("Aline", "Raison"))
structure = make.make_organisation(member=aline, pole=pole, name="Le Fil des raisons", commune=amiens)
need = make.make_need(structure, skills=[code], title="Un besoin avec ses raisons", place="ON_SITE")
noe = make.verify(make.make_user("Noé", "Raison"))
offer = make.make_offer(noe, pole=pole, skills=[code], commune=amiens, title="Offre du pôle")
far = make.make_offer(make.make_user("Hélène", "Lointaine"), pole=pole, skills=[code], commune=arles)
maelle = make.verify(make.make_coordinator(pole, first_name="Maëlle"))
ranking.refresh_due(timezone.now())
def session(user):
    client = Client()
    client.force_login(user)
    return client.cookies["session"].value
print("found", need.pk, offer.pk, pole.pk, session(aline), session(noe), session(maelle))
"""


@pytest.fixture(scope="module")
def market(site):
    words = site.manage("shell", "-v0", "-c", A_MARKET).split()[-6:]
    return dict(zip(["need", "offer", "pole", "aline", "noe", "maelle"], words, strict=True))


@pytest.fixture
def opened(site, browser, market):
    def open_page(who, path, size=WIDE, **options):
        window = browser.new_context(viewport=size, reduced_motion="reduce", **options)
        window.add_cookies([{"name": "session", "value": market[who], "url": site.url}])
        page = window.new_page()
        assert page.goto(site.url + path.format(**market)).status == 200
        return page

    return open_page


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("noe", "/besoins/{need}/"),
        ("noe", "/offres/{offer}/"),
        ("noe", "/"),
        ("aline", "/"),
        ("aline", "/besoins/{need}/candidats/"),
        ("maelle", "/bureau/besoins/{need}/"),
    ],
)
def test_the_reasons_are_where_people_look(opened, who, path, size):
    page = opened(who, path, size)
    reasons = page.get_by_role("main").locator(".chip-reason")
    expect(reasons.first).to_be_visible()
    assert reasons.count() >= 2
    expect(page.get_by_role("main").locator(".strength").first).to_be_visible()
    looks_well(page)


@pytest.mark.parametrize("start", ["/besoins/{need}/candidats/", "/bureau/besoins/{need}/"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_why_not_her_in_one_click(opened, start, size):
    page = opened("maelle", start, size)
    page.get_by_label("Pourquoi pas elle, ou lui ?").fill("helene lointaine")
    page.get_by_role("button", name="Expliquer").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("rayon de 30")
    expect(main).to_contain_text("Ce qui devrait changer")
    expect(main.get_by_role("heading", name="Le calcul complet")).to_be_visible()
    looks_well(page)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_from_the_desk_without_javascript(opened, size):
    page = opened("maelle", "/bureau/", size, java_script_enabled=False)
    page.get_by_text("Autres outils").click()
    page.get_by_role("link", name="Pourquoi pas elle ?").click()
    page.get_by_label("Quel besoin").fill("fil des raisons")
    page.get_by_label("Qui (nom").fill("lointaine")
    page.get_by_role("button", name="Expliquer").click()
    page.get_by_role("link", name="Un besoin avec ses raisons").click()
    expect(page.get_by_role("main")).to_contain_text("rayon de 30")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("room", ["", "equite/", "poids/", "blocages/"])
def test_the_rooms_of_the_plan_can_be_read_by_all(opened, room, size):
    page = opened("maelle", "/bureau/rapprochements/{pole}/" + room, size)
    looks_well(page)
    if room == "poids/":
        page.get_by_role("button", name="Voir ce qui changerait").click()
        expect(page.get_by_role("heading", name="Ce qui changerait")).to_be_visible()
        looks_well(page)


def test_weights_are_tried_then_kept_and_the_plan_is_accepted_in_part(opened):
    page = opened("maelle", "/bureau/rapprochements/{pole}/poids/")
    page.locator("[name=need_place]").fill("12")
    page.get_by_role("button", name="Voir ce qui changerait").click()
    expect(page.locator("[name=need_place]")).to_have_value("12")
    page.get_by_role("button", name="Garder ces poids").click()
    expect(page.get_by_role("main")).to_contain_text("8 → 12")
    page = opened("maelle", "/bureau/rapprochements/{pole}/", java_script_enabled=False)
    page.get_by_role("button", name="Proposer ce qui est coché").click()
    expect(page.get_by_role("main")).to_contain_text("Noé R.")
    page.get_by_role("link", name="Non, revenir").click()
    expect(page.get_by_role("heading", name="Le plan du pôle")).to_be_visible()
