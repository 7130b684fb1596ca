"""Describing one's organisation; its verified identity belongs to the coordinators."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.actions import organisations
from accounts.models import OrganisationStep, corrections
from accounts.states import OrganisationStatus
from notifications.models import Notification
from tests.factories import make_commune, make_coordinator, make_pole

DESCRIPTION = {
    "purpose": "Réparer, transmettre, habiller.",
    "address": "3 place Neuve",
    "commune": "59350",
    "website": "",
}
IDENTITY = {
    "name": "Ateliers du Fil et du Bois",
    "legal_form": "ASSOCIATION",
    "rna": "W595009999",
    "company_number": "",
}


def edit(structure):
    return reverse("organisation-edit", args=[structure.pk])


def test_an_administrator_describes_it(as_, structure, administrator):
    answer = as_(administrator).post(edit(structure), DESCRIPTION)
    structure.refresh_from_db()
    assert answer.url == structure.get_absolute_url()
    assert structure.purpose == "Réparer, transmettre, habiller."


def test_its_verified_name_is_not_the_administrators_to_change(as_, structure, administrator):
    browser = as_(administrator)
    assert "Son identité légale est vérifiée" in browser.get(edit(structure)).content.decode()
    browser.post(edit(structure), DESCRIPTION | IDENTITY)
    structure.refresh_from_db()
    assert structure.name == "Les Ateliers du Fil"
    assert structure.rna == ""


def test_before_the_verification_everything_may_be_corrected(as_, structure, administrator):
    type(structure).objects.update(status=OrganisationStatus.MORE_ASKED)
    as_(administrator).post(edit(structure), DESCRIPTION | IDENTITY)
    structure.refresh_from_db()
    assert (structure.name, structure.rna) == ("Ateliers du Fil et du Bois", "W595009999")


def test_a_coordinator_corrects_its_identity_and_history_tells_what(as_, structure, coordinator):
    as_(coordinator).post(edit(structure), DESCRIPTION | IDENTITY)
    structure.refresh_from_db()
    assert structure.name == "Ateliers du Fil et du Bois"
    step = structure.steps.get()
    assert step.by == coordinator
    assert "Les Ateliers du Fil → Ateliers du Fil et du Bois" in step.said
    assert structure.status == OrganisationStatus.ACCEPTED


def test_its_administrators_read_once_what_was_corrected_and_that_another_form_is_declared_anew(
    as_, structure, administrator, member, coordinator
):
    told = Notification.objects.filter(kind="organisation_corrected")
    changed = DESCRIPTION | IDENTITY | {"legal_form": "SCIC", "company_number": "732 829 320 00074"}
    for _click in range(2):
        as_(coordinator).post(edit(structure), changed)
    letter = told.get()
    assert letter.recipient == administrator
    for words in (
        "Les Ateliers du Fil → Ateliers du Fil et du Bois",
        "→ SCIC",
        "le déclare à nouveau",
    ):
        assert words in letter.text
    as_(coordinator).post(edit(structure), changed | {"name": "Ateliers du Bois"})
    assert "le déclare à nouveau" not in told.latest("pk").text


def test_nobody_is_told_of_what_its_own_people_correct(as_, structure, administrator):
    type(structure).objects.update(status=OrganisationStatus.MORE_ASKED)
    as_(administrator).post(edit(structure), DESCRIPTION | IDENTITY)
    assert structure.steps.exists()
    assert not Notification.objects.filter(kind="organisation_corrected").exists()


def test_a_verified_organisation_does_not_slip_into_another_pole(as_, structure, administrator):
    make_pole("Pôle du Sud", ("62",))
    make_commune("62041", "Arras")
    page = as_(administrator).post(edit(structure), DESCRIPTION | {"commune": "62041"})
    assert "dépend d’un autre pôle" in page.content.decode()
    structure.refresh_from_db()
    assert structure.commune_id == "59350"


def test_nor_does_one_that_is_suspended_whoever_edits_it(as_, structure, coordinator):
    make_pole("Pôle du Sud", ("62",))
    make_commune("62041", "Arras")
    organisations.suspend(structure, reason="À voir.", by=coordinator)
    page = as_(coordinator).post(
        edit(structure), DESCRIPTION | IDENTITY | {"name": structure.name, "commune": "62041"}
    )
    assert "dépend d’un autre pôle" in page.text
    structure.refresh_from_db()
    assert structure.commune_id == "59350"


def test_a_mistake_in_the_commune_finds_the_right_pole_before_the_verification(
    as_, structure, administrator
):
    south = make_pole("Pôle du Sud", ("62",))
    make_commune("62041", "Arras")
    type(structure).objects.update(status=OrganisationStatus.SUBMITTED)
    as_(administrator).post(edit(structure), DESCRIPTION | IDENTITY | {"commune": "62041"})
    structure.refresh_from_db()
    assert structure.pole == south


@pytest.mark.parametrize(("who", "status"), [("stranger", 403), ("member", 403), (None, 302)])
def test_nobody_else_edits_it(as_, request, structure, who, status):
    browser = as_(who and request.getfixturevalue(who))
    assert browser.get(edit(structure)).status_code == status
    assert browser.post(edit(structure), DESCRIPTION).status_code == status
    structure.refresh_from_db()
    assert structure.purpose == "Réparer et transmettre."


def test_a_stranger_does_not_even_find_one_that_is_not_verified(as_, structure, stranger):
    type(structure).objects.update(status=OrganisationStatus.SUBMITTED)
    assert as_(stranger).get(edit(structure)).status_code == 404


def test_a_coordinator_of_another_pole_does_not_edit_it(as_, structure):
    other = make_coordinator(make_pole("Pôle du Sud", ("62",)))
    assert as_(other).post(edit(structure), DESCRIPTION | IDENTITY).status_code == 403
    type(structure).objects.update(status=OrganisationStatus.SUBMITTED)
    assert as_(other).post(edit(structure), DESCRIPTION | IDENTITY).status_code == 404


def test_one_that_has_left_is_not_edited_any_more(as_, structure, administrator):
    type(structure).objects.update(status=OrganisationStatus.CLOSED)
    assert as_(administrator).post(edit(structure), DESCRIPTION).status_code == 403


def test_history_is_for_its_people_and_coordinators(as_, structure, member, coordinator, stranger):
    structure.begin(by=member)
    page = reverse("organisation-history", args=[structure.pk])
    assert "Amina Haddad" in as_(member).get(page).content.decode()
    assert as_(coordinator).get(page).status_code == 200
    assert as_(stranger).get(page).status_code == 403
    assert as_(None).get(page).status_code == 302


@pytest.mark.parametrize(
    "kept",
    [
        corrections.kept({"legal_form": "SAS", "rna": ""}, {"legal_form": "SCOP", "rna": "W59"}),
        "forme juridique : SAS → SCOP\nRNA : – → W59",
    ],
)
def test_the_history_is_told_in_the_language_of_its_reader(structure, kept):
    step = OrganisationStep(
        organisation=structure, before="ACCEPTED", after="ACCEPTED", reason=kept
    )
    with override("en"):
        assert step.said == "legal form: SAS → SCOP (workers’ cooperative)\nRNA: – → W59"


def test_words_that_look_like_a_line_of_the_history_stay_as_they_were_written(structure):
    words = "Numéro : à corriger → merci"
    step = OrganisationStep(organisation=structure, before="A", after="A", reason=words)
    assert step.said == words


def test_a_correction_does_not_stand_for_what_the_coordinators_asked(
    as_, structure, coordinator, administrator
):
    organisations.suspend(structure, reason="Qui signe chez vous ?", by=coordinator)
    as_(coordinator).post(edit(structure), DESCRIPTION | IDENTITY)
    page = as_(administrator).get(structure.get_absolute_url()).text
    assert "Qui signe chez vous" in page
    assert "« [[" not in page
