"""What is asked of a team after its sheet has changed, and where each of them finds it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.missions import missions, teams
from marketplace.actions.refusals import NotYet
from marketplace.models import Agreement, Employee, Mission, MissionSheet
from marketplace.states import MissionStatus
from tests.marketplace.missions.team_people import (
    a_team,
    boss_of,
    fresh,
    named,
    question_of,
    running,
    says_yes,
)


def test_no_manager_is_asked_for_more_hours_than_the_sheet_has():
    """“20 heures” was read in the letter, of a sheet of 14 that both sides had just agreed to."""
    mission = a_team(status=MissionStatus.FRAMING)
    parts = named(mission)
    says_yes(*parts)
    MissionSheet.objects.filter(mission=mission).update(hours=12)
    missions.frame(fresh(mission), by=boss_of(mission))
    assert not Agreement.objects.filter(member__in=parts).exists()
    with pytest.raises(NotYet, match="répartissez"):
        ask_by_hand(parts[0])
    teams.share(fresh(mission), {one.pk: 4 for one in parts}, now=timezone.now())
    assert {question_of(one).hours for one in parts} == {4}


def ask_by_hand(part):
    known = Employee.objects.get(person=part.person)
    teams.ask_manager(part, employee=known, by=part.person, now=timezone.now())


def test_who_comes_in_a_team_finds_its_mission_among_those_of_their_home(client):
    mission, parts = running()
    home = reverse("home")
    client.force_login(parts[0].person)
    assert parts[0].get_absolute_url() in client.get(home).text
    Mission.objects.update(status=MissionStatus.CLOSED)
    assert parts[0].get_absolute_url() not in client.get(home).text
    client.force_login(boss_of(mission))
    assert parts[0].get_absolute_url() not in client.get(home).text
