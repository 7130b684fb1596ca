"""The words of the desk are kept for an hour and a territory; what is asked in them is each reader's and each moment's own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from marketplace.desk.kinds import BY_CODE
from marketplace.desk.union import in_words, put_together, there, union
from marketplace.models import Promises
from tests.factories import make_coordinator, make_organisation
from tests.marketplace.desk.desk_people import make_colleague, scope_of
from tests.marketplace.desk.waiting import WAITING

MORNING = datetime(2026, 10, 26, 7, 30, 12, 345, tzinfo=UTC)  # the day after a change of time


def asked_by(person, *, hours=0, minutes=0, **filters):
    now = MORNING + timedelta(hours=hours, minutes=minutes)
    return replace(scope_of(person, **filters), now=now)


@pytest.mark.parametrize("filters", [{}, {"age": "5"}, {"department": "59"}])
def test_each_reader_asks_at_each_hour_what_would_be_put_together_for_them(filters):
    coordinator = make_coordinator()
    colleague, sided = make_colleague(coordinator), make_colleague(coordinator)
    make_organisation(member=sided)
    people = (coordinator, 0), (colleague, 0), (sided, 0), (coordinator, 15.9), (colleague, 30)
    for person, hours in people:
        scope = asked_by(person, hours=hours, **filters)
        kept, asked = union(scope)
        told = replace(scope, on_no_side=person is not sided)
        words, values = put_together(told, there(scope))
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
    told = replace(scope, on_no_side=True)
    assert union(scope) == put_together(told, there(scope)) != before


def test_the_words_are_put_together_once():
    coordinator = make_coordinator()
    union(asked_by(coordinator))
    made = in_words.cache_info().misses
    union(asked_by(make_colleague(coordinator), minutes=20))
    assert in_words.cache_info().misses == made


def test_who_comes_to_be_on_a_side_has_the_long_words_at_once():
    coordinator = make_coordinator()
    short = union(asked_by(coordinator))
    make_organisation(member=coordinator)
    long = union(asked_by(coordinator))
    scope = asked_by(coordinator)
    assert long == put_together(scope, there(scope))
    assert len(long[0]) > 2 * len(short[0])


def test_a_kind_that_is_seldom_there_is_asked_for_as_soon_as_there_may_be_one():
    coordinator = make_coordinator()
    seldom = [code for code, kind in BY_CODE.items() if kind.among]
    assert not {*seldom} & {*there(asked_by(coordinator))}
    assert "marketplace_joining" not in union(asked_by(coordinator))[0]
    WAITING["joining"]()
    assert "marketplace_joining" in union(asked_by(coordinator))[0]


@pytest.mark.parametrize("code", [code for code, kind in BY_CODE.items() if kind.among])
def test_what_waits_is_among_what_is_looked_for_first(code):
    coordinator = make_coordinator()
    WAITING[code]()
    kind, scope = BY_CODE[code], scope_of(coordinator)
    assert kind.among is not None
    assert kind.rows(scope).exists()
    assert not kind.rows(scope).exclude(pk__in=kind.among(scope).values("pk")).exists()
