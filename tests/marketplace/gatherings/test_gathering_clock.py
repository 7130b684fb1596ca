"""What the clock does: the day before, once over, the day after; and the dates that calendar programs read."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Organisation, User
from accounts.states import OrganisationStatus
from marketplace.actions.gatherings import attendances, gathering_clock, gatherings, presence
from marketplace.actions.refusals import NotYet
from marketplace.desk import calendar_feed
from marketplace.models import Time
from marketplace.rules import attendance_links
from marketplace.rules.gatherings import hours_of
from marketplace.states import AttendanceStatus, GatheringStatus
from tests.factories import make_coordinator, make_offer, make_organisation, make_pole, make_user
from tests.marketplace.gatherings.people import (
    again,
    be_over,
    host_of,
    letters,
    make_gathering,
    put_down,
    said_long_ago,
)

pytestmark = pytest.mark.django_db
MINUTES = timedelta(minutes=15)


def paris(*said) -> datetime:
    return timezone.make_aware(datetime(*said))


def ring_through(first: datetime, last: datetime) -> list[datetime]:
    """Each hour that passes, the one that the wall's clock shows twice among them. Returns when it rang."""
    first, rung = first.astimezone(UTC), []
    while first <= last:
        rung.append(first)
        gathering_clock.sweep(first)
        first += 4 * MINUTES
    return rung


def test_the_day_before_each_is_asked_once_and_says_so_with_one_click():
    gathering = make_gathering(days=1)
    seat, newcomer = put_down(gathering), None
    said_long_ago(gathering)
    newcomer = put_down(gathering)
    for _ in range(2):
        gathering_clock.sweep(timezone.now())
    (letter,) = letters("attendance_eve", seat.person)
    assert "viens" in letter.text
    assert "ma place est libre de nouveau" in letter.text  # nobody waits for it
    assert letters("attendance_eve", newcomer.person) == []  # a letter of today says it all
    attendances.still_comes(seat, by=seat.person, now=timezone.now())
    attendances.still_comes(seat, by=seat.person, now=timezone.now())
    assert again(seat).comes_at


def test_the_home_page_says_what_a_gathering_waits_for_and_to_nobody_else(client):
    trainer = make_user("Nora", "Cherif")
    gathering = make_gathering(seats=1, trainer=make_offer(trainer), title="Le tableur pas à pas")
    first, waits = put_down(gathering), put_down(gathering)
    attendances.give_up(first, by=first.person, now=timezone.now())
    words = (
        "Une place vous est gardée jusqu’",
        "vous demande si vous l’animerez",
        "dites qui est venu",
    )

    def read(person):
        client.force_login(person)
        page = client.get(reverse("home")).content.decode()
        return [said in page for said in words]

    assert read(waits.person) == [True, False, False]
    assert read(trainer) == [False, True, False]
    assert read(host_of(gathering)) == read(first.person) == [False, False, False]
    attendances.take(waits, by=waits.person, now=timezone.now())
    be_over(gathering)
    gathering_clock.sweep(timezone.now())
    assert read(host_of(gathering)) == [False, False, True]
    assert read(waits.person) == read(trainer) == [False, False, False]
    gathering.host.memberships.all().delete()
    assert read(gathering.created_by) == [False, False, False], "who has left is asked nothing"


def test_long_before_nobody_is_asked_whether_they_still_come(client):
    """An early yes would leave them unasked the day before."""
    far, soon = put_down(make_gathering(days=10)), put_down(make_gathering(days=1))
    for seat, asked in ((far, False), (soon, True)):
        page = client.get(attendance_links.link(seat)).content.decode()
        assert ("Venez-vous toujours" in page, "Oui, je viens" in page) == (asked, asked)
        assert "Je ne viens pas" in page


@pytest.mark.parametrize(("night", "hours"), [((2027, 3, 28), 61), ((2027, 10, 31), 63)])
def test_in_the_night_when_the_clock_changes_each_is_told_once(night, hours):
    """On the day itself, and on the eve of a gathering of the day after."""
    year, month, day = night
    gathering = make_gathering(starts_at=paris(year, month, day, 14), title="Le dimanche")
    monday = paris(year, month, day, 9) + timedelta(days=1)
    another = make_gathering(starts_at=monday, title="Le lundi")
    for one in (gathering, another):
        put_down(one)
        said_long_ago(one)
    rung = ring_through(paris(year, month, day, 0) - timedelta(days=1), monday + timedelta(hours=4))
    assert len(set(rung)) == hours, "each hour that passes, once"
    told = letters("attendance_eve")
    assert len(told) == len({letter.recipient_id for letter in told}) == 2
    assert again(gathering).status == again(another).status == GatheringStatus.TOOK_PLACE
    assert len(letters("gathering_over")) == 2


