"""What the pages and papers of a mission say of the structures that it serves, and of those who leave, follows from what its
acts do: each sentence here was once shown where they do otherwise."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.documents import documents, valuations
from marketplace.actions.missions import hours, served
from marketplace.documents import experience_file
from marketplace.documents.facts import in_french
from marketplace.models import Agreement, HoursEntry, Kind, Mission, Regime
from marketplace.states import MissionStatus
from tests.factories import in_days, make_coordinator, make_mission, make_organisation, make_user
from tests.marketplace.documents.document_desk import give_hours
from tests.marketplace.documents.document_desk import make_mission as documented
from tests.marketplace.documents.test_what_documents_say import words_of
from tests.marketplace.matching.test_matching_groups import tie
from tests.marketplace.missions import leavers
from tests.marketplace.missions.served_people import Form, head_of, joint_mission, structure_of

pytestmark = pytest.mark.django_db


TO_GIVE = "La valeur est déclarée : délivrez le reçu."


def stopped():
    return {"status": MissionStatus.INTERRUPTED, "interrupted_at": timezone.now()}


def shown(client, reader, page, *numbers, **asked):
    client.force_login(reader)
    return client.get(reverse(page, args=numbers), asked, follow=True).text.replace("\xa0", " ")


@pytest.fixture
def boss():
    return make_user("Paul", "Delattre")


@pytest.fixture
def company(boss):
    return make_organisation(
        "COMPANY", administrator=boss, siren="552100554", address="3 quai du Wault"
    )


@pytest.fixture
def lead():
    return structure_of("Bottines")


@pytest.fixture
def nursery():
    return structure_of("Crèche")


def served_too(nursery, lead, company, **fields):
    fields = {"regime": Regime.PRESTATION} | fields
    return joint_mission(nursery, lead=lead, work=True, company=company, **fields)


def runs(mission):
    """It has begun nine days ago."""
    began = {"started_at": timezone.localtime() - timedelta(days=9), "starts_on": in_days(-9)}
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.RUNNING, agreed_hours=40, **began
    )
    return Mission.objects.get(pk=mission.pk)


def valued(mission, *, of=None, by):
    """The work is done, its hours of yesterday, for one of the structures, are confirmed and their value declared."""
    mission = runs(mission)
    person, today = mission.offer.person, in_days(0)
    hours.write(mission, {in_days(-1): (5, "Le site")}, person=person, today=today, served=of)
    mission.hours.update(confirmed_at=timezone.now() - timedelta(hours=2))
    done = {"status": MissionStatus.REVIEWED, "delivered_at": timezone.now()}
    Mission.objects.filter(pk=mission.pk).update(**done)
    mission = Mission.objects.get(pk=mission.pk)
    valuations.declare(mission, 100, by=by, now=timezone.now())
    return mission


@pytest.fixture
def apart(company):
    """A second mission, for a nursery that has said nothing of its receipts: a cooperative leads the first."""
    coop = structure_of("Scop", form=Form.SCIC, gives=False)
    nursery = structure_of("Crèche", gives=None)
    first = served_too(nursery, coop, company, regime=Regime.NOT_ELIGIBLE)
    return served.set_apart(first.served.get(organisation=nursery), hours=10, by=head_of(coop))


# --- receipts of several -------------------------------------------------------------------
def test_a_lead_that_received_no_hour_is_asked_for_no_receipt(client, lead, nursery, company, boss):
    mission = valued(served_too(nursery, lead, company), of=nursery, by=boss)
    page = shown(client, head_of(lead), "mission", mission.pk)
    assert TO_GIVE not in page
    assert "Bottines n’en délivre pas, faute d’heures reçues" in page
    assert "Bottines en délivrera un" not in page
    page = shown(client, boss, "mission", mission.pk)
    assert "Délivrer le reçu." not in page
    assert "Crèche en délivrera un" in page
    page = shown(client, head_of(nursery), "mission", mission.pk)
    assert TO_GIVE in page


def test_a_lead_with_hours_is_asked_for_its_receipt(client, lead, nursery, company, boss):
    mission = valued(served_too(nursery, lead, company), by=boss)
    page = shown(client, head_of(lead), "mission", mission.pk)
    assert TO_GIVE in page
    assert "Bottines en délivrera un" in page
    assert "Crèche n’en délivre pas, faute d’heures reçues" in page


def test_the_structure_of_a_second_mission_says_itself_whether_it_gives_receipts(
    client, apart, boss
):
    mission = valued(apart, by=boss)
    asked = (
        "une personne qui administre votre structure dit si elle peut délivrer des reçus fiscaux"
    )
    page = shown(client, head_of(mission.need.organisation), "mission", mission.pk)
    assert asked not in page
    assert "En attente de : Scop" not in page
    assert "En attente de : Crèche" in page
    page = shown(client, head_of(mission.structure), "mission", mission.pk)
    assert asked in page


# --- whose review --------------------------------------------------------------------------
def test_the_review_of_the_structure_of_a_second_mission_is_said_to_be_its_own(client, apart):
    done = {"status": MissionStatus.DELIVERED, "delivered_at": timezone.now()}
    runs(apart)
    Mission.objects.filter(pk=apart.pk).update(**done)
    client.force_login(head_of(apart.structure))
    client.post(reverse("mission-review", args=[apart.pk]), {"rating": "4", "again": "yes"})
    page = shown(client, apart.offer.person, "mission", apart.pk)
    assert "Crèche : bilan donné" in page
    assert "Scop : bilan donné" not in page


# --- whose yes -----------------------------------------------------------------------------
def test_who_is_of_a_structure_served_reads_that_this_keeps_them_from_answering(
    client, lead, nursery, company, boss
):
    """“Vous avez dit oui pour Bottines” stood there, for somebody of the nursery who had said no yes."""
    mission = served_too(nursery, lead, company, status=MissionStatus.AGREEMENT)
    nursery.memberships.create(user=boss, role="REPRESENTATIVE")
    asked = {"mission": mission, "sheet_version": 1, "asked_by": mission.offer.person}
    yes = {"answer": "YES", "answered_at": timezone.now()}
    Agreement.objects.create(asked="MANAGER", email="chef@example.org", **asked, **yes)
    Agreement.objects.create(asked="COMPANY", name=str(company), **asked)
    page = shown(client, boss, "mission-agreement", mission.pk)
    assert "Vous êtes aussi de la structure Crèche" in page
    assert "Vous avez dit oui" not in page


# --- one group -----------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["mission-regime", "mission-below-cost"])
def test_the_organisations_that_have_said_to_be_of_one_group_are_those_named(
    client, lead, nursery, company, page
):
    mission = served_too(nursery, lead, company, regime=Regime.NON_PROFIT_LOAN)
    tie(nursery, company)
    reader = head_of(lead)
    if page == "mission-below-cost":
        reader = make_coordinator(mission.need.pole)
    said = shown(client, reader, page, mission.pk)
    assert f"Crèche et {company} ont dit ici faire partie du même groupe" in said
    assert "Bottines et" not in said


# --- somebody has left ---------------------------------------------------------------------
def test_who_has_left_reads_that_only_contested_hours_can_be_corrected(client, company, boss):
    mission = runs(make_mission(work=True, company=company, regime=Regime.PRESTATION))
    person, today = mission.offer.person, in_days(0)
    hours.write(mission, {in_days(-5): (3, "Le site")}, person=person, today=today)
    by = mission.need.organisation.members.first()
    hours.contest(HoursEntry.objects.get(), why="Non.", by=by, now=timezone.now())
    done = {"status": MissionStatus.REVIEWED, "delivered_at": timezone.now()}
    Mission.objects.update(**done)
    leavers.goes(Mission.objects.get(), by=boss)
    page = shown(client, person, "mission-done", mission.pk)
    assert "celles que la structure a contestées peuvent être corrigées ici" in page
    assert "Vos heures jusqu’au" not in page
    Mission.objects.update(status=MissionStatus.DELIVERED)
    page = shown(client, person, "mission-done", mission.pk)
    assert "Vos heures jusqu’au" in page
    assert "contestées peuvent être corrigées ici" not in page


# --- stopped after its last day ------------------------------------------------------------
def test_a_path_tells_on_which_day_a_mission_was_stopped_after_its_end(client):
    """“arrêtée avant la fin” stood on the page, in its file and on the certificate."""
    mission = give_hours(make_mission(**stopped()))
    began = timezone.localtime() - timedelta(days=60)
    planned = {"starts_on": in_days(-60), "ends_on": in_days(-10), "started_at": began}
    Mission.objects.update(**planned)
    page = shown(client, mission.offer.person, "experience")
    assert f"arrêtée le {in_french(in_days(0))}" in page
    assert "arrêtée avant la fin" not in page
    mission = Mission.objects.get()
    assert experience_file._dates(mission).endswith(f", arrêtée le {in_french(in_days(0))}")
    Mission.objects.update(ends_on=in_days(10))
    assert "arrêtée avant la fin" in shown(client, mission.offer.person, "experience")


def test_a_volunteer_certificate_tells_on_which_day_a_mission_was_stopped_after_its_end():
    give_hours(documented(Regime.VOLUNTEERING, status=MissionStatus.RUNNING))
    began = timezone.localtime() - timedelta(days=60)
    planned = {"starts_on": in_days(-60), "ends_on": in_days(-10), "started_at": began}
    Mission.objects.update(**stopped(), **planned)
    mission = Mission.objects.get()
    said = words_of(documents.preview(Kind.VOLUNTEER_CERTIFICATE, mission))
    assert f"la mission s’est arrêtée le {in_french(in_days(0))}" in said
