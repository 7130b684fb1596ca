"""Seats at a gathering: taken, waited for, kept for a day, given up, by those who may today."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.states import OrganisationStatus
from accounts.tokens import mailbox
from marketplace.actions.gatherings import attendances, gathering_clock, gatherings
from marketplace.actions.refusals import NotYet
from marketplace.desk import own_gatherings
from marketplace.models import Attendance, Block
from marketplace.rules import attendance_links
from marketplace.states import AttendanceStatus, GatheringStatus
from tests.factories import make_authority, make_coordinator, make_organisation, make_user
from tests.marketplace.gatherings.people import (
    again,
    full,
    host_of,
    letters,
    make_gathering,
    put_down,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def attend(client, gathering, name="moi"):
    return client.post(reverse("gathering-attend", args=[gathering.pk]), {"name": name})


def act(client, attendance, which):
    return client.post(reverse("attendance-act", args=[attendance.pk]), {"act": which})


def test_somebody_comes_for_their_structure_and_a_letter_says_so(client):
    gathering, person = make_gathering(), make_user()
    house = make_organisation(name="ACEPP", member=person)
    client.force_login(person)
    for _ in range(2):
        attend(client, gathering, str(house.pk))
    mine = Attendance.objects.get()
    assert (mine.status, mine.organisation) == (AttendanceStatus.CONFIRMED, house)
    (letter,) = letters("attendance_told", person)
    assert "ACEPP" in letter.text
    assert "date.ics" in letter.text
    here = re.escape(f"Voir sur Trait d’union\u00a0: {settings.SITE_URL}/inscription/")
    (token,) = re.findall(rf"{here}(\S+)/\n", letter.text)
    assert attendance_links.read(token) == (mine, mailbox(person.email)), "no file is a page"
    assert "Dites-le sur la page ci-dessous" in letter.text
    assert "aura la place" not in letter.text


def test_nobody_comes_in_the_name_of_a_house_that_isnt_theirs(client):
    gathering, house = make_gathering(), make_organisation(member=make_user())
    client.force_login(make_user())
    answer = attend(client, gathering, str(house.pk))
    assert answer.context["form"].errors["name"]
    assert not Attendance.objects.exists()


def test_without_an_account_one_is_led_to_the_login(client):
    assert attend(client, make_gathering()).status_code == 302
    assert not Attendance.objects.exists()


def test_a_structure_takes_no_more_than_its_seats():
    gathering = make_gathering(seats_each=2)
    house = make_organisation(member=make_user())
    for _ in range(2):
        one = make_user()
        house.memberships.create(user=one)
        put_down(gathering, one, house)
    third = house.members.first()
    with pytest.raises(NotYet):
        put_down(gathering, third, house)
    assert put_down(gathering, third).has_a_seat  # in their own name


def test_the_next_waits_and_a_freed_seat_is_kept_for_the_first_for_a_day():
    gathering = make_gathering(seats=2)
    first, _second = full(gathering)
    waiters = [put_down(gathering) for _ in range(2)]
    assert [one.status for one in waiters] == [AttendanceStatus.WAITING] * 2
    now = timezone.now()
    attendances.give_up(first, by=first.person, now=now)
    next_one, last = map(again, waiters)
    assert next_one.is_offered
    assert last.waits
    assert next_one.offered_until == now + DAY
    (letter,) = letters("attendance_offered", next_one.person)
    assert "prendre" in letter.text
    attendances.take(next_one, by=next_one.person, now=now + timedelta(hours=23))
    attendances.take(next_one, by=next_one.person, now=now + timedelta(hours=23))
    assert again(next_one).has_a_seat
    assert again(last).waits


def test_a_seat_that_nobody_answers_for_goes_to_the_next_and_each_is_told():
    gathering = make_gathering(seats=1)
    (holder,) = full(gathering)
    waiters = [put_down(gathering) for _ in range(2)]
    now = timezone.now()
    attendances.give_up(holder, by=holder.person, now=now)
    for _ in range(2):  # found again, and done once
        gathering_clock.sweep(now + DAY + timedelta(minutes=5))
    first, second = map(again, waiters)
    assert first.status == AttendanceStatus.CANCELLED
    assert second.is_offered
    assert "nobody answered" in first.steps.last().said or "personne" in first.steps.last().said
    assert len(letters("attendance_offered")) == 2
    with pytest.raises(NotYet):
        attendances.take(first, by=first.person, now=now + 2 * DAY)


def test_late_by_a_minute_is_too_late_though_the_clock_hasnt_come_by():
    gathering = make_gathering(seats=1)
    (holder,) = full(gathering)
    waits = put_down(gathering)
    now = timezone.now()
    attendances.give_up(holder, by=holder.person, now=now)
    with pytest.raises(NotYet):
        attendances.take(waits, by=waits.person, now=now + DAY + timedelta(minutes=1))


def test_a_seat_is_kept_no_longer_than_until_it_begins():
    gathering = make_gathering(seats=1, starts_at=timezone.now() + timedelta(hours=3))
    (holder,) = full(gathering)
    waits = put_down(gathering)
    attendances.give_up(holder, by=holder.person, now=timezone.now())
    assert again(waits).offered_until == gathering.starts_at


def test_nobody_overtakes_those_who_wait():
    gathering = make_gathering(seats=1)
    (holder,) = full(gathering)
    first = put_down(gathering)
    attendances.give_up(holder, by=holder.person, now=timezone.now())
    attendances.give_up(again(first), by=first.person, now=timezone.now())
    late = put_down(gathering)
    assert late.has_a_seat  # nobody waits any more
    back = put_down(gathering, holder.person)
    assert back.waits


def test_whoever_has_left_their_house_gives_their_seat_up_and_is_told():
    gathering = make_gathering(seats=1)
    person = make_user()
    house = make_organisation(member=person)
    seat = put_down(gathering, person, house)
    waits = put_down(gathering)
    house.memberships.all().delete()
    gathering_clock.sweep(timezone.now())
    assert again(seat).status == AttendanceStatus.CANCELLED
    assert again(waits).is_offered
    assert len(letters("attendance_told", person)) == 2


@pytest.mark.parametrize("way", ["suspended house", "closed account"])
def test_a_seat_is_kept_for_nobody_who_may_not_act(way):
    gathering = make_gathering(seats=1)
    (holder,) = full(gathering)
    person = make_user()
    house = make_organisation(member=person)
    gone, stays = put_down(gathering, person, house), put_down(gathering)
    if way == "suspended house":
        Organisation.objects.filter(pk=house.pk).update(status=OrganisationStatus.SUSPENDED)
    else:
        User.objects.filter(pk=person.pk).update(is_active=False)
    attendances.give_up(holder, by=holder.person, now=timezone.now())
    assert again(gone).status == AttendanceStatus.CANCELLED
    assert again(stays).is_offered


def test_the_audience_is_asked_today():
    gathering = make_gathering(audience="AUTHORITIES")
    agent = make_user()
    town = make_authority(member=agent)
    assert put_down(gathering, agent, town).has_a_seat
    with pytest.raises(NotYet):
        put_down(gathering)
    other = make_user()
    with pytest.raises(NotYet):
        put_down(gathering, other, make_organisation(member=other))


def test_too_late_cancelled_or_of_a_suspended_host_takes_no_names():
    begun = make_gathering(starts_at=timezone.now() - timedelta(minutes=1))
    cancelled = make_gathering(status=GatheringStatus.CANCELLED)
    draft = make_gathering(status=GatheringStatus.DRAFT)
    suspended = make_gathering()
    Organisation.objects.filter(pk=suspended.host_id).update(status=OrganisationStatus.SUSPENDED)
    for gathering in (begun, cancelled, draft, again(suspended)):
        with pytest.raises(NotYet):
            put_down(gathering)


def test_one_touches_nobody_elses_seat(client):
    seat = put_down(make_gathering())
    client.force_login(make_user())
    assert act(client, seat, "laisser").status_code == 404
    client.force_login(seat.person)
    assert act(client, seat, "nonsense").status_code == 403
    act(client, seat, "laisser")
    act(client, seat, "laisser")
    assert again(seat).status == AttendanceStatus.CANCELLED


def test_the_page_says_ones_turn_and_the_place_that_one_would_take(client):
    gathering = make_gathering(seats=1)
    full(gathering)
    first = put_down(gathering)
    client.force_login(first.person)
    page = client.get(reverse("gathering-page", args=[gathering.pk])).content.decode()
    assert "numéro 1" in page
    client.force_login(make_user())
    page = client.get(reverse("gathering-page", args=[gathering.pk])).content.decode()
    assert "Prendre la place n° 2" in page.replace("\u00a0", " ")


def test_the_host_reads_who_comes_and_nobody_else(client):
    gathering = make_gathering()
    person = make_user("Karim", "Belkacem")
    put_down(gathering, person)
    url = reverse("gathering-page", args=[gathering.pk])
    client.force_login(gathering.host.members.get())
    assert "Belkacem" in client.get(url).content.decode()
    client.force_login(make_user())
    assert "Belkacem" not in client.get(url).content.decode()


def test_the_link_of_a_letter_opens_for_its_reader_and_acts_by_its_button(client):
    gathering = make_gathering(seats=1)
    (holder,) = full(gathering)
    waits = put_down(gathering)
    attendances.give_up(holder, by=holder.person, now=timezone.now())
    url = attendance_links.link(again(waits))
    assert "Prendre" in client.get(url).content.decode()
    assert again(waits).is_offered  # opening it changes nothing
    assert client.post(url, {"act": "prendre"}).status_code == 302
    assert again(waits).has_a_seat
    assert client.get(f"{url}date.ics").content.startswith(b"BEGIN:VCALENDAR")
    assert client.get(url.replace("/inscription/", "/inscription/x")).status_code == 404
    client.force_login(make_user())
    assert client.get(url).status_code == 410
    client.logout()
    User.objects.filter(pk=waits.person_id).update(email="autre@example.org")
    assert client.get(url).status_code == 410


@pytest.mark.parametrize("who", ["host", "person", "house"])
def test_nobody_comes_to_a_host_from_whom_they_are_kept_apart(who):
    gathering, person = make_gathering(seats=1), make_user()
    house = make_organisation(member=person)
    first, waits = put_down(gathering), put_down(gathering, person, house)
    ends = {
        "host": {"for_organisation": gathering.host, "person": person},
        "person": {"by": person, "organisation": gathering.host},
        "house": {"for_organisation": house, "organisation": gathering.host},
    }
    Block.objects.create(**({"by": host_of(gathering)} | ends[who]))
    attendances.give_up(first, by=first.person, now=timezone.now())
    assert again(waits).status == AttendanceStatus.CANCELLED, "no seat is kept that can't be taken"
    with pytest.raises(NotYet, match="mise en relation"):
        put_down(gathering, person, house)
    if who == "house":
        assert put_down(gathering, person).has_a_seat, "their own time is their own"


def test_what_was_called_off_says_so_to_who_was_to_come_and_why(client):
    seat = put_down(make_gathering())
    gathering, link = seat.gathering, attendance_links.link(seat)
    gatherings.cancel(
        gathering, word="La salle est fermée.", by=host_of(gathering), now=timezone.now()
    )
    by_link = client.get(link).content.decode()
    client.force_login(seat.person)
    own_list = client.get(reverse("attendances")).content.decode()
    page = client.get(gathering.get_absolute_url()).content.decode()
    for shown in (by_link, own_list, page):
        assert "Ne vient pas" not in shown, "they are not who called it off"
        assert "Annulée" in shown
    assert all("La salle est fermée." in shown for shown in (by_link, page))
    client.force_login(make_coordinator(gathering.pole))
    assert "La salle est" not in client.get(gathering.get_absolute_url()).content.decode()


def test_ones_own_list_holds_what_is_to_come_first_and_is_ones_own(client):
    seat = put_down(make_gathering())
    client.force_login(seat.person)
    assert "Tableur" in client.get(reverse("attendances")).content.decode()
    client.force_login(make_user())
    assert "Tableur" not in client.get(reverse("attendances")).content.decode()


def test_a_seat_waits_for_an_answer_since_it_is_kept_and_not_since_one_is_on_the_list():
    gathering, now = make_gathering(seats=1), timezone.now()
    seat = attendances.put_down(gathering, None, by=make_user(), now=now)
    second = make_user()
    attendances.put_down(gathering, None, by=second, now=now)
    Attendance.objects.filter(person=second).update(asked_at=now - timedelta(days=3))
    attendances.give_up(seat, by=seat.person, now=now)
    (line,) = own_gatherings.waiting(second, [own_gatherings.SEAT], timezone.now())
    assert line.since >= now


def test_ones_own_seat_is_said_to_oneself_and_not_as_of_somebody_else(client):
    gathering = make_gathering(seats=1)
    first, second = make_user(), make_user()
    seat = attendances.put_down(gathering, None, by=first, now=timezone.now())
    attendances.put_down(gathering, None, by=second, now=timezone.now())
    attendances.give_up(seat, by=first, now=timezone.now())
    client.force_login(second)
    page = client.get(reverse("attendances")).text
    assert "Une place vous est gardée" in page
    assert "lui est gardée" not in page
    client.force_login(first)
    page = client.get(reverse("attendances")).text
    assert "Passées, ou sans vous" in page, "its day is still to come"
    assert "Vous ne venez pas" in page
