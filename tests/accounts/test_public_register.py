"""A number fills the form of an organisation from the State's register, and the register is never in the way."""

import time

import pytest
from django.urls import reverse

from accounts import public_register
from accounts.models import Organisation
from accounts.public_register import Entry
from tests.accounts import register_server
from tests.accounts.register_server import CLOSED, HIDDEN, RNA, SIREN, SIRET, UNKNOWN
from tests.factories import make_commune, make_user

STRUCTURE = reverse("organisation-new-kind", args=["structure"])
COMPANY = reverse("organisation-new-kind", args=["entreprise"])
NO_ANSWER = "Le registre ne répond pas"


@pytest.fixture(autouse=True)
def lille(pole):
    return make_commune()


def typed(**changes):
    nothing = dict.fromkeys(
        ("name", "legal_form", "company_number", "rna", "purpose", "commune", "address"), ""
    )
    return nothing | {"website": "", "fill": "yes"} | changes


def whole(**changes):
    said = typed(
        name="Les Ateliers du Fil",
        legal_form="ASSOCIATION",
        company_number=SIREN,
        purpose="Réparer des vêtements.",
        commune="59350",
    )
    del said["fill"]
    return said | changes


def value(page, name):
    return page.context["form"][name].value()


# --- Filling the form in -------------------------------------------------------------------
@pytest.mark.parametrize(
    "number",
    [
        {"company_number": SIREN},
        {"company_number": "732 829 320"},
        {"company_number": SIRET},
        {"rna": "w595 001 234"},
    ],
)
def test_a_number_fills_in_what_is_empty(as_, stranger, register, number):
    page = as_(stranger).post(STRUCTURE, typed(**number))
    assert value(page, "name") == "LES ATELIERS DU FIL"
    assert value(page, "legal_form") == "ASSOCIATION"
    assert value(page, "commune").code == "59350"
    assert value(page, "address") == "12 RUE DE LA FILATURE"
    assert value(page, "rna") in (RNA, number.get("rna"))
    assert "Trouvé dans le registre" in page.text
    assert not Organisation.objects.exists()


def test_nothing_that_was_typed_is_lost(as_, stranger, register):
    said = typed(
        company_number=SIREN, name="L’Atelier", purpose="Nous réparons.", website="ecrit mal"
    )
    page = as_(stranger).post(STRUCTURE, said)
    for name in ("name", "purpose", "website", "company_number"):
        assert value(page, name) == said[name]
    assert value(page, "legal_form") == "ASSOCIATION"
    assert "LES ATELIERS DU FIL" in page.text


def test_a_form_that_this_kind_of_organisation_does_not_choose_is_not_proposed(
    as_, stranger, register
):
    page = as_(stranger).post(COMPANY, typed(company_number=SIREN))
    assert not value(page, "legal_form")
    assert value(page, "name") == "LES ATELIERS DU FIL"


def test_one_that_has_closed_is_said_so(as_, stranger, register):
    page = as_(stranger).post(STRUCTURE, typed(company_number=CLOSED))
    assert "elle a cessé son activité" in page.text


def test_an_unknown_number_is_said_once_and_the_form_goes_on(as_, stranger, register):
    page = as_(stranger).post(STRUCTURE, typed(company_number=UNKNOWN, name="L’Atelier"))
    assert page.text.count("Le registre ne connaît pas ce numéro") == 1
    assert value(page, "name") == "L’Atelier"


def test_what_the_register_keeps_from_the_public_isnt_proposed(as_, stranger, register):
    page = as_(stranger).post(STRUCTURE, typed(company_number=HIDDEN))
    assert page.status_code == 200
    assert not value(page, "name")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ({}, "Écrivez d’abord son numéro"),
        ({"company_number": "12"}, "pas un SIREN"),
        ({"company_number": "732829320000"}, "pas un SIREN"),
        ({"company_number": SIRET[:-1] + "5"}, "pas un SIRET"),
        ({"rna": "W59"}, "pas un numéro RNA"),
        ({"company_number": "9" * 5000}, "pas un SIREN"),
    ],
)
def test_what_is_no_number_is_not_sent(as_, stranger, register, number, sentence):
    page = as_(stranger).post(STRUCTURE, typed(**number))
    assert sentence in page.text.replace("n’est ", "")
    assert not register.asked


