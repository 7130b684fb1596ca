"""Structures that met for the first time: each pair once, on its first day, recounted pair by pair."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.actions.market import carriers
from marketplace.figures import first_meetings
from marketplace.figures.reckoning import reckon
from marketplace.states import AttendanceStatus, MissionStatus, NeedStatus
from tests.factories import make_carrier, make_need, make_organisation, make_user
from tests.marketplace.desk.figures_oracle import differences, recount
from tests.marketplace.gatherings.people import be_over, make_gathering, put_down
from tests.marketplace.missions.served_people import joint_mission, structure_of

pytestmark = pytest.mark.django_db


def house(name="Maison"):
    return make_organisation(name=name, member=make_user())


def pairs(pole):
    return set(first_meetings.of(pole))


def pair(one, other):
    return tuple(sorted((one.pk, other.pk)))


def came(gathering, organisation):
    seat = put_down(gathering, organisation.members.first(), organisation)
    gathering.attendances.filter(pk=seat.pk).update(status=AttendanceStatus.CAME)
    return seat


def test_two_who_came_to_one_gathering_met_each_other_and_its_host():
    gathering, one, other, absent = make_gathering(), house("A"), house("B"), house("C")
    came(gathering, one)
    came(gathering, other)
    put_down(gathering, absent.members.first(), absent)
    put_down(gathering)
    be_over(gathering)
    expected = {pair(one, other), pair(one, gathering.host), pair(other, gathering.host)}
    assert pairs(gathering.pole) == expected


def test_of_several_meetings_the_first_day_counts():
    host, one = house("Les Bottines"), house("A")
    for days in (3, 40, 20):
        gathering = make_gathering(host)
        came(gathering, one)
        be_over(gathering, days=days)
    (day,) = first_meetings.of(host.pole).values()
    assert day == timezone.localdate() - timedelta(days=40)


def test_two_that_carry_a_need_met_but_not_one_that_had_left_before_the_other_came():
    need = make_need(member=make_user(), status=NeedStatus.DRAFT, ranked=False)
    early = make_carrier(need, organisation=house("A"), ranked=False)
    carriers.leave(early, word="Non.", by=early.organisation.members.first())
    late = make_carrier(need, organisation=house("B"), ranked=False)
    type(late).objects.filter(pk=late.pk).update(agreed_at=timezone.now() + timedelta(minutes=1))
    lead = need.organisation
    assert pairs(need.pole) == {pair(early.organisation, lead), pair(late.organisation, lead)}


def test_who_was_asked_and_said_nothing_met_nobody():
    need = make_need(member=make_user(), status=NeedStatus.DRAFT, ranked=False)
    carriers.invite(need, house("A"), word="", by=need.created_by, now=timezone.now())
    assert pairs(need.pole) == set()


def test_a_mission_that_has_begun_counts_and_own_time_is_no_meeting_of_an_employer():
    town = structure_of("Ville")
    mission = joint_mission(town, status=MissionStatus.RUNNING)
    type(mission).objects.update(started_at=None)
    mission.need.carriers.all().delete()  # by which they met as well
    lead, lender = mission.need.organisation, mission.offer.organisation
    assert pairs(mission.need.pole) == set(), "it hasn't begun"
    type(mission).objects.filter(pk=mission.pk).update(started_at=timezone.now())
    both = {pair(lead, town)}
    if lender is not None:
        lent = both | {pair(lead, lender), pair(town, lender)}
        type(mission.offer).objects.filter(pk=mission.offer_id).update(time="WORK")
        assert pairs(mission.need.pole) == lent
        type(mission.offer).objects.filter(pk=mission.offer_id).update(time="OWN")
    assert pairs(mission.need.pole) == both


@pytest.mark.parametrize("seed", [3, 17])
def test_they_equal_those_recounted_pair_by_pair(seed):
    chance = random.Random(seed)
    houses = [house(f"Maison {n}") for n in range(7)]
    pole = houses[0].pole
    for _ in range(8):
        gathering = make_gathering(chance.choice(houses))
        for one in chance.sample(houses, 3):
            came(gathering, one)
        be_over(gathering, days=chance.randrange(1, 70))
    for _ in range(5):
        need = make_need(chance.choice(houses), ranked=False)
        others = [one for one in houses if one != need.organisation]
        for one in chance.sample(others, 2):
            row = make_carrier(need, organisation=one, ranked=False)
            days = chance.randrange(1, 70)
            type(row).objects.filter(pk=row.pk).update(
                agreed_at=timezone.localtime() - timedelta(days=days)
            )
    slices = reckon(pole, now=timezone.now()).slices
    months = [month for name, month in slices if not name]
    assert sum(slices["", month].met for month in months) == len(first_meetings.of(pole)) > 5
    for month in months:
        after = (month + timedelta(days=31)).replace(day=1)
        told = {"met": recount(pole, month, after, now=timezone.now())["met"]}
        assert differences(slices["", month], told) == {}
