"""Rows are found by their words, by their roots, and by names that are almost theirs: on both databases alike."""

import pytest
from django.db import connection

from accounts.models import Organisation
from common.word_search import asked_for, called, called_almost, name_of, says, words_of
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db


def named(name: str, purpose: str = "Rien d’autre.") -> Organisation:
    return make_organisation(name=name, purpose=purpose)


def found(text: str) -> set[str]:
    return set(Organisation.objects.filter(says(Organisation, text)).values_list("name", flat=True))


def named_so(text: str):
    return Organisation.objects.filter(called(Organisation, text))


def almost(text: str):
    every = Organisation.objects.all()
    return every.filter(called_almost(every, text))


def test_a_word_is_found_without_its_accents_in_the_plural_and_unfinished():
    named("Les Échoppes", "Nous réparons des vélos abîmés.")
    named("Autre chose")
    for typed in ("échoppe", "ECHOPPES", "velo", "vélos", "abim", "répar vélo"):
        assert found(typed) == {"Les Échoppes"}, typed


def test_every_word_has_to_be_said():
    named("Les Échoppes", "Nous réparons des vélos.")
    assert not found("vélo zinc")


def test_small_words_are_not_asked_for_unless_there_are_no_others():
    named("Les Échoppes", "Vélos.")
    assert found("des vélos pour les échoppes") == {"Les Échoppes"}
    assert asked_for("de la") == ["de", "la"]
    assert not found("  ,;!  ")


@pytest.mark.parametrize(
    "typed",
    [
        "'",
        '"',
        "a'b",
        '"vélo" OR *',
        "vélo:*",
        "& | !",
        "NEAR(",
        "%",
        "\\",
        "ß²",
        "كلمة",
        "x" * 5_000,
    ],
)
def test_nothing_that_is_typed_breaks_the_search(typed):
    named("Les Échoppes", "Vélos.")
    found(typed)
    list(named_so(typed))
    list(almost(typed))


def test_words_in_other_letters_are_found():
    named("Дом культуры")
    assert found("культуры") == {"Дом культуры"}


def test_what_changes_is_found_by_its_new_words_alone():
    row = named("Les Échoppes", "Vélos.")
    row.name, row.purpose = "La Fabrique", "Meubles."
    row.save()
    assert found("fabrique meuble") == {"La Fabrique"}
    assert not found("échoppes")
    assert not almost("echopes")


def test_rows_written_many_at_once_are_found_too():
    other = named("Autre")
    row = Organisation(
        name="La Fabrique",
        pole=other.pole,
        commune=other.commune,
        kind=other.kind,
        legal_form="OTHER",
    )
    Organisation.objects.bulk_create([row])
    assert found("fabrique") == {"La Fabrique"}


def test_what_is_deleted_is_found_no_more():
    row = named("Les Échoppes")
    row.delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM organisation_words")
        assert cursor.fetchone() == (Organisation.objects.count(),)


@pytest.mark.parametrize("typed", ["Emaus", "emmaüs", "Emmuas", "communauté emaus"])
def test_a_name_is_found_though_a_finger_slipped(typed):
    named("Communauté Emmaüs")
    named("Émeraude")
    assert [row.name for row in almost(typed)] == ["Communauté Emmaüs"]


@pytest.mark.parametrize("typed", ["Elan", "zzzz", "ab", "Communauté Ressourcerie"])
def test_another_name_is_not_a_slip(typed):
    named("Communauté Emmaüs")
    assert not almost(typed)


def test_a_name_is_found_by_a_piece_of_a_word():
    named("La Recyclerie du Nord")
    assert named_so("cycler nord").exists()
    assert not named_so("cycler sud").exists()
    assert not named_so(" ").exists()


def test_words_and_roots_are_each_kept_once():
    assert words_of("Des vélos, des vélos", "Vélo").split() == ["des", "velos", "velo"]
    assert name_of("L’Œuvre – Été (2024)") == "l oeuvre ete 2024"
