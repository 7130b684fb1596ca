"""“Still true?” waits on the home page of whoever may answer, until they have or it is paused."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from marketplace.actions.market import freshness
from marketplace.models import Need, Offer
from notifications.models import Notification
from tests.factories import make_need, make_offer, make_organisation, make_user
from tests.marketplace.home_lines import lines_of

MONDAY = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Europe/Paris"))
LATER = MONDAY.date() + timedelta(days=300)
ASKED = "Est-ce toujours d’actualité\N{NO-BREAK SPACE}? Sans réponse, la mise en pause suit."


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def awake(clock, days):
    clock.move_to(MONDAY + timedelta(days=days))
    freshness.ask_still_true(timezone.now())


def asked_at_home(person):
    return [line for line in lines_of(person, person.memberships.all()) if line.kind == "fresh"]


@pytest.mark.parametrize("what", ["need", "offer", "need without dates"])
def test_it_waits_from_the_letter_to_the_answer(client, clock, what):
    made, other = (
        make_offer(make_user(), ends_on=LATER)
        if what == "offer"
        else make_need(member=make_user(), ends_on=LATER, is_undated="without" in what)
        for _number in range(2)
    )
    if "without" in what:
        Need.objects.update(starts_on=MONDAY.date(), ends_on=MONDAY.date() + timedelta(days=73))
        Need.objects.update(is_listed=False)
    person, elsewhere = (
        row.person if what == "offer" else row.organisation.members.get() for row in (made, other)
    )
    awake(clock, 59)
    assert not asked_at_home(person)
    client.force_login(person)
    awake(clock, 60)
    (line,) = asked_at_home(person)
    assert (line.what, line.is_theirs, str(line.why)) == (made.title, False, ASKED)
    page = client.get("/").text
    assert "Rien ne vous attend" not in page
    assert line.url in page.replace("&#x3A;", ":")
    client.post(line.url, {"answer": "yes"})
    assert not asked_at_home(person)
    assert "Rien ne vous attend" in client.get("/").text
    assert asked_at_home(elsewhere), "nobody has answered there"


def test_once_it_is_paused_nothing_is_asked_any_more(clock):
    need = make_need(member=make_user(), ends_on=LATER)
    awake(clock, 60)
    awake(clock, 75)
    assert not asked_at_home(need.organisation.members.get())


def test_a_stranger_and_whoever_has_left_are_not_asked(clock):
    need = make_need(member=make_user(), ends_on=LATER)
    person = need.organisation.members.get()
    awake(clock, 60)
    assert not asked_at_home(make_user())
    assert asked_at_home(person)
    person.memberships.all().delete()
    assert not asked_at_home(person)


def test_of_a_colleague_s_offer_on_working_time_only_who_may_answer_is_asked(clock):
    boss = make_user("Claire", "Hermant")
    company = make_organisation("COMPANY", administrator=boss)
    offer = make_offer(make_user(), organisation=company, ends_on=LATER)
    Offer.objects.filter(pk=offer.pk).update(created_by=offer.person)
    awake(clock, 60)
    asked = {person for person in (boss, offer.person) if asked_at_home(person)}
    assert asked == {offer.person}


def test_of_a_team_its_writer_and_the_administrators_are_asked_as_by_the_letter(clock):
    boss, writer, other = (make_user(name) for name in ("Claire", "Wanda", "Olaf"))
    company = make_organisation("COMPANY", administrator=boss)
    for person in (writer, other):
        company.memberships.create(user=person, role="MEMBER")
    team = make_offer(make_user(), organisation=company, ends_on=LATER)
    Offer.objects.filter(pk=team.pk).update(person=None, created_by=writer)
    awake(clock, 60)
    told = {letter.recipient for letter in Notification.objects.filter(kind="still_true")}
    asked = {person for person in (boss, writer, other) if asked_at_home(person)}
    assert asked == told == {boss, writer}


def test_ten_that_are_asked_about_cost_as_many_questions_as_one(clock):
    few, many = make_user(), make_user()
    for person, number in ((few, 1), (many, 10)):
        for _number in range(number):
            make_offer(person, ends_on=LATER)
    awake(clock, 60)
    asked_at_home(few)  # what is put together once
    with CaptureQueriesContext(connection) as of_one:
        assert len(asked_at_home(few)) == 1
    with CaptureQueriesContext(connection) as of_ten:
        assert len(asked_at_home(many)) == 10
    assert len(of_ten) == len(of_one)
