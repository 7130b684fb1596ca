"""Somebody's dates in their own calendar program: written by one library, read back by another."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from ics import Calendar
from ics.grammar.parse import ContentLine

from marketplace import tasks as clock
from marketplace.actions.desk import calendars
from marketplace.actions.desk import tasks as acts
from marketplace.actions.market import people
from marketplace.models import CalendarAddress, CalledOff, FollowUp, Mission, Voice
from marketplace.rules import calendar_names
from marketplace.states import MissionStatus
from tests.factories import in_days, make_mission, make_organisation, make_user
from tests.marketplace.desk.desk_people import elsewhere

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
SECRET = "http://testserver/calendrier/"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def address_of(person) -> str:
    return reverse("calendar-feed", args=[calendars.renew(person, now=timezone.now())])


def read(client, address) -> dict:
    """The events by their UID, as the second parser reads them."""
    answer = client.get(address)
    assert answer.status_code == 200
    calendar = Calendar(answer.content.decode())
    events = {event.uid: event for event in calendar.events}
    assert len(events) == len(calendar.events)
    return events


def uid(thing) -> str:
    return calendar_names.uid(thing)


def sequence(event) -> int:
    (line,) = [
        line for line in event.extra if isinstance(line, ContentLine) and line.name == "SEQUENCE"
    ]
    return int(line.value)


def make_task(person, pole, about=None, **fields):
    said = {
        "what": "Rappeler ; Mme Petit, « mardi »",
        "due_on": timezone.localdate() + 3 * A_DAY,
    }
    return acts.write(about, pole=pole, assignee=person, by=person, **said | fields)


def test_a_task_is_a_whole_day_with_its_words_its_link_and_what_it_is_about(client, nadia, pole):
    about = make_organisation(name="Épicerie des Tilleuls, à Lens " + "é" * 90)
    task = make_task(nadia, pole, about)
    (event,) = read(client, address_of(nadia)).values()
    assert event.uid == uid(f"task-{task.pk}")
    assert event.name == task.what
    assert event.all_day
    assert event.begin.date() == task.due_on
    assert (event.end.date() - event.begin.date()).days == 1
    assert event.description == about.name
    assert event.url.endswith(task.get_absolute_url())
    assert event.status == "CONFIRMED"


def test_it_says_its_timezone_and_keeps_to_the_rfc_s_lines(client, nadia, pole):
    make_task(nadia, pole, what="é" * 190)
    answer = client.get(address_of(nadia))
    body = answer.content
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Paris\r\n" in body
    assert b"DTSTART;VALUE=DATE:" in body
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer["Cache-Control"]
    assert "sessionid" not in answer.cookies


def test_the_same_thing_keeps_its_name_and_each_change_counts_up(client, nadia, pole):
    task, address = make_task(nadia, pole), address_of(nadia)
    (before,) = read(client, address).values()
    acts.put_off(task, to="week", today=timezone.localdate())
    (after,) = read(client, address).values()
    assert after.uid == before.uid
    assert after.begin > before.begin
    assert sequence(after) > sequence(before)
    acts.done(task, by=nadia, now=timezone.now())
    assert read(client, address)[before.uid].name.startswith("Fait")


@pytest.mark.parametrize("way", ["removed", "given"])
def test_what_leaves_somebody_s_calendar_is_said_to_be_called_off_for_thirty_days(
    client, nadia, karim, pole, way
):
    task, address = make_task(nadia, pole), address_of(nadia)
    (before,) = read(client, address).values()
    if way == "removed":
        acts.remove(task)
    else:
        acts.change(task, what=task.what, due_on=task.due_on, assignee=karim, by=nadia)
    (gone,) = read(client, address).values()
    assert (gone.uid, gone.status) == (before.uid, "CANCELLED")
    assert "Petit" not in gone.name
    assert sequence(gone) > sequence(before)
    CalledOff.objects.update(at=timezone.now() - timedelta(days=31))
    assert read(client, address) == {}
    clock.forget_called_off()
    assert not CalledOff.objects.exists()


def test_what_comes_back_is_no_longer_called_off(client, nadia, karim, pole):
    task, address = make_task(nadia, pole), address_of(nadia)
    for person in (karim, nadia):
        task.refresh_from_db()
        acts.change(task, what=task.what, due_on=task.due_on, assignee=person, by=nadia)
    (event,) = read(client, address).values()
    assert event.status == "CONFIRMED"


def test_each_side_reads_the_first_and_the_last_day_of_its_own_missions(client, nadia):
    person = make_user()
    mission = make_mission(status=MissionStatus.RUNNING)
    mission.need.organisation.memberships.create(user=person)
    other = make_mission(status=MissionStatus.RUNNING)
    FollowUp.objects.create(
        mission=mission, kind=FollowUp.Kind.MIDWAY, side=Voice.NEED, asked=person,
        asked_on=timezone.localdate(),
    )  # fmt: skip
    for reader in (person, mission.person_coming):
        events = read(client, address_of(reader))
        start, end = (events[uid(f"mission-{mission.pk}-{which}")] for which in ("start", "end"))
        assert start.begin.date() == mission.starts_on
        assert end.begin.date() == mission.ends_on
        assert uid(f"mission-{other.pk}-end") not in events
    assert any(one.startswith("follow-up-") for one in read(client, address_of(person)))
    assert read(client, address_of(nadia)) == {}  # she follows neither


def test_a_mission_that_was_done_sooner_ends_on_its_last_day(client, nadia):
    """“Ends: …” stood weeks ahead, of what had been delivered."""
    mission = make_mission(status=MissionStatus.RUNNING, coordinator=nadia, starts_on=in_days(-5))
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.DELIVERED, started_at=timezone.now() - 5 * A_DAY,
        delivered_at=timezone.now(),
    )  # fmt: skip
    end = read(client, address_of(nadia))[uid(f"mission-{mission.pk}-end")]
    assert end.begin.date() == timezone.localdate()
    assert end.status != "CANCELLED"


def test_a_mission_that_was_stopped_ends_on_that_day(client, nadia):
    """It kept the end that was planned, confirmed once the mission was closed."""
    mission = make_mission(status=MissionStatus.RUNNING, coordinator=nadia, starts_on=in_days(-5))
    Mission.objects.filter(pk=mission.pk).update(
        started_at=timezone.now() - 5 * A_DAY, interrupted_at=timezone.now()
    )
    address = address_of(nadia)
    for status in (MissionStatus.INTERRUPTED, MissionStatus.CLOSED):
        Mission.objects.update(status=status)
        events = read(client, address)
        start, end = (events[uid(f"mission-{mission.pk}-{which}")] for which in ("start", "end"))
        assert (start.status, end.status) == ("CONFIRMED", "CONFIRMED")
        assert end.begin.date() == timezone.localdate()


def test_a_mission_stopped_before_it_began_is_called_off_for_thirty_days(client, nadia):
    mission = make_mission(status=MissionStatus.RUNNING, coordinator=nadia, starts_on=in_days(3))
    address = address_of(nadia)
    before = read(client, address)[uid(f"mission-{mission.pk}-end")]
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.INTERRUPTED, interrupted_at=timezone.now()
    )
    after = read(client, address)[before.uid]
    assert after.status == "CANCELLED"
    Mission.objects.update(interrupted_at=timezone.now() - timedelta(days=31))
    assert before.uid not in read(client, address)


def test_nothing_but_one_s_own_and_nothing_of_another_pole(client, nadia, karim, pole):
    make_task(nadia, pole)
    for reader in (karim, elsewhere(), make_user()):
        assert read(client, address_of(reader)) == {}


def test_who_no_longer_coordinates_reads_no_task_there(client, nadia, karim, pole):
    make_task(nadia, pole)
    address = address_of(nadia)
    people.leave(nadia.memberships.get(), now=timezone.now())
    assert read(client, address) == {}


def test_the_address_ends_at_once_when_it_is_made_anew_ended_or_its_account_is_closed(
    client, nadia, karim
):
    first = address_of(nadia)
    second = address_of(nadia)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    calendars.end(nadia)
    assert client.get(second).status_code == 404
    third = address_of(karim)
    people.close_account(karim, now=timezone.now())
    assert client.get(third).status_code == 404


def test_the_database_doesn_t_hold_the_secret(nadia):
    secret = calendars.renew(nadia, now=timezone.now())
    assert secret not in CalendarAddress.objects.get().token


@pytest.mark.parametrize("token", ["x", "é", "0" * 64, "a" * 2000, "%00"])
def test_a_guess_finds_nothing_and_many_are_slowed_down(client, token):
    address = f"/calendrier/{token}.ics"
    answers = {client.get(address, REMOTE_ADDR="203.0.113.9").status_code for _ in range(62)}
    assert answers == {404, 429}


def test_the_page_shows_the_address_once_and_makes_another(client, nadia):
    client.force_login(nadia)
    page = reverse("calendar-address")
    assert SECRET not in client.get(page).text
    made = client.post(page, {"act": "renew"})
    assert SECRET in made.text
    assert "no-store" in made["Cache-Control"]
    assert SECRET not in client.get(page).text
    client.post(page, {"act": "end"})
    assert not CalendarAddress.objects.exists()
    client.logout()
    assert client.post(page).status_code == 302


def test_one_function_names_a_thing(settings):
    settings.SITE_URL = "https://trait.example.org:8443/x"
    assert (
        calendar_names.uid(calendar_names.of_mission(12, "end"))
        == "mission-12-end@trait.example.org"
    )
