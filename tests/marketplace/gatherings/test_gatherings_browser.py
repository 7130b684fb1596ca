"""From an offer to a session of twelve that is full, its waiting list, “it served”, three needs that end by it and the figures
of the pôle: in a browser, wide and on a phone."""

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.people_in_browsers import at_first_sight, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
PEOPLE = """
import json
from django.test import Client
from tests.factories import make_coordinator, make_need, make_offer, make_organisation, make_pole, make_user
def cookie(person):
    client = Client()
    client.force_login(person)
    return client.cookies["session"].value
names = {"nora": "Cherif", "anne": "Petit", "aline": "Moreau", "bruno": "Cattoen", "chloe": "Delattre", "emma": "Vasseur"}
people = {first: make_user(first.capitalize(), last) for first, last in names.items()}
pole = make_pole("Pôle de {width} points")
offer = make_offer(people["nora"], pole=pole, skills=("tableur",), trains_up_to=12, ranked=False)
make_need(make_organisation(name="Les Bottines", member=people["anne"], pole=pole), ranked=False)
needs = {}
for name, house in {"aline": "ACEPP", "bruno": "Roue Libre", "chloe": "La Ruche", "emma": "Le Fil"}.items():
    home = make_organisation(name=house, member=people[name], pole=pole)
    need = make_need(home, member=people[name], skills=("tableur",), title="Tenir notre tableau de bord", ranked=False)
    need.steps.create(before="DRAFT", after="SUBMITTED")
    need.steps.create(before="SUBMITTED", after="PUBLISHED")
    needs[name] = need.pk
people["coordinator"] = make_coordinator(pole, first_name="Samia", last_name="Benali")
cookies = {name: cookie(one) for name, one in people.items()}
print("told", json.dumps({"offer": offer.pk, "needs": needs, "pole": pole.pk, "cookies": cookies}))
"""
ELEVEN = """
from django.utils import timezone
from accounts.models import User
from marketplace.actions.gatherings import attendances
from marketplace.models import Gathering, Need
from tests.factories import make_organisation, make_user
gathering = Gathering.objects.get(pk={pk})
comers = [(need.created_by, need.organisation) for need in Need.objects.filter(pk__in={needs})]
for number in range(9):
    person = make_user("Camille", f"Carlier {{number}}")
    comers.append((person, make_organisation(member=person, pole=gathering.pole)))
for person, house in comers:
    attendances.put_down(gathering, house, by=person, now=timezone.now())
"""
OVER = """
from datetime import timedelta
from django.utils import timezone
from marketplace.actions.gatherings import gathering_clock
from marketplace.models import Gathering
day = timezone.localtime() - timedelta(days=1)
Gathering.objects.filter(pk={pk}).update(starts_at=day, ends_at=day + timedelta(hours=2))
gathering_clock.sweep(timezone.now())
"""
COUNTED = """
from django.utils import timezone
from accounts.models import Pole
from marketplace.actions.desk import figures
from marketplace.models import Need
figures.refresh(Pole.objects.get(pk={pole}), now=timezone.now())
print("ends", Need.objects.filter(pole={pole}, status="SERVED_BY_GATHERING").count())
"""


@dataclass
class Story:
    """Who is in it, each in a window of their own."""

    site: object
    browser: Browser
    width: int

    def __post_init__(self) -> None:
        script = PEOPLE.replace("{width}", str(self.width))
        self.told = json.loads(self.shell(script).split("told ")[-1])

    def shell(self, script: str) -> str:
        return self.site.manage("shell", "-v0", "-c", script)

    def window(self, name: str) -> Page:
        screen = {"width": self.width, "height": 800}
        context = self.browser.new_context(viewport=screen, locale="fr-FR")
        cookie = self.told["cookies"][name]
        context.add_cookies([{"name": "session", "value": cookie, "url": self.site.url}])
        return context.new_page()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def told_of(page: Page, name: str) -> Locator:
    """The figure below this name."""
    return page.get_by_text(name, exact=True).locator("xpath=..").locator("strong")


