"""A need of three carriers, from the invitation to two receipts, on the real processes: an association that leads and gives
receipts, a town that gives them too, and a cooperative that gives none and so has a mission of its own. What other tests
try by clicks – the offer, the employer's yes – is laid out by the same acts."""

import pytest
from django.utils import timezone

from tests.people_in_browsers import WIDE, Someone
from tests.test_mission_of_each_regime import answer_the_questions, review, sign, text_of
from tests.test_story_of_a_team import plain, said, write_the_sheet

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
HOUSES = """
from django.test import Client
from accounts.models import Membership
from marketplace.models import Duty
from tests.factories import *
from tests.marketplace.missions.served_people import Form, say_receipts
here = dict(pole=make_pole("Pôle de Villeurbanne", ("69",)), listed_from=timezone.localdate(),
    commune=make_commune("69266", "Villeurbanne", latitude=45.7667, longitude=4.8833))
def somebody(first, last):
    return verify(make_user(first, last, email=f"{first.lower()}@example.org"))
def house(name, head, kind="ESS", gives=False, **fields):
    made = make_organisation(kind, name=name, administrator=head, address="12 rue des Postes",
        siren=f"9{next(number):08d}", **here, **fields)
    if gives:
        say_receipts(made, gives)
    return made
aline, awa, sophie = somebody("Aline", "Moreau"), somebody("Awa", "Diallo"), somebody("Sophie", "Marchand")
paul, lou, maelle = somebody("Paul", "Delattre"), somebody("Lou", "Lambert"), somebody("Maelle", "Vandamme")
lead = house("Bottines et Bottillons", aline, gives=True)
house("ACEPP du Rhône", awa, legal_form=Form.SCIC)
house("Ville de Villeurbanne", sophie, "AUTHORITY", gives=True, legal_form=Form.PUBLIC)
company = house("Verreries du Rhône", paul, "COMPANY")
Duty.objects.create(membership=company.memberships.get(), kind="CSR", given_by=paul)
Membership.objects.create(user=lou, organisation=company, role="EMPLOYEE")
make_organisation("OPERATOR", name="Les Passeurs", member=maelle, **here)
need = make_need(lead, title="Une crèche et un jardin partagés", created_by=aline, status="SUBMITTED", hours=60)
def session(who):
    client = Client(); client.force_login(who); return client.cookies["session"].value
print("told", need.pk, *map(session, (aline, awa, sophie, paul, lou, maelle)))
"""
NAMES = ("Aline", "Awa", "Sophie", "Paul", "Lou", "Maelle")
LOU_APPLIES = """
from accounts.models import Organisation, User
from tests.factories import *
lou, company = User.objects.get(email="lou@example.org"), Organisation.objects.get(name="Verreries du Rhône")
offer = make_offer(lou, organisation=company, pole=company.pole)
print("told", make_proposal(Need.objects.get(), offer).pk)
"""
THE_EMPLOYER_AGREES = """
from django.utils import timezone
from accounts.models import User
from marketplace.actions.missions import agreements
from marketplace.models import Employee, Mission
lou, paul = User.objects.get(email="lou@example.org"), User.objects.get(email="paul@example.org")
mission, now = Mission.objects.get(apart_for=None), timezone.now()
lou_at_work = Employee(organisation=mission.offer.organisation, person=lou, position="Verrière",
    manager_name="Dominique Lefebvre", manager_email="dominique@example.org")
asked = agreements.ask_manager(mission, employee=lou_at_work, programme=None, by=lou, now=now)
agreements.answer(asked, answer="YES", now=now)
agreements.answer(mission.agreements.waiting().get(), answer="YES", by=paul, now=now)
"""
# From the rows alone, in fractions: each part by its confirmed hours, to the nearest cent.
RECOUNTED = """
from fractions import Fraction
from marketplace.models import Document, HoursEntry, Mission
mission, hours = Mission.objects.get(apart_for=None), {}
for one in HoursEntry.objects.filter(mission=mission, confirmed_at__isnull=False):
    whose = str(one.served or mission.need.organisation)
    hours[whose] = hours.get(whose, 0) + Fraction(one.hours)
cents = {whose: round(Fraction(mission.valuation.amount) * 100 * many / sum(hours.values())) for whose, many in hours.items()}
given = {str(one.organisation): int(one.amount * 100) for one in Document.objects.receipts()}
print("told", given == cents, sum(given.values()) == mission.valuation.amount * 100, *sorted(given.values()))
"""


