"""Many people answer a round at the same moment, some of them withdraw: nobody is lost, and no place is given twice."""

import contextlib
from collections import Counter
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.market import people, rounds
from marketplace.actions.refusals import NotYet
from notifications.models import Notification
from tests.at_once import together
from tests.factories import make_user
from tests.marketplace.market.round_people import open_house

# SQLite has one writer at a time: the next one waits.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def quietly(act):
    with contextlib.suppress(NotYet):
        act()


def test_twenty_people_answer_at_once_for_five_places():
    house = open_house(people=20, places=5)
    together(*(partial(house.say, person) for person in house.people))
    assert Counter(house.answers().values()) == {"COMES": 5, "WAITS": 15}
    coming = house.round.answers.coming()
    last = max(coming.values_list("answered_at", flat=True))
    waiting = list(house.round.answers.waiting().values_list("answered_at", flat=True))
    assert waiting == sorted(waiting)
    assert last <= waiting[0], "nobody waits who was there before somebody who comes"


def test_some_withdraw_while_others_answer_and_every_place_is_taken():
    house = open_house(people=16, places=5)
    early, late = house.people[:8], house.people[8:]
    for person in early:
        house.say(person)
    gone = early[:4]
    together(
        *(partial(house.say, person) for person in late),
        *(partial(quietly, partial(house.say, one, comes=False, seen="COMES")) for one in gone),
    )
    counted = Counter(house.answers().values())
    assert counted == {"COMES": 5, "WAITS": 7, "WITHDRAWN": 4}
    given = Notification.objects.filter(kind="round_place_given")
    assert given.count() == 4
    assert {one.recipient for one in given}.isdisjoint(gone)


def test_a_double_click_is_one_answer():
    house = open_house(people=1)
    (person,) = house.people
    together(*(partial(house.say, person) for _click in range(6)))
    assert house.answers() == {person: "COMES"}


def test_people_leave_the_house_and_the_site_while_others_answer():
    house = open_house(people=12, places=3)
    leavers, others = house.people[:4], house.people[4:]
    for person in leavers:
        house.say(person)
    first, second, third, fourth = leavers

    def leave(person):
        people.leave(Membership.objects.get(user=person), now=timezone.now())

    together(
        partial(leave, first),
        partial(leave, second),
        partial(people.close_account, third, now=timezone.now()),
        partial(people.close_account, fourth, now=timezone.now()),
        *(partial(house.say, person) for person in others),
        lambda: rounds.carry_on(timezone.now()),
    )
    found = house.answers()
    assert {found[person] for person in leavers} == {"WITHDRAWN"}
    assert Counter(found[person] for person in others) == {"COMES": 3, "WAITS": 5}


def test_a_round_is_closed_while_people_answer():
    house = open_house(people=8, places=8)
    stranger = make_user()
    together(
        partial(rounds.close, house.round, by=house.claire),
        *(partial(quietly, partial(house.say, person)) for person in [*house.people, stranger]),
    )
    assert stranger not in house.answers()
    assert set(house.answers().values()) <= {"COMES"}
    assert house.fresh().status == "CLOSED"