def test_nothing_is_sent_but_the_number(as_, stranger, register):
    as_(stranger).post(STRUCTURE, typed(company_number=SIRET, name="L’Atelier secret"))
    ((path, headers),) = register.asked
    assert path == f"/search?q={SIREN}&page=1&per_page=25"
    assert not {"Cookie", "Referer", "Authorization"} & headers.keys()


# --- Never in the way ----------------------------------------------------------------------
def wrong_ways():
    good = register_server.answer([register_server.body(SIREN, "LES ATELIERS")])
    return {
        "down": lambda one: one.says(b"", 503),
        "too many": lambda one: one.says({"erreur": "429"}, 429, Retry_After="5"),
        "not JSON": lambda one: one.says(b"{results: oui"),
        "HTML": lambda one: one.says(b"<html>Maintenance</html>", Content_Type="text/html"),
        "a list": lambda one: one.says([]),
        "without results": lambda one: one.says({"erreur": "Veuillez indiquer un paramètre"}),
        "results of another shape": lambda one: one.says({"results": {"0": "Lille"}}),
        "huge": lambda one: one.says(good | {"more": "x" * 1_100_000}),
        "redirect": lambda one: one.says(b"", 302, Location="http://127.0.0.1:1/"),
        "closed connection": lambda one: one.breaks_off(),
        "half an answer": lambda one: one.says(b"{}", Content_Length="900"),
    }


@pytest.mark.parametrize("way", wrong_ways())
def test_however_it_fails_one_types_by_hand_and_reads_one_sentence(as_, stranger, register, way):
    wrong_ways()[way](register)
    page = as_(stranger).post(STRUCTURE, typed(company_number=SIREN, name="L’Atelier"))
    assert page.text.count(NO_ANSWER) == 2  # the notice, and what the button would say by itself
    assert value(page, "name") == "L’Atelier"
    as_(stranger).post(STRUCTURE, whole())
    assert Organisation.objects.get().register_said is None


def test_it_has_two_seconds(as_, stranger, register):
    register.is_slow(4)
    start = time.monotonic()
    page = as_(stranger).post(STRUCTURE, typed(company_number=SIREN))
    assert time.monotonic() - start < 3
    assert NO_ANSWER in page.text
    as_(stranger).post(STRUCTURE, whole())
    assert time.monotonic() - start < 3.5  # nobody waits for it again
    assert Organisation.objects.exists()


@pytest.mark.parametrize(
    "row",
    [
        None,
        7,
        {"siren": SIREN},
        {"siren": SIREN, "siege": None, "complements": []},
        {"siren": SIREN, "nom_complet": 12, "nature_juridique": 9220, "siege": {"commune": {}}},
        {"siren": [SIREN]},
        {
            "siren": SIREN,
            "nom_complet": "L’ATELIER",
            "siege": {"commune": "69381", "code_postal": "1"},
        },
        {"siren": SIREN, "siege": {"adresse": 4, "code_postal": "59000"}},
    ],
)
def test_rows_of_another_shape_are_read_for_what_they_hold(as_, stranger, register, row):
    register.says({"results": [row]})
    page = as_(stranger).post(STRUCTURE, typed(company_number=SIREN, purpose="Nous réparons."))
    assert page.status_code == 200
    assert value(page, "purpose") == "Nous réparons."