class Carrying(Someone):
    """Everybody works at one width. Axe and the other widths look at the key pages, when asked: the others are looked at
    where they are tried."""

    size = WIDE

    def __post_init__(self) -> None:
        super().__post_init__()
        self.page.set_viewport_size(self.size)

    def look(self) -> None:
        self.page.wait_for_load_state()
        self._fits(self.size)

    def looks(self) -> None:
        super().look()
        self.page.set_viewport_size(self.size)


class OnAPhone(Carrying):
    size = {"width": 360, "height": 740}


@pytest.fixture(params=[Carrying, OnAPhone], ids=["1280", "360"])
def cast(request, site, prepared, browser):
    """(number of the need, who there is), in a town where nothing has happened yet"""
    site.begin_anew(prepared)
    need, *sessions = said(site, HOUSES)
    people = []
    for name, session in zip(NAMES, sessions, strict=True):
        one = request.param(site, browser, name, "", f"{name.lower()}@example.org")
        one.page.context.add_cookies([{"name": "session", "value": session, "url": site.url}])
        people.append(one)
    return need, people


def ask_to_carry(lead, need, whom):
    lead.open(f"/besoins/{need}/")
    lead.click("Demander à une structure de le porter aussi")
    lead.page.get_by_label("La structure").fill(whom)
    lead.click("Chercher")
    lead.click("Choisir")
    lead.click("Oui, poser la question")
    lead.sees("Pas de publication avant la réponse")


def give_hours(person, mission, **by_structure):
    today = f"{timezone.localdate():%Y%m%d}"
    person.open(mission)
    person.click("Noter mes heures")
    for structure, hours in by_structure.items():
        person.page.get_by_role("main").get_by_role("link", name=structure).first.click()
        person.look()
        person.fill(**{f"hours_{today}": hours, f"what_{today}": f"Atelier {structure}"})
        person.click("Enregistrer la semaine")
        person.sees(f"Atelier {structure}")


def receipt_of(person, mission, part):
    """The text of the receipt that this person gives, whose sum they read first."""
    person.open(mission)
    person.click("Délivrer le reçu")
    person.sees(part)
    person.looks()
    person.fill(capacity="trésorière")
    person.click("Délivrer ce reçu")
    person.sees("R-")
    return plain(text_of(person, f"{person.page.url.removeprefix(person.site.url)}original.pdf"))


