"""Visits in the calendar of the desk and in somebody's own calendar program: agreed, held for an answer, called off."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.desk import takeovers, visit_clock
from marketplace.actions.desk import visits as acts
from marketplace.desk import agenda
from marketplace.desk.agenda import Window
from marketplace.models import Visit, VisitTime
from marketplace.rules import calendar_names
from tests.factories import make_organisation, make_user
from tests.marketplace.desk import behalf_people
from tests.marketplace.desk.desk_people import scope_of
from tests.marketplace.desk.test_calendars import address_of, read, sequence
from tests.marketplace.desk.visiting import (
    THERE,
    People,
    a_visit,
    an_agreed_one,
    another_pole,
    at,
    begun,
    letters_to,
    links_in,
    three,
)

pytestmark = [
    pytest.mark.django_db,
    # The second parser's own, at a time with its zone.
    pytest.mark.filterwarnings("ignore:'maxsplit' is passed as positional:DeprecationWarning"),
]
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def on_a_monday():
    cache.clear()
    with time_machine.travel("2026-12-07 09:00:00+01:00", tick=False):
        yield


@pytest.fixture
def them():
    return People()


def entries(reader, **asked):
    """What the week of today and the next one show, in their order."""
    found = []
    for week in (0, 7):
        day = timezone.localdate() + week * A_DAY
        asked |= {"le": day.isoformat()}
        scope = scope_of(reader, **asked)
        window = Window.of(
            asked, today=timezone.localdate(), whose=scope.whose, operator=scope.operator
        )
        for one in agenda.read(scope, window, today=timezone.localdate()).days:
            found += [(one.on, entry) for entry in one.entries]
    return found


def uid(thing) -> str:
    return calendar_names.uid(thing)


def name_of(visit) -> str:
    return uid(calendar_names.of_visit(visit.pk))


def names_of_times(visit) -> list[str]:
    return [uid(calendar_names.of_visit_time(time.pk)) for time in visit.times.order_by("pk")[:3]]


# --- the calendar of the desk ----------------------------------------------------------------
def test_an_agreed_visit_stands_on_its_day_with_its_hours(them):
    visit = an_agreed_one(them)
    ((day, entry),) = entries(them.awa)
    assert day == timezone.localdate(visit.begins_at)
    assert (entry.what, entry.when, entry.who) == ("Les Bottines", "10:00–11:00", "Awa Diallo")
    assert not entry.is_awaited
    begun(visit)
    acts.took_place(visit, note="", is_read=False, by=them.awa, now=timezone.now())
    assert [entry.is_over for _day, entry in entries(them.awa)] == [True]


def test_the_three_times_stand_there_as_awaited_until_one_is_chosen(client, them):
    visit = a_visit(them)
    assert [entry.is_awaited for _day, entry in entries(them.awa)] == [True] * 3
    client.force_login(them.awa)
    assert client.get(reverse("agenda")).text.count("En attente") == 3
    acts.choose(visit, visit.times.first(), by=them.petit, now=timezone.now())
    assert [entry.is_awaited for _day, entry in entries(them.awa)] == [False]
    acts.cancel(visit, word="", by=them.petit)
    assert entries(them.awa) == []


def test_a_day_goes_by_its_hours_whatever_kind_they_are(them):
    late, early = People(awa=them.awa), People(awa=them.awa)
    an_agreed_one(late, times=[at(2, 16), at(3, 16), at(4, 16)])
    a_visit(early, times=[at(2, 9), at(3, 9), at(4, 9)])
    an_agreed_one(them, times=[at(2, 11), at(3, 11), at(4, 11)])
    first = [entry.when[:2] for day, entry in entries(them.awa) if day == at(2).date()]
    assert first == ["09", "11", "16"]


def test_mine_are_those_to_which_i_go_and_another_pole_sees_none(them):
    an_agreed_one(them)
    luc = them.colleague
    a_visit(People(awa=luc), by=luc)
    assert len(entries(them.awa)) == 4
    assert len(entries(them.awa, whose="mine")) == 1
    assert len(entries(luc, whose="mine")) == 3
    assert entries(another_pole()) == []
    Membership.objects.filter(user=luc).delete()
    assert entries(luc) == []


def test_what_a_coordinator_leaves_to_others_isn_t_on_their_week(them):
    luc = them.colleague
    an_agreed_one(them)
    a_visit(People(awa=them.awa), times=[at(n, 15) for n in (2, 3, 4)])
    assert len(entries(luc)) == 4
    for visit in Visit.objects.all():
        Membership.objects.create(user=luc, organisation=visit.organisation)
    assert entries(luc) == []


def test_as_many_questions_however_many_visits_there_are(
    client, them, django_assert_max_num_queries
):
    client.force_login(them.awa)
    for hour in range(8, 17):
        other = People(awa=them.awa)
        a_visit(other, times=[at(2, hour), at(3, hour), at(4, hour)])
    for hour in range(8, 13):
        an_agreed_one(People(awa=them.awa), times=[at(n, hour) for n in (5, 6, 7)])
    client.get(reverse("agenda"))
    with django_assert_max_num_queries(36):
        client.get(reverse("agenda"), {"vue": "mois"})


# --- one's own calendar program --------------------------------------------------------------
def test_an_agreed_visit_has_its_hours_and_its_place_for_both_sides(client, them):
    visit = an_agreed_one(them)
    for reader in (them.awa, them.petit):
        event = read(client, address_of(reader))[name_of(visit)]
        assert (event.begin.datetime, event.end.datetime) == (visit.begins_at, visit.ends)
        assert "Les Bottines" in event.name
        assert not event.all_day
        assert event.status == "CONFIRMED"
        assert event.url.endswith(visit.get_absolute_url())
    for other in (them.colleague, another_pole(), make_user()):
        assert read(client, address_of(other)) == {}


def test_it_is_said_by_the_clock_of_paris(client, them):
    an_agreed_one(them)
    body = client.get(address_of(them.awa)).text
    assert "DTSTART;TZID=Europe/Paris:20261209T100000\r\n" in body
    assert "DTEND;TZID=Europe/Paris:20261209T110000\r\n" in body


def test_held_times_are_tentative_for_who_proposed_them_and_end_with_the_answer(client, them):
    visit, address = a_visit(them), address_of(them.awa)
    before = read(client, address)
    assert sorted(before) == sorted(names_of_times(visit))
    assert {event.status for event in before.values()} == {"TENTATIVE"}
    assert read(client, address_of(them.petit)) == {}
    acts.choose(visit, visit.times.first(), by=them.petit, now=timezone.now())
    after = read(client, address)
    assert after.pop(name_of(visit)).status == "CONFIRMED"
    assert sorted(after) == sorted(before)
    for name, event in after.items():
        assert event.status == "CANCELLED"
        assert sequence(event) > sequence(before[name])
        assert "Bottines" not in event.name


@pytest.mark.parametrize("way", ["none", "cancelled", "silence"])
def test_times_that_are_free_again_are_called_off(client, them, way):
    visit, address = a_visit(them), address_of(them.awa)
    if way == "none":
        acts.none_suits(visit, word="", by=them.petit)
    elif way == "cancelled":
        acts.cancel(visit, word="", by=them.awa)
    else:
        visit_clock.sweep(visit.ends_at + timedelta(minutes=1))
    found = read(client, address)
    assert sorted(found) == sorted(names_of_times(visit))
    assert {event.status for event in found.values()} == {"CANCELLED"}


def test_a_visit_that_is_moved_keeps_its_name_and_counts_up(client, them):
    visit, address = an_agreed_one(them), address_of(them.petit)
    before = read(client, address)[name_of(visit)]
    acts.move(visit, to=at(6, 15), by=them.awa, now=timezone.now())
    after = read(client, address)[name_of(visit)]
    assert after.begin.datetime == at(6, 15)
    assert sequence(after) > sequence(before)


def test_a_cancelled_visit_is_said_for_thirty_days(client, them):
    visit = an_agreed_one(them, times=[at(40), at(41), at(42)])
    addresses = [address_of(them.awa), address_of(them.petit)]
    acts.cancel(visit, word="", by=them.petit)
    for address in addresses:
        assert read(client, address)[name_of(visit)].status == "CANCELLED"
    with time_machine.travel(timezone.now() + 31 * A_DAY, tick=False):
        for address in addresses:
            assert read(client, address) == {}


@pytest.mark.parametrize("is_agreed", [True, False])
def test_when_a_colleague_goes_instead_it_leaves_one_calendar_and_enters_the_other(
    client, them, is_agreed
):
    luc = them.colleague
    visit = an_agreed_one(them) if is_agreed else a_visit(them)
    address = address_of(them.awa)
    stood = {name for name, event in read(client, address).items() if event.status != "CANCELLED"}
    acts.take(visit, by=luc, now=timezone.now())
    found = read(client, address)
    assert {found[name].status for name in stood} == {"CANCELLED"}
    assert stood <= set(read(client, address_of(luc)))
    acts.take(Visit.objects.get(), by=them.awa, now=timezone.now())
    back = read(client, address)
    assert "CANCELLED" not in {back[name].status for name in stood}
    for name in stood:
        assert sequence(back[name]) > sequence(found[name])


def test_who_has_left_reads_it_no_more(client, them):
    visit, other = an_agreed_one(them), a_visit(People(awa=them.awa), times=[at(8), at(9), at(10)])
    coming, staying = address_of(them.awa), address_of(them.petit)
    takeovers.leave_behind(them.awa, them.awa.organisations.get(), by=them.awa)
    them.awa.memberships.all().delete()
    gone = read(client, coming)
    assert {gone[name].status for name in (name_of(visit), *names_of_times(other))} == {"CANCELLED"}
    assert not VisitTime.objects.held_by(them.awa).exists()  # their hours are theirs again
    assert read(client, staying)[name_of(visit)].status == "CONFIRMED"
    them.petit.memberships.all().delete()
    assert read(client, staying) == {}


# --- the date that a letter leads to -----------------------------------------------------------
def test_the_date_of_the_letter_has_the_name_that_the_feed_has(client, them):
    visit = an_agreed_one(them)
    address = reverse("visit-date", args=[visit.pk])
    assert address in letters_to(them.awa, "visit_told").get().text
    client.force_login(them.petit)
    assert address in client.get(visit.get_absolute_url()).text
    (event,) = read(client, address).values()
    assert event.uid == name_of(visit)
    assert event.begin.datetime == visit.begins_at
    for stranger in (another_pole(), make_user()):
        client.force_login(stranger)
        assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302


def test_there_is_no_date_before_it_is_agreed_and_a_cancelled_one_says_so(client, them):
    visit = a_visit(them)
    address = reverse("visit-date", args=[visit.pk])
    client.force_login(them.petit)
    assert client.get(address).status_code == 404
    assert address not in client.get(visit.get_absolute_url()).text
    acts.choose(visit, visit.times.first(), by=them.petit, now=timezone.now())
    acts.cancel(visit, word="", by=them.petit)
    (event,) = read(client, address).values()
    assert event.status == "CANCELLED"


def test_words_that_would_break_the_file_stay_words(client, them):
    house = make_organisation(
        name="Coop; « A,B » END:VEVENT", administrator=make_user(), pole=them.house.pole
    )
    place = acts.Place("VIDEO", "https://visio.example/" + "é" * 200, 60, "a\r\nEND:VCALENDAR\r\n")
    visit = a_visit(them, subject=house, place=place)
    acts.choose(visit, visit.times.first(), by=them.awa, now=timezone.now())
    event = read(client, address_of(them.awa))[name_of(visit)]
    assert house.name in event.name
    assert event.location == place.where


def test_by_the_link_of_a_letter_the_date_is_read_without_an_account(client):
    desk = behalf_people.desk()
    need = behalf_people.a_sent_need(desk)
    visit = acts.invite(need, times=three(), place=THERE, by=desk.writer, now=timezone.now())
    page = links_in(letters_to(behalf_people.ADDRESS, "visit_offered").get())[0].split("?")[0]
    assert client.get(f"{page}date.ics").status_code == 404
    client.post(page, {"act": "choose", "time": visit.times.first().pk})
    assert f"{page}date.ics" in client.get(page).text
    (event,) = read(client, f"{page}date.ics").values()
    assert event.uid == name_of(visit)
    assert event.url.endswith(page)
    assert client.get(f"{page[:-3]}/date.ics").status_code == 404


@pytest.mark.parametrize(
    ("today", "day", "offset"),
    [
        ("2027-03-25 09:00:00+01:00", "20270330", 2),
        ("2027-10-28 09:00:00+02:00", "20271102", 1),
    ],
)
def test_after_a_change_of_the_clocks_ten_o_clock_is_ten_o_clock(client, them, today, day, offset):
    with time_machine.travel(today, tick=False):
        visit = an_agreed_one(them)
        address = address_of(them.petit)
        assert f"DTSTART;TZID=Europe/Paris:{day}T100000\r\n" in client.get(address).text
        event = read(client, address)[name_of(visit)]
    assert event.begin.utcoffset() == timedelta(hours=offset)
    assert event.begin.datetime == visit.begins_at
