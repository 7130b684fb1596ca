"""Once answers are closed, who runs a round hears of each who no longer comes, and who comes instead."""

from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.translation import override

from marketplace.actions.market import people, round_teams, rounds
from marketplace.models import Offer
from marketplace.rules.round_words import team_in_a_sentence
from tests.factories import make_mission
from tests.marketplace.market.round_people import closed_house, letters, open_house
from tests.marketplace.market.test_round_teams import look

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
    assert "Personne ne prend la place" in letter.text


def test_they_are_told_who_comes_instead():
    house = open_house(people=2, places=1)
    for person in house.people:
        house.say(person)
    house.close()
    give_up(house, house.people[0])
    (letter,) = letters("round_given_up")
    assert str(house.people[1]) in letter.text
    assert "Personne ne prend la place" not in letter.text


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


def _looks(house, team):
    sentence = team_in_a_sentence(team.people.count(), house.round.days)
    return look(house, team, about=f"{sentence} Avec nos gants.")


def test_the_offer_of_a_team_follows_those_who_come():
    house = closed_house(people=4)
    first, second = house.form(2)
    offer = _looks(house, first)
    twice = {"second_title": "A team", "second_text": "1 day for a team of 2 people."}
    Offer.objects.filter(pk=offer.pk).update(second_language="en", **twice)
    assert (offer.hours, "une équipe de 2 personnes" in offer.about) == (14, True)
    rounds.withdraw(house.round, by=first.people.first().person, now=timezone.now())
    offer.refresh_from_db()
    assert offer.hours == 7
    assert offer.about == "1 jour pour une équipe d’une personne. Avec nos gants."
    assert offer.is_second_behind, "nobody has changed the number in English"
    round_teams.move(second.people.all(), first, now=timezone.now())
    offer.refresh_from_db()
    assert (offer.hours, "une équipe de 3 personnes" in offer.about) == (21, True)


def test_whose_seat_is_taken_by_the_next_changes_nothing():
    house = closed_house(people=3, places=2)
    (team,) = house.form(2)
    offer = _looks(house, team)
    rounds.withdraw(house.round, by=team.people.first().person, now=timezone.now())
    offer.refresh_from_db()
    assert offer.hours == 14


def test_hours_that_somebody_has_written_and_what_was_agreed_stay():
    house = closed_house(people=6)
    first, second, _third = house.form(2)
    written, agreed = _looks(house, first), look(house, second, about="Une autre équipe.")
    Offer.objects.filter(pk=written.pk).update(hours=9)
    make_mission(offer=agreed)
    for team, hours in ((first, 9), (second, 14)):
        rounds.withdraw(house.round, by=team.people.first().person, now=timezone.now())
        assert Offer.objects.get(round_team=team).hours == hours


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "1,5 jour pour une équipe"), ("en", "1.5 days for a team")],
)
def test_a_day_and_a_half_is_one_in_french_and_several_in_english(language, said):
    with override(language):
        assert team_in_a_sentence(3, Decimal("1.50")).startswith(said)
