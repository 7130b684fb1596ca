"""What was signed was voided and the sheet changes: who has to say yes anew, in which order, what is signed."""

from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.documents import documents, ledger
from marketplace.actions.missions import agreements, hours, missions, sheets
from marketplace.actions.refusals import NotYet
from marketplace.models import Employee, Kind, Mission, Party, Regime, Side
from marketplace.rules.next_acts import missions as next_acts
from marketplace.states import DocumentStatus, MissionStatus
from tests.factories import make_user
from tests.marketplace.documents.document_desk import (
    declare_value,
    give_hours,
    head_of,
    make_mission,
)
from tests.marketplace.documents.test_documents import sign, text_of
from tests.marketplace.missions.amending import signed_mission


@pytest.fixture
def mission():
    """Agreed, signed, and under way; then a coordinator voided its convention."""
    found = make_mission(status=MissionStatus.DOCUMENTS)
    Mission.objects.filter(pk=found.pk).update(agreed_version=1, agreed_hours=70)
    convention(found)
    missions.start(found, by=found.offer.person, now=timezone.now())
    documents.void(found.documents.get(), reason="Erreur de nom.", by=make_user())
    return fresh(found)


def fresh(mission):
    return Mission.objects.with_course().select_related("need", "offer").get(pk=mission.pk)


def convention(mission):
    head = head_of(mission.need.organisation)
    document = documents.make(Kind.CONVENTION_SERVICE, mission, by=head, now=timezone.now())
    sign(document, Party.STRUCTURE)
    sign(document, Party.EMPLOYER, by=head_of(mission.offer.organisation))
    document.refresh_from_db()
    return document


def raise_hours(mission, to=90):
    head = head_of(mission.need.organisation)
    sheets.change(mission, {"hours": to}, read=mission.sheet.number, side=Side.NEED, by=head)
    return fresh(mission)


def tasks(mission):
    return [(act.who, act.url) for act in next_acts.acts(fresh(mission))]


def test_more_hours_ask_everyone_again_in_turn_and_the_mission_waits(client, mission):
    former = mission.documents.get()
    mission = raise_hours(mission)
    assert mission.status == MissionStatus.SUSPENDED
    assert former.status == DocumentStatus.VOIDED
    sheet = reverse("mission-sheet", args=[mission.pk])
    assert tasks(mission)[0] == (Side.OFFER, sheet)

    client.force_login(mission.offer.person)
    assert "Oui à cette fiche" in client.get(sheet).content.decode()
    client.post(reverse("mission-sheet-agree", args=[mission.pk]), {"read": 2})
    agreement = reverse("mission-agreement", args=[mission.pk])
    assert tasks(mission)[0] == ("ASKS", agreement)

    client.post(agreement, {"manager_name": "Dominique", "manager_email": "d@example.org"})
    for _manager_then_company in range(2):
        question = mission.agreements.current().waiting().get()
        agreements.answer(question, answer="YES", now=timezone.now())
    mission = fresh(mission)
    assert (mission.agreed_version, mission.agreed_hours) == (2, 90)
    assert tasks(mission)[0][1] == reverse("mission-documents", args=[mission.pk])

    second = convention(mission)
    assert (second.version, second.replaces) == (2, former)
    assert "90 heures" in text_of(ledger.read(second))
    assert tasks(mission)[0] == (Side.OFFER, reverse("mission-resume", args=[mission.pk]))


def test_meanwhile_hours_stay_within_what_the_employer_agreed_to(mission):
    raise_hours(mission)
    assert hours.allowed(fresh(mission)) == 70


def test_the_employer_is_asked_only_about_what_both_sides_have_read(mission):
    mission = raise_hours(mission)
    employee = Employee(organisation=mission.offer.organisation, person=mission.offer.person,
                        manager_name="D", manager_email="d@example.org")  # fmt: skip
    with pytest.raises(NotYet, match="deux parties"):
        agreements.ask_manager(
            mission, employee=employee, programme=None, by=mission.offer.person, now=timezone.now()
        )


