"""Pages and letters about a mission name all the structures that it serves, and not its lead alone."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.documents.house_papers import _paper
from marketplace.actions.missions import agreements, served
from marketplace.desk.kinds.mission import _people
from marketplace.models import Document, Employee, Mission, Regime, SigningLink, Voice
from marketplace.rules import managers, mission_roles, permissions
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import make_coordinator, make_organisation, make_user
from tests.marketplace.missions.served_people import Form, head_of, joint_mission, structure_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return make_organisation("COMPANY", name="Verrières", administrator=make_user())


@pytest.fixture
def coop():
    return structure_of("ACEPP", form=Form.SCIC, gives=None)


def test_the_list_of_missions_names_each_and_asks_no_more_for_it(
    client, coop, django_assert_max_num_queries
):
    mission = joint_mission(coop, structure_of("Ville"))
    client.force_login(mission.offer.person)
    assert "Bottines, ACEPP, Ville" in client.get(reverse("missions")).text
    named = Mission.objects.with_served().select_related("need__organisation", "apart_for").get()
    with django_assert_max_num_queries(0):
        assert named.for_whom == "Bottines, ACEPP, Ville"


def test_the_employer_reads_for_whom_before_it_says_yes(client, company):
    mission = joint_mission(
        structure_of("Ville"), work=True, company=company, regime=Regime.PRESTATION,
        status=MissionStatus.AGREEMENT,
    )  # fmt: skip
    employee = Employee.objects.create(
        organisation=company, person=mission.offer.person,
        manager_name="Lise", manager_email="lise@example.org",
    )  # fmt: skip
    agreements.ask_manager(
        mission, employee=employee, programme=None, by=employee.person, now=timezone.now()
    )
    letter = Notification.objects.get(kind="agreement_asked")
    assert "Bottines, Ville" in letter.text
    assert "Bottines, Ville" in client.get(letter.url).text


def test_whoever_is_of_a_structure_served_gives_no_managers_yes(company):
    town = structure_of("Ville")
    mission = joint_mission(town, work=True, company=company, regime=Regime.PRESTATION)
    assert managers.is_of_the_structure(mission, head_of(town).email)
    assert not managers.is_of_the_structure(mission, head_of(structure_of("Autre")).email)


def test_a_review_says_that_each_structure_served_reads_it(client):
    mission = joint_mission(structure_of("Ville"), status=MissionStatus.DELIVERED)
    Mission.objects.filter(pk=mission.pk).update(delivered_at=timezone.now())
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-review", args=[mission.pk]))
    assert "Bottines, Ville" in page.text


def test_a_structure_served_alone_says_nothing_of_the_leads_name(coop, company):
    mission = joint_mission(coop, work=True, company=company, regime=Regime.LOAN)
    second = served.set_apart(
        mission.served.get(organisation=coop), hours=10, large_lender=True, small_user=True,
        by=make_coordinator(mission.need.pole),
    )  # fmt: skip
    assert second.for_whom == "ACEPP"
    assert second.read_by == "ACEPP, Bottines"
    assert not permissions.may_name_organisations(head_of(coop), second, Voice.NEED)
    lead = head_of(mission.need.organisation)
    assert permissions.may_name_organisations(lead, mission, Voice.NEED)


def test_the_papers_of_one_served_alone_are_signed_and_chased_in_its_name(coop, company):
    """By a link of a letter too: it names whom it signs for, and with whom."""
    mission = joint_mission(coop, work=True, company=company, regime=Regime.LOAN)
    second = served.set_apart(
        mission.served.get(organisation=coop), hours=10, large_lender=True, small_user=True,
        by=make_coordinator(mission.need.pole),
    )  # fmt: skip
    convention = Document(mission=second, kind="CONVENTION_LOAN")
    assert SigningLink(document=convention, party="STRUCTURE").signs_for == "ACEPP"
    assert SigningLink(document=convention, party="EMPLOYER").with_whom == "ACEPP"
    assert head_of(coop) in _people(mission_roles.SERVED, second)
    assert head_of(coop) in _people(mission_roles.RECEIPTS, second)


def test_a_receipt_is_filed_under_the_structure_that_gave_it(company):
    town = structure_of("Ville")
    mission = joint_mission(town, work=True, company=company, regime=Regime.LOAN)
    numbered = {"number": 1, "letter": "R", "year": 2026, "organisation": town}
    receipt = Document(kind="RECEIPT", mission=mission, made_at=timezone.now(), **numbered)
    assert _paper(receipt, set()).structure == "Ville"
    convention = Document(
        kind="CONVENTION_LOAN", mission=mission, made_at=timezone.now(), **numbered
    )
    assert _paper(convention, set()).structure == "Bottines"


def test_whoever_came_takes_along_all_the_names(client):
    mission = joint_mission(structure_of("Ville"), status=MissionStatus.CLOSED)
    client.force_login(mission.offer.person)
    assert "Bottines, Ville" in client.get(reverse("experience")).text
