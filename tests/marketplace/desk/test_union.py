"""The words of the desk are kept for an hour and a territory; what is asked in them is each reader's and each moment's own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from marketplace.desk.union import in_words, put_together, union
from marketplace.models import Promises
from tests.factories import make_coordinator
from tests.marketplace.desk.desk_people import make_colleague, scope_of

MORNING = datetime(2026, 10, 26, 7, 30, 12, 345, tzinfo=UTC)  # the day after a change of time


def asked_by(person, *, hours=0, minutes=0, **filters):
    now = MORNING + timedelta(hours=hours, minutes=minutes)
    return replace(scope_of(person, **filters), now=now)


@pytest.mark.parametrize("filters", [{}, {"age": "5"}, {"department": "59"}])
def test_each_reader_asks_at_each_hour_what_would_be_put_together_for_them(filters):
    coordinator = make_coordinator()
    colleague = make_colleague(coordinator)
    for person, hours in ((coordinator, 0), (colleague, 0), (coordinator, 15.9), (colleague, 30)):
        scope = asked_by(person, hours=hours, **filters)
        kept, asked = union(scope)
        words, values = put_together(scope)
        assert kept == words
        assert asked == values
        with translation.override("en"):
            assert union(scope) == (words, values)


def test_a_promise_that_changes_is_kept_at_once():
    coordinator = make_coordinator()
    before = union(asked_by(coordinator))
    (pole,) = scope_of(coordinator).poles
    Promises.objects.create(pole_id=pole, read_within=9)
    scope = asked_by(coordinator)
    assert union(scope) == put_together(scope) != before


def test_the_words_are_put_together_once():
    coordinator = make_coordinator()
    union(asked_by(coordinator))
    made = in_words.cache_info().misses
    union(asked_by(make_colleague(coordinator), minutes=20))
    assert in_words.cache_info().misses == made
