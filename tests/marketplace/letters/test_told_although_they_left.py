"""Letters for those who see no more, or not yet, what they are about: they leave all the same."""

import pytest
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.market import leaving, people
from marketplace.actions.missions import hours, succession
from marketplace.models import HoursEntry
from marketplace.states import MissionStatus
from notifications import delivery
from notifications.models import Notification, Status
from tests.factories import make_mission, make_user


@pytest.fixture(autouse=True)
def carried(settings):
    settings.MAIL_TRANSPORT, settings.DOORBELL = "memory", False


@pytest.fixture
def mission():
    found = make_mission(work=True, status=MissionStatus.RUNNING)
    boss = make_user()
    found.offer.organisation.memberships.create(user=boss, role=Membership.Role.ADMINISTRATOR)
    found.offer.organisation.memberships.create(user=make_user(first_name="Ana"))
    return found


@pytest.fixture
def boss(mission):
    return mission.offer.organisation.memberships.administrators().get().user


def fate(kind, person):
    delivery.deliver_due()
    return Notification.objects.get(kind=kind, recipient=person).status


def leave(mission):
    membership = mission.offer.person.memberships.get()
    people.leave(membership, now=timezone.now())
    mission.refresh_from_db()


def test_who_has_left_hears_of_their_last_hours(mission):
    leave(mission)
    assert fate("left_behind", mission.offer.person) == Status.SENT


def test_who_has_left_hears_that_hours_are_contested(mission):
    entry = HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, day=timezone.localdate(), hours=7
    )
    leave(mission)
    head = mission.need.organisation.members.first()
    hours.contest(entry, why="Le lundi, personne n’était là.", by=head, now=timezone.now())
    assert fate("hours_contested", mission.offer.person) == Status.SENT


def test_a_colleague_who_is_asked_to_take_over_is_told_and_nobody_else(mission, boss):
    leave(mission)
    ana = mission.offer.organisation.members.get(first_name="Ana")
    succession.ask(mission, colleague=ana, word="", by=boss, now=timezone.now())
    assert fate("transfer_asked", ana) == Status.SENT
    letter = Notification.objects.get(kind="transfer_asked", recipient=ana)
    assert letter.matter.startswith("transfer:")
    assert not Notification.objects.filter(kind="transfer_asked").exclude(recipient=ana).exists()


def test_the_people_of_a_house_that_has_left_hear_of_it(mission, boss):
    (ana,) = mission.offer.organisation.members.filter(first_name="Ana")
    now = timezone.now()
    accepted = {"missions", "money"}
    leaving.leave(
        mission.offer.organisation, on=timezone.localdate(), accepted=accepted, by=boss, now=now
    )
    leaving.carry_on(now)
    for person in (ana, mission.offer.person):
        assert fate("house_leaves", person) == Status.SENT
    assert fate("house_closed", boss) == Status.SENT
    structure = mission.need.organisation.members.get()
    assert fate("mission_interrupted", structure) == Status.SENT
