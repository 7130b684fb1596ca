"""One's own page, and the hat one wears."""

import pytest
from django.urls import reverse

from tests.factories import make_commune, make_coordinator, make_organisation

PROFILE = reverse("profile")
SWITCH = reverse("organisation-switch")


def details(**changes):
    return {
        "first_name": "Luc",
        "last_name": "Petit",
        "trade": "Comptable",
        "phone": "+33 (0)6.12.34.56.78",
        "commune": "59350",
        "language": "fr",
    } | changes


def test_what_one_tells_is_kept(as_, stranger):
    make_commune()
    browser = as_(stranger)
    assert browser.post(PROFILE, details()).url == PROFILE
    stranger.refresh_from_db()
    assert (stranger.trade, stranger.phone, stranger.commune_id) == (
        *("Comptable", "06 12 34 56 78"),
        "59350",
    )
    assert "Comptable" in browser.get(PROFILE).content.decode()


def test_almost_everything_may_stay_empty(as_, stranger):
    as_(stranger).post(PROFILE, details(trade="", phone="", commune=""))
    stranger.refresh_from_db()
    assert stranger.commune is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"first_name": ""}, "obligatoire"),
        ({"last_name": "a" * 81}, "80"),
        ({"last_name": "voir www.exemple.fr"}, "Un nom"),
        ({"phone": "appelez-moi"}, "pas un numéro de téléphone"),
        ({"phone": "(------)"}, "pas un numéro de téléphone"),
        ({"phone": "06 12 34 56 78 9"}, "dix chiffres, et celui-ci en a 11"),
        ({"phone": "06 12 34"}, "dix chiffres, et celui-ci en a 6"),
        ({"phone": "+33 6 12 34 56 78 90 12 34"}, "quinze chiffres au plus"),
        ({"first_name": "😀"}, "avec des lettres"),
        ({"trade": "Compt\0able"}, "nul"),
        ({"commune": "Nullepart-les-Bains"}, "Nullepart-les-Bains"),
        ({"language": "de"}, "choix valide"),
    ],
)
def test_bad_input_is_said_and_what_was_typed_stays(as_, stranger, changes, sentence):
    page = as_(stranger).post(PROFILE, details(**changes)).content.decode()
    assert sentence in page
    assert "Comptable" in page or "trade" in changes
    stranger.refresh_from_db()
    assert stranger.trade == ""


def test_the_language_chosen_is_that_of_the_pages(as_, stranger):
    make_commune()
    browser = as_(stranger)
    browser.post(PROFILE, details(language="en"))
    assert "Keep my profile" in browser.get(PROFILE).content.decode()


def test_a_profile_is_ones_own(client):
    assert client.get(PROFILE).status_code == 302
    assert client.post(PROFILE, details()).status_code == 302


def test_coordinators_are_asked_for_a_second_factor_and_others_may_have_one(
    as_, stranger, coordinator
):
    asked = "mettre en place la double authentification"
    assert asked in as_(coordinator).get(PROFILE).content.decode()
    page = as_(stranger).get(PROFILE).content.decode()
    assert asked not in page
    assert reverse("mfa_index") in page


# --- the hat -------------------------------------------------------------------------------
def test_one_switches_between_ones_organisations_and_oneself(as_, structure, member):
    second = make_organisation(member=member)
    browser = as_(member)
    assert browser.get(PROFILE).wsgi_request.acting_for == structure, "the first, without a choice"
    browser.post(SWITCH, {"organisation": second.pk})
    assert browser.get(PROFILE).wsgi_request.acting_for == second
    browser.post(SWITCH, {"organisation": "0"})
    assert browser.get(PROFILE).wsgi_request.acting_for is None


@pytest.mark.parametrize("chosen", ["999999", "abc", "", "-1", "1\0"])
def test_nobody_speaks_for_an_organisation_they_do_not_belong_to(as_, structure, stranger, chosen):
    browser = as_(stranger)
    assert browser.post(SWITCH, {"organisation": chosen}).status_code == 404
    assert browser.post(SWITCH, {"organisation": structure.pk}).status_code == 404
    assert browser.get(PROFILE).wsgi_request.acting_for is None


def test_the_hat_of_an_organisation_one_has_left_falls_off(as_, structure, member):
    browser = as_(member)
    browser.post(SWITCH, {"organisation": structure.pk})
    structure.memberships.filter(user=member).delete()
    assert browser.get(PROFILE).wsgi_request.acting_for is None


def test_switching_is_not_a_link_and_leads_nowhere_else(as_, structure, member):
    browser = as_(member)
    assert browser.get(SWITCH).status_code == 405
    answer = browser.post(
        SWITCH, {"organisation": structure.pk, "next": "https://mechant.example.com"}
    )
    assert answer.url == "/"
    answer = browser.post(SWITCH, {"organisation": structure.pk, "next": "/mes-organisations/"})
    assert answer.url == "/mes-organisations/"


def test_my_organisations_are_listed_with_their_state(as_, structure, member, stranger):
    page = reverse("organisations")
    assert "Les Ateliers du Fil" in as_(member).get(page).content.decode()
    assert "Vous agissez pour vous-même" in as_(stranger).get(page).content.decode()
    assert as_(None).get(page).status_code == 302


def test_a_coordinator_may_belong_to_a_structure_as_well(as_, structure, pole):
    both = make_coordinator(pole)
    structure.memberships.create(user=both)
    assert "Les Ateliers du Fil" in as_(both).get(reverse("organisations")).content.decode()
