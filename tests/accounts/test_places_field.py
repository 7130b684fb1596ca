"""The field with which one chooses a commune: alone, and with its suggestions."""

import re

import pytest
from django import forms
from django.test import override_settings
from django.urls import reverse

from accounts.forms.places import CommuneField
from accounts.models import Organisation
from tests.factories import make_commune, make_department

ODD = ["", "q", "é" * 50_000, "😀", "a\0b", "مرسيليا", "<script>alert(1)</script>", "%", "\ud800"]


class TownForm(forms.Form):
    commune = CommuneField(label="Commune", help_text="Où vous êtes.")


class MaybeForm(forms.Form):
    commune = CommuneField(required=False)


@pytest.fixture(autouse=True)
def _some_communes(db):
    nord, reunion = make_department(), make_department("974", "La Réunion")
    make_department("93", "Seine-Saint-Denis")
    make_commune(former_names="Lomme")
    make_commune("59512", "Roubaix", department=nord, postal_codes="59100", population=98_892)
    make_commune("93066", "Saint-Denis", postal_codes="93200", population=149_000)
    make_commune("97411", "Saint-Denis", department=reunion, postal_codes="97400")
    make_commune("59378", "Marcq-en-Barœul", department=nord, postal_codes="59700")


def fill(words, form=TownForm, **more):
    given = {f"commune-{name}": value for name, value in more.items()}
    return form({"commune": words} | given)


def error_of(form):
    assert not form.is_valid()
    return form.errors["commune"][0].replace("\u00a0", " ")


@pytest.mark.parametrize(
    "words", ["Lille", "lille", " LILLE  ", "59000", "59800 Lille", "Lille (59)", "Lomme", "59350"]
)
def test_a_name_or_a_code_is_enough(words):
    form = fill(words)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["commune"].pk == "59350"


def test_several_of_that_name_are_shown_in_a_list():
    form = fill("St Denis")
    assert error_of(form) == (
        "Plusieurs communes répondent à « St Denis » : choisissez la vôtre dans la liste."
    )
    html = str(form["commune"])
    options = re.findall(r'<option value="(\w*)">([^<]+)</option>', html)
    assert options == [
        ("", "Choisissez votre commune"),
        ("97411", "Saint-Denis (La Réunion, 97400)"),
        ("93066", "Saint-Denis (Seine-Saint-Denis, 93200)"),
    ]
    assert 'value="St Denis"' in html
    assert 'for="id_commune_choice"' in html


def test_the_choice_in_the_list_is_taken():
    form = fill("St Denis", choice="93066")
    assert form.is_valid()
    assert form.cleaned_data["commune"].pk == "93066"


@pytest.mark.parametrize("choice", ["59512", "99999", "'", "x" * 9_999, "\0"])
def test_a_choice_that_the_words_do_not_lead_to_is_asked_again(choice):
    assert "Plusieurs communes" in error_of(fill("St Denis", choice=choice))


def test_words_that_changed_after_the_choice_win():
    form = fill("Roubaix", choice="93066")
    assert form.is_valid()
    assert form.cleaned_data["commune"].pk == "59512"


def test_a_suggestion_leaves_its_code_and_is_believed_under_its_own_words():
    assert fill("Saint-Denis (93)", code="93066").is_valid()
    assert fill("Roubaix", code="59350").is_valid()
    form = fill("Roubaix", code="59350")
    assert form.is_valid()
    assert form.cleaned_data["commune"].pk == "59512"


def test_a_beginning_or_a_slip_is_never_taken_without_asking():
    form = fill("marcq")
    assert error_of(form).startswith("« marcq » : est-ce Marcq-en-Barœul (59) ?")
    assert 'value="59378" selected' in str(form["commune"])
    assert "Marcq-en-Barœul" in str(form["commune"])
    assert fill("marcq", choice="59378").is_valid()
    assert "Roubaix" in str(fill("Rubaix")["commune"]) or error_of(fill("Rubaix"))


def test_a_slip_proposes_the_largest_of_those_it_may_be():
    make_commune("93039", "L'Île-Saint-Denis", department=make_department("93"), population=7_000)
    form = fill("lile")
    assert error_of(form).startswith("« lile » : est-ce Lille (59) ?")
    chosen = fill("lile", choice="59350")
    assert chosen.is_valid()
    assert 'value="Lille (59)"' in str(chosen["commune"]), "whatever else is wrong, it stays chosen"


