"""An amendment of a mission that a team by name does: the employer answers for it, and the parts of each stay true."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from marketplace.actions.documents import documents
from marketplace.actions.missions import hours, renewals, teams
from marketplace.actions.refusals import NotYet
from marketplace.models import Agreement, Kind, TeamMember
from notifications.models import Notification
from tests.marketplace.missions import amending
from tests.marketplace.missions.team_people import (
    boss_of,
    fresh,
    named,
    running,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def team():
    """Three who come, 10 hours each, under way; the convention is signed by both sides."""
    mission, parts = running()
    mission.need.organisation.memberships.update(role="ADMINISTRATOR")
    paper = documents.make(
        Kind.CONVENTION_SERVICE, mission, by=boss_of(mission), now=timezone.now()
    )
    amending.sign_all(paper)
    return fresh(mission), parts


def in_force(amendment):
    amending.employer_agrees(amendment)
    amending.sign_papers(amendment)
    amendment.refresh_from_db()
    return amendment.status


def test_more_hours_are_the_employer_s_to_agree_to_then_are_shared_out(team):
    mission, (ana, *_) = team
    amendment = amending.propose(mission, by=boss_of(mission), side="OFFER", hours=36)
    (question,) = Agreement.objects.current().filter(amendment=amendment)
    assert (question.asked, question.member) == ("COMPANY", None)
    assert in_force(amendment) == "IN_FORCE"
    mission = fresh(mission)
    assert mission.sheet.hours == 36
    teams.share(mission, {ana.pk: 16}, now=timezone.now())
    assert not TeamMember.objects.get(pk=ana.pk).agreements.current().get().answer


def test_fewer_hours_than_are_shared_out_are_refused_with_a_sentence(team):
    mission, (ana, bob, _cyr) = team
    with pytest.raises(NotYet, match="30"):
        amending.propose(mission, hours=24)
    teams.share(mission, {ana.pk: 7, bob.pk: 7}, now=timezone.now())
    amendment = amending.propose(mission, hours=24)
    with pytest.raises(NotYet, match="24"):
        teams.share(fresh(mission), {ana.pk: 10}, now=timezone.now())
    assert in_force(amendment) == "IN_FORCE"
    assert fresh(mission).sheet.hours == 24


def test_other_dates_are_told_to_each_who_comes(team):
    mission, (ana, bob, _cyr) = team
    teams.take_off(bob, by=boss_of(mission), now=timezone.now())
    amendment = amending.propose(mission, ends_on=mission.ends_on + 10 * DAY)
    assert not Notification.objects.filter(kind="team_dates", recipient=ana.person).exists()
    assert in_force(amendment) == "IN_FORCE"
    (letter,) = Notification.objects.filter(kind="team_dates", recipient=ana.person)
    assert letter.url == ana.get_absolute_url()
    assert not Notification.objects.filter(kind="team_dates", recipient=bob.person).exists()
    on = timezone.localdate()
    assert hours.write(fresh(mission), {on: (Decimal(2), "")}, person=ana.person, today=on) == 1


def test_the_paper_of_an_amendment_names_who_comes(team):
    mission, parts = team
    amendment = amending.propose(mission, hours=36)
    (paper,) = amendment.documents.all()
    assert [one.split(", ")[0] for one in paper.facts["person"]["team"]] == [
        "Ana Petit",
        "Bob Roux",
        "Cyr Vidal",
    ]


def test_a_renewal_names_its_own_people(team):
    mission, parts = team
    renewal = renewals.renew(
        mission,
        starts_on=mission.ends_on + DAY,
        ends_on=mission.ends_on + 20 * DAY,
        hours=20,
        by=boss_of(mission),
    )
    assert not renewal.team.exists()
    (ana,) = named(fresh(renewal), parts[0].person)
    assert ana.is_named