def test_an_evening_across_the_change_lasts_the_hours_that_pass():
    starts_at = paris(2027, 3, 27, 22)
    gathering = make_gathering(starts_at=starts_at, ends_at=paris(2027, 3, 28, 6))
    assert hours_of(gathering) == 7
    file = Calendar.from_ical(
        calendar_feed.of_gathering(gathering, make_user(), now=timezone.now(), url="/", link="")
    )
    (event,) = file.walk("VEVENT")
    assert event.end - event.start == timedelta(hours=8)  # by the wall's clock
    assert event["dtend"].dt.utcoffset() == timedelta(hours=2)


def test_once_over_it_took_place_and_who_waited_waits_no_more():
    gathering = make_gathering(seats=1)
    put_down(gathering)
    waits = put_down(gathering)
    gathering = be_over(gathering, days=0)
    gathering_clock.sweep(gathering.ends_at - timedelta(minutes=1))
    assert again(gathering).is_announced
    for _ in range(2):
        gathering_clock.sweep(gathering.ends_at + MINUTES)
    assert again(gathering).status == GatheringStatus.TOOK_PLACE
    assert again(waits).status == AttendanceStatus.CANCELLED
    assert len(letters("gathering_over", host_of(gathering))) == 1


def test_who_came_is_asked_the_day_after_whether_it_served_once():
    gathering = make_gathering()
    came, missed = put_down(gathering), put_down(gathering)
    gathering, now = be_over(gathering), timezone.now()
    gathering_clock.sweep(now)
    said = {came.pk: AttendanceStatus.CAME, missed.pk: AttendanceStatus.MISSED}
    presence.say(again(gathering), said, by=host_of(gathering), now=now)
    for _ in range(2):
        gathering_clock.sweep(now + MINUTES)
    assert len(letters("attendance_after")) == 1
    assert "utile" in letters("attendance_after", came.person)[0].text


def test_a_host_that_has_closed_calls_it_off_and_each_is_told_once():
    gathering = make_gathering()
    seat = put_down(gathering)
    Organisation.objects.filter(pk=gathering.host_id).update(status=OrganisationStatus.CLOSED)
    for _ in range(2):
        gathering_clock.sweep(timezone.now())
    assert again(gathering).is_cancelled
    assert len(letters("gathering_cancelled", seat.person)) == 1


# --- who leads it ----------------------------------------------------------------------------
def at_work(trainer: User):
    """Their offer on the working time of a company."""
    company = make_organisation(Organisation.Kind.COMPANY, legal_form="SAS", member=trainer)
    return make_offer(trainer, organisation=company, time=Time.WORK)


def closes_their_account(offer):
    User.objects.filter(pk=offer.person_id).update(is_active=False)


def leaves_the_company(offer):
    offer.organisation.memberships.filter(user=offer.person).delete()


def sees_it_suspended(offer):
    Organisation.objects.filter(pk=offer.organisation_id).update(
        status=OrganisationStatus.SUSPENDED
    )


@pytest.mark.parametrize("gone", [closes_their_account, leaves_the_company, sees_it_suspended])
def test_whoever_was_to_lead_it_and_is_gone_is_told_of_once_and_who_is_there_still_leads(gone):
    offer, other = at_work(make_user("Nora", "Cherif")), at_work(make_user())
    now = timezone.now()
    left, kept, at_home = (
        make_gathering(trainer=one, trainer_agreed_at=now, days=1)
        for one in (offer, other, make_offer(make_user()))
    )
    gone(offer)
    for _ in range(2):
        gathering_clock.sweep(now)
    assert again(left).trainer is None
    assert len(letters("gathering_trainer_said", host_of(left))) == 1
    assert again(kept).trainer == other
    assert again(at_home).trainer


def test_who_still_leads_costs_the_clock_no_question():
    now, asked = timezone.now(), []
    for _ in range(2):
        make_gathering(trainer=at_work(make_user()), trainer_agreed_at=now)
        with CaptureQueriesContext(connection) as questions:
            gathering_clock.sweep(now)
        asked.append(len(questions))
    assert asked[0] == asked[1]


def test_nobody_is_named_before_their_yes_and_they_may_step_back(client):
    trainer = make_user("Nora", "Cherif")
    gathering = make_gathering(trainer=make_offer(trainer))
    url, lead = (
        reverse(name, args=[gathering.pk]) for name in ("gathering-page", "gathering-lead")
    )
    client.force_login(make_user())
    assert "Cherif" not in client.get(url).content.decode()
    assert client.post(lead, {"answer": "YES"}).status_code == 403
    client.force_login(trainer)
    client.post(lead, {"answer": "YES"})
    client.force_login(make_user())
    assert "Cherif" in client.get(url).content.decode()
    client.logout()
    assert "Cherif" not in client.get(url).content.decode()
    client.force_login(trainer)
    client.post(lead, {"answer": "NO"})
    assert again(gathering).trainer is None
    assert len(letters("gathering_trainer_said", host_of(gathering))) == 2