@pytest.mark.parametrize(
    "words",
    [
        "marcq en baroeul",
        "MARCQ-EN-BARŒUL",
        "59700",
        "Marcq en Barœul 59700",
        "marcq-en-baroeul (59)",
    ],
)
def test_accents_hyphens_and_codes_are_written_as_one_likes(words):
    form = fill(words)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["commune"].pk == "59378"


def test_an_unknown_name_gets_a_sentence_beside_the_field():
    form = fill("Xyzzy-les-Bains")
    assert error_of(form) == (
        "Nous ne connaissons pas de commune appelée « Xyzzy-les-Bains ». Indiquez son nom ou "
        "son code postal, par exemple « Lille » ou « 59000 »."
    )
    html = str(form["commune"])
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_commune_helptext id_commune_error"' in html
    assert "<select" not in html


def test_empty_is_refused_only_when_it_must_be_filled():
    assert error_of(fill("  ")) == "Indiquez le nom d’une commune, ou son code postal."
    assert error_of(TownForm({})) == "Indiquez le nom d’une commune, ou son code postal."
    form = fill(" ", form=MaybeForm)
    assert form.is_valid()
    assert form.cleaned_data["commune"] is None


@pytest.mark.parametrize("words", ODD)
def test_odd_words_are_answered_calmly_and_shown_safely(words):
    form = fill(words)
    assert len(error_of(form)) < 250
    html = str(form)
    assert len(html) < 5_000
    assert "<script>" not in html


@override_settings(LANGUAGE_CODE="en")
def test_what_is_stored_is_shown_as_words():
    html = str(TownForm(initial={"commune": "59350"})["commune"])
    assert 'value="Lille (59)"' in html
    assert 'name="commune-code" value="59350"' in html
    assert "None" not in str(TownForm(initial={"commune": None})["commune"])
    assert "value" not in str(TownForm(initial={"commune": "99999"})["commune"]).split("<input")[1]


def test_a_model_form_reads_and_writes_the_commune():
    class SeatForm(forms.ModelForm):
        commune = CommuneField()

        class Meta:
            model = Organisation
            fields = ("commune",)

    organisation = Organisation(name="Le Fil", commune_id="59350")
    assert 'value="Lille (59)"' in str(SeatForm(instance=organisation)["commune"])
    form = SeatForm({"commune": "Roubaix"}, instance=organisation)
    form.is_valid()
    assert form.instance.commune_id == "59512"


@pytest.mark.parametrize(
    ("before", "words", "changed"),
    [("59350", "Lille (59)", False), ("59350", "Roubaix", True), ("59350", "", True)]
    + [(None, "", False), (None, "Lille", True), ("59350", "St Denis", True)],
)
def test_the_form_knows_whether_it_was_changed(before, words, changed):
    form = MaybeForm({"commune": words}, initial={"commune": before})
    assert form.has_changed() is changed


def test_two_forms_do_not_share_their_lists():
    fill("St Denis").is_valid()
    assert "<select" not in str(TownForm()["commune"])


# --- Suggestions ---------------------------------------------------------------------------


@pytest.fixture
def suggest(client):
    def ask(words):
        return client.get(reverse("places-suggest"), {"q": words})

    return ask


def test_suggestions_come_to_anyone_and_may_be_kept(suggest):
    answer = suggest("lil")
    assert reverse("places-suggest") == "/lieux/suggestions/"
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, max-age=86400"
    assert not answer.cookies
    html = answer.content.decode()
    assert 'role="option" data-value="59350" data-label="Lille (59)"' in html
    assert "59000 · Nord" in html
    assert "Une suggestion" in html
    assert len(html) < 600


def test_an_older_name_is_explained(suggest):
    assert "(dont Lomme)" in suggest("lomme").content.decode()


def test_nothing_found_is_said(suggest):
    html = suggest("xyzzy").content.decode()
    assert 'data-status="Aucune commune de ce nom."' in html
    assert "option" not in html
    assert 'data-status=""' in suggest("").content.decode()


@pytest.mark.parametrize("words", [word for word in ODD if word != "\ud800"])
def test_odd_suggestions(suggest, words):
    answer = suggest(words)
    assert answer.status_code == 200
    assert b"<script>" not in answer.content
    assert len(answer.content) < 3_000


def test_suggestions_are_only_read(client, django_assert_max_num_queries):
    assert client.post(reverse("places-suggest")).status_code == 405
    assert client.get(reverse("places-suggest")).status_code == 200
    with django_assert_max_num_queries(2):
        client.get(reverse("places-suggest"), {"q": "roub"})