def test_three_carry_a_need_from_the_invitation_to_two_receipts(site, cast):
    need, people = cast
    aline, awa, sophie, paul, lou, maelle = people

    # The lead asks two structures; each says yes, the cooperative once it has read that it gives no receipt.
    ask_to_carry(aline, need, "acepp")
    ask_to_carry(aline, need, "villeurbanne")
    awa.open(awa.link_in("vous propose de porter un besoin"))
    awa.sees("ACEPP du Rhône ne délivre pas de reçu fiscal")
    awa.looks()
    sophie.open(sophie.link_in("vous propose de porter un besoin"))
    sophie.does_not_see("ne délivre pas de reçu fiscal")
    for one in (awa, sophie):
        one.click("Oui, nous le portons aussi")
        one.sees("porte aussi")
    maelle.open(f"/besoins/{need}/")
    maelle.click("Publier")
    maelle.sees("Publié")

    # Somebody comes on an employer's time; before anybody signs, the cooperative's hours go into a mission of their own.
    (proposal,) = said(site, LOU_APPLIES)
    aline.open(f"/propositions/{proposal}/")
    aline.click("Oui, allons-y")
    mission = aline.page.url.removeprefix(site.url)
    answer_the_questions(
        lou, mission, {"whose": "COMPANY", "directs": "EMPLOYER", "receipt": "YES"}
    )
    aline.open(mission)
    aline.sees("Les heures pour ACEPP du Rhône n’entrent pas dans ce cadre juridique")
    aline.sees("Ville de Villeurbanne en délivrera un pour ses propres heures")
    aline.click("Créer une seconde mission pour elle")
    aline.sees("article L. 8241-3")
    aline.looks()
    aline.fill(hours="16")
    for condition in ("large_lender", "small_user"):
        aline.page.locator(f"[name={condition}]").check()
    aline.click("Créer la seconde mission")
    aline.sees("sert ACEPP du Rhône seule")
    second = aline.page.url.removeprefix(site.url)
    aline.click("La mission pour Bottines et Bottillons, Ville de Villeurbanne")
    aline.sees("servie par une mission à part")
    aline.sees("44 heures prévues")
    aline.looks()
    awa.open(second)
    awa.sees("sans reçu fiscal")
    awa.finds_nothing_at(mission)

    # The sheet, the town's mandate, and the signatures: the lead signs for both, once the town has said yes.
    write_the_sheet(lou, mission)
    aline.open(mission)
    aline.click("Lire la fiche")
    aline.click("Oui à cette fiche")
    site.manage("shell", "-v0", say=THE_EMPLOYER_AGREES)
    aline.open(f"{mission}papiers/")
    aline.page.locator("form[action$='/faire/'] button").first.click()
    convention = aline.page.url.removeprefix(site.url)
    assert aline.page.locator("form[action$='/signer/']").count() == 0
    sophie.open(mission)
    sophie.click("Lire la fiche et dire oui")
    sophie.looks()
    sophie.fill(capacity="maire")
    sophie.page.locator("[name=agrees]").check()
    sophie.click("Nous acceptons")
    sophie.sees("Bottines et Bottillons signe aussi pour elle")
    for one in (aline, paul):
        sign(one, convention)
    words = plain(text_of(aline, f"{convention}signe.pdf"))
    for mention in ("Bottines et Bottillons", "Ville de Villeurbanne", "Elle délivre un reçu"):
        assert mention in words, mention
    assert "ACEPP" not in words

    # Hours by structure served; each confirms its own. The end, and what each side says of it.
    aline.open(mission)
    aline.click("Commencer la mission")
    aline.click("Oui, la mission commence")
    give_hours(lou, mission, Bottines="3h30", Villeurbanne="4")
    for one in (sophie, aline):
        one.open(mission)
        one.click("Confirmer les heures")
        one.click("Tout confirmer")
    aline.sees("Ville de Villeurbanne : 4 h notées, 4 h confirmées")
    aline.looks()
    aline.open(mission)
    aline.click("Le travail est fini")
    aline.click("Oui, le travail est fini")
    for one in (aline, lou, paul, sophie):
        review(one, mission)

    # The value, shared out by the hours; two receipts, to the cent. The cooperative gives none.
    paul.open(mission)
    paul.click("Déclarer la valeur")
    paul.sees("Bottines et Bottillons : 3,5 h")
    paul.looks()
    paul.fill(amount="100,01")
    paul.page.locator("[name=certified]").check()
    paul.click("Déclarer cette valeur")
    paul.sees("100,01")
    for one, part, hours in ((aline, "46,67", "3,5 heures"), (sophie, "53,34", "4 heures")):
        words = receipt_of(one, mission, part)
        assert f"{part} €" in words
        assert hours in words
        assert "100,01" not in words
    assert said(site, RECOUNTED) == ["True", "True", "4667", "5334"]
    awa.finds_nothing_at(f"{mission}recu/")
    paul.open(mission)
    paul.sees("Close")
    assert [fault for one in people for fault in one.faults] == []