def test_who_leads_it_finds_the_link_and_the_date_and_takes_no_seat(client):
    trainer = make_user("Nora", "Cherif")
    gathering = make_gathering(trainer=make_offer(trainer), link="https://visio.example.org/b")
    page, mine = gathering.get_absolute_url(), reverse("attendances")
    client.force_login(trainer)
    assert "visio.example.org" not in client.get(page).content.decode(), "asked alone"
    assert "votre réponse est attendue" in client.get(mine).content.decode()
    client.post(reverse("gathering-lead", args=[gathering.pk]), {"answer": "YES"})
    shown = client.get(page).content.decode()
    assert "visio.example.org" in shown
    assert "M’inscrire" not in shown
    assert "visio.example.org" in client.get(reverse("gathering-date", args=[gathering.pk])).text
    assert b"visio.example.org" in calendar_feed.written(trainer, now=timezone.now())
    assert gathering.title in client.get(mine).content.decode()
    with pytest.raises(NotYet):
        put_down(gathering, trainer)
    for other, reads in ((make_user(), False), (host_of(gathering), True)):
        client.force_login(other)
        assert ("visio.example.org" in client.get(page).content.decode()) is reads
        assert (gathering.title in client.get(mine).content.decode()) is False


def test_who_leaves_the_day_before_is_told_to_host_and_coordination_and_not_to_who_comes():
    trainer = make_user("Nora", "Cherif")
    gathering = make_gathering(
        days=1, trainer=make_offer(trainer), trainer_agreed_at=timezone.now()
    )
    coordinator, seat = make_coordinator(gathering.pole), put_down(gathering)
    User.objects.filter(pk=trainer.pk).update(is_active=False)
    for _ in range(2):
        gathering_clock.sweep(timezone.now())
    assert len(letters("gathering_trainer_said", host_of(gathering))) == 1
    (letter,) = letters("gathering_trainer_gone", coordinator)
    assert "Cherif" not in letter.text
    assert letters("gathering_changed", seat.person) == []
    gatherings.cancel(again(gathering), word="", by=host_of(gathering), now=timezone.now())
    assert len(letters("gathering_cancelled", seat.person)) == 1


# --- its date --------------------------------------------------------------------------------
def events_of(person) -> dict:
    written = Calendar.from_ical(calendar_feed.written(person, now=timezone.now()))
    return {str(one["uid"]): one for one in written.walk("VEVENT")}


def test_its_date_has_one_name_in_the_file_and_in_the_feed(client):
    gathering = make_gathering(link="https://visio.example.org/b")
    seat = put_down(gathering)
    client.force_login(seat.person)
    file = Calendar.from_ical(client.get(reverse("gathering-date", args=[gathering.pk])).content)
    (event,) = file.walk("VEVENT")
    assert file["method"] == "PUBLISH"
    assert "visio.example.org" in event["description"]
    assert events_of(seat.person)[str(event["uid"])]["summary"] == gathering.title
    gatherings.cancel(gathering, word="", by=host_of(gathering), now=timezone.now())
    file = Calendar.from_ical(client.get(reverse("gathering-date", args=[gathering.pk])).content)
    (gone,) = file.walk("VEVENT")
    assert (file["method"], gone["status"], gone["uid"]) == ("CANCEL", "CANCELLED", event["uid"])
    assert gone["sequence"] > event["sequence"]
    assert events_of(seat.person)[str(event["uid"])]["status"] == "CANCELLED"


def test_who_gives_their_seat_up_finds_it_called_off_and_back_again():
    gathering = make_gathering()
    seat = put_down(gathering)
    attendances.give_up(seat, by=seat.person, now=timezone.now())
    ((uid, gone),) = events_of(seat.person).items()
    assert gone["status"] == "CANCELLED"
    put_down(gathering, seat.person)
    back = events_of(seat.person)[uid]
    assert back["status"] == "CONFIRMED"
    assert back["sequence"] > gone["sequence"]


def test_the_coordination_of_the_pole_finds_it_and_another_doesnt(client):
    gathering = make_gathering()
    ours = make_coordinator(gathering.pole)
    assert [one["transp"] for one in events_of(ours).values()] == ["TRANSPARENT"]
    assert events_of(make_coordinator(make_pole("Pôle du Lac", ("74",)))) == {}
    client.force_login(ours)
    day = timezone.localdate(gathering.starts_at)
    page = client.get(f"{reverse('agenda')}?le={day}").content.decode()
    assert gathering.title in page
