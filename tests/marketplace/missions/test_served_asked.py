"""What is asked of a structure served beside its lead reaches its people: on their home, in letters, and nothing that is the lead's."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.documents import receipts, valuations
from marketplace.actions.missions import missions, served, sheets
from marketplace.models import Mission, Regime, Review, Side, Voice
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import make_organisation, make_user
from tests.marketplace.documents.test_mandates import agree, lead_of, paper
from tests.marketplace.missions.amending import fresh
from tests.marketplace.missions.served_people import Form, head_of, joint_mission, structure_of
from tests.marketplace.missions.test_served_hours import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return structure_of("Ville", form=Form.PUBLIC)


@pytest.fixture
def mission(town):
    company = make_organisation(
        "COMPANY", administrator=make_user(first_name="Paul"), siren="552100554",
        address="3 quai du Wault",
    )  # fmt: skip
    mission = joint_mission(
        town, work=True, company=company, regime=Regime.PRESTATION, status=MissionStatus.DOCUMENTS
    )
    sheet = mission.sheet
    sheet.need_agreed = sheet.offer_agreed = sheet.number
    sheet.save()
    return mission


def home_of(client, person) -> str:
    client.force_login(person)
    return client.get(reverse("home")).text


def letter_to(person, kind) -> str:
    return Notification.objects.get(kind=kind, recipient=person).text


def test_its_yes_before_the_papers_stands_on_its_home_until_it_is_given(client, mission, town):
    """Nobody can sign before, and only the mission's page said so."""
    page = reverse("served-mandate", args=[mission.served.get(organisation=town).pk])
    assert page not in home_of(client, head_of(town)), "no paper waits yet"
    paper(mission)
    assert page in home_of(client, head_of(town))
    assert page not in home_of(client, lead_of(mission))
    agree(mission, town)
    assert page not in home_of(client, head_of(town))


def test_its_review_and_its_receipt_stand_there_too(client, mission, town):
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.RUNNING, started_at=timezone.now(), starts_on=timezone.localdate()
    )
    write(fresh(mission), 5, served=town)
    mission.hours.update(confirmed_at=timezone.now())
    missions.deliver(fresh(mission), by=lead_of(mission), now=timezone.now())
    review = reverse("mission-review", args=[mission.pk])
    assert review in home_of(client, head_of(town))
    Review.objects.create(
        mission=mission, side=Voice.CARRIER, structure=town, author=head_of(town), rating=5,
        again=True,
    )  # fmt: skip
    assert review not in home_of(client, head_of(town))
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.REVIEWED)
    boss = mission.offer.organisation.members.get(first_name="Paul")
    valuations.declare(fresh(mission), Decimal(200), by=boss, now=timezone.now())
    receipt = f"{reverse('mission-receipt', args=[mission.pk])}?pour={town.pk}"
    assert receipt in home_of(client, head_of(town))
    receipts.issue(
        fresh(mission), by=head_of(town), capacity="maire", now=timezone.now(), structure=town
    )
    assert receipt not in home_of(client, head_of(town))
    page = client.get(mission.get_absolute_url()).text
    assert "Ville en a délivré un" in page
    assert "Ville en délivrera un" not in page


def test_who_reads_a_paper_of_it_goes_back_to_the_mission_s_papers(client, mission, town):
    """They were led to what people keep of an organisation that they have left."""
    document = paper(mission)
    client.force_login(head_of(town))
    page = client.get(document.get_absolute_url()).text
    assert reverse("mission-documents", args=[mission.pk]) in page
    assert reverse("missions-done") not in page


def test_it_is_not_told_to_change_the_sheet_nor_to_send_the_work_back(mission, town):
    """Both are the lead's alone."""
    lead = lead_of(mission)
    sheets.change(
        fresh(mission), {"hours": 30}, read=mission.sheet.number, side=Side.OFFER,
        by=mission.offer.person,
    )  # fmt: skip
    assert "changez" not in letter_to(head_of(town), "sheet_changed")
    assert "en votre nom" in letter_to(head_of(town), "sheet_changed")
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.RUNNING, started_at=timezone.now(), starts_on=timezone.localdate()
    )
    missions.deliver(fresh(mission), by=mission.offer.person, now=timezone.now())
    back = "dites-le sur la page de la mission"
    assert back in letter_to(lead, "mission_delivered")
    assert back not in letter_to(head_of(town), "mission_delivered")
    assert "Bottines peut le dire" in letter_to(head_of(town), "mission_delivered")


def test_a_structure_set_apart_gives_its_review_once_and_no_yes_to_itself(client, mission):
    """It signs for itself, and speaks as the structure of its own mission."""
    coop = structure_of("ACEPP", form=Form.SCIC, gives=None)
    made = joint_mission(
        coop, work=True, company=mission.offer.organisation, regime=Regime.PRESTATION
    )
    row, lead = made.served.get(organisation=coop), lead_of(made)
    apart = served.set_apart(row, hours=10, large_lender=True, small_user=True, by=lead)
    sheets.change(
        fresh(apart), {"hours": 8}, read=apart.sheet.number, side=Side.OFFER, by=apart.offer.person
    )
    assert "signature en votre nom" not in letter_to(head_of(coop), "sheet_changed")
    now = timezone.now()
    Mission.objects.filter(pk=apart.pk).update(
        status=MissionStatus.DELIVERED, started_at=now, delivered_at=now
    )
    review = reverse("mission-review", args=[apart.pk])
    assert review in home_of(client, head_of(coop))
    Review.objects.create(
        mission=apart, side=Voice.NEED, author=head_of(coop), rating=5, again=True
    )
    assert review not in home_of(client, head_of(coop))
