"""A round of twenty people, from its call to twenty certificates, on the real processes: one of each role in a browser, the
others by the same acts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.test_mission_of_each_regime import Hurried, answer_the_questions, sign, text_of

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
PEOPLE = 22  # two more than there are places
HOUSE = """
from django.test import Client
from marketplace.models import CompanyProgramme, Duty, Eligibility, Employee
from accounts.models import Membership
from tests.factories import *
def enter(who):
    client = Client(); client.force_login(verify(who)); return client.cookies["session"].value
pole = make_pole("Pôle des Équipes", ("80",))
claire = make_user("Claire", "Hermant", email="claire@example.org")
house = make_organisation("COMPANY", pole=pole, name="Verreries du Nord", administrator=claire, legal_form="SAS",
    siren="900004242", address="3 quai du Wault", listed_from=timezone.localdate())
Duty.objects.create(membership=house.memberships.get(), kind="CSR", given_by=claire)
CompanyProgramme.objects.create(organisation=house, name="Deux jours par an", days_per_year=2)
people = []
for at in range({people}):
    one = make_user(f"Prénom{{at:02}}", f"Nom{{at:02}}", email=f"personne{{at:02}}@example.org")
    Membership.objects.create(user=one, organisation=house, role="EMPLOYEE")
    if at:
        Employee.objects.create(organisation=house, person=one, manager_name="Dominique Lefebvre",
            manager_email=f"chef{{at % 3}}@example.org", position="Souffleur" if at % 2 else "Verrière")
    people.append(one)
maelle = verify(make_user("Maëlle", "Vandamme", email="maelle@example.org"))
make_organisation("OPERATOR", pole=pole, name="Les Passeurs", member=maelle)
aline = make_user("Aline", "Moreau", email="aline@example.org")
structure = make_organisation(pole=pole, name="Les Jardins du pont", administrator=aline, address="12 rue des Postes",
    rna="W595004242", legal_form="ASSOCIATION", listed_from=timezone.localdate())
Eligibility.objects.create(organisation=structure, status="RESCRIT", category="GENERAL_INTEREST",
    declared_by=aline, verified_by=maelle, verified_at=timezone.now())
need = make_need(structure, title="Repeindre la serre", created_by=aline, coordinator=maelle, hours=140)
make_offer(people[0], organisation=house, pole=pole, skills=["site-web"])
print("told", house.pk, need.pk, *map(enter, [claire, people[0], maelle, aline]))
"""
NAMES = ("Claire", "Prénom00", "Maëlle", "Aline")
# All but the first, who answers in a browser; then one gives up, and the first who waits has the place.
THEY_ANSWER = """
from django.utils import timezone
from marketplace.actions.market import rounds
from marketplace.models import Round
from accounts.models import User
called, now = Round.objects.get(), timezone.now()
people = list(User.objects.filter(email__startswith="personne").exclude(email="personne00@example.org").order_by("email"))
for one in people:
    rounds.answer(called, comes=True, by=one, now=now)
rounds.answer(called, comes=False, seen="COMES", by=people[0], now=now)
from datetime import timedelta
Round.objects.update(answer_by=timezone.localdate() - timedelta(days=1))
from marketplace.tasks import carry_on_rounds
carry_on_rounds()
print("told", called.answers.coming().count(), called.answers.waiting().count())
"""
THEY_SAY_YES = """
from django.utils import timezone
from marketplace.actions.missions import agreements, teams
from marketplace.models import Agreement, TeamMember
now = timezone.now()
for one in TeamMember.objects.filter(status="NAMED").select_related("mission"):
    teams.agree(one, how="LINK", now=now)
for one in Agreement.objects.waiting().exclude(member=None).exclude(email="dominique@example.org"):
    agreements.answer(one, answer="YES", now=now)
first = TeamMember.objects.get(person__email="personne00@example.org")
print("told", first.pk, Agreement.objects.filter(answer="YES").count())
"""
DAYS_LATER = """
from datetime import timedelta
from django.utils import timezone
from marketplace.models import Mission
today = timezone.localdate()
Mission.objects.update(starts_on=today - timedelta(days=2), ends_on=today + timedelta(days=3))
"""
THEY_WRITE_THEIR_HOURS = """
from datetime import timedelta
from decimal import Decimal
from django.utils import timezone
from marketplace.actions.missions import hours
from marketplace.models import Mission
mission, today = Mission.objects.get(), timezone.localdate()
for one in mission.team.exclude(person__email="personne00@example.org"):
    hours.write(mission, {today: (Decimal(7), "Peinture")}, person=one.person, today=today)
