"""Who says what a report tells: each named once, first who says it."""

import pytest

from marketplace.figures.told_missions import Told

NAMES = {
    ("Noémie", ("Roue Libre", "Noémie, Bien Chez Soi")): "Noémie, Bien Chez Soi · Roue Libre",
    ("Noémie", ("Noémie, Roue Libre", "")): "Noémie, Roue Libre",
    ("Inès", ("Cap Devoirs", "Noé")): "Inès · Cap Devoirs · Noé",
    ("Noé", ("Cap Devoirs", "Noé")): "Noé · Cap Devoirs",
    ("Salomé", ("", "")): "Salomé",
    ("Lou", ("Louvain, asbl", "")): "Lou · Louvain, asbl",
}


@pytest.mark.parametrize(("said", "signature"), NAMES.items())
def test_nobody_is_named_twice(said, signature):
    quote_by, names = said
    assert Told("Un site", "Merci", quote_by, names).signature == signature
