"""A pôle's own spreadsheet says in which languages people work, as people write it."""

import pytest
from django.urls import reverse

from common.spoken import Spoken
from marketplace.actions.market import imports
from marketplace.models import Import, NeedRecord, OfferRecord
from tests.factories import make_cause, make_commune, make_organisation, make_user
from tests.marketplace.desk.bringing import brought, now, sent, work, wrong

NEEDS, OFFERS = "NEEDS", "OFFERS"


@pytest.fixture
def coordinator():
    return make_user("Hélène", "Roux")


@pytest.fixture
def operator(coordinator):
    make_commune()
    return make_organisation("OPERATOR", member=coordinator, name="Les Passeurs")


def test_an_offer_of_a_file_speaks_what_the_file_says(operator, coordinator):
    words = "Nom;Compétences;Langues\nRoux;Paie;flamand occidental, créole réunionnais\nBrun;Web;\n"
    brought(operator, coordinator, OFFERS, words)
    spoken = OfferRecord.objects.order_by("pk").values_list("languages", flat=True)
    assert [*spoken] == [Spoken.FLEMISH | Spoken.CREOLES, Spoken.FRENCH]


def test_a_language_that_isnt_known_is_named_and_the_others_are_kept(operator, coordinator):
    words = "Nom;Compétences;Langues\nRoux;Paie;klingon et breton\n"
    assert wrong(sent(operator, coordinator, OFFERS, words)) == {(2, "languages", "bad-language")}
    brought(operator, coordinator, OFFERS, words)
    assert OfferRecord.objects.get().languages == Spoken.BRETON


def test_a_list_that_changes_languages_says_what_stood_there_by_its_name(
    operator, coordinator, client
):
    words = "N°;Nom;Mail;Compétences;Langues\nO1;Roux;roux@example.org;Paie;{}\n"
    brought(operator, coordinator, OFFERS, words.format("breton"))
    table = sent(operator, coordinator, OFFERS, words.format("basque"))
    client.force_login(coordinator)
    page = client.get(table.get_absolute_url()).text
    assert '<s class="soft">breton</s>' in page
    imports.start(table, by=coordinator, now=now())
    work(table)
    assert OfferRecord.objects.get().languages == Spoken.BASQUE
    imports.undo(Import.objects.get(pk=table.pk), by=coordinator, now=now())
    work(table)
    assert OfferRecord.objects.get().languages == Spoken.BRETON


def test_a_need_of_a_file_is_a_draft_in_its_languages(operator, coordinator, client):
    make_cause()
    house = make_organisation(name="Ti ar Vro", member=make_user())
    words = (
        "Structure;Besoin;Langues parlées\nTi ar Vro;Refaire le site internet;breton et français\n"
    )
    brought(operator, coordinator, NEEDS, words)
    record = NeedRecord.objects.get()
    assert record.languages == Spoken.BRETON | Spoken.FRENCH
    assert record.need.organisation == house
    assert record.need.languages == Spoken.BRETON | Spoken.FRENCH
    client.force_login(coordinator)
    assert "breton" in client.get(reverse("need", args=[record.need.pk])).text
