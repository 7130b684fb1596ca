"""What a list of people says, column by column and cell by cell."""

from datetime import date

import pytest

from common.tables import Line
from marketplace.rules import list_doubles, people_lists
from marketplace.rules.people_lists import columns_of, day_of, people_of

pytestmark = pytest.mark.once
TODAY = date(2026, 11, 30)


def read(*rows):
    columns = columns_of([Line(at, list(row)) for at, row in enumerate(rows, start=1)])
    return people_of(columns, TODAY)


@pytest.mark.parametrize(
    ("heading", "meant"),
    [
        ("Adresse e-mail professionnelle", "email"),
        ("Adresse de courriel", "email"),
        ("Courriel", "email"),
        ("MÉL", "email"),
        ("E-mail du responsable", "manager_email"),
        ("Responsable hiérarchique", "manager_name"),
        ("N+1", "manager_name"),
        ("NOM", "last_name"),
        ("Prénom", "first_name"),
        ("Nom et prénom", "name"),
        ("Équipe / service", "team"),
        ("Site", "site"),
        ("Établissement", "site"),
        ("Lieu de travail", "site"),
        ("Adresse du site", "site"),
        ("Type de contrat", "contract"),
        ("Date d’entrée", "hired_on"),
        ("Date d'embauche", "hired_on"),
        ("Adresse postale", None),
        ("Date de naissance", None),
        ("Date de fin de contrat", None),
        ("Matricule", None),
        ("First name", "first_name"),
        ("Email address", "email"),
    ],
)
def test_a_column_is_known_by_its_heading(heading, meant):
    columns = columns_of([Line(1, ["E-mail", heading]), Line(2, ["a@example.org", "x"])])
    found = {said: name for name, said in columns.headings.items()}
    assert found.get(heading) == (meant if meant != "email" else None)
    if meant == "email":
        assert columns_of([Line(1, [heading, "Nom"])]).headings["email"] == heading


def test_titles_above_the_headings_are_passed_over_and_what_is_of_no_use_is_said():
    columns = columns_of(
        [
            Line(1, ["Verreries du Nord", "", ""]),
            Line(3, ["Matricule", "Nom", "Mail"]),
            Line(4, ["12", "Cissé", "nora@example.org"]),
        ]
    )
    assert columns.unused == ["Matricule"]
    assert [line.number for line in columns.lines] == [4]


def test_without_headings_the_addresses_are_found_and_the_names_when_they_stand_alone():
    one, two = read(["Nora Cissé", "nora@example.org"], ["Paul Roux", "paul@example.org"])
    assert (one.called, two.said["email"]) == ("Nora Cissé", "paul@example.org")
    assert columns_of([Line(1, ["Nora", "Cissé"])]).places == {}


@pytest.mark.parametrize(
    ("cells", "called"),
    [
        ({"Nom": "CISSÉ", "Prénom": "Nora"}, "Nora Cissé"),
        ({"Nom": "CISSÉ Nora"}, "Nora Cissé"),
        ({"Nom": "Nora Cissé"}, "Nora Cissé"),
        ({"Nom et prénom": "DE LA TOUR Jean-Luc"}, "Jean-Luc De La Tour"),
    ],
)
def test_a_name_may_stand_in_one_column_or_in_two(cells, called):
    (one,) = read(["E-mail", *cells], ["a@example.org", *cells.values()])
    assert one.called == called


@pytest.mark.parametrize(
    ("heading", "cell", "code"),
    [
        ("E-mail", "nora@", "bad-address"),
        ("E-mail", "a@example.org b@example.org", "several-addresses"),
        ("E-mail", "=HYPERLINK(1)@example.org", "bad-address"),
        ("Nom", "=1+1", "not-a-name"),
        ("Nom", "www.example.org", "not-a-name"),
        ("Nom", "12345", "not-a-name"),
        ("Prénom", "x" * 81, "too-long"),
        ("Équipe", "=cmd|' /C calc'!A0", "not-a-name"),
        ("Équipe", "x" * 121, "too-long"),
        ("Contrat", "Freelance", "bad-contract"),
        ("Date d'entrée", "hier", "bad-day"),
        ("Date d'entrée", "31/02/2021", "bad-day"),
        ("Date d'entrée", "12/03/2031", "day-to-come"),
        ("Date d'entrée", "12/03/1931", "long-ago"),
        ("Manager", "nora@", "bad-address"),
        ("E-mail du manager", "nora@example.org", "own-address"),
    ],
)
def test_each_fault_has_its_column_and_its_sentence(heading, cell, code):
    row = {"E-mail": "nora@example.org", "Prénom": "Nora", "Nom": "Cissé"} | {heading: cell}
    (one,) = read(list(row), list(row.values()))
    ((_name, found, said),) = one.faults
    assert found == code
    assert people_lists.sentence(found, said)
    assert "%(" not in people_lists.sentence(found, said)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("12/03/2021", date(2021, 3, 12)),
        ("12/03/21", date(2021, 3, 12)),
        ("2021-03-12", date(2021, 3, 12)),
        ("1er août 2020", date(2020, 8, 1)),
        ("44267", date(2021, 3, 12)),
        ("11 sept. 2025", date(2025, 9, 11)),
        ("3 févr. 2025", date(2025, 2, 3)),
        ("05-déc.-25", date(2025, 12, 5)),
        ("14 juil 2025", date(2025, 7, 14)),
        ("2021-03-12 00:00:00", date(2021, 3, 12)),
    ],
)
def test_a_day_is_read_as_people_and_spreadsheets_write_it(typed, day):
    assert day_of(typed) == day


