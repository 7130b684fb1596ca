"""The structures that a mission serves: fixed as it is made, taken out or put apart before anybody signs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.market import carriers
from marketplace.actions.missions import hours, renewals, served
from marketplace.actions.refusals import NotYet
from marketplace.models import Mission, MissionSheet, Regime
from marketplace.rules import permissions
from marketplace.rules import served as rules
from marketplace.rules.parties import signers
from marketplace.states import MissionStatus
from tests.factories import in_days, make_coordinator, make_mission, make_pole, make_user
from tests.marketplace.missions.served_people import (
    Form,
    head_of,
    joint_mission,
    make_carrier,
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


def test_the_mission_serves_the_lead_and_who_carries_the_need_on_that_day(town):
    mission = joint_mission(town)
    make_carrier(mission.need, structure_of("Tard"))
    assert names(mission) == ["Bottines", "Ville"]
    assert mission.served.count() == 2


def test_a_mission_of_one_structure_has_no_row_and_serves_it(db):
    mission = make_mission()
    assert not mission.served.exists()
    assert rules.structures(mission) == [mission.need.organisation]


def test_each_structure_served_reads_the_mission_and_its_pages(client, town):
    mission = joint_mission(town)
    client.force_login(head_of(town))
    page = client.get(mission.get_absolute_url())
    assert page.status_code == 200
    assert "Ville" in page.text
    assert client.get(reverse("mission-sheet", args=[mission.pk])).status_code == 200
    assert client.get(reverse("mission-documents", args=[mission.pk])).status_code == 200
    assert client.get(reverse("mission-hours", args=[mission.pk])).status_code == 200


def test_nobody_else_reads_it(client, town):
    mission = joint_mission(town)
    employee = make_user()
    Membership.objects.create(user=employee, organisation=town, role="EMPLOYEE")
    left = make_user()
    Membership.objects.create(user=left, organisation=town).delete()
    for person in (make_user(), employee, left, head_of(structure_of("Autre"))):
        client.force_login(person)
        assert client.get(mission.get_absolute_url()).status_code == 404


def test_the_lead_alone_decides_on_the_mission(client, town):
    mission = joint_mission(town, status=MissionStatus.RUNNING)
    client.force_login(head_of(town))
    for page in ("mission-deliver", "mission-suspend", "mission-interrupt"):
        assert client.post(reverse(page, args=[mission.pk]), {"reason": "x"}).status_code == 403
    sheet = reverse("mission-sheet", args=[mission.pk])
    assert client.post(sheet, {"read": 1}).status_code == 403
    assert not permissions.can_steer_mission(head_of(town), mission)


# --- the law, on the page --------------------------------------------------------------------
def work_mission(*others, regime=Regime.LOAN, **fields):
    return joint_mission(*others, work=True, regime=regime, **fields)


def coordinator_of(mission):
    return make_coordinator(mission.need.pole)


def test_the_coordinator_is_told_on_the_mission_before_anybody_signs(client, coop, town):
    mission = work_mission(coop, town)
    client.force_login(coordinator_of(mission))
    page = client.get(mission.get_absolute_url()).text
    row = mission.served.get(organisation=coop)
    assert reverse("served-apart", args=[row.pk]) in page
    assert "ACEPP" in page
    assert "n’en délivre pas" in page
    assert reverse("served-apart", args=[mission.served.get(organisation=town).pk]) not in page


def test_no_paper_is_made_while_the_hours_of_one_dont_fit(coop):
    mission = work_mission(coop, status=MissionStatus.DOCUMENTS)
    assert "ACEPP" in rules.why_none_before(mission)
    served.take_out(mission.served.get(organisation=coop), by=head_of(mission.need.organisation))
    assert rules.why_none_before(mission) == ""


def test_the_second_mission_serves_that_structure_alone_with_the_same_person(coop, town):
    mission = work_mission(coop, town)
    planned, by = mission.sheet.hours, coordinator_of(mission)
    row = mission.served.get(organisation=coop)
    second = served.set_apart(row, hours=10, large_lender=True, small_user=True, by=by)
    assert (second.need, second.offer, second.regime) == (
        mission.need,
        mission.offer,
        Regime.NOT_ELIGIBLE,
    )
    assert names(second) == ["ACEPP"]
    assert names(mission) == ["Bottines", "Ville"]
    mission.sheet.refresh_from_db()
    assert (second.sheet.hours, mission.sheet.hours) == (10, planned - 10)
    assert mission.need.missions.taking_a_place().count() == 1


def test_without_its_two_conditions_nothing_is_made(coop):
    mission = work_mission(coop)
    row = mission.served.get(organisation=coop)
    with pytest.raises(NotYet):
        served.set_apart(row, hours=10, large_lender=True, by=coordinator_of(mission))
    assert Mission.objects.count() == 1
    assert names(mission) == ["Bottines", "ACEPP"]


@pytest.mark.parametrize("hours", [0, -1, 40, 10**6])
def test_each_mission_keeps_an_hour_at_least(coop, hours):
    mission = work_mission(coop)
    row, by = mission.served.get(organisation=coop), coordinator_of(mission)
    with pytest.raises(NotYet):
        served.set_apart(row, hours=hours, large_lender=True, small_user=True, by=by)


@pytest.mark.parametrize(
    ("planned", "asked", "said"),
    [
        (3, 9, "Entre 1 et 2 heures : les autres"),
        (2, 9, "Une heure : les autres en gardent une"),
        (1, 1, "n’a qu’une heure"),
    ],
)
def test_what_the_second_may_take_is_said_in_numbers_that_make_sense(coop, planned, asked, said):
    """“Entre 1 et 1 heures”, “Entre 1 et 0 heures”."""
    mission = work_mission(coop)
    MissionSheet.objects.filter(mission=mission).update(hours=planned)
    row, by = mission.served.get(organisation=coop), coordinator_of(mission)
    with pytest.raises(NotYet) as refused:
        served.set_apart(row, hours=asked, large_lender=True, small_user=True, by=by)
    assert said in str(refused.value).replace("\xa0", " ")


def test_the_page_makes_it_once_and_says_so(client, coop):
    mission = work_mission(coop)
    row = mission.served.get(organisation=coop)
    client.force_login(coordinator_of(mission))
    url, said = reverse("served-apart", args=[row.pk]), {"hours": "10"}
    refused = client.post(url, said)
    assert refused.status_code == 200
    assert 'value="10"' in refused.text  # what was typed stays
    both = said | {"large_lender": "on", "small_user": "on"}
    assert client.post(url, both).status_code == 302
    assert client.post(url, both).status_code == 404
    assert Mission.objects.count() == 2


def test_neither_the_other_side_nor_the_structure_itself_makes_it(client, coop):
    mission = work_mission(coop)
    url = reverse("served-apart", args=[mission.served.get(organisation=coop).pk])
    for person, answer in (
        (mission.offer.person, 403),
        (head_of(coop), 403),
        (make_user(), 404),
    ):
        client.force_login(person)
        assert client.get(url).status_code == answer, person


def test_another_poles_coordinator_reads_nothing_of_it(client, coop):
    mission = work_mission(coop)
    url = reverse("served-apart", args=[mission.served.get(organisation=coop).pk])
    client.force_login(make_coordinator(make_pole("Sud", ("13",))))
    assert client.get(url).status_code == 404


def test_the_own_structure_signs_the_second_missions_papers_and_the_lead_doesnt(coop):
    mission = work_mission(coop)
    row = mission.served.get(organisation=coop)
    second = served.set_apart(
        row, hours=10, large_lender=True, small_user=True, by=coordinator_of(mission)
    )
    assert [user for user, _c in signers(second, "STRUCTURE")] == [head_of(coop)]
    assert second.sheet.need_referent == head_of(coop)


# --- fewer -----------------------------------------------------------------------------------
def test_a_carrier_that_leaves_before_the_signature_is_taken_out(town, coop):
    mission = joint_mission(town, coop)
    carrier = mission.need.carriers.get(organisation=town)
    assert served.carrier_left(carrier, by=head_of(town)) == 1
    assert names(mission) == ["Bottines", "ACEPP"]
    assert served.carrier_left(carrier, by=head_of(town)) == 0  # twice
    assert not Mission.objects.visible_to(head_of(town)).exists()


def test_who_carries_the_need_no_more_isn_t_served_by_a_mission_that_is_being_framed(town, coop):
    mission = joint_mission(town, coop)
    carrier = mission.need.carriers.get(organisation=town)
    carriers.leave(carrier, word="Plus de temps.", by=head_of(town))
    assert names(mission) == ["Bottines", "ACEPP"]


def test_the_last_one_to_leave_leaves_the_lead_alone(town):
    mission = joint_mission(town)
    served.carrier_left(mission.need.carriers.get(), by=head_of(town))
    assert not mission.served.exists()


def test_a_carrier_that_leaves_once_the_mission_runs_stays_served(town):
    mission = joint_mission(town, status=MissionStatus.RUNNING)
    assert served.carrier_left(mission.need.carriers.get(), by=head_of(town)) == 0
    assert names(mission) == ["Bottines", "Ville"]
    assert Mission.objects.visible_to(head_of(town)).exists()


def test_the_lead_cant_be_taken_out(town):
    mission = joint_mission(town)
    with pytest.raises(NotYet):
        served.take_out(mission.served.first(), by=head_of(mission.need.organisation))


def test_a_structure_goes_by_itself_and_others_dont_take_it_out(client, town, coop):
    mission = joint_mission(town, coop)
    url = reverse("served-out", args=[mission.served.get(organisation=town).pk])
    for person, answer in (
        (head_of(coop), 403),
        (mission.offer.person, 403),
        (make_user(), 404),
        (head_of(town), 302),
        (head_of(town), 404),
    ):
        client.force_login(person)
        assert client.post(url).status_code == answer, person
    assert names(mission) == ["Bottines", "ACEPP"]


def test_a_suspended_structure_is_taken_out_by_the_lead_and_does_nothing_itself(client, town):
    mission = joint_mission(town)
    Organisation.objects.filter(pk=town.pk).update(status="SUSPENDED")
    url = reverse("served-out", args=[mission.served.get(organisation=town).pk])
    client.force_login(head_of(town))
    assert client.post(url).status_code == 403
    client.force_login(head_of(mission.need.organisation))
    assert client.post(url).status_code == 302


def test_a_renewal_serves_the_same(town):
    mission = joint_mission(
        town, status=MissionStatus.DELIVERED, starts_on=in_days(-30), ends_on=in_days(-2)
    )
    Mission.objects.filter(pk=mission.pk).update(delivered_at=timezone.now() - timedelta(days=1))
    following = renewals.renew(
        mission, starts_on=in_days(2), ends_on=in_days(30), hours=5, by=head_of(town)
    )
    assert names(following) == ["Bottines", "Ville"]
    assert not following.served.filter(mandated_at__isnull=False).exists()


# --- what waits for whom ---------------------------------------------------------------------
def turns(client, person, mission):
    """What the page says first to this reader: whose turn it is."""
    client.force_login(person)
    page = client.get(mission.get_absolute_url())
    return [act.words for act in page.context["yours"]], [
        line["who"] for line in page.context["theirs"]
    ]


def test_the_lead_and_the_coordination_are_told_first_where_the_hours_of_one_go(client, coop):
    mission = work_mission(coop)
    for person in (coordinator_of(mission), head_of(mission.need.organisation)):
        mine, _others = turns(client, person, mission)
        assert any("ACEPP" in words for words in mine), person
    mine, others = turns(client, mission.offer.person, mission)
    assert not any("ACEPP" in words for words in mine)
    assert any("Bottines" in who for who in others)


def test_a_structure_reads_its_own_turn_and_the_others_theirs(client, town):
    mission = joint_mission(town, status=MissionStatus.RUNNING, starts_on=in_days(-9))
    hours.write(
        mission, {in_days(0): (Decimal(3), "Atelier")}, person=mission.offer.person,
        today=in_days(0), served=town,
    )  # fmt: skip
    mine, _others = turns(client, head_of(town), mission)
    assert any("confirmation" in words for words in mine)
    mine, _others = turns(client, head_of(mission.need.organisation), mission)
    assert not any("confirmation" in words for words in mine)


def test_the_page_names_the_people_of_each(client, town):
    mission = joint_mission(town)
    client.force_login(mission.offer.person)
    page = client.get(mission.get_absolute_url()).text
    assert head_of(town).email in page
    assert "Bottines, Ville" in page


def test_the_second_missions_page_says_whom_it_serves(client, coop):
    mission = work_mission(coop)
    row = mission.served.get(organisation=coop)
    second = served.set_apart(
        row, hours=10, large_lender=True, small_user=True, by=coordinator_of(mission)
    )
    client.force_login(head_of(coop))
    page = client.get(second.get_absolute_url()).text
    assert "sert ACEPP seule" in page
    assert client.get(mission.get_absolute_url()).status_code == 404


def test_the_page_asks_no_more_for_three_structures_than_for_one(client, town, coop):
    one = joint_mission(town)
    three = joint_mission(structure_of("A"), structure_of("B"), structure_of("C"))
    asked = []
    for mission in (one, three):
        client.force_login(mission.offer.person)
        client.get(mission.get_absolute_url())
        with CaptureQueriesContext(connection) as found:
            client.get(mission.get_absolute_url())
        asked.append(len(found))
    assert (
        asked[1] <= asked[0] + 24
    )  # a need has seven carriers at most: each costs a few questions


def test_a_served_structure_finds_the_mission_among_its_own(client, town):
    mission = joint_mission(town)
    client.force_login(head_of(town))
    assert mission.need.title in client.get(reverse("missions")).text


def test_what_a_mission_apart_received_is_confirmed_and_told_by_its_own_structure(client, coop):
    mission = work_mission(coop)
    row = mission.served.get(organisation=coop)
    second = served.set_apart(
        row, hours=10, large_lender=True, small_user=True, by=coordinator_of(mission)
    )
    Mission.objects.filter(pk=second.pk).update(
        status=MissionStatus.DELIVERED, started_at=timezone.now(), delivered_at=timezone.now()
    )
    second.refresh_from_db()
    hours.write(
        second, {in_days(0): (Decimal(3), "Atelier")}, person=mission.offer.person,
        today=in_days(0),
    )  # fmt: skip
    lead = head_of(mission.need.organisation)
    mine, _others = turns(client, head_of(coop), second)
    assert len(mine) == 2  # its hours, and how it went
    mine, others = turns(client, lead, second)
    assert mine == []
    assert "ACEPP" in others
    confirms, says = reverse("hours-confirm", args=[second.pk]), {"newest": 10**6}
    client.force_login(lead)
    assert client.post(confirms, says).status_code == 403
    client.force_login(head_of(coop))
    assert client.post(confirms, says).status_code == 302
    assert second.hours.confirmed().total() == 3
    assert permissions.voice_of(head_of(coop), second) == "NEED"
    assert permissions.voice_of(lead, second) is None
