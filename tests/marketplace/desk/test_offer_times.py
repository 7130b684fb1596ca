"""On whose time somebody of a pôle's own list offers something: read from one cell, and never guessed."""

import pytest

from marketplace.models import OfferRecord
from tests.factories import make_commune, make_organisation, make_user
from tests.marketplace.desk.bringing import brought, sent, wrong

OFFERS = "OFFERS"


@pytest.fixture
def coordinator():
    return make_user("Hélène", "Roux")


@pytest.fixture
def operator(coordinator):
    make_commune()
    return make_organisation("OPERATOR", member=coordinator, name="Les Passeurs")


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("bénévolat", "OWN"), ("Perso", "OWN"), ("hors travail", "OWN"), ("mécénat de compétences", "WORK"),
        ("temps de travail", "WORK"), ("salariée", "WORK"), ("", ""),
        ("hors temps de travail", "OWN"), ("en dehors de mon travail", "OWN"), ("après le travail", "OWN"),
        ("non salarié", "OWN"), ("pas en entreprise", "OWN"), ("retraitée", "OWN"),
    ],
)  # fmt: skip
def test_it_says_on_whose_time(operator, coordinator, said, time):
    brought(
        operator,
        coordinator,
        OFFERS,
        f"Nom;Mail;Compétences;Temps de travail\nRoux;a@example.org;Paie;{said}\n",
    )
    assert OfferRecord.objects.get().time == time


@pytest.mark.parametrize(
    "said", ["bénévolat d’entreprise", "mécénat ou perso", "pas perso, mécénat"]
)
def test_two_times_in_one_cell_are_asked_about_and_guessed_by_nobody(operator, coordinator, said):
    words = f"Nom;Mail;Compétences;Temps de travail\nRoux;a@example.org;Paie;{said}\n"
    assert wrong(sent(operator, coordinator, OFFERS, words)) == {(2, "time", "bad-time")}
