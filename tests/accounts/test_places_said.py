"""The commune that a sentence names is found, and no word is taken for a commune."""

import pytest

from accounts import places
from accounts.places_said import misspelt_in, said_in
from tests.factories import make_commune, make_department

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def communes():
    make_commune()
    make_commune("62498", "Lens", population=32_000, postal_codes="62300")
    make_commune("59009", "Villeneuve-d'Ascq", population=60_000, postal_codes="59493")
    make_commune("76351", "Le Havre", population=165_000, postal_codes="76600")
    make_commune("97411", "Saint-Denis", population=153_000, department=make_department("974"))
    make_commune("93066", "Saint-Denis", population=112_000)
    make_commune("80001", "Manger", population=120)
    make_commune("69066", "Cours", population=4_500)
    for one in type(make_commune()).objects.all():
        one.save()  # writes the keys by which it is found


@pytest.mark.parametrize(
    ("sentence", "insee"),
    [
        ("on n’arrive plus à tenir la compta depuis le départ de la trésorière, à Lens", "62498"),
        ("notre site est à refaire, à lens", "62498"),
        ("Refaire notre site (Lens)", "62498"),
        ("quelqu’un pour la paie, 62300", "62498"),
        ("une chorale près de Villeneuve d’Ascq", "59009"),
        ("Un atelier cuisine au Havre le samedi", "76351"),
        ("we need somebody for our accounts in Lille", "59350"),
        ("ON CHERCHE UN COMPTABLE A LENS", "62498"),
        ("à Saint-Denis (93), pour la paie", "93066"),
        ("de l’aide pour lire et écrire, Lens et alentours", "62498"),
        ("Lens et ses environs, des cours de français", "62498"),
        ("j’habite Lens et je sais coder", "62498"),
        ("nous sommes de Lens, il nous faut un site", "62498"),
    ],
)
def test_a_commune_that_is_named_is_found(sentence, insee):
    assert [one.pk for one in said_in(sentence).communes] == [insee]


def test_of_several_with_one_name_all_are_answered_the_largest_first():
    said = said_in("tenir nos comptes, à Saint-Denis")
    assert said.words == "Saint-Denis"
    assert [one.pk for one in said.communes] == ["97411", "93066"]


@pytest.mark.parametrize(
    "sentence",
    [
        "nous n’avons rien à manger le midi",  # a village of that name
        "une formation à distance",
        "Il faut trouver 62300 euros",
        "Lens est notre club de cœur",
        "Cours 20 heures par semaine",
        "dans le 62",
        "",
        "à " * 900,
    ],
)
def test_what_only_resembles_a_commune_is_none(sentence):
    assert said_in(sentence) == ("", [])


def test_a_sentence_asks_the_database_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        said_in("à Lens, à Lille, au Havre, près de Villeneuve d’Ascq, à Rien, à Tout")


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("tenir la compta, à lile", "lile"),
        ("tenir la compta a lile, 20 heures", "lile"),
        ("a lile. avant le 06.12", "lile"),
        ("refaire notre site, Lile", "Lile"),
        ("je suis électricien, Lile le samedi", "Lile"),
        ("nous cherchons Lili le samedi", ""),
        ("on n’arrive plus a tenir, il faut faire la compta", ""),
        ("notre trésorière a lu, puis est partie", ""),
    ],
)
def test_a_name_nearly_written_right_is_asked_wherever_its_clause_ends(sentence, word):
    type(make_commune()).objects.filter(pk="59350").update(population=236_000)
    assert misspelt_in(sentence) == word


def test_a_word_of_the_sentence_is_no_place_of_old():
    """« à lire » was Liré, which is Orée d’Anjou today, before the town that was named."""
    make_commune("49069", "Orée d’Anjou", population=17_000, former_names="Liré").save()
    assert said_in("apprendre à lire, à Lens").words == "Lens"
    assert said_in("apprendre à lire").communes == []
    assert [one.pk for one in said_in("un atelier à Liré").communes] == ["49069"]


def test_a_short_name_stands_for_the_town_that_everybody_calls_so():
    """« Boulogne » was taken for a village of old in the Vendée, and « Condé » for one of 226 people."""
    make_commune("85084", "Essarts-en-Bocage", population=6_800, former_names="Boulogne").save()
    make_commune("62160", "Boulogne-sur-Mer", population=40_500).save()
    make_commune("36059", "Condé", population=226).save()
    make_commune("59153", "Condé-sur-l’Escaut", population=9_250).save()
    assert [one.pk for one in said_in("des photos à Boulogne").communes] == ["85084", "62160"]
    hours = said_in("des photos à Boulogne, 20 heures environ")
    assert [one.pk for one in hours.communes] == ["85084", "62160"]
    assert [one.pk for one in said_in("des photos à Condé").communes] == ["36059", "59153"]
    assert [one.pk for one in places.meant("condé")] == ["36059", "59153"]
    assert [one.pk for one in places.meant("Condé (36)")] == ["36059"]
