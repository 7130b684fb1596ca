"""Reports that stand beside each other: none gives by subtraction what another keeps back."""

import random
from decimal import Decimal
from itertools import combinations

import pytest

from marketplace.figures.neighbours import Cells, Gift, given

WHOLE = ""


def cells_of(gifts, **dimensions):
    """Each gift with, for each dimension, the scope that it is of ("" for none)."""
    kept = {
        name: {
            f"{name}={scope}": {place for place, mine in enumerate(scopes) if mine == scope}
            for scope in set(scopes) - {""}
        }
        for name, scopes in dimensions.items()
    }
    return Cells(gifts, {"whole": {WHOLE: set(range(len(gifts)))}} | kept)


def hours(*people, house=None):
    return [Gift(Decimal(4), person, house) for person in people]


def test_the_amount_of_four_is_not_told_and_that_of_five_is():
    assert cells_of(hours(1, 2, 3, 4)).untold() == {WHOLE}
    assert cells_of(hours(1, 2, 3, 4, 5)).untold() == set()


def test_the_amount_of_two_employers_is_not_told_and_that_of_three_is():
    two = hours(1, 2, 3, house=1) + hours(4, 5, 6, house=2)
    assert cells_of(two).untold() == {WHOLE}
    assert cells_of([*two, *hours(7, house=3)]).untold() == set()


def test_five_on_their_own_time_hide_what_one_employer_lent():
    lent = hours(1, 2, house=1)
    assert cells_of(lent + hours(11, 12, 13, 14)).untold() == {WHOLE}
    assert cells_of(lent + hours(11, 12, 13, 14, 15)).untold() == set()


def test_an_operator_is_kept_back_where_the_whole_less_it_would_be_of_few():
    gifts = hours(*range(20))
    first = ["a"] * 17 + ["b"] * 3
    assert cells_of(gifts, operator=first).untold() == {"operator=a", "operator=b"}
    halves = ["a"] * 10 + ["b"] * 10
    assert cells_of(gifts, operator=halves).untold() == set()


def test_what_no_operator_follows_counts_as_a_rest():
    gifts = hours(*range(20))
    assert cells_of(gifts, operator=["a"] * 17 + [""] * 3).untold() == {"operator=a"}


def test_of_two_dimensions_the_smaller_of_two_nearly_alike_is_kept_back():
    gifts = hours(*range(40))
    operators = ["a"] * 20 + ["b"] * 20
    departments = ["59"] * 18 + ["62"] * 22
    told = cells_of(gifts, operator=operators, department=departments).untold()
    assert "department=59" in told, "the operator less the département is of two people"
    assert WHOLE not in told


def test_one_department_that_is_the_whole_is_told_with_it():
    assert cells_of(hours(*range(6)), department=["59"] * 6).untold() == set()


def test_a_legal_frame_of_few_people_is_not_the_whole_less_the_others():
    gifts = hours(*range(16))
    frames = ["LOAN"] * 8 + ["VOLUNTEERING"] * 6 + ["PUBLIC_AGENT"] * 2
    told = cells_of(gifts, regime=frames).untold()
    assert told == {"regime=PUBLIC_AGENT", "regime=VOLUNTEERING"}, (
        "the smallest of the others keeps it company"
    )


def _differences(cells, hidden):
    """Every amount that one could find out by taking told ones of one dimension away from another told one that holds them."""
    everything = {scope: cell for some in cells.dimensions.values() for scope, cell in some.items()}
    for scope, cell in everything.items():
        if scope in hidden:
            continue
        for parts in cells.dimensions.values():
            inside = [
                part for name, part in parts.items()
                if name not in hidden and name != scope and part <= cell
            ]  # fmt: skip
            for many in range(1, len(inside) + 1):
                for chosen in combinations(inside, many):
                    yield cell.difference(*chosen)


@pytest.mark.parametrize("seed", range(30))
def test_no_subtraction_between_reports_tells_of_few(seed):
    chance = random.Random(seed)
    gifts = [
        Gift(Decimal(chance.randrange(1, 40)), chance.randrange(25), chance.choice([None, None, 1, 2, 3, 4]))
        for _ in range(chance.randrange(5, 60))
    ]  # fmt: skip
    dimensions = {
        "operator": [chance.choice("aaab ").strip() for _ in gifts],
        "department": [chance.choice(("59", "59", "59", "62", "80")) for _ in gifts],
        "regime": [chance.choice(("LOAN", "LOAN", "VOLUNTEERING")) for _ in gifts],
        "programme": ["" if gift.house is None else f"p{gift.house}" for gift in gifts],
    }
    cells = cells_of(gifts, **dimensions)
    hidden = cells.untold()
    for rest in _differences(cells, hidden):
        assert not given(gifts[place] for place in rest).is_of_few
