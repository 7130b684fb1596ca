"""Rules that may not stand: each gets a sentence beside the field, and nothing that was typed is lost."""

import pytest

from accounts.states import SeatStatus
from marketplace.models import DispatchRule
from tests.factories import make_department, make_organisation
from tests.marketplace.desk.dispatching import (
    kept,
    make_operator,
    make_rule,
    person_of,
    pole_of_two_departments,
    read,
    tried,
    url,
)


@pytest.fixture
def pole(db):
    return pole_of_two_departments()


@pytest.fixture
def coup(pole, client):
    operator = make_operator(pole, "Coup de Pouce")
    client.force_login(person_of(operator))
    return operator


@pytest.fixture
def relais(pole):
    return make_operator(pole, "Relais Nord")


def refused(client, pole, **typed) -> str:
    """The sentence beside the field; what was typed is still there."""
    typed = {"departments": ["59"], "place": "1"} | typed
    page = read(client, url("new", pole.pk), typed)
    before = DispatchRule.objects.count()
    client.post(url("new", pole.pk), typed | {"keep": "yes", "tried": "0.0"})
    assert DispatchRule.objects.count() == before
    assert 'class="error-summary"' in page
    return page


def test_a_rule_that_an_earlier_one_covers_names_it(client, coup, relais, pole):
    make_rule(relais, departments=["59", "62"])
    page = refused(client, pole, operator=coup.pk, place="2")
    assert (
        "«\xa0Nord → Coup de Pouce\xa0» ne servirait jamais\xa0: la règle "
        "1 («\xa0Nord ou Pas-de-Calais → Relais Nord\xa0») passe avant et prend tout." in page
    )
    assert 'value="59"' in page


def test_a_rule_that_two_earlier_ones_cover_names_both(client, coup, relais, pole):
    make_rule(relais, departments=["59"])
    make_rule(relais, departments=["62"])
    page = refused(client, pole, departments=["59", "62"], operator=coup.pk, place="3")
    assert "ne servirait jamais\xa0: les règles 1 (" in page


def test_a_rule_that_would_silence_a_later_one_is_refused(client, coup, relais, pole):
    make_rule(relais, departments=["59"])
    page = refused(client, pole, departments=[], operator=coup.pk, place="1")
    assert "«\xa0Nord → Relais Nord\xa0» ne servirait jamais" in page


def test_a_rule_of_an_operator_that_has_left_silences_nobody(client, coup, relais, pole):
    make_rule(relais)
    relais.seats.update(status=SeatStatus.ENDED)
    typed = {"departments": ["59"], "operator": coup.pk, "place": "2"}
    client.post(url("new", pole.pk), tried(client, url("new", pole.pk), typed))
    assert kept() == ["Relais Nord", "Coup de Pouce"]


def test_the_same_conditions_twice_are_refused(client, coup, relais, pole):
    make_rule(relais, departments=["59"])
    page = refused(client, pole, operator=coup.pk)
    assert "La règle 1 a déjà ces mêmes conditions" in page


def test_a_departement_of_another_pole_is_refused(client, coup, pole):
    make_department("80", "Somme")
    page = refused(client, pole, departments=["80"], operator=coup.pk)
    assert "«\xa080\xa0» n’est pas un département de ce pôle" in page


def test_an_operator_without_a_seat_is_refused(client, coup, relais, pole):
    relais.seats.update(status=SeatStatus.ENDED)
    page = refused(client, pole, operator=relais.pk)
    assert "n’a pas de siège dans le pôle" in page


@pytest.mark.parametrize("door", ["structure", "0", "x", "9" * 30])
def test_a_door_of_what_is_no_operator_is_refused(client, coup, pole, door):
    door = str(make_organisation().pk) if door == "structure" else door
    page = refused(client, pole, doors=[door], operator=coup.pk)
    assert "n’est celle d’aucun opérateur du pôle" in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"operator": ""}, "obligatoire"),
        ({"formats": ["TOUS"]}, "n’est pas un format de besoin"),
        ({"times": ["NUIT"]}, "n’est pas de ce qu’un besoin accueille"),
        ({"families": ["magie"]}, "n’est pas un domaine de notre liste"),
        ({"place": "9"}, "Cette place n’existe pas"),
        ({"place": "-1"}, "Cette place n’existe pas"),
    ],
)
def test_other_nonsense_gets_its_sentence(client, coup, pole, typed, sentence):
    assert sentence in refused(client, pole, **{"operator": coup.pk} | typed)


def test_a_departement_that_has_left_the_pole_is_shown_and_refused(client, coup, pole):
    """Were its box to go by itself, the rule would hold for everything."""
    row = make_rule(coup, departments=["80"])
    make_department("80", "Somme")
    address = url("edit", pole.pk, row.pk)
    assert "Somme" in read(client, address)
    page = read(client, address, {"departments": ["80"], "operator": coup.pk, "place": "1"})
    assert "n’est pas un département de ce pôle" in page


def test_fifty_rules_are_the_most(client, coup, pole):
    for n in range(50):
        make_rule(coup, departments=[f"{n:02}"])
    assert url("new", pole.pk) not in read(client, url("", pole.pk))
    page = read(client, url("new", pole.pk), {"operator": coup.pk, "place": "51"})
    assert "Cinquante règles au plus" in page
    assert DispatchRule.objects.count() == 50
