"""What `python -m tests.translations` takes for French that is said of men alone (decision 84)."""

import pytest

from tests.translations import OF_MEN_ALONE, is_of_men_alone


@pytest.mark.parametrize(
    "said",
    [
        "Vous êtes connecté.",
        "Vous n’êtes plus connecté comme avant",
        "la page où vous vous êtes inscrit",
        "vous serez prévenu",
        "Vous êtes prévenus de chaque oui",
        "Si vous vous étiez trompé d’organisation",
        "vous avez bien été invité",
        "sans vous être inscrit",
        "Comment vous êtes-vous rencontrés ?",
        "ouvrez son lien en restant connecté",
        "quand vous êtes prêts l’un et l’autre",
        "tant que vous n’êtes pas d’accord tous les deux",
    ],
)
def test_a_sentence_that_takes_its_reader_for_a_man_is_found(said):
    assert OF_MEN_ALONE.search(said)


@pytest.mark.parametrize(
    "said",
    [
        "Vous êtes membre d’une structure.",
        "Vous êtes numéro 3 sur la liste d’attente.",
        "Vous êtes inscrit ou inscrite.",
        "Vous étiez la première personne en attente.",
        "dites quand vous êtes libre",
        "ce que vous êtes en train d’écrire",
        "Votre session est fermée.",
        "Toutes les deux sont closes.",
    ],
)
def test_what_has_no_gender_passes(said):
    assert not OF_MEN_ALONE.search(said)


@pytest.mark.parametrize(
    ("said", "english", "found"),
    [
        ("auprès de ceux qui financent le pôle", "for those who pay for the pôle", True),
        ("Ceux qui ont demandé le savent.", "Those who asked know.", True),
        ("celles et ceux qui demandent", "those who ask", False),
        ("auprès de qui finance le pôle", "for whoever pays for the pôle", False),
        ("fermez ceux qui ne servent plus", "close those that serve no more", False),
    ],
)
def test_people_together_are_no_men_alone(said, english, found):
    assert is_of_men_alone(said, english) == found
