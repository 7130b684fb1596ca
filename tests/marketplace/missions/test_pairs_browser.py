"""A pair on one need, from the box of its form to two missions and one conversation."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, WIDE, at_first_sight, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]
A_NEED = """
from django.test import Client
from tests import factories as make
pole = make.make_pole("Pôle de Creil", ["60"])
creil = make.make_commune("60175", "Creil", latitude=49.2583, longitude=2.4833)
here = dict(pole=pole, commune=creil)
aline, paul, noe, awa = (make.verify(make.make_user(name, "Duo")) for name in ("Aline", "Paul", "Noé", "Awa"))
house = make.make_organisation(member=aline, name="Incubateur de Creil", **here)
company = make.make_organisation("COMPANY", administrator=paul, name="Verreries de l’Oise", **here)
maelle = make.verify(make.make_coordinator(pole, first_name="Maëlle"))
numbers = []
for size in ("wide", "narrow"):
    skills = [f"plan-{size}", f"mots-{size}"]
    for code, label in zip(skills, ("Plan d’affaires", "Rédaction")):
        make.make_skill(code, label)
    need = make.make_need(house, created_by=aline, status="DRAFT", skills=skills, title=f"Lancer la conserverie {size}")
    make.make_offer(noe, organisation=company, skills=skills[:1], title="Contrôleur de gestion", **here)
    make.make_offer(awa, skills=skills[1:], title="Rédactrice", **here)
    numbers.append(need.pk)
keys = []
for person in (aline, maelle, noe, awa, paul):
    client = Client()
    client.force_login(person)
    keys.append(client.cookies["session"].value)
print("found", *numbers, *keys)
"""


@pytest.fixture(scope="module")
def story(site):
    words = site.manage("shell", "-v0", "-c", A_NEED).split()[-7:]
    return dict(
        zip(["wide", "narrow", "aline", "maelle", "noe", "awa", "paul"], words, strict=True)
    )


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_two_people_are_asked_together_and_each_comes_with_a_mission_of_their_own(
    site, browser, story, size
):
    def window(who):
        viewport = WIDE if size == "wide" else NARROW
        context = browser.new_context(viewport=viewport, reduced_motion="reduce")
        context.add_cookies([{"name": "session", "value": story[who], "url": site.url}])
        return context.new_page()

    need, title = f"{site.url}/besoins/{story[size]}/", f"Lancer la conserverie {size}"
    aline = window("aline")
    aline.goto(f"{need}etapes/ou/")
    looks_well(aline)
    aline.get_by_text("Changer", exact=True).click()
    aline.get_by_label("En binôme").check()
    aline.get_by_role("button", name="Envoyer").click()
    expect(aline.get_by_text("En binôme").first).to_be_visible()
    maelle = window("maelle")
    maelle.goto(need)
    maelle.get_by_role("button", name="Publier").click()
    expect(maelle.get_by_text("Publié").first).to_be_visible()
    aline.goto(f"{need}candidats/")
    expect(aline.get_by_text("Apporte").first).to_be_visible()
    looks_well(aline)
    both = aline.get_by_role("link", name="Inviter les deux")
    at_first_sight(aline, both)
    both.click()
    aline.get_by_label("Un mot d’accompagnement").fill("L’un les chiffres, l’autre les mots.")
    looks_well(aline)
    aline.get_by_role("button", name="Envoyer les deux invitations").click()
    expect(aline.get_by_text("Envoyé aux deux")).to_be_visible()
    looks_well(aline)
    for who in ("noe", "awa"):
        half = window(who)
        half.goto(site.url)
        half.get_by_role("link", name=title).first.click()
        expect(half.get_by_role("heading", name="En binôme")).to_be_visible()
        looks_well(half)
        half.get_by_role("button", name="oui").first.click()
        expect(half.get_by_text("C’est oui des deux côtés")).to_be_visible()
    half.get_by_role("link", name="Écrire au binôme").click()
    half.get_by_label("Votre message").fill("Bonjour à vous deux.")
    half.get_by_role("button", name="Envoyer").click()
    expect(half.get_by_text("Bonjour à vous deux.").first).to_be_visible()
    looks_well(half)
    paul = window("paul")
    paul.goto(f"{site.url}/missions/")
    paul.get_by_role("link", name=title).first.click()
    expect(paul.get_by_role("heading", name=title)).to_be_visible()
    expect(paul.get_by_text("Awa")).to_have_count(0)
    expect(paul.get_by_role("heading", name="En binôme")).to_have_count(0)
