"""A pôle moves in by keyboard: three messy sheets of forty columns; looked at by axe, wide and narrow."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.marketplace.desk.bringing import workbook
from tests.people_in_browsers import NARROW, WIDE, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
A_POLE = """
from django.test import Client
from tests.factories import make_commune, make_organisation, make_user, verify
make_commune()
person = verify(make_user("Hélène", "Roux"))
make_organisation("OPERATOR", member=person, name="Les Passeurs")
client = Client()
client.force_login(person)
print("session", client.cookies["session"].value)
"""
WORK = """
from tests.marketplace.desk.bringing import work
from marketplace.models import Import
[work(table) for table in Import.objects.working()]
"""
HELD = """
from accounts.models import Organisation
from marketplace.models import Import
from tests.marketplace.desk.bringing import brought
operator = Organisation.objects.get(name="Les Passeurs")
brought(operator, operator.members.get(), Import.Kind.ORGANISATIONS, "Nom;Ville\\nLes Tisserands;Lille\\n")
"""
MISSIONS = [
    ["Suivi des missions 2025", "", "", "", "", "", "", "", "", "", "", "", "", ""],
    ["", "Qui", "", "Quand", "", "", "", "", "", "", "", "", "", ""],
    ["N°", "Structure", "Intervenant", "Date début", "Date fin", "Nb heures", "Objet", "Cofinancement", "Convention", "Avis", "Relance", "Statut", "Commentaire", "Suivi par"],
    ["M1", "Les Bottines", "Nora Cissé", "12/03/2025", "", "42", "Comptabilité", "", "oui", "", "", "clos", "#REF!", "HR"],
    ["M2", "Recyclerie du Nord", "", "2025-03-14", "", "12,5", "Site", "", "", "", "", "", "", ""],
    ["M3", "", "", "14 mars 2025", "", "trois jours", "Atelier", "", "", "", "", "", "", ""],
]  # fmt: skip
STRUCTURES = [
    ["Code", "Nom structure", "Nature", "Siret", "Rue", "CP", "Commune", "Contact", "Tél", "Mail", "Adhésion", "Année", "Notes"],
    ["S1", "Les Bottines", "Assoc.", "", "12 rue des Fils", "59000", "Lille", "Eve", "", "", "oui", "2021", ""],
    ["S2", "RECYCLERIE DU NORD", "association", "12", "", "", "Lille", "", "", "", "", "", ""],
    ["S3", "Bottines (Les)", "association", "", "", "", "", "", "", "", "", "", "doublon ?"],
    ["", "", "", "", "", "", "", "", "", "", "", "", "total 3"],
]  # fmt: skip
PEOPLE = [
    ["Réf", "Nom", "Prénom", "Courriel", "Portable", "Fonction", "Structure", "Ville", "Dispo", "Date naissance", "Permis", "Source", "Vu le"],
    ["P1", "CISSÉ", "Nora", "nora@example.org", "0600000001", "Comptable", "Les Bottines", "Lille", "soir", "1/1/80", "B", "salon", ""],
    ["P2", "Brun", "Zoé", "zoé@", "", "", "", "Lile", "", "", "", "", ""],
]  # fmt: skip


@pytest.fixture(scope="module")
def session(site):
    return site.manage("shell", "-v0", "-c", A_POLE).split()[-1]


@pytest.fixture
def page(site, browser, session):
    context = browser.new_context(viewport=WIDE, locale="fr-FR")
    context.add_cookies([{"name": "session", "value": session, "url": site.url}])
    yield context.new_page()
    context.close()


def seen(page) -> None:
    for window in (NARROW, WIDE):
        page.set_viewport_size(window)
        looks_well(page)


def press(page, role: str, name: str) -> None:
    """By keyboard: reached, then Enter."""
    page.get_by_role("main").get_by_role(role, name=name).first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def brought(site, page, kind: str, sheet: str, path: Path) -> None:
    """One kind of the workbook, from its sheet, up to what will be done."""
    page.goto(f"{site.url}/bureau/apporter/")
    main = page.get_by_role("main")
    main.get_by_label(kind, exact=True).check()
    main.get_by_label("Votre fichier").set_input_files(path)
    press(page, "button", "Regarder le fichier")
    site.manage("shell", "-v0", "-c", WORK)
    page.reload()
    if main.get_by_role("link", name="Colonnes et feuille").count():
        press(page, "link", "Colonnes et feuille")
    if main.get_by_role("button", name=f"Lire «\xa0{sheet}\xa0»").count():
        press(page, "button", f"Lire «\xa0{sheet}\xa0»")
        site.manage("shell", "-v0", "-c", WORK)
    page.goto(page.url.replace("colonnes/", ""))


def test_a_pole_moves_in_from_three_messy_sheets(site, page, tmp_path):
    file = tmp_path / "suivi.xlsx"
    sheets = (("Missions", MISSIONS), ("Structures", STRUCTURES), ("Bénévoles", PEOPLE))
    file.write_bytes(workbook(*sheets))
    main = page.get_by_role("main")
    brought(site, page, "Organisations", "Structures", file)
    expect(main).to_contain_text("3 lignes seront apportées")
    expect(main).to_contain_text("n’est pas un numéro de cette sorte")
    seen(page)
    press(page, "button", "Les apporter")
    site.manage("shell", "-v0", "-c", WORK)
    page.reload()
    expect(main).to_contain_text("été apportée")
    seen(page)
    brought(site, page, "Personnes", "Bénévoles", file)
    expect(main).to_contain_text("1 personne n’a pas d’adresse")
    press(page, "button", "Les apporter")
    site.manage("shell", "-v0", "-c", WORK)
    brought(site, page, "Missions passées", "Missions", file)
    expect(main).to_contain_text("2 lignes seront apportées")
    press(page, "button", "Les apporter")
    site.manage("shell", "-v0", "-c", WORK)
    for kind, words in (("organisations", "Bottines"), ("personnes", "Nora"), ("missions", "12,5")):
        page.goto(f"{site.url}/bureau/fiches/{kind}/")
        expect(main).to_contain_text(words)
        seen(page)


def test_columns_and_homonyms_are_told_by_keyboard(site, page, tmp_path):
    site.manage("shell", "-v0", "-c", HELD)
    file = tmp_path / "autre.csv"
    file.write_text("Truc;Machin\nAssociation Tiserands;Lille\n", encoding="utf-8")
    main = page.get_by_role("main")
    brought(site, page, "Organisations", "", file)
    expect(main).to_contain_text("Que contient chaque colonne")
    seen(page)
    main.get_by_label("Truc").select_option(label="Nom de l’organisation")
    press(page, "button", "Lire le fichier ainsi")
    site.manage("shell", "-v0", "-c", WORK)
    page.reload()
    expect(main).to_contain_text("La même, ou une autre")
    seen(page)
    main.get_by_role("radio", name="La même").check()
    press(page, "button", "Retenir ces réponses")
    expect(main).to_contain_text("1 change ce qui est gardé")


OFFERED = [
    ["Ce que nos bénévoles proposent, au 3 novembre", "", "", "", "", "", "", "", ""],
    ["", "Qui", "", "", "Quoi", "", "", "Où", ""],
    ["N°", "Nom", "Prénom", "Mail", "Compétences", "Nb heures", "Temps (perso ou travail)", "Commune", "Remarques"],
    ["O1", "CISSÉ", "Inès", "ines@example.org", "Tenir une comptabilité associative", "35,5", "bénévole", "Lille", ""],
    ["O2", "Petit", "Marie", "", "Faire une affiche", "7", "perso", "Lille", "mi-temps"],
    ["O3", "Petit", "Marie", "", "De la paie", "", "mécénat", "Lille", ""],
    ["O4", "Roux", "Paul", "paul@example", "Un site internet", "une journée", "parfois", "Nulle-Part", ""],
]  # fmt: skip
TOLD = """
from datetime import timedelta
from django.utils import timezone
from marketplace.actions.desk import record_tellings
from notifications.models import Notification
record_tellings.carry_on(timezone.now() + timedelta(hours=26))
import re
told = Notification.objects.get(kind="record_told", address="ines@example.org")
print("link", re.search(r"/fiche/[\\w-]+/", told.text)[0])
"""


def test_what_people_offer_is_brought_in_put_online_by_them_and_taken_back(
    site, page, browser, tmp_path
):
    file = tmp_path / "offres.xlsx"
    merged = [(4, 5, 1, "Petit"), (4, 5, 2, "Marie")]
    file.write_bytes(workbook(("Offres", OFFERED), merge=merged))
    main = page.get_by_role("main")
    brought(site, page, "Offres", "", file)
    expect(main).to_contain_text("Aucune n’est publiée")
    expect(main).to_contain_text("La même, ou une autre")
    for fault in ("une journée", "parfois", "paul@example"):
        expect(main).to_contain_text(fault)
    seen(page)
    main.get_by_role("radio", name="Une autre").check()
    press(page, "button", "Retenir ces réponses")
    expect(main).to_contain_text("3 lignes seront apportées")
    press(page, "button", "Les apporter")
    listed = page.url
    site.manage("shell", "-v0", "-c", WORK)
    page.reload()
    expect(main).to_contain_text("3 lignes ont été apportées")
    page.goto(f"{site.url}/bureau/fiches/offres/")
    expect(main.locator("tr", has_text="Marie Petit")).to_have_count(2)
    seen(page)
    # Once again: nothing is made twice.
    brought(site, page, "Offres", "", file)
    expect(main.get_by_role("button", name="Les apporter")).to_have_count(0)
    link = site.manage("shell", "-v0", "-c", TOLD).split()[-1]
    visitor = browser.new_context(viewport=NARROW, locale="fr-FR").new_page()
    visitor.goto(f"{site.url}{link}")
    expect(visitor.get_by_role("main")).to_contain_text("Tenir une comptabilité associative")
    looks_well(visitor)
    with visitor.expect_navigation():
        visitor.get_by_role("button", name="Mettre mon offre en ligne").press("Enter")
    expect(visitor.locator("[name=email]")).to_have_value("ines@example.org")
    looks_well(visitor)
    visitor.context.close()
    page.goto(listed)
    press(page, "button", "Annuler la liste")
    site.manage("shell", "-v0", "-c", WORK)
    page.goto(f"{site.url}/bureau/fiches/offres/")
    expect(main).to_contain_text("comptabilité associative")  # she has agreed to it
    expect(main).not_to_contain_text("Marie Petit")
