"""A language in common is a condition; what the form says of it reaches the ranking."""

import pytest
from django.apps import apps
from django.urls import reverse

from common.spoken import ALL, BY_TAG, TONGUES, WRITTEN, languages_in
from common.word_search import WordsOf
from marketplace import ranking
from marketplace.forms.market.needs import NeedForm
from marketplace.forms.market.offers import OfferForm
from marketplace.matching.definition import Condition
from marketplace.models import Offer, Spoken
from tests.factories import make_need, make_offer, make_user


def test_no_language_in_common_keeps_a_pair_apart_and_says_so():
    need = make_need(languages=Spoken.FRENCH | Spoken.SIGNS)
    offer = make_offer(languages=Spoken.ENGLISH | Spoken.GERMAN)
    assert ranking.offers_for(need) == []
    match = ranking.why(need, offer)
    assert match.facts.fails == Condition.LANGUAGE
    assert match.excluded[0].act == "Trouver quelqu’un qui puisse interpréter"
    Offer.objects.filter(pk=offer.pk).update(languages=Spoken.ENGLISH | Spoken.SIGNS)
    ranking.changed(offer)
    assert [found.offer for found in ranking.offers_for(need)] == [offer]


def test_the_forms_tick_what_was_said_and_add_it_up():
    offer = make_offer(languages=Spoken.FRENCH | Spoken.ARABIC)
    shown = OfferForm(instance=offer, user=offer.person)
    assert shown.initial["spoken"] == [Spoken.FRENCH, Spoken.ARABIC]
    form = OfferForm({"spoken": ["1", "2"]}, instance=offer, user=make_user())
    form.is_valid()
    assert form.cleaned_data["languages"] == Spoken.FRENCH | Spoken.ENGLISH


def test_nothing_ticked_means_french_and_an_unknown_language_is_refused():
    need = make_need()
    silent, odd = NeedForm({}, instance=need), NeedForm({"spoken": ["3"]}, instance=need)
    silent.is_valid()
    odd.is_valid()
    assert silent.cleaned_data["languages"] == Spoken.FRENCH
    assert "spoken" in odd.errors


def test_a_page_tells_the_languages_when_they_arent_simply_french(client):
    plain, signed = make_need(), make_need(languages=Spoken.FRENCH | Spoken.SIGNS)
    assert "Langues" not in client.get(plain.get_absolute_url()).text
    assert "langue des signes française" in client.get(signed.get_absolute_url()).text


NEW = [one for one in Spoken if one > Spoken.SIGNS]


def test_no_language_has_the_bit_of_another_and_those_of_before_kept_theirs():
    assert [int(one) for one in Spoken if one not in NEW] == [1, 2, 4, 8, 16, 32, 64, 128]
    assert len(NEW) == 15
    assert all(one.bit_count() == 1 for one in Spoken)
    assert ALL < 1 << 31, "what a column of the database and of the cards holds"
    assert set(TONGUES) == set(Spoken)
    assert len(BY_TAG) == len(Spoken)
    typed = [word for tongue in TONGUES.values() for word in tongue.typed]
    assert len(typed) == len(set(typed)), "no word means two languages"
    assert Spoken.SIGNS not in WRITTEN


@pytest.mark.parametrize("language", NEW)
def test_each_new_language_brings_together_those_who_share_it_alone(language):
    need, offer = make_need(languages=language), make_offer(languages=language | Spoken.GERMAN)
    other = make_offer(languages=ALL ^ language)
    assert [found.offer for found in ranking.offers_for(need)] == [offer]
    assert ranking.why(need, other).facts.fails == Condition.LANGUAGE


@pytest.mark.parametrize(
    ("typed", "mask", "unknown"),
    [
        ("Breton", Spoken.BRETON, []),
        ("flamand occidental ; français", Spoken.FLEMISH | Spoken.FRENCH, []),
        ("Créole réunionnais, arabe (notions)", Spoken.CREOLES | Spoken.ARABIC, []),
        ("Langue des signes française et anglais B2", Spoken.SIGNS | Spoken.ENGLISH, []),
        ("langue d’oc / brezhoneg", Spoken.OCCITAN | Spoken.BRETON, []),
        ("en pachto ou dari", Spoken.PASHTO | Spoken.DARI, []),
        ("anglais courant ; notions d’arabe", Spoken.ENGLISH | Spoken.ARABIC, []),
        ("basque - euskara – catalan", Spoken.BASQUE | Spoken.CATALAN, []),
        ("Parlé : dari", Spoken.DARI, []),
        ("L.S.F.", Spoken.SIGNS, []),
        ("français (arabe, anglais)", Spoken.FRENCH | Spoken.ARABIC | Spoken.ENGLISH, []),
        ("vivaro-alpin", Spoken.OCCITAN, []),
        ("klingon, italien courant", Spoken.ITALIAN, ["klingon"]),
        ("", 0, []),
        ("," * 50_000, 0, []),
    ],
)
def test_what_people_type_for_a_language_is_understood(typed, mask, unknown):
    assert languages_in(typed) == (mask, unknown)


def test_a_form_shows_a_few_languages_and_folds_the_others(client):
    need = make_need(status="DRAFT")
    client.force_login(need.created_by)
    page = client.get(reverse("need-edit", args=[need.pk]))
    boxes = str(page.context["form"]["spoken"])
    shown, folded = boxes.split("<details")
    assert "langue des signes française" in shown
    assert "breton" not in shown
    assert "breton" in folded
    assert boxes.count('type="checkbox"') == len(Spoken)
    assert "open" not in folded.split(">")[0]


def test_a_folded_language_that_is_ticked_is_seen():
    need = make_need(languages=Spoken.FRENCH | Spoken.PICARD)
    boxes = str(NeedForm(instance=need)["spoken"])
    assert '<details class="more" open>' in boxes


def test_the_catalogue_is_narrowed_to_a_language_by_its_address(client):
    breton = make_need(title="Klask", languages=Spoken.FRENCH | Spoken.BRETON)
    make_need(title="Autre chose")
    page = client.get(reverse("needs"), {"language": "br"})
    assert [need.pk for need in page.context["page"]] == [breton.pk]
    assert "language=br" in page.context["feed_url"]
    assert len(client.get(reverse("needs"), {"language": "klingon"}).context["page"]) == 2


@pytest.mark.parametrize("words", ["breton", "Brezhoneg", "réparer en breton"])
def test_a_need_is_found_by_the_names_of_its_languages(client, words):
    need = make_need(title="Réparer des vélos", languages=Spoken.FRENCH | Spoken.BRETON)
    make_need(title="Réparer des chaises")
    page = client.get(reverse("needs"), {"q": words})
    assert [one.pk for one in page.context["page"]] == [need.pk]


def test_no_column_of_words_is_made_of_what_its_rows_dont_have():
    for model in apps.get_models():
        for field in model._meta.fields:
            for name in getattr(field, "fields", ()) if isinstance(field, WordsOf) else ():
                assert hasattr(model, name), f"{model.__name__} has no {name}"
