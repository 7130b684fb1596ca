"""A team once its work is done, or once nobody is left to name: no question and no button that can only be refused."""

from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.missions import hours, missions, team_members
from marketplace.models import Consent, ConsentKind, Document, Employee, HoursEntry, Mission
from marketplace.states import MissionStatus
from notifications.models import Notification
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


def main_of(answer) -> str:
    page = unescape(answer.text).replace("\xa0", " ")
    return page.partition("<main")[2].partition("</main>")[0]


def yesterday():
    return timezone.localdate() - timedelta(days=1)


def gives(mission, part, number):
    hours.write(
        mission, {yesterday(): (Decimal(number), "")}, person=part.person,
        today=timezone.localdate(),
    )  # fmt: skip


def move(mission, status):
    Mission.objects.filter(pk=mission.pk).update(status=status, delivered_at=timezone.now())
    return fresh(mission)


def test_the_day_of_two_people_is_confirmed_as_one_day(client):
    mission, (ana, bob, _cyr) = running()
    gives(mission, ana, 5)
    gives(mission, bob, 4)
    client.force_login(mission.need.organisation.members.first())
    newest = HoursEntry.objects.latest("pk").pk
    door = reverse("hours-confirm", args=[mission.pk])
    assert "Un jour confirmé" in client.post(door, {"newest": newest}, follow=True).text
    assert not HoursEntry.objects.to_confirm().exists()


def test_once_the_work_is_done_nobody_steps_out_of_the_team(client):
    """The button said “You are no longer in the team”, and nothing of it was so."""
    mission, (ana, *_others) = running()
    client.force_login(ana.person)
    door = reverse("team-step-out", args=[ana.pk])
    assert door in client.get(ana.get_absolute_url()).text
    move(mission, MissionStatus.DELIVERED)
    assert door not in client.get(ana.get_absolute_url()).text
    assert "il n’y a plus rien à quitter" in client.post(door, follow=True).text
    assert Consent.objects.standing(ana.person, ConsentKind.TEAM, ana).exists()


def test_who_had_left_and_gave_hours_was_in_the_team(client):
    """“Who was in the team” named those alone who were still in it on the last day."""
    mission, (ana, bob, *_others) = running()
    gives(mission, ana, 5)
    structure = mission.need.organisation.members.first()
    newest = HoursEntry.objects.latest("pk").pk
    hours.confirm(mission, up_to=newest, by=structure, now=timezone.now())
    for part in (ana, bob):
        team_members.stop(part, reason="", by=part.person, now=timezone.now())
    move(mission, MissionStatus.DELIVERED)
    for reader in (structure, boss_of(mission)):
        client.force_login(reader)
        people = main_of(client.get(mission.get_absolute_url())).partition("Qui était de l’équipe")[
            2
        ]
        assert str(ana.person) in people.partition("</p>")[0]
        assert str(bob.person) not in people.partition("</p>")[0], "bob gave none"


def test_hours_that_can_t_be_shared_any_more_are_read_and_not_typed(client):
    mission, (ana, *_others) = running()
    client.force_login(boss_of(mission))
    page, field = reverse("mission-team", args=[mission.pk]), f'name="hours_{ana.pk}"'
    assert field in client.get(page).text
    move(mission, MissionStatus.DELIVERED)
    after = client.get(page).text
    assert field not in after
    assert "10 heures prévues" in after


def test_where_everybody_is_named_nobody_is_asked_to_choose(client):
    mission = a_team()
    client.force_login(boss_of(mission))
    page, button = reverse("mission-team", args=[mission.pk]), "Nommer et leur demander"
    named(mission, colleague(mission))
    assert button in client.get(page).text
    named(mission, boss_of(mission))
    after = client.get(page).text
    assert button not in after
    assert "sont déjà nommées" in after


def test_the_letter_of_the_end_names_the_certificate_of_its_reader_alone(client):
    """“Ask for your certificate”, and it was made already."""
    mission = a_team()
    boss, ana = boss_of(mission), colleague(mission)
    Employee.objects.create(
        organisation=mission.offer.organisation, person=boss, manager_name="Rosa",
        manager_email="rosa@example.org",
    )  # fmt: skip
    parts = named(mission, boss, ana)
    says_yes(*parts)
    manager_says(*parts)
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.RUNNING, started_at=timezone.now()
    )
    for part in parts:
        gives(fresh(mission), part, 5)
    HoursEntry.objects.update(confirmed_at=timezone.now())
    structure = mission.need.organisation.members.first()
    client.force_login(structure)
    for part in parts:
        client.post(reverse("team-certificate", args=[part.pk]))
    missions.close(
        move(mission, MissionStatus.REVIEWED), reason="Sans reçu.", by=structure, now=timezone.now()
    )
    text = Notification.objects.get(kind="mission_closed", recipient=boss).text
    own, theirs = (Document.objects.get(member__person=who) for who in (boss, ana))
    assert own.get_absolute_url() in text
    assert theirs.get_absolute_url() not in text
    assert "Demander votre attestation" not in text


def test_what_is_over_isn_t_told_in_the_present(client):
    """“Comes”, “Who else comes”, “Who welcomes you there”, of a mission that was closed."""
    mission, (ana, bob, _cyr) = running()
    doors = (
        (ana.person, ana.get_absolute_url()),
        (boss_of(mission), reverse("mission-team", args=[mission.pk])),
        (mission.need.organisation.members.first(), mission.get_absolute_url()),
    )

    def pages():
        for reader, door in doors:
            client.force_login(reader)
            yield main_of(client.get(door))

    now = (
        "Vient",
        "Qui d’autre vient",
        "Qui vous accueille sur place",
        "Qui vient :",
        "Qui en fait",
    )
    before = " ".join(pages())
    assert [words for words in now if words not in before] == []
    move(mission, MissionStatus.CLOSED)
    own, team, structure = pages()
    assert [words for words in now if words in own + team + structure] == []
    assert "Était de l’équipe" in own
    assert "Qui d’autre était de l’équipe" in own
    assert "Votre contact dans la structure" in own
    assert f"Était de l’équipe ; Chef de {bob.person.first_name} avait donné son accord" in team
    assert "Qui était de l’équipe :" in structure


def test_somebody_who_had_not_answered_is_awaited_no_more(client):
    mission = a_team()
    ana, *_others = named(mission)
    says_yes(ana)
    move(mission, MissionStatus.CLOSED)
    client.force_login(boss_of(mission))
    page = main_of(client.get(reverse("mission-team", args=[mission.pk])))
    assert "N’avait pas répondu" in page
    assert "réponse attendue" not in page
    assert "Demander de nouveau" not in page


def test_a_team_that_is_renewed_is_named_anew_and_isn_t_said_to_be_the_same(client):
    mission, _parts = running()
    client.force_login(boss_of(mission))
    page = client.get(reverse("mission-renew", args=[mission.pk])).text
    assert "mêmes personnes" not in page
    assert "l’équipe est à nommer pour elle" in page
