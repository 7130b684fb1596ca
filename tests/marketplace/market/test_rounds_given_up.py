"""Once answers are closed, who runs a round hears of each who no longer comes, and who comes instead."""

import pytest
from django.utils import timezone

from marketplace.actions.market import people, rounds
from tests.marketplace.market.round_people import closed_house, letters, open_house

pytestmark = pytest.mark.django_db


def give_up(house, person):
    rounds.withdraw(house.round, by=person, now=timezone.now())


def test_they_are_told_who_left_which_team_and_that_nobody_waits():
    house = closed_house(people=4)
    house.form(size=2)
    house.tell()
    give_up(house, house.people[0])
    (letter,) = letters("round_given_up")
    assert letter.recipient == house.claire
    assert str(house.people[0]) in letter.text
    assert "dans l’équipe 1" in letter.text
    assert "Personne n’attend" in letter.text


def test_they_are_told_who_comes_instead():
    house = open_house(people=2, places=1)
    for person in house.people:
        house.say(person)
    house.close()
    give_up(house, house.people[0])
    (letter,) = letters("round_given_up")
    assert str(house.people[1]) in letter.text
    assert "Personne n’attend" not in letter.text


def test_whoever_leaves_the_house_is_told_of_too_and_twice_is_once():
    house = closed_house(people=2)
    membership = house.company.memberships.get(user=house.people[0])
    people.leave(membership, now=timezone.now())
    give_up(house, house.people[0])
    assert letters("round_given_up").count() == 1


def test_while_people_answer_nobody_is_written_to():
    house = open_house(people=1)
    house.say(house.people[0])
    house.say(house.people[0], comes=False, seen="COMES")
    assert not letters("round_given_up").exists()
