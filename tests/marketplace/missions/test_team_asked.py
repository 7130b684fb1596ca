"""What is asked of a team after its sheet has changed, and where each of them finds it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.market import consents
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
    request_of,
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


def test_who_says_yes_before_both_sides_agree_reads_that_their_manager_is_asked_next(client):
    """“On demande à votre responsable” was read by one of a team whose sheet neither side had agreed to: nobody had been
    written to."""
    mission = a_team(status=MissionStatus.FRAMING, agreed=False)
    (part, *_others) = named(mission)
    by_hand = {"manager_name": "Cheffe", "manager_email": "cheffe@example.org"}
    thanks = client.post(consents.link(request_of(part)), {"answer": "YES", **by_hand})
    assert not Agreement.objects.filter(member=part).exists()
    assert "On demande ensuite à votre responsable." in thanks.text


def test_whoever_changes_the_sheet_of_a_team_isnt_told_that_its_employer_was_asked(client):
    """Their managers alone had been: the employer is asked once they agree."""
    mission = a_team()
    says_yes(*named(mission))
    client.force_login(boss_of(mission))
    page = client.get(reverse("mission-sheet", args=[mission.pk]) + "?modifier=oui").text
    assert Agreement.objects.filter(member__isnull=False).count() == 3
    assert not Agreement.objects.filter(asked=Agreement.Asked.COMPANY).exists()
    assert "la question portait sur la version actuelle" in page
    assert "L’employeur a été sollicité" not in page
