"""What a pôle has brought in is found by its own coordinators, and by nobody else."""

import pytest
from django.urls import reverse

from accounts.models import Commune
from common.word_search import MANY
from marketplace.finding.asked import Asked
from marketplace.finding.found import find
from marketplace.models import NeedRecord, OrganisationRecord, PersonRecord
from tests.factories import (
    make_commune,
    make_coordinator,
    make_organisation,
    make_pole,
    make_user,
)
from tests.marketplace.desk.test_bosses_who_coordinate import BOSSES, at_home

pytestmark = pytest.mark.django_db
HOUSES, PEOPLE, NEEDS = "organisation-records", "people-records", "need-records"


def kept(coordinator, pole):
    """To which pôle, operator and person a record belongs."""
    operator = coordinator.memberships.get().organisation
    return {"pole": pole, "operator": operator, "by": coordinator}


def records(coordinator, pole, word="Échoppe"):
    """One record of each kind that says this word."""
    whose = kept(coordinator, pole)
    house = OrganisationRecord.objects.create(
        **whose, name=f"L’{word} des Bottines", near="", number=f"A-{pole.pk}", siren="732829320",
        commune=Commune.objects.first(),
    )  # fmt: skip
    PersonRecord.objects.create(
        **whose, first_name="Aline", last_name=f"{word}-Lafosse", near="", number=f"P{pole.pk}",
        email=f"aline{pole.pk}@example.org", structure=house,
    )  # fmt: skip
    NeedRecord.objects.create(
        **whose, title="Refaire le site", text="Il date de 2012.", structure=house, number=f"B{pole.pk}"
    )  # fmt: skip
    return house


def found(user, text):
    return {
        group.kind.code: ["".join(piece for piece, _typed in line.pieces) for line in group.lines]
        for group in find(user, Asked.of(text)).groups
    }


@pytest.fixture
def pole():
    make_commune()
    return make_pole()


@pytest.fixture
def maelle(pole):
    return make_coordinator(pole, first_name="Maëlle", last_name="Vandamme")


@pytest.fixture
def house(maelle, pole):
    return records(maelle, pole)


@pytest.mark.parametrize("typed", ["echop", "ÉCHOPPE", "bottines échoppe", "bottinse"])
def test_a_record_is_found_by_the_words_of_its_name(maelle, house, typed):
    assert found(maelle, typed)[HOUSES] == ["L’Échoppe des Bottines"]


@pytest.mark.parametrize(
    ("typed", "kind", "title"),
    [
        ("732829320", HOUSES, "L’Échoppe des Bottines"),
        ("732 829 320", HOUSES, "L’Échoppe des Bottines"),
        ("A-{}", HOUSES, "L’Échoppe des Bottines"),
        ("P{}", PEOPLE, "Aline Échoppe-Lafosse"),
        ("aline{}@example.org", PEOPLE, "Aline Échoppe-Lafosse"),
        ("lafosse ali", PEOPLE, "Aline Échoppe-Lafosse"),
        ("lafsose", PEOPLE, "Aline Échoppe-Lafosse"),
        ("B{}", NEEDS, "Refaire le site"),
        ("date 2012", NEEDS, "Refaire le site"),
        ("bottines refaire", NEEDS, "Refaire le site"),
    ],
)
def test_a_record_is_found_by_its_numbers_and_by_what_it_says(maelle, house, typed, kind, title):
    assert found(maelle, typed.format(house.pole_id))[kind] == [title]


def test_another_pole_finds_none_of_them(maelle, house):
    """Each finds its own alone, by words, by a slip and by the same legal number."""
    south = make_pole("Pôle du Sud")
    ali = make_coordinator(south, first_name="Ali", last_name="Ben")
    for typed in ("echoppe", "lafosse", "refaire", "botines", "732829320", f"A-{house.pole_id}"):
        assert not {HOUSES, PEOPLE, NEEDS} & found(ali, typed).keys(), typed
    records(ali, south, "Canari")
    assert found(maelle, "canari") == {}
    assert found(maelle, "732829320") == {HOUSES: ["L’Échoppe des Bottines"]}
    assert found(ali, "732829320") == {HOUSES: ["L’Canari des Bottines"]}


def test_who_coordinates_nothing_any_more_finds_none(maelle, house):
    outsider = make_user()
    make_organisation(member=outsider, pole=house.pole)
    maelle.memberships.all().delete()
    for user in (outsider, maelle):
        for typed in ("echoppe", "lafosse", "refaire", "botines", "732829320"):
            assert found(user, typed) == {}, typed


@pytest.mark.parametrize("hat", BOSSES)
def test_a_boss_who_coordinates_finds_no_record_of_their_own_people(hat):
    world = at_home(hat)
    person = world.boss.__class__.objects.get(first_name="Zacharie", last_name="Quenot")
    PersonRecord.objects.create(
        **kept(world.other, world.other.memberships.get().organisation.seats.get().pole),
        first_name="Zacharie", last_name="Quenot", near="", email=person.email, number="P9",
    )  # fmt: skip
    for typed in ("quenot", "P9", person.email, "quneot"):
        assert PEOPLE not in found(world.boss, typed), typed
        assert PEOPLE in found(world.other, typed) or typed == "quneot", typed


def test_a_line_opens_the_list_with_this_record_alone(client, maelle, house):
    other = OrganisationRecord.objects.create(**kept(maelle, house.pole), name="Autre", near="")
    client.force_login(maelle)
    assert (
        house.get_absolute_url().replace("&", "&amp;")
        in client.get(reverse("find"), {"q": "echoppe"}).content.decode()
    )
    page = client.get(house.get_absolute_url()).content.decode()
    assert house.name in page
    assert other.name not in page.partition("<h1>")[2]
    for row in (PersonRecord.objects.get(), NeedRecord.objects.get()):
        assert str(row) in client.get(row.get_absolute_url()).content.decode()
    for wrong in ("0", "x", "9" * 30, "٣"):
        answer = client.get(reverse("records", args=["organisations"]), {"fiche": wrong})
        assert answer.status_code == 404, wrong


def test_a_record_of_another_pole_opens_for_nobody_else(client, house):
    client.force_login(make_coordinator(make_pole("Pôle du Sud")))
    assert client.get(house.get_absolute_url()).status_code == 404


def test_what_is_erased_or_renamed_is_found_no_more(maelle, house):
    PersonRecord.objects.get().delete()
    house.name = "La Fabrique"
    house.save(update_fields=["name"])
    assert found(maelle, "lafosse") == {}
    assert HOUSES not in found(maelle, "echoppe")
    assert found(maelle, "fabrique")[HOUSES] == ["La Fabrique"]


def test_too_many_to_name_are_found_all_the_same(monkeypatch, maelle, house):
    assert MANY > 2
    monkeypatch.setattr("common.word_search.MANY", 1)
    assert found(maelle, "echoppe")[HOUSES] == [house.name]


def test_many_records_cost_no_more_questions(maelle, house, django_assert_max_num_queries):
    for number in range(20):
        OrganisationRecord.objects.create(
            **kept(maelle, house.pole), name=f"Échoppe {number}", near="", commune=house.commune
        )
    with django_assert_max_num_queries(24):
        assert len(found(maelle, "echoppe")[HOUSES]) == 5
