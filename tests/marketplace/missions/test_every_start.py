"""Each way into a running mission is for the states it says, and for whoever may take it: not another's door."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.models import Mission, Regime
from marketplace.states import MissionStatus
from tests.factories import in_days, make_coordinator, make_mission

pytestmark = pytest.mark.django_db
BEGUN = [MissionStatus.DISPUTED, MissionStatus.DELIVERED, MissionStatus.SUSPENDED]
NOT_YET = [MissionStatus.FRAMING, MissionStatus.AGREEMENT, MissionStatus.DOCUMENTS]


def in_state(status, **more):
    mission = make_mission(status=status, starts_on=in_days(-8), **more)
    if status == MissionStatus.DELIVERED:
        Mission.objects.filter(pk=mission.pk).update(delivered_at=timezone.now())
    return mission


def both_sides(mission):
    return mission.offer.person, mission.need.organisation.members.first()


def status_after(client, door, mission, user):
    client.force_login(user)
    client.post(reverse(door, args=[mission.pk]), {"reason": "On y va."})
    return Mission.objects.get(pk=mission.pk).status


@pytest.mark.parametrize("status", BEGUN)
def test_what_has_begun_is_not_started_again(client, status):
    mission = in_state(status, regime=Regime.VOLUNTEERING)
    door = reverse("mission-start", args=[mission.pk])
    for user in both_sides(mission):
        assert status_after(client, "mission-start", mission, user) == status
        assert client.get(door)["Location"] == mission.get_absolute_url()


@pytest.mark.parametrize("status", NOT_YET)
def test_what_has_not_begun_is_not_taken_up_again(client, status):
    """Neither its agreement nor its papers would be asked for."""
    mission = in_state(status, work=True, regime=Regime.LOAN)
    door = reverse("mission-resume", args=[mission.pk])
    for user in (*both_sides(mission), make_coordinator(mission.need.pole)):
        assert status_after(client, "mission-resume", mission, user) == status
        assert client.get(door)["Location"] == mission.get_absolute_url()


def test_a_disagreement_ends_with_the_coordination(client):
    mission = in_state(MissionStatus.DISPUTED, regime=Regime.VOLUNTEERING)
    for user in both_sides(mission):
        for door in ("mission-start", "mission-resume", "mission-deliver"):
            assert status_after(client, door, mission, user) == MissionStatus.DISPUTED
        page = client.get(mission.get_absolute_url()).text
        assert reverse("mission-deliver", args=[mission.pk]) not in page
        assert reverse("mission-interrupt", args=[mission.pk]) in page
    coordinator = make_coordinator(mission.need.pole)
    assert status_after(client, "mission-resume", mission, coordinator) == MissionStatus.RUNNING


def test_a_coordinator_may_find_that_all_is_done(client):
    mission = in_state(MissionStatus.DISPUTED, regime=Regime.VOLUNTEERING)
    coordinator = make_coordinator(mission.need.pole)
    client.force_login(coordinator)
    page = client.get(mission.get_absolute_url()).text
    assert reverse("mission-deliver", args=[mission.pk]) in page
    assert status_after(client, "mission-deliver", mission, coordinator) == MissionStatus.DELIVERED


def test_a_pause_ends_as_it_did(client):
    mission = in_state(MissionStatus.SUSPENDED, regime=Regime.VOLUNTEERING)
    person = mission.offer.person
    assert status_after(client, "mission-resume", mission, person) == MissionStatus.RUNNING


@pytest.mark.parametrize("words", ["", "Tenir les comptes."])
def test_a_letter_of_engagement_is_promised_as_it_can_be_made(client, words):
    """“À signer quand vous voulez” led to a page that asked for the sheet’s words first."""
    mission = in_state(MissionStatus.FRAMING, regime=Regime.VOLUNTEERING)
    type(mission.sheet).objects.filter(mission=mission).update(aim=words, work=words)
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-start", args=[mission.pk])).text
    assert "tant que dure la mission" in page
    assert ("d’abord écrire sur la fiche" in page) is not bool(words)
