"""What leaves the coordinators' pages tells nothing of one person."""

import random
from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from marketplace.figures import discretion, table
from marketplace.figures.comparison import Choice, Options, broken_down, read
from marketplace.figures.counts import Counts, total
from marketplace.figures.discretion import Given
from marketplace.models import MonthFigures, Reckoning
from marketplace.models.desk.figures import slice_of
from tests.factories import make_pole

HOURS, VALUE = 13, 14  # columns of the file
TOO_FEW = "non communiqué"


def given(people: int, hours: str, *, regime: str = "LOAN", first: int = 1) -> Counts:
    """So many people who gave so many hours each, and as many euros."""
    everyone = set(range(first, first + people))
    counts = Counts(people=set(everyone), givers={regime: everyone}, valued={regime: set(everyone)})
    counts.hours[regime] = counts.value[regime] = people * Decimal(hours)
    return counts


def hours_of(counts: Counts) -> int | str:
    return discretion.told(Given.of(counts, "hours"), "hours")


@pytest.mark.once
def test_a_file_of_today_less_that_of_yesterday_does_not_give_the_hours_of_one_person():
    """Between the two, one of seven people gave 17.5 hours, or none: the files don't differ by that."""
    yesterday = given(6, "20.25")
    for hours in ("0.5", "17.5", "35"):
        today = total([yesterday, given(1, hours, first=50)])
        assert hours_of(today) - hours_of(yesterday) in {0, 50}
        assert discretion.people(len(today.everyone)) == 5


@pytest.mark.once
@pytest.mark.parametrize("people", [0, 1, 4, 5, 7, 8, 112])
def test_what_leaves_is_a_multiple_of_its_step_or_no_number(people):
    counts = given(people, "7.25")
    value = discretion.told(Given.of(counts, "value", "LOAN"), "value")
    for said, step in ((discretion.people(people), 5), (hours_of(counts), 20), (value, 100)):
        assert (said % step == 0) if isinstance(said, int) else 0 < people < 5


@pytest.mark.once
def test_hours_are_told_by_the_number_of_those_who_gave_them_not_of_those_who_came():
    counts = given(1, "30")
    counts.people |= set(range(100, 130))
    assert hours_of(counts) == TOO_FEW
    assert discretion.people(len(counts.everyone)) == 30


@pytest.mark.once
@pytest.mark.parametrize("seed", range(40))
def test_parts_and_their_whole_leave_nobody_alone(seed):
    """Whatever the parts: what isn't told is nothing, or was given by five people or more."""
    chance = random.Random(seed)
    parts = [
        Given(
            Decimal(chance.randint(1, 90)),
            frozenset(chance.sample(range(40), chance.randint(1, 9))),
        )
        for _part in range(chance.randint(1, 6))
    ]
    whole = Given(sum(part.amount for part in parts), frozenset().union(*(p.by for p in parts)))
    hidden = discretion.untold(parts, whole)
    assert {at for at, part in enumerate(parts) if len(part.by) < 5} <= hidden
    behind = frozenset().union(*(parts[at].by for at in hidden))
    assert not hidden or len(behind) >= 5 or len(hidden) == len(parts)


@pytest.fixture
def pole():
    """Seven gave in the Nord; in the Pas-de-Calais six for the first family and one for the second."""
    pole = make_pole(departments=("59", "62"))
    nord, pas = given(7, "10"), given(6, "12", first=20)
    alone = given(1, "33", first=60)
    slices = {
        "": [nord, pas, alone],
        slice_of(department="59"): [nord],
        slice_of(department="62"): [pas, alone],
        slice_of(family=1): [nord, pas],
        slice_of(family=2): [alone],
        slice_of(department="59", family=1): [nord],
        slice_of(department="62", family=1): [pas],
        slice_of(department="62", family=2): [alone],
    }
    nothing: dict[str, list[str]] = {"hours": [], "value": []}
    Reckoning.objects.create(pole=pole, kept_back={"2026": nothing})
    for name, parts in slices.items():
        MonthFigures.objects.create(
            pole=pole, slice=name, month=date(2026, 5, 1), counts=total(parts).as_json()
        )
    return pole


def test_no_two_files_less_each_other_leave_one_person_alone(db, pole):
    """Every file a coordinator can draw: where the one alone is left out, the rest isn't told either."""
    options = Options({"59": "Nord", "62": "Pas-de-Calais"}, {}, {"1": "Sites", "2": "Comptes"})
    told: dict[tuple, set] = {}
    for department, family, by in product(
        ("", "59", "62"), ("", "1", "2"), ("month", "department", "family")
    ):
        filters = {"department": department, "family": family}
        choice = Choice(
            pole, options, date(2026, 5, 1), 3, by, {k: v for k, v in filters.items() if v}
        )
        comparison = read(choice)
        for row, line in zip(broken_down(comparison), table.lines(comparison), strict=True):
            people = frozenset(Given.of(row.counts, "hours").by)
            told.setdefault(people, set()).update({line[HOURS], line[VALUE]} - {0})
    known = [people for people, said in told.items() if any(isinstance(one, int) for one in said)]
    for larger, smaller in product(known, known):
        assert not 0 < len(larger - smaller) < 5 or not smaller < larger
    assert frozenset(range(1, 8)) in known, "the Nord, which leaves seven others, is told"
