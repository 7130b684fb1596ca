"""From an offer to a session that is full, its waiting list, and “it served”: in a browser, wide and on a phone."""

import json
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import at_first_sight, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
PEOPLE = """
import json
from django.test import Client
from tests.factories import make_need, make_offer, make_organisation, make_user
def cookie(person):
    client = Client()
    client.force_login(person)
    return client.cookies["session"].value
nora, anne, aline, bruno = (make_user(*name) for name in (("Nora", "Cherif"), ("Anne", "Petit"), ("Aline", "Moreau"), ("Bruno", "Cattoen")))
offer = make_offer(nora, skills=("tableur",), trains_up_to=12, ranked=False)
make_need(make_organisation(name="Les Bottines", member=anne), ranked=False)
houses = [make_organisation(name=name, member=one) for name, one in (("ACEPP", aline), ("Roue Libre", bruno))]
need = make_need(houses[1], member=bruno, skills=("tableur",), title="Tenir notre tableau de bord", ranked=False)
people = {"nora": nora, "anne": anne, "aline": aline, "bruno": bruno}
print("told", json.dumps({"offer": offer.pk, "need": need.pk} | {name: cookie(one) for name, one in people.items()}))
"""
OVER = """
from datetime import timedelta
from django.utils import timezone
from marketplace.models import Gathering
day = timezone.localtime() - timedelta(days=1)
Gathering.objects.filter(pk={pk}).update(starts_at=day, ends_at=day + timedelta(hours=2))
"""


@pytest.mark.parametrize("width", [1280, 360])
def test_one_trains_several_and_a_need_is_served(site, browser, width):
    told = json.loads(site.manage("shell", "-v0", "-c", PEOPLE).split("told ")[-1])

    def window(name):
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="fr-FR")
        context.add_cookies([{"name": "session", "value": told[name], "url": site.url}])
        return context.new_page()

    def press(page, name):
        page.get_by_role("button", name=name).click()

    anne, nora, aline, bruno = (window(name) for name in ("anne", "nora", "aline", "bruno"))
    anne.goto(f"{site.url}/offres/{told['offer']}/")
    anne.get_by_role("link", name="Organiser une formation avec cette personne").click()
    expect(anne.get_by_role("heading", name="Préparer une rencontre")).to_be_visible()
    looks_well(anne)
    day = date.today() + timedelta(days=20)
    anne.get_by_label("Titre", exact=True).fill("Tableur : les bases")
    anne.get_by_label("Qu’emportera-t-on").fill("Un tableau de bord que l’on sait tenir.")
    anne.get_by_label("Commence").fill(f"{day}T14:00")
    anne.get_by_label("Finit").fill(f"{day}T17:00")
    anne.get_by_label("Lien, pour qui vient").fill("https://visio.example.org/tableur")
    anne.get_by_label("Nombre de places").fill("1")
    anne.get_by_text("Pour qui, en quelle langue").click()
    anne.get_by_label("Animée par").select_option(value=str(told["offer"]))
    anne.locator("form.stack-wide .btn-accent").click()
    press(anne, "L’annoncer")
    expect(anne.get_by_text("on peut s’inscrire")).to_be_visible()
    looks_well(anne)
    here = anne.url
    pk = here.rstrip("/").split("/")[-1]
    nora.goto(here)
    press(nora, "Oui, je l’anime")
    expect(nora.get_by_text("animée par Nora Cherif")).to_be_visible()
    aline.goto(here)
    looks_well(aline)
    at_first_sight(aline, aline.get_by_role("button", name="M’inscrire"))
    press(aline, "M’inscrire")
    expect(aline.get_by_text("1 place prise sur 1")).to_be_visible()
    bruno.goto(here)
    press(bruno, "Prendre la place n°")
    expect(bruno.get_by_text("Vous êtes numéro 1").first).to_be_visible()
    looks_well(bruno)
    press(aline, "Je ne peux plus venir")
    expect(aline.get_by_text("vous ne venez pas")).to_be_visible()
    bruno.reload()
    press(bruno, "Prendre cette place")
    expect(bruno.get_by_text("La place est à vous")).to_be_visible()
    site.manage("shell", "-v0", "-c", OVER.format(pk=pk))
    anne.goto(f"{here}presence/")
    press(anne, "Les autres sont venues")
    expect(anne.get_by_text("1 personne venue sur 1")).to_be_visible()
    looks_well(anne)
    bruno.reload()
    press(bruno, "Oui, cela a servi")
    expect(bruno.get_by_text("c’est bon à savoir")).to_be_visible()
    bruno.goto(f"{site.url}/besoins/{told['need']}/")
    press(bruno, "Oui, grâce à")
    expect(bruno.get_by_text("Satisfait par une rencontre").first).to_be_visible()
    looks_well(bruno)
