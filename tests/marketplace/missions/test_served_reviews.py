"""What each structure served says at the end, and what each is told on the way."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.missions import missions, sheets
from marketplace.actions.refusals import NotYet
from marketplace.models import Mission, Review, Voice
from marketplace.rules import endings, permissions
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import in_days, make_user
from tests.marketplace.missions.served_people import head_of, joint_mission, structure_of

pytestmark = pytest.mark.django_db
SAID = {"rating": 5, "again": True, "words": "Bien."}


@pytest.fixture
def town():
    return structure_of("Ville")


@pytest.fixture
def house():
    return structure_of("Maison")


@pytest.fixture
def mission(town, house):
    return joint_mission(
        town, house, status=MissionStatus.RUNNING, starts_on=in_days(-30), ends_on=in_days(3)
    )


@pytest.fixture
def delivered(mission):
    missions.deliver(mission, by=lead_of(mission), now=timezone.now())
    return Mission.objects.get(pk=mission.pk)


def lead_of(mission):
    return head_of(mission.need.organisation)


def carrier_says(mission, structure, **said):
    return missions.review(
        mission, side=Voice.CARRIER, structure=structure, by=head_of(structure), **SAID | said
    )


def test_each_structure_gives_its_review_once(client, delivered, town, house):
    url = reverse("mission-review", args=[delivered.pk])
    said = {"rating": "4", "again": "yes", "words": "Utile."}
    for one in (town, house):
        client.force_login(head_of(one))
        assert client.get(url).status_code == 200
        assert client.post(url, said).status_code == 302
        client.post(url, said)
    assert {(row.side, row.structure) for row in Review.objects.all()} == {
        (Voice.CARRIER, town),
        (Voice.CARRIER, house),
    }


def test_a_second_one_in_its_name_is_refused(delivered, town):
    carrier_says(delivered, town)
    with pytest.raises(NotYet):
        carrier_says(delivered, town)


def test_none_is_given_before_the_work_is_done(mission, town):
    with pytest.raises(NotYet):
        carrier_says(mission, town)
    assert not permissions.can_review(head_of(town), mission)


def test_nobody_gives_one_for_a_structure_that_they_have_left(client, delivered, town):
    left = make_user()
    Membership.objects.create(user=left, organisation=town).delete()
    for person in (left, make_user()):
        client.force_login(person)
        assert client.get(reverse("mission-review", args=[delivered.pk])).status_code == 404


def test_the_two_sides_open_the_reviews_and_the_others_are_awaited_before_it_closes(
    delivered, town, house
):
    missions.review(delivered, side=Voice.NEED, by=lead_of(delivered), **SAID)
    carrier_says(delivered, town)
    missions.review(delivered, side=Voice.OFFER, by=delivered.offer.person, **SAID)
    mission = Mission.objects.get(pk=delivered.pk)
    assert mission.status == MissionStatus.REVIEWED
    assert not endings.lacks_only_money(mission, timezone.now())
    carrier_says(mission, house)
    mission.refresh_from_db()
    assert mission.status == MissionStatus.CLOSED


def test_a_structure_that_says_nothing_holds_nobody_longer_than_the_others(delivered, town):
    missions.review(delivered, side=Voice.NEED, by=lead_of(delivered), **SAID)
    missions.review(delivered, side=Voice.OFFER, by=delivered.offer.person, **SAID)
    mission = Mission.objects.get(pk=delivered.pk)
    assert endings.lacks_only_money(mission, timezone.now() + timedelta(days=22))


def told(kind):
    return list(Notification.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_each_is_told_once_of_the_start_and_of_the_end(town, house):
    mission = joint_mission(town, house)
    missions.start(mission, by=mission.offer.person, now=timezone.now())
    people = {lead_of(mission).pk, head_of(town).pk, head_of(house).pk}
    begun = told("mission_kick_off")
    assert people <= set(begun)
    assert len(begun) == len(set(begun))
    missions.deliver(
        Mission.objects.get(pk=mission.pk), by=mission.offer.person, now=timezone.now()
    )
    asked = told("mission_delivered")
    assert people <= set(asked)
    assert len(asked) == len(set(asked))


def test_who_answers_for_two_of_them_has_one_letter(town, house):
    Membership.objects.create(user=head_of(town), organisation=house)
    mission = joint_mission(town, house)
    missions.start(mission, by=mission.offer.person, now=timezone.now())
    assert told("mission_kick_off").count(head_of(town).pk) == 1


def test_each_is_told_once_when_the_dates_change(town, house):
    mission = joint_mission(town, house)
    told_before = len(told("sheet_changed"))
    sheets.change(mission, {"ends_on": in_days(20)}, read=1, side="OFFER", by=mission.offer.person)
    now = told("sheet_changed")[told_before:]
    assert {lead_of(mission).pk, head_of(town).pk, head_of(house).pk} <= set(now)
    assert len(now) == len(set(now))
