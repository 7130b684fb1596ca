"""Who is served no more once its structure has left the need, and what an employer that carries a need doesn't read."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import organisations
from marketplace.actions.market import carriers, proposals
from marketplace.actions.missions import served
from marketplace.actions.refusals import NotYet
from marketplace.models import Mission, Regime, Side
from marketplace.rules import audience
from marketplace.rules import served as rules
from marketplace.rules.documents import in_force
from marketplace.states import DocumentStatus, MissionStatus
from notifications.models import Notification
from tests.factories import (
    make_coordinator,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)
from tests.marketplace.documents.test_mandates import agree, lead_of, paper, sign
from tests.marketplace.missions.served_people import (
    Form,
    head_of,
    joint_mission,
    joint_need,
    structure_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return structure_of("Ville")


@pytest.fixture
def coop():
    return structure_of("ACEPP", form=Form.SCIC, gives=None)


def names(mission):
    return [str(one) for one in rules.structures(mission)]


def test_who_no_longer_carries_the_need_is_served_no_more_before_the_signature(client, town, coop):
    mission = joint_mission(town, coop)
    carrier = mission.need.carriers.get(organisation=town)
    client.force_login(head_of(town))
    client.post(reverse("carrier-leave", args=[carrier.pk]), {"word": "Plus de temps."})
    assert names(mission) == ["Bottines", "ACEPP"]
    assert client.get(mission.get_absolute_url()).status_code == 404
    told = Notification.objects.filter(recipient=mission.offer.person, kind="serves_one_less")
    assert told.count() == 1


def test_a_mission_of_its_own_stops_with_it(client, coop):
    mission = joint_mission(coop, work=True, regime=Regime.LOAN)
    row = mission.served.get(organisation=coop)
    second = served.set_apart(
        row, hours=10, large_lender=True, small_user=True, by=make_coordinator(mission.need.pole)
    )
    carrier = mission.need.carriers.get()
    carriers.leave(carrier, word="Plus de temps.", by=head_of(coop))
    second.refresh_from_db()
    mission.refresh_from_db()
    assert second.status == MissionStatus.INTERRUPTED
    assert mission.is_live


def test_one_that_is_suspended_before_the_signature_is_taken_out_by_the_clock(town, coop):
    mission = joint_mission(town, coop)
    organisations.suspend(town, reason="À voir.", by=make_coordinator(mission.need.pole))
    carriers.look_after(timezone.now())
    assert names(mission) == ["Bottines", "ACEPP"]


# --- once it is signed -----------------------------------------------------------------------
@pytest.fixture
def signed(town):
    """All have signed; nothing has begun."""
    company = make_organisation("COMPANY", administrator=make_user(first_name="Paul"))
    mission = joint_mission(
        town, work=True, company=company, regime=Regime.PRESTATION,
        status=MissionStatus.DOCUMENTS, started_at=None,
    )  # fmt: skip
    mission.sheet.need_agreed = mission.sheet.offer_agreed = mission.sheet.number
    mission.sheet.save()
    agree(mission, town)
    document = paper(mission)
    sign(document, "EMPLOYER", head_of(company))
    sign(document, "STRUCTURE", lead_of(mission))
    return Mission.objects.get(pk=mission.pk)


def test_nobody_leaves_what_all_have_signed_though_nothing_has_begun(client, signed, town):
    assert signed.started_at is None
    carrier = signed.need.carriers.get(organisation=town)
    with pytest.raises(NotYet, match="a commencé ou est signée"):
        carriers.leave(carrier, word="Plus de temps.", by=head_of(town))
    client.force_login(head_of(town))
    door = reverse("carrier-leave", args=[carrier.pk])
    assert door not in client.get(carrier.get_absolute_url()).text
    said = client.post(door, {"word": "Plus de temps."}, follow=True).text
    assert "a commencé ou est signée" in said
    carrier.refresh_from_db()
    assert carrier.is_agreed
    assert names(signed) == ["Bottines", "Ville"]


def test_one_that_is_suspended_once_all_have_signed_keeps_its_part(signed, town):
    carrier = signed.need.carriers.get(organisation=town)
    organisations.suspend(town, reason="À voir.", by=make_coordinator(signed.need.pole))
    assert carriers.look_after(timezone.now()) == 0
    carrier.refresh_from_db()
    assert carrier.is_agreed
    assert names(signed) == ["Bottines", "Ville"]
    document = in_force(signed).get()
    assert document.status == DocumentStatus.SIGNED
    assert [one["name"] for one in document.facts["served-too"]] == ["Ville"]


def employed_by(house):
    boss, employee = head_of(house), make_user(first_name="Noé", last_name="Lambert")
    return boss, employee


def test_nobody_serves_the_house_they_are_of(client, coop, town):
    """They had offered before they joined it, or before it carried the need."""
    need = joint_need(structure_of("Bottines"), coop, town)
    boss, employee = employed_by(coop)
    proposal = make_proposal(need, make_offer(employee, ranked=False))
    coop.memberships.create(user=employee, role="EMPLOYEE")
    mission = proposals.accept(proposal, side=Side.NEED, by=head_of(need.organisation))
    assert names(mission) == ["Bottines", "Ville"]
    client.force_login(boss)
    assert client.get(mission.get_absolute_url()).status_code == 404
    assert not Notification.objects.filter(recipient=boss).exists()
    client.force_login(employee)
    assert client.get(mission.get_absolute_url()).status_code == 200


def test_an_employer_reads_no_more_of_what_serves_it_at_home_once_they_are_of_it(client, coop):
    mission = joint_mission(coop, status=MissionStatus.RUNNING)
    boss, employee = head_of(coop), mission.offer.person
    client.force_login(boss)
    assert client.get(mission.get_absolute_url()).status_code == 200
    coop.memberships.create(user=employee, role="EMPLOYEE")
    for page in ("mission", "mission-hours", "mission-sheet", "mission-documents"):
        assert client.get(reverse(page, args=[mission.pk])).status_code == 404, page
    assert not Mission.objects.visible_to(boss).exists()
    assert Mission.objects.visible_to(employee).exists()
    assert boss not in audience.welcomed(mission)


def test_nobody_is_taken_out_by_one_touch(client, town, coop):
    """Nobody puts it back: a page says what follows first."""
    mission = joint_mission(town, coop)
    door = reverse("served-out", args=[mission.served.get(organisation=town).pk])
    client.force_login(head_of(mission.need.organisation))
    assert f'action="{door}"' not in client.get(mission.get_absolute_url()).text
    asked = client.get(door)
    assert "Ville" in asked.text
    assert names(mission) == ["Bottines", "Ville", "ACEPP"]
    client.post(door)
    assert names(mission) == ["Bottines", "ACEPP"]
    assert client.get(door).status_code == 404


def test_a_mission_of_its_own_invents_no_dates(coop):
    """A need without dates: its days are said once, and not by making a second mission."""
    mission = joint_mission(coop, work=True, regime=Regime.LOAN)
    Mission.objects.filter(pk=mission.pk).update(has_dates=False)
    second = served.set_apart(
        mission.served.get(organisation=coop), hours=10, large_lender=True, small_user=True,
        by=make_coordinator(mission.need.pole),
    )  # fmt: skip
    assert not second.has_dates
