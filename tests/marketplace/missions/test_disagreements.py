"""The two don't agree: a coordinator is called, and only a coordinator ends it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import ForbiddenMove
from marketplace.actions.missions import hours, missions
from marketplace.models import Mission, Need
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import in_days, make_coordinator, make_mission, make_user
from tests.marketplace.documents.document_desk import give_hours
from tests.marketplace.missions.amending import signed_mission
from tests.marketplace.missions.test_mission_course import url


def test_only_a_coordinator_ends_a_disagreement(client):
    mission = make_mission(status=MissionStatus.DISPUTED)
    coordinator = make_coordinator(mission.need.pole)
    for person in (mission.need.created_by, mission.offer.person):
        client.force_login(person)
        assert client.post(url("resume", mission)).status_code == 403
    client.force_login(coordinator)
    client.post(url("resume", mission))
    mission.refresh_from_db()
    assert mission.status == MissionStatus.RUNNING


@pytest.mark.parametrize("side", ["of the structure", "who comes"])
def test_a_coordinator_who_is_on_a_side_ends_no_disagreement_of_theirs(client, side):
    coordinator = make_coordinator()
    person = coordinator if side == "who comes" else make_user()
    mission = make_mission(status=MissionStatus.DISPUTED, person=person)
    if side == "of the structure":
        mission.need.organisation.memberships.create(user=coordinator)
    client.force_login(coordinator)
    for act in ("resume", "deliver"):
        assert client.post(url(act, mission)).status_code == 403
    page = client.get(mission.get_absolute_url()).text
    assert url("deliver", mission) not in page
    assert url("resume", mission) not in page
    assert Mission.objects.get(pk=mission.pk).status == MissionStatus.DISPUTED


@pytest.mark.parametrize("act", ["deliver", "resume"])
def test_a_disagreement_that_comes_between_the_page_and_the_click_is_not_ended_by_it(act):
    mission = make_mission(status=MissionStatus.SUSPENDED if act == "resume" else "RUNNING")
    seen = Mission.objects.get(pk=mission.pk)
    missions.dispute(mission, reason="Rien n’avance.", by=mission.need.created_by)
    said = {"now": timezone.now()} if act == "deliver" else {}
    with pytest.raises(ForbiddenMove):
        getattr(missions, act)(seen, by=mission.offer.person, **said)
    assert Mission.objects.get(pk=mission.pk).status == MissionStatus.DISPUTED


def test_what_is_delivered_meanwhile_is_not_taken_up_again_by_who_did_it():
    mission = make_mission(status=MissionStatus.SUSPENDED)
    seen = Mission.objects.get(pk=mission.pk)
    missions.resume(mission, by=mission.need.created_by)
    missions.deliver(
        Mission.objects.get(pk=mission.pk), by=mission.need.created_by, now=timezone.now()
    )
    with pytest.raises(ForbiddenMove):
        missions.resume(seen, by=mission.offer.person)


def test_a_disagreement_calls_the_coordinators_and_waits_on_their_desk(client):
    mission = make_mission(status=MissionStatus.RUNNING)
    coordinator = make_coordinator(mission.need.pole)
    missions.dispute(mission, reason="Rien n’avance.", by=mission.need.created_by)
    letter = Notification.objects.get(recipient=coordinator, kind="mission_disputed")
    assert "Rien n’avance." in letter.text
    client.force_login(coordinator)
    desk = client.get(reverse("desk"), {"kind": "mission"}).content.decode()
    assert "Les deux parties ne sont pas d’accord" in desk


def test_where_the_one_in_charge_is_on_a_side_the_others_are_called():
    """They alone were, to settle what their own association said."""
    mission = make_mission(status=MissionStatus.RUNNING)
    sided, other = make_coordinator(mission.need.pole), make_coordinator(mission.need.pole)
    Need.objects.filter(pk=mission.need_id).update(coordinator=sided)
    mission.need.organisation.memberships.create(user=sided)
    missions.dispute(Mission.objects.get(), reason="Rien.", by=mission.need.created_by)
    assert Notification.objects.get(kind="mission_disputed").recipient == other


def test_in_english_no_space_stands_before_a_colon(client):
    """“In disagreement : …”, “The employer : …” were French."""
    mission = make_mission(status=MissionStatus.RUNNING)
    person = mission.offer.person
    missions.dispute(mission, reason="We don’t agree.", by=person)
    person.language = "en"
    person.save()
    client.force_login(person)
    page = client.get(mission.get_absolute_url(), headers={"accept-language": "en"}).text
    assert "In disagreement: We don’t agree." in page
    assert not re.search("[\u00a0 ]: ?<", page.partition("<main")[2])


def test_a_disagreement_that_is_settled_is_told_as_such(client):
    """The letter said « la mission est en cours », as if it had begun."""
    mission = make_mission(status=MissionStatus.DISPUTED)
    coordinator = make_coordinator(mission.need.pole)
    client.force_login(coordinator)
    client.post(url("resume", mission), {"reason": "Nous nous sommes parlé."})
    letter = Notification.objects.get(kind="mission_moved", recipient=mission.offer.person)
    assert "la mission continue" in letter.subject
    assert "est réglé" in letter.text
    assert f"{coordinator} écrit\xa0:\n\nNous nous sommes parlé." in letter.text


def test_only_the_structure_is_told_to_say_what_is_missing(client):
    """“S’il manque quelque chose, dites-le sur la page” was written to whoever came, whose page has no such button."""
    mission = make_mission(status=MissionStatus.RUNNING)
    missions.deliver(mission, by=make_coordinator(mission.need.pole), now=timezone.now())
    for person, theirs in ((mission.need.created_by, True), (mission.offer.person, False)):
        letter = Notification.objects.get(kind="mission_delivered", recipient=person)
        client.force_login(person)
        page = client.get(mission.get_absolute_url()).text
        assert ("Il manque quelque chose" in page) == theirs
        assert ("dites-le sur la page de la mission" in letter.text) == theirs
        assert (f"{mission.need.organisation} peut le dire" in letter.text) == (not theirs)


def test_silence_confirms_no_hours_while_the_two_sides_disagree_nor_a_week_after(client):
    """Hours of which it was said that they were too many were confirmed by silence all the same."""
    mission = give_hours(make_mission(status="RUNNING"), confirmed=False)
    reader, now = mission.need.created_by, timezone.now()
    missions.dispute(mission, reason="C’est trop.", by=reader)
    assert hours.ask_due(in_days(1), now) == 1
    client.force_login(reader)
    page = client.get(reverse("mission-hours", args=[mission.pk])).text
    letter = Notification.objects.get(kind="hours_to_confirm").text
    for words in (page, letter):
        assert "tant que dure le désaccord" in words
        assert "comptent comme confirmées" not in words
    assert hours.confirm_silent(now + timedelta(days=30)) == 0
    mission.refresh_from_db()
    missions.resume(mission, by=make_coordinator(mission.need.pole))
    assert hours.confirm_silent(now + timedelta(days=6)) == 0
    assert hours.confirm_silent(now + timedelta(days=8)) == 1


def test_no_day_is_said_to_open_the_reviews_while_they_disagree(client):
    """“Au plus tard le 21 décembre” stood under a review that no day opened any more."""
    mission = make_mission(status=MissionStatus.DELIVERED)
    Mission.objects.update(delivered_at=timezone.now() - timedelta(days=3))
    mission.refresh_from_db()
    head = mission.need.organisation.members.get()
    missions.review(mission, side="NEED", rating=4, again=True, words="Bien.", by=head)
    client.force_login(mission.offer.person)
    waits, at_the_latest = "Ils s’ouvrent à tous quand", "au plus tard le"
    page = client.get(mission.get_absolute_url()).text
    assert waits in page
    assert at_the_latest in page
    missions.dispute(Mission.objects.get(), reason="Rien n’avance.", by=head)
    page = client.get(mission.get_absolute_url()).text
    assert waits in page
    assert at_the_latest not in page


@pytest.mark.parametrize(
    ("is_delivered", "words"), [(False, "une fois que c’est réglé"), (True, "ne se propose plus")]
)
def test_no_amendment_is_said_to_be_open_while_they_disagree(client, is_delivered, words):
    """“Les responsables des deux côtés et la coordination peuvent proposer un avenant”, whose page sent all of them away."""
    mission = signed_mission()
    head = mission.need.organisation.members.first()
    if is_delivered:
        missions.deliver(mission, by=head, now=timezone.now())
    missions.dispute(Mission.objects.get(), reason="Rien n’avance.", by=head)
    for reader in (head, mission.offer.person, make_coordinator(mission.need.pole)):
        client.force_login(reader)
        page = client.get(reverse("mission-sheet", args=[mission.pk])).text
        assert words in page
        assert "peuvent proposer un avenant" not in page
    client.force_login(head)
    assert words in client.get(reverse("amendment-new", args=[mission.pk]), follow=True).text
