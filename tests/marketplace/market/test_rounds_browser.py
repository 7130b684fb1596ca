"""From the call of a round to a team's mission, in real browsers: who runs it, an employee, a coordinator, a structure."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.people_in_browsers import Someone

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
HOUSE = """
from django.core.management import call_command
from django.test import Client
from marketplace.models import CompanyProgramme, Skill
from accounts.models import Membership
from tests.factories import make_coordinator, make_need, make_offer, make_organisation, make_user, verify
def enter(who):
    client = Client(); client.force_login(verify(who)); return client.cookies["session"].value
claire = make_user("Claire", "Hermant", email="claire@example.org")
house = make_organisation("COMPANY", name="Verreries du Nord", administrator=claire)
CompanyProgramme.objects.create(organisation=house, name="Deux jours par an", days_per_year=2)
people = [make_user(first, "Legrand", email=f"{first.lower()}@example.org") for first in ("Yann", "Odile", "Karim")]
for one in people:
    Membership.objects.create(user=one, organisation=house, role="EMPLOYEE")
make_offer(people[0], organisation=house, skills=["site-web"])
coordinator = make_coordinator(email="maelle@example.org", first_name="Maëlle", last_name="Vandamme")
aline = make_user("Aline", "Moreau", email="aline@example.org")
need = make_need(member=aline, title="Refaire le site du café", hours=14)
print(house.pk, need.pk, *map(enter, [claire, *people, coordinator, aline]))
"""
NAMES = ("Claire", "Yann", "Odile", "Karim", "Maëlle", "Aline")
AFTER_ITS_DAY = """
from datetime import timedelta
from django.utils import timezone
from marketplace.models import Round
from marketplace.tasks import carry_on_rounds
Round.objects.update(answer_by=timezone.localdate() - timedelta(days=1))
carry_on_rounds()
"""


@pytest.fixture
def cast(site, browser):
    """(number of the house, number of the need, who there is by first name)"""
    house, need, *sessions = site.manage("shell", "-v0", "-c", HOUSE).split()[-8:]
    people = {}
    for name, session in zip(NAMES, sessions, strict=True):
        email = f"{name.lower().replace('ë', 'e')}@example.org"
        people[name] = Someone(site, browser, name, "", email)
        cookie = {"name": "session", "value": session, "url": site.url}
        people[name].page.context.add_cookies([cookie])
    return house, need, people


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def test_from_the_call_to_a_team_s_mission(site, cast):
    house, need, people = cast
    claire, yann, odile, karim = (people[name] for name in ("Claire", "Yann", "Odile", "Karim"))
    maelle, aline = people["Maëlle"], people["Aline"]

    # Claire prepares it, reads it again, and opens it: everybody is called.
    claire.open(f"/organisations/{house}/programmes/")
    claire.click("Opérations collectives")
    claire.click("Préparer une opération")
    claire.fill(title="Une journée en mars", about="Trier, réparer, ranger.", places="0", days="1")
    claire.fill(starts_on=day(20), ends_on=day(25), answer_by=day(5))
    claire.click("Enregistrer")
    claire.sees("supérieure ou égale à 1")
    claire.fill(places="2")
    claire.click("Enregistrer")
    claire.sees("Personne ne voit encore ce brouillon")
    claire.click("Ouvrir les inscriptions")
    claire.sees("2 places restantes")
    round = claire.page.url.removeprefix(site.url)

    # They answer, from the letter or from their first page; the third waits.
    yann.open(yann.link_in("participez-vous"))
    yann.fill(word="J’ai mon permis remorque.")
    yann.click("Je participe")
    yann.sees("Vous participez.")
    for other in (odile, karim):
        other.open("/")
        other.click("Je participe")
    karim.sees("numéro 1 dans l’ordre")
    karim.does_not_see("Odile Legrand")
    odile.click("Je ne peux plus venir")
    karim.open(karim.link_in("Vous avez une place"))
    karim.sees("Vous participez.")

    # Answers close by themselves; Claire forms the team, tells it, and looks for a need.
    site.manage("shell", say=AFTER_ITS_DAY)
    claire.open(claire.link_in("Inscriptions closes"))
    claire.sees("permis remorque")
    claire.click("Former les équipes", exact=True)
    claire.sees("Équipe 1")
    claire.click("Prévenir les équipes")
    karim.open(karim.link_in("Votre équipe"))
    karim.sees("Yann Legrand")
    claire.click("Chercher un besoin")
    claire.sees("14 heures en tout")
    claire.click("Publier", exact=True)
    claire.sees("Cherche un besoin")

    # The coordinator reads it from the desk, without a name, and puts the team forward.
    maelle.letter("un besoin à trouver")
    maelle.open("/bureau/")
    with maelle.page.expect_navigation():  # nothing of that page is an act that fits the line
        maelle.page.get_by_role("link", name="Voir les équipes").click()
    maelle.sees("Équipe 1")
    maelle.does_not_see("Legrand")
    maelle.click("son offre et les besoins")
    offer = maelle.page.url.removeprefix(site.url).strip("/").split("/")[-1]
    maelle.sees("Refaire le site du café")
    maelle.open(f"/besoins/{need}/candidats/{offer}/")
    maelle.click("Proposer aux deux parties")

    # Both say yes; the round's page and the team's say which mission it is.
    claire.open(round)
    claire.sees("on attend l’accord des deux côtés")
    claire.click("Refaire le site du café")
    claire.click("Oui, allons-y")
    aline.open(aline.link_in("Un premier oui"))
    aline.click("Oui, allons-y")
    claire.open(round)
    claire.sees("Sa mission")
    karim.open(round)
    karim.sees("Refaire le site du café")
    assert [fault for person in people.values() for fault in person.faults] == []