def test_it_waits_on_the_home_page_of_whoever_has_to_say_yes(client, mission):
    mission = raise_hours(mission)
    client.force_login(mission.offer.person)
    assert "La fiche de mission a changé" in client.get("/").content.decode()


# --- what comes back -----------------------------------------------------------------------
def posted(mission, **said):
    sheet = mission.sheet
    return {"read": sheet.number, "aim": sheet.aim, "work": sheet.work, "deliverables": sheet.deliverables, "hours": sheet.hours,
            "where": sheet.where, "rights": sheet.rights, "starts_on": mission.starts_on,
            "ends_on": mission.ends_on} | said  # fmt: skip


def test_planned_counterparts_are_on_the_sheet_in_the_convention_and_on_the_receipt_s_form(client):
    mission = make_mission(status=MissionStatus.FRAMING)
    client.force_login(head_of(mission.need.organisation))
    url = reverse("mission-sheet", args=[mission.pk])
    said = {"counterparts": "Le logo sur l’affiche", "counterparts_value": "300,50"}
    assert client.post(url, posted(mission, **said)).status_code == 302
    assert "300,50" in client.get(url).content.decode()
    mission = fresh(mission)
    assert mission.sheet.counterparts_value == D("300.50")
    mission.sheet.offer_agreed = mission.sheet.number
    mission.sheet.save()
    words = text_of(documents.preview(Kind.CONVENTION_SERVICE, mission))
    assert "Le logo sur l’affiche, pour une valeur de 300,50 €" in words.replace("\xa0", " ")
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.REVIEWED)
    declare_value(give_hours(fresh(mission)))  # before, the form is not there
    receipt = client.get(reverse("mission-receipt", args=[mission.pk])).content.decode()
    assert 'value="300.50"' in receipt or 'value="300,50"' in receipt


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"counterparts": "Le logo"}, "zéro est une réponse"),
        ({"counterparts": "x", "counterparts_value": "-1"}, "négatif"),
        ({"counterparts": "x", "counterparts_value": "1000000000000"}, "trop grand"),
        ({"counterparts": "x", "counterparts_value": "mille"}, "1234,56"),
        ({"hours": "0"}, "supérieure ou égale à 1"),
        ({"hours": "-3"}, "supérieure ou égale à 1"),
        ({"hours": "1000000000000"}, "inférieure ou égale à 6000"),
        ({"hours": "12,5"}, "nombre entier"),
        ({"ends_on": "2020-01-01"}, "La fin est avant le début"),
    ],
)
def test_a_bad_figure_on_the_sheet_is_answered_in_a_sentence(client, said, sentence):
    mission = make_mission(status=MissionStatus.FRAMING)
    client.force_login(head_of(mission.need.organisation))
    answer = client.post(reverse("mission-sheet", args=[mission.pk]), posted(mission, **said))
    assert sentence in answer.content.decode().replace("\xa0", " ")
    assert fresh(mission).sheet.number == 1


def test_nothing_comes_back_for_a_volunteer(client):
    mission = make_mission(Regime.VOLUNTEERING, status=MissionStatus.FRAMING)
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-sheet", args=[mission.pk]), {"modifier": "oui"})
    assert "counterparts" not in page.content.decode()


def test_on_one_s_own_time_a_letter_that_was_voided_keeps_nobody_from_going_on():
    """At work the employer's guarantees hang on the papers; a volunteer's letter only says what was agreed."""
    mission = signed_mission(Regime.VOLUNTEERING)
    by = head_of(mission.need.organisation)
    documents.void(mission.documents.get(), reason="Erreur de nom.", by=make_user())
    missions.suspend(fresh(mission), reason="Les vacances.", by=by)
    missions.resume(fresh(mission), by=by)
    assert fresh(mission).status == MissionStatus.RUNNING
