"""What letters say of a team: who names it, who is asked, and where it works."""

import pytest
from django.utils import timezone

from accounts.models import Membership
from marketplace import letters
from marketplace.actions.missions import agreements, missions
from marketplace.models import Agreement, Mission, MissionSheet, MissionStep, TeamMember
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import make_user
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

NEXT = "on demande à chaque personne qui vient, puis à sa hiérarchie, puis à l’employeur."
NAME_THEM = "dites, sur la page de la mission, qui vient."


def told(person) -> str:
    return Notification.objects.filter(kind="mission_moved", recipient=person).latest("pk").text


def framed(mission):
    """Both have said yes, and the structure has moved it on."""
    structure = mission.need.organisation.members.first()
    missions.frame(mission, by=structure)
    return mission


def test_whoever_answers_for_a_team_is_asked_who_comes_and_not_who_their_manager_is():
    """“indiquez qui est votre responsable” was sent to whoever had written the offer, and the page refused it."""
    mission = framed(a_team(status=MissionStatus.FRAMING))
    letter = told(boss_of(mission))
    assert NAME_THEM in letter.replace("\xa0", " ")
    assert "responsable" not in letter


def test_once_somebody_is_named_it_says_who_is_asked():
    mission = a_team(status=MissionStatus.FRAMING)
    named(mission)
    letter = told(boss_of(framed(mission)))
    assert NEXT in letter.replace("\xa0", " ")
    assert "qui vient, puis" in letter
    assert NAME_THEM not in letter


def test_the_structure_hears_of_a_team_and_names_nobody():
    mission = a_team(status=MissionStatus.FRAMING)
    zoe = make_user("Zoé", "Marin")
    Membership.objects.create(user=zoe, organisation=mission.need.organisation)
    framed(mission)
    letter = told(zoe)
    assert NEXT in letter.replace("\xa0", " ")
    assert NAME_THEM not in letter


def works(where):
    """One of a team that has begun."""
    mission = a_team(started_at=timezone.now())
    MissionSheet.objects.filter(mission=mission).update(where=where, address="2 rue du Bac, Lille")
    (ana, *_others) = named(mission)
    says_yes(ana)
    manager_says(ana)
    ana.mission = Mission.objects.get(pk=mission.pk)
    return ana


def read_by(client, ana) -> tuple[str, str]:
    """What they read: the letter of the beginning, and their own page."""
    letters.team_begins(ana)
    letter = Notification.objects.get(kind="team_begins", recipient=ana.person)
    client.force_login(ana.person)
    return letter.text, client.get(ana.get_absolute_url()).text


def test_who_works_remotely_is_sent_to_no_address_and_welcomed_nowhere(client):
    ana = works("REMOTE")
    structure = ana.mission.need.organisation.members.first()
    for said in read_by(client, ana):
        assert "2 rue du Bac" not in said
        assert "sur place" not in said
        assert "Votre contact dans la structure" in said
        assert structure.email in said


@pytest.mark.parametrize("where", ["ON_SITE", "BOTH"])
def test_who_comes_reads_where_and_who_welcomes_them(client, where):
    for said in read_by(client, works(where)):
        assert "2 rue du Bac" in said
        assert "Qui vous accueille sur place" in said


def test_the_letter_of_the_first_day_says_who_comes_and_whom_to_turn_to():
    """“You work with: Claire”, who doesn't come."""
    mission, _parts = running()
    letters.kick_off(MissionStep.objects.create(mission=mission, after=MissionStatus.RUNNING))
    structure = mission.need.organisation.members.first()
    letter = Notification.objects.get(kind="mission_kick_off", recipient=structure).text
    plain = letter.replace("\xa0", " ")
    assert "Qui vient : Ana Petit, Bob Roux, Cyr Vidal." in plain
    assert "À qui s’adresser pour l’équipe :" in plain
    assert "Vous travaillez avec" not in plain


# --- the end of what they had said yes to ----------------------------------------------------
def all_but_one_have_agreed():
    """Ana comes and her manager agrees; Dia has been named since, and hasn't answered."""
    mission = a_team()
    (ana,) = named(mission, colleague(mission))
    says_yes(ana)
    manager_says(ana)
    TeamMember.objects.update(hours=9)
    (dia,) = named(fresh(mission), colleague(mission, "Dia", "Noir"))
    return fresh(mission), ana, dia


def letter_to(part, kind):
    return Notification.objects.get(kind=kind, recipient=part.person)


def test_the_team_hears_that_the_employer_says_no_and_who_comes_reads_why(client):
    mission, ana, dia = all_but_one_have_agreed()
    question = mission.agreements.current().get(asked=Agreement.Asked.COMPANY)
    agreements.answer(
        question, answer="NO", reason="Budget serré.", by=boss_of(mission), now=timezone.now()
    )
    for part, reads in ((ana, True), (dia, False)):
        letter = letter_to(part, "agreement_refused_team")
        assert letter.url == part.get_absolute_url()
        client.force_login(part.person)
        for said in (letter.text, client.get(letter.url).text):
            assert "En l’état, l’équipe ne vient pas." in said
            assert ("Budget serré." in said) == reads
    agreements.void(mission)  # as with another version of its sheet
    assert "l’équipe ne vient pas" not in client.get(dia.get_absolute_url()).text


def test_each_of_the_team_hears_once_that_the_mission_stops(client):
    mission, ana, dia = all_but_one_have_agreed()
    TeamMember.objects.update(hours=9)
    boss = boss_of(mission)
    named(mission, boss)
    structure = mission.need.organisation.members.first()
    missions.interrupt(mission, reason="Le chantier ferme.", by=structure, now=timezone.now())
    for part in (ana, dia):
        letter = letter_to(part, "mission_interrupted")
        assert "s’arrête" in letter.subject
        assert "Le chantier ferme." in letter.text
        assert "ouvert" not in letter.text, "who else may have the offer concerns its house"
        client.force_login(part.person)
        assert client.get(letter.url).status_code == 200
    assert Notification.objects.get(kind="mission_interrupted", recipient=boss).url == (
        mission.get_absolute_url()
    )
