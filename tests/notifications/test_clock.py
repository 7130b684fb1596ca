"""Quiet hours and the hour of the summaries, also on the nights when the clock changes."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.schedule import after_quiet, next_summary

PARIS = ZoneInfo("Europe/Paris")
EVENING, MORNING = time(20), time(8)


def paris(*when):
    return datetime(*when, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("written", "leaves"),
    [
        (paris(2026, 11, 24, 19, 59), paris(2026, 11, 24, 19, 59)),
        (paris(2026, 11, 24, 20, 0), paris(2026, 11, 25, 8, 0)),
        (paris(2026, 11, 25, 2, 0), paris(2026, 11, 25, 8, 0)),
        (paris(2026, 11, 25, 8, 0), paris(2026, 11, 25, 8, 0)),
        (paris(2028, 2, 28, 23, 0), paris(2028, 2, 29, 8, 0)),
        (paris(2026, 3, 28, 23, 0), paris(2026, 3, 29, 8, 0)),
        (paris(2026, 10, 24, 23, 0), paris(2026, 10, 25, 8, 0)),
    ],
)
def test_a_letter_written_at_night_leaves_in_the_morning(written, leaves):
    assert after_quiet(written, EVENING, MORNING) == leaves


def test_quiet_at_lunch():
    assert after_quiet(paris(2026, 6, 1, 12, 30), time(12), time(14)) == paris(2026, 6, 1, 14)
    assert after_quiet(paris(2026, 6, 1, 15), time(12), time(14)) == paris(2026, 6, 1, 15)


def test_no_quiet_is_no_wait():
    now = paris(2026, 6, 1, 3)
    assert after_quiet(now, None, None) == now
    assert after_quiet(now, MORNING, MORNING) == now


def test_quiet_that_ends_in_the_hour_that_does_not_exist():
    """29 March 2026, 02:30 isn't on any clock: it leaves when it would have been that time."""
    leaves = after_quiet(paris(2026, 3, 29, 1, 0), time(22), time(2, 30))
    assert leaves == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_quiet_that_ends_in_the_hour_that_exists_twice():
    leaves = after_quiet(paris(2026, 10, 25, 1, 0), time(22), time(2, 30))
    assert leaves == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "weekly", "expected"),
    [
        (paris(2026, 11, 24, 6, 0), False, paris(2026, 11, 24, 7, 5)),
        (paris(2026, 11, 24, 7, 5), False, paris(2026, 11, 25, 7, 5)),
        (paris(2026, 11, 24, 6, 0), True, paris(2026, 11, 30, 7, 5)),
        (paris(2026, 11, 30, 7, 4), True, paris(2026, 11, 30, 7, 5)),
        (paris(2026, 11, 30, 7, 6), True, paris(2026, 12, 7, 7, 5)),
        (paris(2026, 10, 25, 2, 30), False, paris(2026, 10, 25, 7, 5)),
        (paris(2028, 2, 28, 12, 0), False, paris(2028, 2, 29, 7, 5)),
    ],
)
def test_the_next_summary(now, weekly, expected):
    assert next_summary(now, 5, weekly=weekly) == expected


moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))


@given(moments, st.times(), st.times())
def test_nobody_waits_more_than_a_day_and_never_leaves_before_it_is_written(moment, begins, ends):
    leaves = after_quiet(moment, begins, ends)
    assert 0 <= (leaves - moment).total_seconds() <= 25 * 3600


@given(moments, st.integers(0, 10_000), st.booleans())
def test_a_summary_comes_within_its_day_or_week(moment, reader, weekly):
    wait = (next_summary(moment, reader, weekly=weekly) - moment).total_seconds()
    assert 0 < wait <= (7 * 24 + 2 if weekly else 26) * 3600
