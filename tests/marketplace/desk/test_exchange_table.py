"""The file of the exchanges tells no hours of few people, nor what would give them by subtraction."""

import random
from collections import Counter
from decimal import Decimal

import pytest

from marketplace.figures import exchange_table
from marketplace.figures.exchanges import Exchanges

NOT_TOLD = "non communiqué"


def told_in_file(hours):
    """`hours`: {"door/follower": (hours, people)}."""
    kept = Exchanges()
    first = 1
    for name, (amount, people) in hours.items():
        kept.hours[name] = Decimal(amount)
        kept.givers[name] = set(range(first, first + people))
        first += people
    table = exchange_table.table(kept, {1: "Un", 2: "Deux", 3: "Trois"}, {1, 2, 3})
    return {row[0]: row[-1] for row in exchange_table.file_lines(table)}


@pytest.mark.once
def test_hours_of_five_people_are_told_rounded():
    told = told_in_file({"1/1": (101, 8), "2/2": (208, 9)})
    assert told == {"Un": 100, "Deux": 200, "Trois": 0}


@pytest.mark.once
def test_those_of_few_aren_t_nor_what_would_give_them_by_subtraction():
    told = told_in_file({"1/1": (100, 8), "2/2": (20, 2), "3/3": (300, 9)})
    assert told == {"Un": NOT_TOLD, "Deux": NOT_TOLD, "Trois": 300}


@pytest.mark.once
@pytest.mark.parametrize("rest", ["2/1", "1/2"])
def test_nor_when_the_file_of_the_figures_less_this_one_would(rest):
    """What came by one's door is nearly what one follows: the difference is of two people."""
    told = told_in_file({"1/1": (100, 8), rest: (20, 2), "2/2": (300, 9), "3/3": (300, 9)})
    assert told["Un"] == NOT_TOLD
    assert told["Trois"] == 300


@pytest.mark.once
@pytest.mark.parametrize("seed", range(30))
def test_whatever_happened_no_line_of_few_people_is_told(seed):
    chance = random.Random(seed)
    hours = {
        f"{door}/{who}": (chance.randrange(1, 400), chance.randrange(1, 9))
        for door in ("1", "2", "3", "")
        for who in ("1", "2", "3", "")
        if chance.random() < 0.5
    }
    told = told_in_file(hours)
    people = Counter()
    for name, (_amount, number) in hours.items():
        people[name.split("/")[0]] += number
    hidden = 0
    for name, door in (("Un", "1"), ("Deux", "2"), ("Trois", "3"), ("Aucun opérateur", "")):
        if told.get(name, 0) == NOT_TOLD:
            hidden += people[door]
        elif told.get(name, 0):
            assert people[door] >= 5
    assert hidden == 0 or hidden >= 5 or hidden == people.total()