def test_a_name_is_one_line_of_signs_that_are_shown(as_, stranger, register):
    name = "LES\x00 ATELIERS\r\n\u202e<b>DU</b>\u2028FIL" + "L" * 5000
    register.says(register_server.answer([register_server.body(SIREN, name)]))
    page = as_(stranger).post(STRUCTURE, typed(company_number=SIREN))
    assert value(page, "name").startswith("LES ATELIERS <b>DU</b> FIL")
    assert len(value(page, "name")) == 160
    assert "<b>DU" not in page.text


def test_off_there_is_no_button_and_nothing_is_asked(as_, stranger, register, settings):
    settings.PUBLIC_REGISTER = "none"
    assert 'name="fill"' not in as_(stranger).get(STRUCTURE).text
    page = as_(stranger).post(STRUCTURE, typed(company_number=SIREN, name="L’Atelier"))
    assert (page.status_code, value(page, "name")) == (200, "L’Atelier")
    as_(stranger).post(STRUCTURE, whole())
    assert Organisation.objects.get().register_said is None
    assert not register.asked


def test_an_answer_serves_for_thirty_days_found_or_not_and_a_failure_does_not(
    as_, stranger, register
):
    for number in (SIREN, UNKNOWN) * 2:
        as_(stranger).post(STRUCTURE, typed(company_number=number))
    assert len(register.asked) == 2
    register.says(b"", 500)
    as_(stranger).post(STRUCTURE, typed(company_number=CLOSED))
    register.forget()
    public_register.cache.delete("register-rests")
    assert "elle a cessé" in as_(stranger).post(STRUCTURE, typed(company_number=CLOSED)).text


@pytest.mark.parametrize(
    ("later", "seconds"),
    [
        ("5", 5),
        ("0", 1),
        ("999999", 3600),
        ("-3", 30),
        ("²", 30),
        ("", 30),
        ("Wed, 21 Oct", 30),
        ("9" * 5000, 30),
    ],
)
def test_it_is_left_alone_as_long_as_it_asks_within_reason(later, seconds):
    assert public_register._seconds(later) == seconds


def test_after_a_failure_it_is_left_alone(as_, stranger, register):
    register.says(b"", 429, Retry_After="120")
    for number in (SIREN, CLOSED):
        assert NO_ANSWER in as_(stranger).post(STRUCTURE, typed(company_number=number)).text
    assert len(register.asked) == 1


def test_a_person_has_it_asked_six_times_a_minute(as_, stranger, register):
    numbers = ["005520135", "005420021", "005580113", "005410220", "005420120", "005410345", SIREN]
    for number in numbers:
        page = as_(stranger).post(STRUCTURE, typed(rna=f"W{number}"))
    assert len(register.asked) == 6
    assert NO_ANSWER in page.text
    assert "ne connaît pas" in as_(make_user()).post(STRUCTURE, typed(rna="W111111111")).text


def test_a_visitor_has_nothing_asked(client, register):
    assert client.post(STRUCTURE, typed(company_number=SIREN)).status_code == 302
    assert not register.asked


@pytest.mark.parametrize(
    ("nature", "form"),
    [
        ("9220", "ASSOCIATION"),
        ("9230", "ASSOCIATION_RUP"),
        ("9300", "FOUNDATION"),
        ("5499", "SARL"),
        ("5710", "SAS"),
        ("5599", "SA"),
        ("5458", "SCOP"),
        ("5460", "COOPERATIVE"),
        ("6317", "COOPERATIVE"),
        ("8210", "MUTUAL"),
        ("1000", "SOLE_TRADER"),
        ("7210", "PUBLIC"),
        ("4110", "PUBLIC"),
    ],
)
def test_the_codes_of_legal_forms_are_read_in_our_words(nature, form):
    assert Entry("1", "2026-03-03", nature=nature).legal_forms[0] == form


def test_a_code_that_we_do_not_know_proposes_nothing():
    assert Entry("1", "2026-03-03", nature="3120").legal_forms == ()
    assert Entry("1", "2026-03-03").legal_forms == ()