print("told", mission.hours.values("person").distinct().count())
"""
CERTIFICATES = """
from django.utils import timezone
from marketplace.actions.documents import documents
from marketplace.models import Kind, Mission
mission = Mission.objects.get()
for one in mission.team.coming().order_by("pk"):
    if not one.documents.standing().exists():
        documents.make(Kind.HOURS_CERTIFICATE, mission, member=one, by=one.person, now=timezone.now())
print("told", *(f"{one.documents.standing().get().pk}/{one.person.first_name}_{one.person.last_name}" for one in mission.team.all()))
"""


class OfATeam(Hurried):
    """Axe looks at the pages of a team and of its agreements: the others are looked at where they are tried."""

    def look(self):
        self.page.wait_for_load_state()
        if any(part in self.page.url for part in ("/equipe", "/accord/", "/oui/")):
            super().look()


@pytest.fixture
def cast(site, browser):
    """(number of the house, number of the need, who there is by first name)"""
    house, need, *sessions = said(site, HOUSE.format(people=PEOPLE))
    people = {}
    for name, session in zip(NAMES, sessions, strict=True):
        email = {"Prénom00": "personne00", "Maëlle": "maelle"}.get(name, name.lower())
        people[name] = OfATeam(site, browser, name, "", f"{email}@example.org")
        cookie = {"name": "session", "value": session, "url": site.url}
        people[name].page.context.add_cookies([cookie])
    return house, need, people


def said(site, script):
    words = site.manage("shell", "-v0", say=script).split()
    return words[words.index("told") + 1 :]


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def write_the_sheet(person, mission):
    person.open(f"{mission}fiche/")
    person.click("Les écrire")
    person.fill(aim="Une serre qui dure.", work="Poncer et repeindre la serre.")
    person.click("Enregistrer et prévenir l’autre partie")


def plain(words: str) -> str:
    return words.replace("\u202f", " ").replace("\xa0", " ")


def test_twenty_people_from_the_call_to_their_certificates(site, browser, cast):
    house, need, people = cast
    claire, first, maelle, aline = (people[name] for name in NAMES)

    # Claire calls her people; one answers from the letter, twenty others by themselves; two wait.
    claire.open(f"/organisations/{house}/programmes/")
    claire.click("Opérations collectives")
    claire.click("Préparer une opération")
    claire.fill(title="Un jour de peinture", about="Repeindre ensemble.", places="20", days="1")
    claire.fill(starts_on=day(20), ends_on=day(25), answer_by=day(5))
    claire.click("Enregistrer")
    claire.click("Ouvrir les inscriptions")
    first.open(first.link_in("participez-vous"))
    first.click("Je participe")
    first.sees("Vous participez.")
    assert said(site, THEY_ANSWER) == ["20", "1"]

    # One team of twenty, told; it looks for a need, which the coordinator finds.
    claire.open(claire.link_in("Inscriptions closes"))
    claire.fill(size="20")
    claire.click("Former les équipes", exact=True)
    claire.sees("Équipe 1")
    claire.does_not_see("Équipe 2")
    claire.click("Prévenir les équipes")
    first.letter("Votre équipe")
    claire.click("Chercher un besoin")
    claire.sees("140 heures en tout")
    claire.click("Publier", exact=True)
    maelle.letter("un besoin à trouver")
    maelle.open("/bureau/")
    maelle.click("Voir les équipes")
    maelle.click("son offre et les besoins")
    offer = maelle.page.url.removeprefix(site.url).strip("/").split("/")[-1]
    maelle.open(f"/besoins/{need}/candidats/{offer}/")
    maelle.click("Proposer aux deux parties")
    claire.open(claire.link_in("Une mission pour vous"))
    claire.click("Oui, allons-y")
    aline.open(aline.link_in("Un premier oui"))
    aline.click("Oui, allons-y")
    mission = aline.page.url.removeprefix(site.url)

    # The frame, the sheet that both agree to, and the twenty in one press.
    answer_the_questions(
        claire, mission, {"whose": "COMPANY", "directs": "EMPLOYER", "receipt": "YES"}
    )
    write_the_sheet(claire, mission)
    aline.open(mission)
    aline.click("Lire la fiche")
    aline.click("Oui à cette fiche")
    claire.open(mission)
    claire.click("Nommer qui vient")
    claire.click("Nommer toutes ces personnes")
    claire.sees("140 des 140 heures")
    aline.open(mission)
    aline.does_not_see("Nom05")

    # Each says yes: one by the link of the letter, whose manager answers theirs; then the employer is asked.
    first.open(first.link_in("vous demande votre accord"))
    first.fill(manager_name="Dominique Lefebvre", manager_email="dominique@example.org")
    first.click("Oui, je suis d’accord")
    number, agreed = said(site, THEY_SAY_YES)
    assert agreed == "19"
    aline.open(mission)
    aline.does_not_see("Nom05")
    manager = OfATeam(site, browser, "Dominique", "Lefebvre", "dominique@example.org")
    manager.open(manager.link_in("demande votre accord"))
    manager.sees("Prénom00 Nom00")
    manager.choose("Je donne mon accord")
    manager.click("Envoyer ma réponse")
    manager.sees("Vous avez répondu")
    claire.open(mission)
    claire.click("Répondre pour l’employeur")
    claire.choose("Je donne mon accord")
    claire.click("Répondre pour l’employeur")

    # The convention names the twenty, and both sides sign it; the mission starts, and each is told.
    aline.open(f"{mission}papiers/")
    aline.page.locator("form[action$='/faire/'] button").first.click()
    aline.page.wait_for_load_state()
    convention = aline.page.url.removeprefix(site.url)
    for person in (aline, claire):
        sign(person, convention)
    words = plain(text_of(aline, f"{convention}signe.pdf"))
    for at in (0, *range(2, 21)):
        assert f"Prénom{at:02} Nom{at:02}" in words, at
    claire.open(mission)
    claire.click("Commencer la mission")
    claire.click("Oui, la mission commence")
    started = first.letter("commence")
    assert "Poncer et repeindre" in started
    site.manage("shell", "-v0", say=DAYS_LATER)

    # Hours by each; the structure confirms them, and says that the work is done.
    first.open(f"/equipes/{number}/")
    first.click("Noter mes heures")
    today = f"{timezone.localdate():%Y%m%d}"
    first.fill(**{f"hours_{today}": "7", f"what_{today}": "Ponçage"})
    first.click("Enregistrer la semaine")
    assert said(site, THEY_WRITE_THEIR_HOURS) == ["20"]
    aline.open(f"{mission}heures/")
    aline.click("Tout confirmer")
    aline.sees("Confirmées\u00a0: 140")
    aline.open(mission)
    aline.click("Le travail est fini")
    aline.click("Oui, le travail est fini")
    for person in (aline, claire):
        person.open(f"{mission}bilan/")
        person.page.locator("[name=rating][value='5']").check()
        person.page.locator("[name=again][value=yes]").check()
        person.click("Envoyer mon bilan")

    # The value, the receipt that lists the twenty, and each one's certificate.
    claire.open(mission)
    claire.click("Déclarer la valeur")
    claire.fill(amount="3500")
    claire.page.locator("[name=certified]").check()
    claire.click("Déclarer cette valeur")
    aline.open(mission)
    aline.click("Délivrer le reçu")
    aline.fill(capacity="présidente")
    aline.page.get_by_role("main").locator("form button.btn-accent").last.click()
    aline.page.wait_for_load_state()
    receipt = aline.page.url.removeprefix(site.url)
    words = plain(text_of(aline, f"{receipt}original.pdf"))
    for at in (0, *range(2, 21)):
        assert f"Prénom{at:02} Nom{at:02}" in words, at
    first.open(f"/equipes/{number}/")
    first.click("Demander mon attestation d’heures")
    papers = said(site, CERTIFICATES)
    assert len(papers) == 20
    for paper in papers:
        pk, name = paper.split("/")
        words = plain(text_of(aline, f"/documents/{pk}/original.pdf"))
        assert name.replace("_", " ") in words
        assert "soit 7 heures au total" in words
        others = [one for one in papers if one != paper]
        assert not any(one.split("/")[1].replace("_", " ") in words for one in others)
    assert [fault for one in (*people.values(), manager) for fault in one.faults] == []
