"""The dates of gatherings as another program reads them: by the second parser, which didn't write them."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from ics import Calendar

from marketplace.actions.gatherings import attendances, gatherings
from marketplace.rules import attendance_links, calendar_names
from tests.factories import make_commune, make_offer, make_user
from tests.marketplace.desk.test_calendars import address_of, read, sequence
from tests.marketplace.gatherings.people import at, host_of, make_gathering, put_down
from tests.marketplace.gatherings.test_gatherings import typed

pytestmark = [
    pytest.mark.django_db,
    # The parser's own, where a date has an hour.
    pytest.mark.filterwarnings("ignore:'maxsplit' is passed as positional:DeprecationWarning"),
]
TITLE = "Tableur ; les bases, « pas à pas » " + "é" * 60


def in_file(client, url):
    """The method of the file and its only event."""
    answer = client.get(url)
    assert answer.status_code == 200
    calendar = Calendar(answer.content.decode())
    (event,) = calendar.events
    return calendar.method, event


def date_file(gathering) -> str:
    return reverse("gathering-date", args=[gathering.pk])


def called_off(gathering) -> None:
    gatherings.cancel(gathering, word="", by=host_of(gathering), now=timezone.now())


@pytest.fixture
def gathering():
    commune = make_commune("62498", "Lens")
    return make_gathering(
        title=TITLE,
        commune=commune,
        address="3, rue des Postes",
        link="https://visio.example.org/b",
    )


def test_its_file_says_what_when_and_where(client, gathering):
    seat = put_down(gathering)
    client.force_login(seat.person)
    method, event = in_file(client, date_file(gathering))
    assert method == "PUBLISH"
    assert event.uid == calendar_names.uid(calendar_names.of_gathering(gathering.pk))
    assert event.name == TITLE
    assert (event.begin, event.end) == (gathering.starts_at, gathering.ends_at)
    assert event.location == gathering.where
    assert "https://visio.example.org/b" in event.description
    assert event.url.endswith(gathering.get_absolute_url())
    assert (event.status, event.transparent) == ("CONFIRMED", False)


@pytest.mark.parametrize(
    ("evening", "hours"), [(datetime(2027, 3, 27, 22), 7), (datetime(2027, 10, 30, 22), 9)]
)
def test_a_night_on_which_the_hour_changes_lasts_the_hours_that_pass(client, evening, hours):
    """An hour less in March, one more in October; the wall’s clock says eight."""
    starts_at, ends_at = (
        timezone.make_aware(one) for one in (evening, evening + timedelta(hours=8))
    )
    gathering = make_gathering(starts_at=starts_at, ends_at=ends_at)
    client.force_login(put_down(gathering).person)
    _method, event = in_file(client, date_file(gathering))
    begin, end = event.begin.to("utc").datetime, event.end.to("utc").datetime
    assert (begin, end - begin) == (starts_at, timedelta(hours=hours))


def test_called_off_the_file_and_the_feed_take_it_out_by_the_same_name(client, gathering):
    seat = put_down(gathering)
    client.force_login(seat.person)
    feed = address_of(seat.person)
    _method, event = in_file(client, date_file(gathering))
    assert read(client, feed)[event.uid].status == "CONFIRMED"
    called_off(gathering)
    method, gone = in_file(client, date_file(gathering))
    assert (method, gone.status, gone.uid) == ("CANCEL", "CANCELLED", event.uid)
    assert sequence(gone) > sequence(event)
    in_feed = read(client, feed)[event.uid]
    assert (in_feed.status, sequence(in_feed)) == ("CANCELLED", sequence(gone))
    assert gone.transparent


def test_moved_it_keeps_its_name_and_counts_up(client, gathering):
    feed = address_of(put_down(gathering).person)
    (before,) = read(client, feed).values()
    client.force_login(host_of(gathering))
    days = {"starts_at": f"{at(12):%Y-%m-%dT%H:%M}", "ends_at": f"{at(12, 17):%Y-%m-%dT%H:%M}"}
    client.post(reverse("gathering-edit", args=[gathering.pk]), typed(title=TITLE, **days))
    (after,) = read(client, feed).values()
    assert (after.uid, after.begin, after.end) == (before.uid, at(12), at(12, 17))
    assert sequence(after) > sequence(before)


def test_a_seat_that_is_given_up_is_called_off_and_taken_again_stands(client, gathering):
    seat = put_down(gathering)
    feed = address_of(seat.person)
    (first,) = read(client, feed).values()
    attendances.give_up(seat, by=seat.person, now=timezone.now())
    (gone,) = read(client, feed).values()
    put_down(gathering, seat.person)
    (back,) = read(client, feed).values()
    assert {first.uid, gone.uid, back.uid} == {first.uid}
    assert [one.status for one in (first, gone, back)] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert sequence(first) < sequence(gone) < sequence(back)


def test_the_file_of_the_letter_is_the_one_of_the_page(client, gathering):
    seat = put_down(gathering)
    by_link = f"{attendance_links.link(seat)}date.ics"
    method, event = in_file(client, by_link)
    client.force_login(seat.person)
    _method, on_page = in_file(client, date_file(gathering))
    assert (method, event.uid, sequence(event)) == ("PUBLISH", on_page.uid, sequence(on_page))


def test_who_leads_it_finds_it_in_their_feed(client, gathering):
    offer = make_offer(make_user("Nora", "Cherif"), trains_up_to=12)
    type(gathering).objects.filter(pk=gathering.pk).update(
        trainer=offer, trainer_agreed_at=timezone.now()
    )
    (event,) = read(client, address_of(offer.person)).values()
    assert (event.begin, event.transparent) == (gathering.starts_at, False)
