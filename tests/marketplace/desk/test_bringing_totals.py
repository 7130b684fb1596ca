"""The last line of a spreadsheet often adds up the others: it is nobody's record."""

import pytest

from marketplace.models import MissionRecord, OrganisationRecord, PersonRecord
from tests.factories import make_commune, make_organisation, make_user
from tests.marketplace.desk.bringing import (
    MISSIONS,
    ORGANISATIONS,
    PEOPLE,
    brought,
    outcomes,
    sent,
    wrong,
)

pytestmark = pytest.mark.django_db
HEADINGS = "N°;Nom de la structure;Type;SIREN;CP;Ville;Site web\n"
FIRST = "A1;Les Bottines;Association;732829320;59000;Lille;\n"


@pytest.fixture
def coordinator():
    return make_user("Hélène", "Roux")


@pytest.fixture
def operator(coordinator):
    make_commune()
    return make_organisation("OPERATOR", member=coordinator, name="Les Passeurs")


@pytest.mark.parametrize(
    "last",
    [
        "TOTAL;;;;;;", ";TOTAL;;;;;", ";Total :;1;;;;", "Total;1 structure;;;;;", ";Total général;=NB(A2:A3);;;;",
        ";Totaux;12,5;;;;", ";TOTAL : 24;;;;;",
    ],
)  # fmt: skip
def test_a_last_line_that_adds_up_is_left_and_said_so(operator, coordinator, last):
    table = brought(operator, coordinator, ORGANISATIONS, f"{HEADINGS}{FIRST}{last}\n")
    assert outcomes(table) == {2: ("MAKE", ""), 3: ("LEAVE", "total")}
    assert not wrong(table)
    assert [one.name for one in OrganisationRecord.objects.all()] == ["Les Bottines"]


@pytest.mark.parametrize(
    "last",
    [
        "A2;Total;Entreprise;542051180;92400;Courbevoie;", "A2;Total Sport;;;;;", ";Total;Association;;;Lille;",
        ";Totalement vélo;;;;;", ";Total;;;59000;;",
    ],
)  # fmt: skip
def test_an_organisation_that_is_called_so_is_brought_in(operator, coordinator, last):
    table = sent(operator, coordinator, ORGANISATIONS, f"{HEADINGS}{FIRST}{last}\n")
    assert outcomes(table)[3] == ("MAKE", "")


def test_only_the_last_line_adds_up(operator, coordinator):
    table = sent(operator, coordinator, ORGANISATIONS, f"{HEADINGS};Total;;;;;\n{FIRST}")
    assert outcomes(table)[2] == ("MAKE", "")
    alone = sent(operator, coordinator, ORGANISATIONS, f"{HEADINGS};Total;;;;;\n")
    assert outcomes(alone) == {2: ("MAKE", "")}


def test_nor_is_it_a_person_or_a_mission(operator, coordinator):
    brought(operator, coordinator, ORGANISATIONS, HEADINGS + FIRST)
    people = "Nom;Prénom;Mail;Métier\nCissé;Nora;nora@example.org;Comptable\nTOTAL;;;1\n"
    assert outcomes(brought(operator, coordinator, PEOPLE, people))[3] == ("LEAVE", "total")
    missions = "Structure;Date de début;Nb d'heures\nLes Bottines;12/03/2025;42\nTotal;;42\n"
    table = brought(operator, coordinator, MISSIONS, missions)
    assert outcomes(table)[3] == ("LEAVE", "total")
    assert not wrong(table)
    assert (PersonRecord.objects.count(), MissionRecord.objects.count()) == (1, 1)


def test_the_page_says_why_it_is_left(client, operator, coordinator):
    table = sent(operator, coordinator, ORGANISATIONS, f"{HEADINGS}{FIRST};TOTAL;;;;;\n")
    client.force_login(coordinator)
    page = client.get(table.get_absolute_url()).content.decode()
    assert "La dernière ligne additionne les autres" in page
