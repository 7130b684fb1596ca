"""Two lines of one file with one name and no address: side by side, the same or two; the answer is kept for the file sent again."""

import pytest
from django.urls import reverse

from marketplace.actions.desk import bringing, record_tellings
from marketplace.actions.market import imports
from marketplace.models import Import, KnownLine, OfferRecord, PersonRecord
from tests.factories import make_commune, make_organisation, make_user
from tests.marketplace.desk.bringing import PEOPLE, now, outcomes, sent, work

OFFERS = "OFFERS"
TWICE = "Nom;Prénom;Métier\nPetit;Marie;Comptable\nPetit;Marie;Graphiste\n"
OFFERED = "Nom;Prénom;Compétences\nPetit;Marie;De la paie\nPetit;Marie;Une affiche\n"


@pytest.fixture
def coordinator():
    return make_user("Hélène", "Roux")


@pytest.fixture
def operator(coordinator):
    make_commune()
    return make_organisation("OPERATOR", member=coordinator, name="Les Passeurs")


def answered(table, answer, by):
    asked = {line.pk: answer for line in table.lines.filter(outcome="ASK")}
    bringing.decide(table, asked, by=by, now=now())
    return Import.objects.get(pk=table.pk)


def carried_out(table, by):
    imports.start(table, by=by, now=now())
    return work(table)


def test_two_lines_of_one_name_are_asked_about(operator, coordinator):
    table = sent(operator, coordinator, PEOPLE, TWICE)
    assert outcomes(table) == {2: ("MAKE", "no-address"), 3: ("ASK", "like-line")}


def test_what_nobody_decides_stays_out(operator, coordinator):
    carried_out(sent(operator, coordinator, PEOPLE, TWICE), coordinator)
    assert PersonRecord.objects.get().trade == "Comptable"


@pytest.mark.parametrize(("answer", "people"), [("same", 1), ("other", 2)])
def test_the_answer_is_done_and_kept_for_the_same_file(operator, coordinator, answer, people):
    table = answered(sent(operator, coordinator, PEOPLE, TWICE), answer, coordinator)
    carried_out(table, coordinator)
    assert PersonRecord.objects.count() == people
    again = sent(operator, coordinator, PEOPLE, TWICE + ";;\n")
    assert again.total == 0
    assert {out for out, _why in outcomes(again).values()} == {"LEAVE"}


def test_the_answer_is_kept_for_a_list_that_was_taken_back(operator, coordinator):
    table = carried_out(
        answered(sent(operator, coordinator, PEOPLE, TWICE), "other", coordinator), coordinator
    )
    imports.undo(table, by=coordinator, now=now())
    work(table)
    assert not PersonRecord.objects.exists()
    again = sent(operator, coordinator, PEOPLE, TWICE + ";;\n")
    assert {out for out, _why in outcomes(again).values()} == {"MAKE"}


def test_a_list_read_again_asks_no_more(operator, coordinator):
    table = answered(sent(operator, coordinator, PEOPLE, TWICE), "other", coordinator)
    bringing.look_again(table, by=coordinator, now=now())
    assert outcomes(work(table))[3] == ("MAKE", "no-address")


def test_a_homonym_who_is_held_is_asked_about_once(operator, coordinator):
    first = "Nom;Prénom;Métier\nPetit;Marie;Comptable\n"
    carried_out(sent(operator, coordinator, PEOPLE, first), coordinator)
    other = "Nom;Prénom;Métier\nPetit;Marie;Avocate\n"
    table = sent(operator, coordinator, PEOPLE, other)
    assert outcomes(table)[2] == ("ASK", "like-record")
    carried_out(answered(table, "other", coordinator), coordinator)
    assert outcomes(sent(operator, coordinator, PEOPLE, other + ";;\n"))[2] == ("LEAVE", "known")
    assert PersonRecord.objects.count() == 2


def test_two_lines_alike_to_the_letter_are_told_apart_too(operator, coordinator):
    words = "Nom;Prénom\nPetit;Marie\nPetit;Marie\n"
    table = answered(sent(operator, coordinator, PEOPLE, words), "other", coordinator)
    carried_out(table, coordinator)
    assert PersonRecord.objects.count() == 2
    assert sent(operator, coordinator, PEOPLE, words + ";\n").total == 0


@pytest.mark.parametrize(("answer", "people"), [("same", 1), ("other", 2)])
def test_what_two_of_one_name_offer_is_told_apart(operator, coordinator, answer, people):
    table = sent(operator, coordinator, OFFERS, OFFERED)
    assert outcomes(table) == {2: ("MAKE", "new-person"), 3: ("ASK", "like-line")}
    carried_out(answered(table, answer, coordinator), coordinator)
    assert PersonRecord.objects.count() == people
    assert OfferRecord.objects.count() == 2
    assert sent(operator, coordinator, OFFERS, OFFERED + ";;\n").total == 0


def test_an_offer_of_somebody_who_is_held_is_theirs_once_said_so(operator, coordinator):
    carried_out(
        sent(operator, coordinator, PEOPLE, "Nom;Prénom;Métier\nPetit;Marie;Comptable\n"),
        coordinator,
    )
    words = "Nom;Prénom;Mail;Compétences\nPetit;Marie;marie@example.org;De la paie\n"
    table = sent(operator, coordinator, OFFERS, words)
    assert outcomes(table)[2] == ("ASK", "like-person")
    carried_out(answered(table, "same", coordinator), coordinator)
    marie = PersonRecord.objects.get()
    assert (marie.email, marie.offers.get().text) == ("marie@example.org", "De la paie")
    assert sent(operator, coordinator, OFFERS, words + ";;;\n").total == 0


def test_an_offer_of_a_line_that_stayed_out_is_named(operator, coordinator):
    carried_out(sent(operator, coordinator, PEOPLE, "Nom;Prénom\nPetit;Marie\n"), coordinator)
    table = sent(operator, coordinator, OFFERS, OFFERED)
    asked = table.lines.get(number=3)
    bringing.decide(table, {asked.pk: "same"}, by=coordinator, now=now())
    table = carried_out(Import.objects.get(pk=table.pk), coordinator)
    assert "ligne 2" in table.lines.get(number=3).refused
    assert not OfferRecord.objects.exists()


def test_both_lines_stand_side_by_side(client, operator, coordinator):
    table = sent(operator, coordinator, PEOPLE, TWICE)
    client.force_login(coordinator)
    page = client.get(table.get_absolute_url()).text
    for words in ("À la ligne 2 de votre fichier", "Comptable", "Graphiste"):
        assert words in page
    asked = table.lines.get(outcome="ASK")
    client.post(reverse("bring-same", args=[table.pk]), {f"line-{asked.pk}": "same"})
    assert outcomes(table)[3] == ("LEAVE", "said-above")


def test_of_whom_is_erased_no_answer_stays(operator, coordinator):
    table = answered(sent(operator, coordinator, PEOPLE, TWICE), "other", coordinator)
    carried_out(table, coordinator)
    for person in PersonRecord.objects.all():
        record_tellings.erase(person, now=now())
    assert not KnownLine.objects.exists()
