"""A team's mission begins: each who comes is told once what is done, where, when, with whom, and whom to call."""

import pytest
from django.utils import timezone

from marketplace.actions.missions import missions, teams
from marketplace.models import Mission, MissionSheet
from marketplace.states import MissionStatus
from notifications import rules
from notifications.models import Notification
from tests.marketplace.missions.team_people import (
    a_team,
    boss_of,
    colleague,
    fresh,
    manager_says,
    named,
    says_yes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mission(monkeypatch):
    """Its papers are tried elsewhere: here they are taken as signed."""
    monkeypatch.setattr(missions, "_require_signed", lambda mission: None)
    mission = a_team(status=MissionStatus.AGREEMENT)
    MissionSheet.objects.filter(mission=mission).update(
        work="Poncer et repeindre.", schedule="Lundi, 9 h", address="2 rue du Bac", where="ON_SITE"
    )
    return fresh(mission)


def starts(mission):
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.DOCUMENTS)
    missions.start(fresh(mission), by=boss_of(mission), now=timezone.now())
    return fresh(mission)


def begins(person):
    return Notification.objects.filter(kind="team_begins", recipient=person)


def test_each_who_comes_is_told_what_they_need(mission):
    ana, bob, cyr = named(mission)
    says_yes(ana, bob, cyr)
    manager_says(ana, bob)
    starts(mission)
    letter = begins(ana.person).get()
    structure = mission.need.organisation.members.first()
    wanted = ("Poncer et repeindre.", "Lundi, 9 h", "2 rue du Bac", "Bob Roux", "Claire Hermant")
    for words in (*wanted, structure.email, "10 h."):
        assert words in letter.text, words
    assert "Ana Petit" not in letter.text.partition("\n")[2]
    assert letter.url == ana.get_absolute_url()
    assert begins(bob.person).count() == 1
    assert not begins(cyr.person).exists(), "their manager hasn't agreed"


def test_who_joins_later_is_told_with_their_manager_s_yes(mission):
    ana, bob, _cyr = named(mission)
    says_yes(ana, bob)
    manager_says(ana)
    running = starts(mission)
    assert not begins(bob.person).exists()
    manager_says(bob)
    assert begins(bob.person).count() == 1
    teams.share(running, {ana.pk: 4}, now=timezone.now())
    (dia,) = named(fresh(running), colleague(running, "Dia", "Noir"))
    says_yes(dia)
    assert not begins(dia.person).exists()
    manager_says(dia)
    assert begins(dia.person).count() == 1


def test_nobody_is_told_twice(mission):
    ana, bob, _cyr = named(mission)
    says_yes(ana, bob)
    manager_says(ana, bob)
    running = starts(mission)
    teams.share(running, {ana.pk: 12, bob.pk: 8}, now=timezone.now())
    manager_says(ana)
    assert begins(ana.person).count() == 1


def test_who_left_before_the_start_is_not_told(mission):
    ana, bob, _cyr = named(mission)
    says_yes(ana, bob)
    manager_says(ana, bob)
    teams.take_off(ana, by=boss_of(mission), now=timezone.now())
    starts(mission)
    assert not begins(ana.person).exists()
    waiting = begins(bob.person).get()
    assert not rules.why_moot(waiting)
    teams.take_off(bob, by=boss_of(mission), now=timezone.now())
    assert rules.why_moot(waiting)


def test_one_s_own_page_says_whom_to_call_there_once_it_has_begun(mission, client):
    ana, *_ = named(mission)
    says_yes(ana)
    manager_says(ana)
    structure = mission.need.organisation.members.first()
    client.force_login(ana.person)
    assert structure.email not in client.get(ana.get_absolute_url()).text
    starts(mission)
    assert structure.email in client.get(ana.get_absolute_url()).text
