"""No field of a need or an offer is forgotten by what copies, compares, asks, shows or searches them."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.forms.words import is_free_text
from accounts.models import Organisation
from common.second_text import WORDS
from common.spoken import TONGUES, Spoken
from marketplace.actions.market import splitting
from marketplace.forms.market.needs import NeedForm
from marketplace.forms.market.offers import OfferForm
from marketplace.models import Beneficiary, Format, Need, Offer, Place
from marketplace.models.market import need_fields as needs
from marketplace.models.market import offers
from tests.factories import (
    make_cause,
    make_commune,
    make_need,
    make_offer,
    make_organisation,
    make_user,
)

BOTH = [pytest.param(Need, needs, id="need"), pytest.param(Offer, offers, id="offer")]
# Who it is for is chosen before the form; the others are said by boxes of its own, several a field.
BESIDE_THE_FORM = {"organisation", "hours", "languages", "weekdays", "is_undated", "questions"}
BY_ITS_DATES = {"is_undated"}  # said by leaving them empty, and told in their place


def fields_of(model) -> set[str]:
    return {field.name for field in model._meta.get_fields() if not field.auto_created} | {"id"}


@pytest.mark.parametrize(("model", "sorted_in"), BOTH)
def test_each_field_is_said_its_own_or_derived(model, sorted_in):
    lists = [sorted_in.SAID, sorted_in.OWN, sorted_in.DERIVED]
    sorted_ones = [name for names in lists for name in names]
    assert set(sorted_ones) == fields_of(model)
    assert len(sorted_ones) == len(set(sorted_ones))


def free_texts(sorted_in, model) -> list[str]:
    return [name for name in sorted_in.SAID if is_free_text(model._meta.get_field(name))]


@pytest.mark.parametrize(
    ("form", "sorted_in"),
    [pytest.param(NeedForm, needs, id="need"), pytest.param(OfferForm, offers, id="offer")],
)
def test_what_is_said_is_what_the_form_asks(form, sorted_in):
    asked = set(form.Meta.fields)
    assert asked <= set(sorted_in.SAID)
    assert set(sorted_in.SAID) - asked <= BESIDE_THE_FORM


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "options", "sorted_in"),
    [
        pytest.param(NeedForm, {}, needs, id="need"),
        pytest.param(OfferForm, {"user": None}, offers, id="offer"),
    ],
)
def test_no_text_that_is_required_is_taken_without_a_word_in_it(form, options, sorted_in):
    model = form.Meta.model
    required = {
        name for name in free_texts(sorted_in, model) if not model._meta.get_field(name).blank
    }
    errors = form(dict.fromkeys(form.Meta.fields, "…"), **options).errors
    told = {name for name in form.Meta.fields if "aucune lettre" in str(errors.get(name))}
    assert told == required | {"second_title", "second_text"}, "wherever it is written"


def test_the_other_half_of_a_split_need_says_all_that_the_first_does():
    assert set(splitting.SHARED) | set(splitting.EACH_ITS_OWN) >= set(needs.SAID)


NEED_PAGE = {
    "organisation": "Les Ateliers du Nord",
    "title": "Refaire la paie",
    "context": "Douze salariées depuis peu.",
    "deliverable": "Des bulletins justes.",
    "cause": "Réemploi",
    "beneficiaries": "Aînés",
    "place": "ou à distance",
    "commune": "Roubaix",
    "starts_on": "1er mars",
    "ends_on": "4 mai 2031",
    "format": "plusieurs mois",
    "hours": "3 jours",
    "places": "9 personnes",
    "time": "Temps libre seulement",
    "languages": "anglais",
    "second_language": "breton",
    "second_title": "Adober ar pae",
    "second_text": "Daouzek implijad zo bremañ.",
    "questions": "Avez-vous déjà tenu une paie ?",
}
OFFER_PAGE = {
    "organisation": "La Fabrique du Nord",
    "person": "Ada",
    "title": "Comptable en chef",
    "about": "Vingt ans de bilans.",
    "time": "Sur le temps de travail",
    "place": "ou à distance",
    "commune": "Roubaix",
    "radius_km": "37 km",
    "starts_on": "1er mars",
    "ends_on": "4 mai 2031",
    "weekdays": "mardi",
    "hours": "3 jours",
    "capacity": "Missions encore possibles",
    "trains_up_to": "12 structures",
    "languages": "anglais",
    "causes": "Réemploi",
    "second_language": "breton",
    "second_title": "Kontour penn",
    "second_text": "Ugent vloaz zo.",
}
SPAN = {"starts_on": date(2031, 3, 1), "ends_on": date(2031, 5, 4), "hours": 21}


def told_need(**fields) -> Need:
    """A need in which everything that can be said is said."""
    asking = make_organisation(name=NEED_PAGE["organisation"], member=make_user())
    need = make_need(
        asking,
        **{
            name: NEED_PAGE[name]
            for name in ("title", "context", "deliverable", "questions", *WORDS)
        },
        second_language=TONGUES[Spoken.BRETON].tag,
        cause=make_cause(),
        commune=make_commune("59512", "Roubaix"),
        place=Place.BOTH,
        format=Format.LONG,
        places=9,
        time="OWN",
        languages=Spoken.FRENCH | Spoken.ENGLISH,
        **SPAN | fields,
    )
    need.beneficiaries.add(Beneficiary.objects.create(code="aines", label_fr="Aînés"))
    return need


def told_offer() -> Offer:
    giving = make_organisation(
        Organisation.Kind.COMPANY, name=OFFER_PAGE["organisation"], legal_form="SAS"
    )
    offer = make_offer(
        make_user(first_name="Ada", last_name="Martin"),
        organisation=giving,
        **{name: OFFER_PAGE[name] for name in ("title", "about", *WORDS)},
        second_language=TONGUES[Spoken.BRETON].tag,
        commune=make_commune("59512", "Roubaix"),
        radius_km=37,
        weekdays=2,
        capacity=3,
        trains_up_to=12,
        languages=Spoken.FRENCH | Spoken.ENGLISH,
        **SPAN,
    )
    offer.causes.add(make_cause())
    return offer


def test_the_page_of_a_need_shows_all_that_its_writer_says(client):
    assert set(NEED_PAGE) == set(needs.SAID) - BY_ITS_DATES - {"in_pair"}, "a pair: its own test"
    need = told_need()
    client.force_login(need.created_by)
    page = client.get(need.get_absolute_url()).text
    assert [name for name, text in NEED_PAGE.items() if text not in page] == []


def test_the_page_of_an_offer_shows_all_that_its_writer_says(client):
    assert set(OFFER_PAGE) == set(offers.SAID)
    offer = told_offer()
    client.force_login(offer.person)
    page = client.get(offer.get_absolute_url()).text
    assert [name for name, text in OFFER_PAGE.items() if text not in page] == []


@pytest.mark.parametrize("made", [lambda: told_need(status="DRAFT"), told_offer])
def test_the_page_where_it_is_written_has_a_box_for_each_question(client, made):
    row = made()
    client.force_login(row.created_by)
    page = client.get(reverse(f"{row._meta.model_name}-edit", args=[row.pk]))
    boxes = page.context["form"].fields
    assert len(boxes) > 10
    assert [name for name in boxes if f'name="{name}"' not in page.text] == []


def test_the_catalogue_searches_all_that_is_written_of_a_need():
    """Free words only: what is chosen from a list has filters of its own, and what is asked of whoever comes isn't needed."""
    need = told_need()
    written = [name for name in free_texts(needs, Need) if name != "questions"]
    assert len(written) >= 3
    found = {name: Need.objects.searched(NEED_PAGE[name].split()[1]) for name in written}
    assert [name for name, rows in found.items() if need not in rows] == []
