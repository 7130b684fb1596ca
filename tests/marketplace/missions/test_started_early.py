"""What is said as a mission starts, and to whom: the employer's side hears of it, and nothing is under way before its
first day."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Membership
from common.dates import midnight, period, spoken
from marketplace.actions.missions import missions
from marketplace.desk import own_missions
from marketplace.models import Mission
from marketplace.rules import mission_roles
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import in_days, make_coordinator, make_mission, make_user
from tests.marketplace.documents.document_desk import duty, head_of
from tests.marketplace.missions.amending import fresh, signed_mission

pytestmark = pytest.mark.django_db


def lent(**fields) -> Mission:
    """A service whose papers are all signed, of a company with somebody in charge; it may be started."""
    mission = signed_mission(status=MissionStatus.DOCUMENTS)
    Mission.objects.filter(pk=mission.pk).update(started_at=None, **fields)
    return Mission.objects.get(pk=mission.pk)


def told(kind="mission_moved") -> dict:
    return {one.recipient: one for one in Notification.objects.filter(kind=kind)}


def test_those_in_charge_at_the_company_are_told_that_their_person_begins():
    """“Les deux parties et la coordination sont prévenues”: the company, a party of the convention, had no letter."""
    mission = lent()
    missions.start(mission, by=mission.offer.person, now=timezone.now())
    boss = head_of(mission.offer.organisation)
    assert boss in told()
    assert "est en cours" in told()[boss].text
    assert boss not in told("mission_kick_off"), "no address is theirs to read here"


def test_no_employer_is_told_of_what_is_done_at_home():
    mission = make_mission(starts_on=in_days(0), ends_on=in_days(40))
    company = signed_mission().offer.organisation
    Membership.objects.create(user=mission.offer.person, organisation=company)
    charged = make_user()
    Membership.objects.create(user=charged, organisation=company)
    duty(charged, company, "CSR")
    missions.start(mission, by=mission.offer.person, now=timezone.now())
    assert charged not in told() | told("mission_kick_off")
    assert head_of(company) not in told() | told("mission_kick_off")


def test_what_is_started_early_is_launched_and_not_under_way(client):
    """“En cours du 10 décembre 2026 au 28 janvier 2027” stood there on the first of December."""
    mission = lent(starts_on=in_days(9), ends_on=in_days(60))
    coordinator = make_coordinator(mission.need.pole)
    client.force_login(mission.offer.person)
    begun = client.post(reverse("mission-start", args=[mission.pk]), follow=True).text
    day = spoken(in_days(9), "l j F")
    assert f"La mission est lancée\N{NO-BREAK SPACE}: elle commence le {day}" in begun
    assert "La mission est en cours" not in begun
    for address in (mission.get_absolute_url(), reverse("missions")):
        page = client.get(address).text
        assert "Lancée</span>" in page
        assert "En cours</span>" not in page
    with translation.override("fr"):
        assert [step.words for step in mission.steps.all()][-1] == "Lancée"
    for reader in (coordinator, head_of(mission.offer.organisation)):
        letter = told()[reader]
        assert letter.subject.endswith("la mission est lancée")
        assert f"la mission commence le {day}" in letter.text
    Mission.objects.filter(pk=mission.pk).update(starts_on=in_days(0))
    assert "En cours</span>" in client.get(mission.get_absolute_url()).text


def test_whom_one_turns_to_is_of_a_side_that_has_a_name(client):
    """“Personne à contacter chez l’autre partie : Stéphane Willems” was read by Stéphane himself."""
    mission = signed_mission()
    structure, company = head_of(mission.need.organisation), head_of(mission.offer.organisation)
    read = [(mission.offer.person, "mission-sheet"), (structure, "mission-sheet")]
    for reader, name in [*read, (structure, "amendment-new"), (company, "amendment-new")]:
        client.force_login(reader)
        page = client.get(reverse(name, args=[mission.pk])).text
        assert "Personne à contacter du côté qui propose" in page, name
        assert "chez l’autre partie" not in page


def launched(status=MissionStatus.RUNNING, **fields) -> Mission:
    """Started by its button, ten days before its first day."""
    mission = lent(starts_on=in_days(10), ends_on=in_days(14))
    Mission.objects.filter(pk=mission.pk).update(started_at=timezone.now(), status=status, **fields)
    return Mission.objects.get(pk=mission.pk)


def test_what_is_stopped_before_its_first_day_never_began(client):
    """“Interrompue le 10 décembre” was read on the first, of what nobody had ever begun."""
    mission = launched()
    person = mission.offer.person
    client.force_login(person)
    asked = client.get(reverse("mission-interrupt", args=[mission.pk])).text
    assert "Les heures faites" not in asked
    missions.interrupt(mission, reason="Plus le temps.", by=person, now=timezone.now())
    letter = Notification.objects.filter(kind="mission_interrupted").first()
    assert "ures faites" not in letter.text
    planned = period(in_days(10), in_days(14))
    for address in (mission.get_absolute_url(), reverse("missions")):
        assert f"prévue {planned}" in client.get(address).text
    page = client.get(reverse("mission-hours", args=[mission.pk])).text
    assert "s’est arrêtée avant de commencer" in page
    assert "Enregistrer la semaine" not in page
    assert "qui s’est arrêtée le" not in page


def test_what_is_stopped_on_its_first_day_had_begun(client):
    mission = launched()
    Mission.objects.filter(pk=mission.pk).update(starts_on=in_days(0))
    mission.refresh_from_db()
    client.force_login(mission.offer.person)
    asked = client.get(reverse("mission-interrupt", args=[mission.pk])).text
    assert "Les heures faites jusqu’à aujourd’hui" in asked
    missions.interrupt(mission, reason="Trop.", by=mission.offer.person, now=timezone.now())
    mission.refresh_from_db()
    assert not mission.was_called_off
    assert mission.lasted_until == in_days(0)
    page = client.get(reverse("mission-hours", args=[mission.pk])).text
    assert "Enregistrer la semaine" in page


@pytest.mark.parametrize("status", [MissionStatus.RUNNING, MissionStatus.DISPUTED])
def test_no_work_is_said_to_be_done_before_the_first_day(client, status):
    mission = launched()
    reader = mission.offer.person
    if status == MissionStatus.DISPUTED:
        missions.dispute(mission, reason="Ce n’est pas cela.", by=reader)
        reader = make_coordinator(mission.need.pole)
    client.force_login(reader)
    door = reverse("mission-deliver", args=[mission.pk])
    assert door not in client.get(mission.get_absolute_url()).text
    said = f"La mission commence le {spoken(in_days(10), 'j F Y')}"
    assert said in client.get(door, follow=True).text
    assert said in client.post(door, follow=True).text
    assert Mission.objects.get(pk=mission.pk).status == status
    Mission.objects.filter(pk=mission.pk).update(starts_on=in_days(0))
    assert door in client.get(mission.get_absolute_url()).text
    client.post(door)
    assert Mission.objects.get(pk=mission.pk).status == MissionStatus.DELIVERED


def test_what_was_said_to_be_done_before_its_first_day_is_told_as_planned(client):
    """Those of before keep what was said of them; their days are those that were planned."""
    mission = launched(MissionStatus.DELIVERED, delivered_at=timezone.now())
    client.force_login(mission.offer.person)
    assert f"prévue {period(in_days(10), in_days(14))}" in client.get(reverse("missions")).text


def test_what_is_all_signed_waits_from_its_first_day_and_the_last_signature(client):
    """“La mission peut commencer. depuis 5 jours” was read on the day after the signature, nine days too early."""
    mission = lent(starts_on=in_days(9), ends_on=in_days(60))
    Mission.objects.update(moved_at=timezone.localtime() - timedelta(days=5))
    person = mission.offer.person
    client.force_login(person)
    [line] = own_missions.waiting(
        mission_roles.Reader.of(person, person.memberships.all()), [fresh(mission)], set()
    )
    assert line.since == midnight(in_days(9))
    day = spoken(in_days(9), "l j F")
    assert f"Premier jour\N{NO-BREAK SPACE}: {day}." in client.get(reverse("home")).text
    Mission.objects.update(starts_on=in_days(0))
    assert "Premier jour" not in client.get(reverse("home")).text
    [line] = own_missions.waiting(
        mission_roles.Reader.of(person, person.memberships.all()), [fresh(mission)], set()
    )
    assert line.since == max(mission.documents.values_list("signatures__at", flat=True))


def test_what_is_late_is_told_since_the_day_by_which_it_was_awaited():
    """“En retard… depuis 24 jours” was read on the day after the first one."""
    mission = make_mission(starts_on=in_days(-1), status=MissionStatus.FRAMING, started_at=None)
    Mission.objects.update(moved_at=timezone.localtime() - timedelta(days=24))
    person = mission.offer.person
    reader = mission_roles.Reader.of(person, person.memberships.all())
    [line] = own_missions.waiting(reader, [fresh(mission)], set())
    assert line.urgency == "late"
    assert timezone.localdate(line.since) == in_days(-1)
