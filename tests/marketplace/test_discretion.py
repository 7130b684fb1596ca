"""What leaves the coordinators' pages tells nothing of one person."""

from decimal import Decimal

import pytest

from marketplace.figures import discretion
from marketplace.figures.counts import Counts, total

pytestmark = pytest.mark.once


def given(people: int, hours: str, *, regime: str = "LOAN", first: int = 1) -> Counts:
    """So many people who gave so many hours each, and as many euros."""
    everyone = set(range(first, first + people))
    counts = Counts(people=set(everyone), givers={regime: everyone}, valued={regime: set(everyone)})
    counts.hours[regime] = counts.value[regime] = people * Decimal(hours)
    return counts


def test_one_file_taken_from_another_does_not_give_the_hours_of_one_person():
    """The whole pôle less one territory is somebody alone: 17.5 hours, 1,217.50 euros."""
    territory = given(6, "20.25")
    alone = given(1, "17.5", first=50)
    alone.value["LOAN"] = Decimal("1217.50")
    whole = total([territory, alone])
    assert discretion.people(whole) - discretion.people(territory) == 0
    assert discretion.hours(whole) - discretion.hours(territory) == 20
    assert discretion.value(whole) - discretion.value(territory) == 1_200


@pytest.mark.parametrize("people", [0, 1, 4, 5, 7, 8, 112])
def test_what_leaves_is_a_multiple_of_its_step_or_no_number(people):
    counts = given(people, "7.25")
    for said, step in (
        (discretion.people(counts), 5),
        (discretion.hours(counts), 10),
        (discretion.value(counts, "LOAN"), 100),
    ):
        assert (said % step == 0) if isinstance(said, int) else 0 < people < 5


def test_hours_are_told_by_the_number_of_those_who_gave_them_not_of_those_who_came():
    counts = given(1, "30")
    counts.people |= set(range(100, 130))
    assert discretion.hours(counts) == "moins de 5 personnes"
    assert discretion.value(counts) == "moins de 5 personnes"
    assert discretion.people(counts) == 30
