"""A language in common is a condition; what the form says of it reaches the ranking."""

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
