"""Who comes unannounced: asked by letter and named by their own yes alone, or counted without a name."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.gatherings import presence, unannounced
from marketplace.actions.refusals import NotYet
from marketplace.models import Attendance, Block
from marketplace.rules import attendance_links
from marketplace.states import AttendanceStatus
from tests.factories import make_coordinator, make_organisation, make_pole, make_user
from tests.marketplace.gatherings.people import (
    again,
    be_over,
    host_of,
    letters,
    make_gathering,
    put_down,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def over():
    return be_over(make_gathering())


@pytest.fixture
def bilal():
    person = make_user("Bilal", "Martin")
    make_organisation(name="Chez Bilal", member=person)
    return person


def url(gathering):
    return reverse("gathering-unannounced", args=[gathering.pk])


def ask(gathering, email):
    unannounced.ask(gathering, email, by=host_of(gathering), now=timezone.now())


def asked(gathering, person) -> Attendance:
    ask(gathering, person.email)
    return gathering.attendances.get(person=person)


def test_the_host_reads_the_same_whether_or_not_an_address_has_an_account(client, over, bilal):
    client.force_login(host_of(over))
    pages = []
    for email in (bilal.email, "personne@example.org"):
        page = client.post(url(over), {"email": email}, follow=True).content.decode()
        assert email in page
        pages.append(page.replace(email, "…").split("<main")[1])
    assert "Bilal" not in pages[0]
    assert len(pages[0]) == len(pages[1])
    assert len(letters("attendance_asked", bilal)) == 1
    assert "Bilal" not in client.get(over.get_absolute_url()).content.decode()


def test_by_their_own_yes_they_are_on_the_list_in_the_name_they_say(client, over, bilal):
    mine = asked(over, bilal)
    link = attendance_links.link(mine)
    assert "Étiez-vous" in client.get(link).content.decode() or "Y étiez-vous" in client.get(link).content.decode()  # fmt: skip
    assert again(mine).status == AttendanceStatus.ASKED, "opening it changes nothing"
    house = bilal.organisations.get()
    for _twice in range(2):
        client.post(link, {"act": "etais-la", "name": str(house.pk)})
    assert (again(mine).status, again(mine).organisation) == (AttendanceStatus.CAME, house)
    client.force_login(bilal)
    certificate = reverse("attendance-certificate", args=[mine.pk])
    assert client.get(certificate).status_code == 200


@pytest.mark.parametrize("name", ["", "999999", "moi; drop", "stranger's"])
def test_in_no_name_that_isn_t_theirs(client, over, bilal, name):
    mine = asked(over, bilal)
    other = make_organisation(name="Ailleurs", member=make_user())
    said = str(other.pk) if name == "stranger's" else name
    answer = client.post(attendance_links.link(mine), {"act": "etais-la", "name": said})
    assert answer.status_code == 409
    assert again(mine).status == AttendanceStatus.ASKED


def test_a_no_is_told_to_nobody_and_asked_once(client, over, bilal):
    mine = asked(over, bilal)
    client.force_login(bilal)
    client.post(reverse("attendance-act", args=[mine.pk]), {"act": "pas-la"})
    assert again(mine).status == AttendanceStatus.CANCELLED
    ask(over, bilal.email)
    assert again(mine).status == AttendanceStatus.CANCELLED
    assert len(letters("attendance_asked")) == 1
    client.force_login(host_of(over))
    assert "Bilal" not in client.get(over.get_absolute_url()).content.decode()


def test_who_waited_in_vain_and_came_is_asked_too():
    gathering = make_gathering(seats=1)
    put_down(gathering)
    waits = put_down(gathering, make_user("Chloé", "Roux"))
    be_over(gathering)
    ask(gathering, waits.person.email)
    assert again(waits).status == AttendanceStatus.ASKED


def test_who_has_a_seat_isn_t_asked(over):
    seat = Attendance.objects.create(
        gathering=over, person=make_user(), status=AttendanceStatus.CONFIRMED
    ).begin(by=None)
    ask(over, seat.person.email)
    assert again(seat).has_a_seat
    assert not letters("attendance_asked")


def test_who_keeps_the_host_away_isn_t_written_to(over, bilal):
    Block.objects.create(by=bilal, organisation=over.host)
    ask(over, bilal.email)
    assert not letters("attendance_asked")


@pytest.mark.parametrize("who", ["stranger", "coordinator", "other pôle", "left", "suspended"])
def test_nobody_else_says_it(client, over, bilal, who):
    person = {
        "stranger": make_user,
        "coordinator": lambda: make_coordinator(over.pole),
        "other pôle": lambda: make_coordinator(make_pole("Pôle du Lac", ("74",))),
    }.get(who, lambda: host_of(over))()
    if who == "left":
        over.host.memberships.all().delete()
    if who == "suspended":
        Organisation.objects.filter(pk=over.host_id).update(status=OrganisationStatus.SUSPENDED)
    client.force_login(person)
    for said in ({"email": bilal.email}, {"people": "2"}, {"away": "1"}):
        assert client.post(url(over), said).status_code in {403, 404}
    assert not letters("attendance_asked")
    assert not over.unannounced.exists()


@pytest.mark.parametrize("when", ["before", "two months after"])
def test_too_early_or_too_late_is_said(bilal, when):
    gathering = make_gathering()
    if when != "before":
        be_over(gathering, days=62)
    with pytest.raises(NotYet):
        ask(gathering, bilal.email)
    with pytest.raises(NotYet):
        unannounced.count(gathering, None, people=1, by=host_of(gathering), now=timezone.now())


def test_others_are_counted_once_a_structure_and_taken_away(client, over):
    house = make_organisation(name="ACEPP", member=make_user())
    client.force_login(host_of(over))
    for people in ("2", "3"):
        client.post(url(over), {"whose": "acepp", "people": people})
    client.post(url(over), {"whose": "", "people": "1"})
    said = set(over.unannounced.values_list("organisation", "people"))
    assert said == {(house.pk, 3), (None, 1)}
    page = client.get(over.get_absolute_url()).content.decode()
    assert "4 autres sans nom" in page
    row = over.unannounced.get(organisation=house)
    for _twice in range(2):
        client.post(url(over), {"away": str(row.pk)})
    assert over.unannounced.count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"people": "0"}, "people"),
        ({"people": "201"}, "people"),
        ({"people": "deux mille"}, "people"),
        ({"whose": "Nulle part", "people": "1"}, "whose"),
        ({"whose": "Maison", "people": "1"}, "whose"),
        ({"email": ""}, "email"),
        ({"email": "pas une adresse"}, "email"),
        ({"email": "a@" + "b" * 500}, "email"),
    ],
)
def test_what_can_t_be_is_said_beside_the_field(client, over, typed, field):
    for number in (1, 2):
        make_organisation(name=f"Maison {number}", member=make_user())
    client.force_login(host_of(over))
    answer = client.post(url(over), typed)
    which = "ask" if "email" in typed else "count"
    assert field in answer.context[which].errors
    assert not over.unannounced.exists()


def test_a_line_that_isn_t_theirs_stays(client, over):
    other = be_over(make_gathering(make_organisation(member=make_user())))
    row = unannounced.count(other, None, people=1, by=host_of(other), now=timezone.now())
    client.force_login(host_of(over))
    for number in (str(row.pk), "", "x", "9" * 40):
        client.post(url(over), {"away": number})
    assert other.unannounced.exists()


def test_not_more_are_asked_than_have_a_seat(over):
    for _ in range(20):
        ask(over, make_user().email)
    with pytest.raises(NotYet):
        ask(over, make_user().email)


@pytest.mark.parametrize("known", [True, False])
def test_a_refusal_doesn_t_tell_how_many_addresses_have_an_account(client, over, known):
    client.force_login(host_of(over))
    for number in range(20):
        email = make_user().email if known else f"personne{number}@example.org"
        assert "assez d’adresses" not in client.post(url(over), {"email": email}, follow=True).text
    answer = client.post(url(over), {"email": "encore@example.org"}, follow=True)
    assert "assez d’adresses" in answer.text


def test_a_host_writes_to_so_many_a_day_whatever_it_hosts(client, over, bilal, monkeypatch):
    monkeypatch.setattr("marketplace.views.gatherings.unannounced.A_DAY", 3)
    other = be_over(make_gathering(over.host))
    client.force_login(host_of(over))
    for number in range(3):
        client.post(url(over), {"email": f"personne{number}@example.org"})
    answer = client.post(url(other), {"email": bilal.email}, follow=True)
    assert "continuez demain" in answer.text
    assert not letters("attendance_asked")


def test_who_said_that_they_came_may_say_whether_it_served(over, bilal):
    mine, now = asked(over, bilal), timezone.now()
    unannounced.answer(mine, None, came=True, by=bilal, now=now)
    assert not presence.say(over, {mine.pk: "CAME"}, by=host_of(over), now=now)
    with pytest.raises(NotYet):
        unannounced.answer(mine, None, came=False, by=bilal, now=now + timedelta(days=1))
