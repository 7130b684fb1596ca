"""Who reads the names of a team, and when: not before the person, their manager and the employer have said yes."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.documents import documents
from marketplace.actions.missions import agreements, teams
from marketplace.actions.refusals import NotYet
from marketplace.models import Document, Kind
from marketplace.rules.documents import is_stale
from notifications.models import Notification
from tests.factories import make_coordinator
from tests.marketplace.missions.team_people import (
    a_team,
    boss_of,
    colleague,
    fresh,
    manager_says,
    named,
    running,
    says_yes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mission():
    return a_team()


def employer_agrees(mission):
    question = mission.agreements.current().get(asked="COMPANY")
    agreements.answer(question, answer="YES", by=boss_of(mission), now=timezone.now())
    return fresh(mission)


def reads(client, who, mission, page="mission"):
    client.force_login(who)
    return client.get(reverse(page, args=[mission.pk])).text


def test_the_structure_reads_no_name_before_the_employer_has_agreed(mission, client):
    structure = mission.need.organisation.members.first()
    coordinator = make_coordinator(mission.need.pole)
    parts = named(mission)
    says_yes(*parts)
    manager_says(*parts)
    for who in (structure, coordinator):
        for page in ("mission", "mission-documents", "mission-agreement", "mission-hours"):
            assert "Ana Petit" not in reads(client, who, mission, page), page
    assert "Ana Petit" in reads(client, boss_of(mission), mission)
    employer_agrees(mission)
    for who in (structure, coordinator):
        assert "Ana Petit" in reads(client, who, mission)


def test_nor_that_of_somebody_who_joins_before_their_manager_has_agreed(client):
    mission, parts = running()
    structure = mission.need.organisation.members.first()
    teams.share(mission, {parts[0].pk: 4}, now=timezone.now())
    (dia,) = named(fresh(mission), colleague(mission, "Dia", "Noir"))
    says_yes(dia)
    for page in ("mission", "mission-documents", "mission-hours"):
        assert "Dia Noir" not in reads(client, structure, mission, page), page
    teams.take_off(dia, by=boss_of(mission), now=timezone.now())
    assert not Notification.objects.filter(kind="team_left", recipient=structure).exists()
    (dia,) = named(fresh(mission), dia.person)
    says_yes(dia)
    manager_says(dia)
    assert "Dia Noir" in reads(client, structure, mission)


def test_no_paper_names_a_team_before_its_employer_has_agreed(mission):
    parts = named(mission)
    says_yes(*parts)
    manager_says(*parts[:2])
    convention = Kind.CONVENTION_SERVICE
    structure = mission.need.organisation.members.first()
    with pytest.raises(NotYet, match="employeur"):
        documents.make(convention, mission, by=structure, now=timezone.now())
    with pytest.raises(NotYet, match="employeur"):
        documents.preview(convention, mission)
    manager_says(parts[2])
    mission = employer_agrees(mission)
    paper = documents.make(convention, mission, by=structure, now=timezone.now())
    assert len(paper.facts["person"]["team"]) == 3
    teams.share(mission, {parts[0].pk: 4}, now=timezone.now())
    (dia,) = named(mission, colleague(mission, "Dia", "Noir"))
    says_yes(dia)
    assert not is_stale(Document.objects.get(pk=paper.pk)), "her manager hasn’t agreed"
    manager_says(dia)
    assert is_stale(Document.objects.get(pk=paper.pk))