@pytest.mark.parametrize(
    ("typed", "contract"),
    [
        ("CDI", "PERMANENT"),
        ("Contrat à durée indéterminée", "PERMANENT"),
        ("CDD de 6 mois", "FIXED_TERM"),
        ("contrat à durée déterminée", "FIXED_TERM"),
        ("Alternance", "APPRENTICE"),
        ("Fonctionnaire titulaire", "PUBLIC"),
        ("Contractuel en CDI", "PERMANENT"),
    ],
)
def test_a_contract_is_read_in_the_words_of_human_resources(typed, contract):
    (one,) = read(["E-mail", "Contrat"], ["a@example.org", typed])
    assert one.said["contract"] == contract


@pytest.mark.parametrize("typed", ["contractuel", "Agente contractuelle", "agent non titulaire"])
def test_staff_on_contracts_are_no_civil_servants(typed):
    (one,) = read(["E-mail", "Contrat"], ["a@example.org", typed])
    assert "contract" not in one.said
    assert [code for _name, code, _said in one.faults] == ["on-contract"]


@pytest.mark.parametrize(
    "typed", ["Stagiaire", "Convention de stage", "Fonctionnaire stagiaire", "Intern", "trainee"]
)
def test_a_traineeship_is_no_apprenticeship(typed):
    """A list confirms what it says, and nobody lends an employee who is none."""
    (one,) = read(["E-mail", "Contrat"], ["a@example.org", typed])
    assert "contract" not in one.said
    assert [code for _name, code, _said in one.faults] == ["in-training"]


def test_who_stands_twice_in_a_list_counts_once():
    people = read(["E-mail", "Nom"], ["a@example.org", "Zoé Un"], ["A@Example.org", "UN Zoe"])
    list_doubles.twice(people)
    assert people[0].faults == []
    assert people[1].faults[0][1:] == ("said-above", {"cell": "A@Example.org", "line": "2"})


def test_an_address_under_two_names_is_asked_about_on_both_lines():
    people = read(
        ["E-mail", "Nom"], ["a@example.org", "Zoé Un"], ["a@example.org", "Paul Deux"],
        ["a@example.org", "Nora Trois"],
    )  # fmt: skip
    list_doubles.twice(people)
    told = [[(code, said["line"]) for _name, code, said in one.faults] for one in people]
    assert told == [[("two-names", "3")], [("two-names", "2")], [("two-names", "2")]]


@pytest.mark.parametrize(
    "rows",
    [
        [["Liste des salariés", "", ""], ["Nom", "Prénom", "Mail"]],
        [["Liste des salariés", "", ""], ["Écrire à rh@example.org"], ["Nom", "Prénom", "Mail"]],
        [["Direction", "", ""], ["", "", "Mail"]],
    ],
)
def test_a_title_that_has_words_of_a_heading_hides_no_headings(rows):
    one = read(*rows, ["Cissé", "Nora", "nora@example.org"])[0]
    assert one.said["email"] == "nora@example.org"


def test_in_a_column_of_names_somebody_called_mel_is_no_heading():
    assert [one.typed for one in read(["Nom"], ["Mel Dupont"], ["Ana Brun"])] == [
        {"last_name": "Mel Dupont"},
        {"last_name": "Ana Brun"},
    ]


@pytest.mark.parametrize("whole", ["Dupont, Marie", "DUPONT, Marie", "DUPONT Marie"])
def test_the_last_name_before_a_comma_is_the_last_name(whole):
    one = read(["E-mail", "Nom"], ["m@example.org", whole])[0]
    assert (one.said["first_name"], one.said["last_name"].title()) == ("Marie", "Dupont")


@pytest.mark.parametrize(
    "cell",
    [
        "MAILTO:m@example.org", "Marie Dupont <m@example.org>", "<mailto:m@example.org>",
        "'m@example.org'", "m@example.org;", "m@example.org,", "m@example.org.",
        "m @example.org", "m@ example.org",
    ],
)  # fmt: skip
def test_an_address_is_read_as_it_was_copied(cell):
    assert read(["E-mail"], [cell])[0].said["email"] == "m@example.org"


@pytest.mark.parametrize(
    "cell", ["a@example.org; b@example.org", "<a@example.org> <b@example.org>"]
)
def test_two_addresses_in_a_cell_are_not_one(cell):
    assert [code for _name, code, _said in read(["E-mail"], [cell])[0].faults] == [
        "several-addresses"
    ]
