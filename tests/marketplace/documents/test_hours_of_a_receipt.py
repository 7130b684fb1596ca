"""The hours of a receipt, in number, people and days, are those of its value."""

from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.documents import receipts, valuations
from marketplace.actions.missions import hours
from marketplace.documents.words import period
from marketplace.models import HoursEntry, Mission, Regime
from marketplace.states import MissionStatus
from tests.factories import in_days, make_organisation, make_user
from tests.marketplace.documents.document_desk import head_of, make_mission
from tests.marketplace.documents.test_certificates_of_several import mission_of, write
from tests.marketplace.missions.served_people import Form, structure_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return make_organisation(
        "COMPANY", administrator=make_user(first_name="Paul"), siren="552100554",
        address="3 quai du Wault",
    )  # fmt: skip


def declare(mission, amount="100"):
    boss = mission.offer.organisation.members.order_by("pk").first()
    mission = Mission.objects.get(pk=mission.pk)
    return valuations.declare(mission, D(amount), by=boss, now=timezone.now())


def told(mission, structure):
    data = receipts.issue(
        Mission.objects.get(pk=mission.pk), by=structure.members.order_by("pk").first(),
        capacity="présidente", now=timezone.now(), structure=structure,
    ).facts["receipt"]  # fmt: skip
    return data["hours"].split()[0], [one["hours"] for one in data["people"]], data["period"]


def confirm_the_rest(mission):
    """By a week of silence."""
    HoursEntry.objects.to_confirm().filter(mission=mission).update(confirmed_at=timezone.now())


def test_a_receipt_is_for_the_hours_of_its_value_where_others_were_confirmed_since():
    mission = make_mission(status=MissionStatus.REVIEWED)
    for rank, many in enumerate((6, 4, 4)):
        HoursEntry.objects.create(
            mission=mission, person=mission.offer.person, day=in_days(-10 + rank), hours=many,
            confirmed_at=timezone.now() if rank < 2 else None,
        )  # fmt: skip
    declare(mission)
    confirm_the_rest(mission)
    assert told(mission, mission.structure) == ("10", ["10"], period(in_days(-10), in_days(-9)))


def test_each_of_several_tells_the_people_and_days_of_its_part(company):
    """Quantity was kept with the value, and the table told the hours of the day of the receipt."""
    town = structure_of("Ville", form=Form.PUBLIC)
    mission = mission_of(town, regime=Regime.LOAN, company=company, work=True)
    write(mission, "7", day=-3)
    write(mission, "4", town, day=-3)
    write(mission, "2", town, day=-1, confirmed=False)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.REVIEWED)
    type(town).objects.filter(pk=town.pk).update(status="SUSPENDED")
    declare(mission)
    confirm_the_rest(mission)
    type(town).objects.filter(pk=town.pk).update(status="ACCEPTED")
    town = type(town).objects.get(pk=town.pk)
    assert told(mission, town) == ("4", ["4"], period(in_days(-3), in_days(-3)))


def test_hours_confirmed_while_a_value_is_being_declared_are_of_it():
    """The moment at which its page was sent is before theirs."""
    mission = make_mission(status=MissionStatus.REVIEWED)
    sent = timezone.now()
    HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, day=in_days(-3), hours=5,
        confirmed_at=timezone.now(),
    )  # fmt: skip
    boss = head_of(mission.offer.organisation)
    valuations.declare(mission, D("50"), by=boss, now=sent)
    assert told(mission, mission.structure)[:2] == ("5", ["5"])


def test_what_silence_confirms_in_a_ring_that_began_before_the_value_is_not_of_it():
    mission = make_mission(status=MissionStatus.REVIEWED)
    ring = timezone.now()
    for rank, many in enumerate((6, 4)):
        HoursEntry.objects.create(
            mission=mission, person=mission.offer.person, day=in_days(-10 + rank), hours=many,
            confirmed_at=ring if rank == 0 else None, asked_at=ring - hours.SILENCE_CONFIRMS * 2,
        )  # fmt: skip
    declare(mission)
    assert hours.confirm_silent(ring) == 1
    assert told(mission, mission.structure) == ("6", ["6"], period(in_days(-10), in_days(-10)))


def test_whoever_declares_is_told_of_the_hours_that_wait(client):
    mission = make_mission(status=MissionStatus.REVIEWED)
    for rank, confirmed in enumerate((timezone.now(), None)):
        HoursEntry.objects.create(
            mission=mission, person=mission.offer.person, day=in_days(-3 + rank), hours=5 - rank,
            confirmed_at=confirmed,
        )  # fmt: skip
    client.force_login(head_of(mission.offer.organisation))
    url = reverse("mission-value", args=[mission.pk])
    warned = "Heures pas encore confirmées : 4."
    assert warned in client.get(url).text.replace("\xa0", " ")
    confirm_the_rest(mission)
    assert "pas encore confirmées" not in client.get(url).text
