"""What papers say of the parties is so: what they are called, and what they have done."""

import pytest
from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.documents import documents, ledger, receipts
from marketplace.documents.parties import describe
from marketplace.models import Kind, Mission, Regime
from tests.marketplace.documents.document_desk import (
    declare_value,
    give_hours,
    head_of,
    make_mission,
    make_structure,
)
from tests.marketplace.documents.test_what_documents_say import words_of
from tests.marketplace.missions.amending import propose, signed_mission

pytestmark = pytest.mark.django_db


def preview(kind, mission):
    return words_of(documents.preview(kind, mission))


def test_nobody_is_said_to_have_checked_what_no_act_records():
    said = preview(Kind.CONVENTION_AGENT, make_mission(Regime.PUBLIC_AGENT))
    assert (
        "Avant de signer, l’autorité hiérarchique s’assure de la compatibilité de la mission avec les fonctions que"
        " l’agent a exercées au cours des trois dernières années"
    ) in said
    assert "s’est assurée" not in said
    assert "18 mois au plus, renouvelables, sans dépasser 3 ans en tout" in said
    assert "La Structure prévient l’Administration dans la journée" in said


def named(first_name, last_name):
    mission = give_hours(make_mission(Regime.VOLUNTEERING, status="DELIVERED"))
    person = mission.offer.person
    person.first_name, person.last_name = first_name, last_name
    person.save()
    return Mission.objects.get(pk=mission.pk)


@pytest.mark.parametrize("name", [("Hélène", "Roy"), ("Yves", "Roy"), ("Noé", "Lambert")])
def test_no_name_is_elided_wrongly(name):
    """“reçu de Hélène”, “de Yves”: whether an h is silent nobody has said, so that no name stands after “de”."""
    said = preview(Kind.HOURS_CERTIFICATE, named(*name))
    whole = " ".join(name)
    assert (
        f"certifie avoir reçu le temps ci-dessus, soit 14 heures au total, donné par {whole}"
        in said
    )
    assert f"de {whole}" not in said


@pytest.mark.parametrize("regime", [Regime.PRESTATION, Regime.LOAN])
def test_what_a_company_bills_or_gives_its_employee_is_not_said_to_give(regime):
    """“donné par Noémie Wattiaux” stood on the certificate of a service that her company bills."""
    said = preview(Kind.HOURS_CERTIFICATE, give_hours(make_mission(regime, status="DELIVERED")))
    assert "au total, fait par Noé Lambert, tel qu’il a été confirmé" in said
    assert "donné" not in said


def test_neither_is_that_of_an_agent():
    mission = make_mission(Regime.PUBLIC_AGENT)
    person = mission.offer.person
    person.first_name = "Hélène"
    person.save()
    amendment = propose(signed_mission(mission=mission, regime=Regime.PUBLIC_AGENT))
    for document in amendment.documents.all():
        said = words_of(ledger.read(document))
        assert "Hélène Lambert" in said
        assert "de Hélène" not in said
        assert "d’Hélène" not in said


def test_a_form_that_is_none_of_the_list_isnt_printed():
    structure = make_structure("Le Fil")
    Organisation.objects.filter(pk=structure.pk).update(legal_form="OTHER")
    structure = Organisation.objects.get(pk=structure.pk)
    assert describe(structure)["form"] == ""
    mission = give_hours(make_mission(Regime.VOLUNTEERING, structure=structure, status="DELIVERED"))
    said = preview(Kind.VOLUNTEER_CERTIFICATE, mission)
    assert "Le Fil, représentée par" in said
    assert "autre" not in said.partition("Rôle")[0]
    Organisation.objects.filter(pk=structure.pk).update(legal_form="COOPERATIVE")
    assert describe(Organisation.objects.get(pk=structure.pk))["form"] == "coopérative"


def test_a_receipt_of_a_loan_speaks_of_no_services():
    mission = give_hours(make_mission(Regime.LOAN, status="REVIEWED"))
    declare_value(mission)
    by = head_of(mission.need.organisation)
    said = words_of(receipts.preview(mission, by=by, capacity="présidente", now=timezone.now()))
    assert "qu’il a reçu et accepté le temps donné décrit ci-dessus." in said
    assert "prestations décrites" not in said