def prepare(anne: Page, story: Story) -> str:
    """Anne asks the trainer of an offer to train twelve, and announces it. The address of the session."""
    anne.goto(f"{story.site.url}/offres/{story.told['offer']}/")
    anne.get_by_role("link", name="Organiser une formation avec cette personne").click()
    expect(anne.get_by_role("heading", name="Préparer une rencontre")).to_be_visible()
    looks_well(anne)
    day = date.today() + timedelta(days=20)
    anne.get_by_label("Titre", exact=True).fill("Tableur : les bases")
    anne.get_by_label("Qu’emportera-t-on").fill("Un tableau de bord que l’on sait tenir.")
    anne.get_by_label("Commence").fill(f"{day}T14:00")
    anne.get_by_label("Finit").fill(f"{day}T17:00")
    anne.get_by_label("Lien, pour qui vient").fill("https://visio.example.org/tableur")
    anne.get_by_label("Nombre de places").fill("12")
    anne.get_by_text("Pour qui, en quelle langue").click()
    anne.get_by_label("Animée par").select_option(value=str(story.told["offer"]))
    anne.locator("form.stack-wide .btn-accent").click()
    press(anne, "L’annoncer")
    expect(anne.get_by_text("on peut s’inscrire")).to_be_visible()
    looks_well(anne)
    return anne.url


def fill_up(here: str, story: Story, aline: Page, bruno: Page, emma: Page) -> None:
    """Eleven are put down, the twelfth comes by the page, one waits, and takes the seat that somebody gives up."""
    needs = [story.told["needs"][name] for name in ("chloe", "emma")]
    story.shell(ELEVEN.format(pk=here.rstrip("/").split("/")[-1], needs=needs))
    aline.goto(here)
    expect(aline.get_by_text("11 places prises sur 12")).to_be_visible()
    looks_well(aline)
    at_first_sight(aline, aline.get_by_role("button", name="M’inscrire"))
    press(aline, "M’inscrire")
    expect(aline.get_by_text("12 places prises sur 12")).to_be_visible()
    bruno.goto(here)
    press(bruno, "Prendre la place n°")
    expect(bruno.get_by_text("Vous êtes numéro 1").first).to_be_visible()
    looks_well(bruno)
    emma.goto(here)
    press(emma, "Je ne peux plus venir")
    expect(emma.get_by_text("vous ne venez pas")).to_be_visible()
    bruno.reload()
    looks_well(bruno)
    press(bruno, "Prendre cette place")
    expect(bruno.get_by_text("La place est à vous")).to_be_visible()


def it_served(here: str, story: Story, name: str, page: Page) -> None:
    """They say that it served, and that their structure’s need ends thanks to it."""
    page.goto(here)
    press(page, "Oui, cela a servi")
    expect(page.get_by_text("c’est bon à savoir")).to_be_visible()
    looks_well(page)
    if name == "aline":
        page.goto(f"{story.site.url}/besoins/{story.told['needs'][name]}/")
        looks_well(page)
        press(page, "Oui, grâce à")
    else:
        press(page, "Oui, « Tenir notre tableau de bord »")
    expect(page.get_by_text("Satisfait par une rencontre").first).to_be_visible()
    looks_well(page)


@pytest.mark.parametrize("width", [1280, 360])
def test_one_trains_twelve_and_three_needs_are_served(site, browser, width):
    story = Story(site, browser, width)
    anne, nora, aline, bruno, emma = map(story.window, ("anne", "nora", "aline", "bruno", "emma"))
    here = prepare(anne, story)
    nora.goto(here)
    press(nora, "Oui, je l’anime")
    expect(nora.get_by_text("animée par Nora Cherif")).to_be_visible()
    fill_up(here, story, aline, bruno, emma)
    anne.goto(here)
    expect(anne.get_by_text("12 places prises sur 12")).to_be_visible()
    looks_well(anne)
    story.shell(OVER.format(pk=here.rstrip("/").split("/")[-1]))
    anne.goto(f"{here}presence/")
    looks_well(anne)
    press(anne, "Les autres sont venues")
    expect(anne.get_by_text("12 personnes venues sur 12")).to_be_visible()
    looks_well(anne)
    for name, page in {"aline": aline, "bruno": bruno, "chloe": story.window("chloe")}.items():
        it_served(here, story, name, page)
    emma.goto(f"{site.url}/besoins/{story.told['needs']['emma']}/")
    expect(emma.get_by_text("Oui, grâce à")).to_have_count(0)  # she didn’t come
    assert "ends 3" in story.shell(COUNTED.format(pole=story.told["pole"]))
    samia = story.window("coordinator")
    samia.goto(f"{site.url}/bureau/chiffres/")
    for name, number in (
        ("Séances", "1"),
        ("Places offertes", "12"),
        ("Personnes présentes", "12"),
    ):
        expect(told_of(samia, name)).to_have_text(number)
    ends = samia.get_by_role("listitem").filter(has_text="Satisfaits par une rencontre")
    expect(ends).to_have_text(re.compile(r"rencontre\s*3\b"))
    looks_well(samia)
