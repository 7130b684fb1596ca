"""The invented pôle, whatever the hour it is loaded at: its people work by day, and in order."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from marketplace.demo import clock
from marketplace.demo.files import read
from marketplace.forms.volume import SHAPES

pytestmark = pytest.mark.once


def moments():
    """Each quarter of an hour of two days, the night when clocks change among them."""
    first = timezone.make_aware(datetime(2026, 10, 24, 0, 7))
    return [first + timedelta(minutes=15 * number) for number in range(2 * 96)]


def test_every_need_is_one_that_its_structure_could_have_written():
    for need in read("needs")["needs"]:
        shape, days = SHAPES[need["format"]], need["days"] + 1
        assert shape.least <= need["hours"] <= min(shape.most, days * shape.a_day), need["title"]
        assert shape.days <= days, need["title"]


def test_what_happens_at_night_is_told_by_day():
    for moment in moments():
        told = timezone.localtime(clock.by_day(moment))
        assert 9 <= told.hour < 18
        assert told.date() == timezone.localtime(moment).date()


def test_what_came_later_still_comes_later():
    told = [clock.by_day(moment) for moment in moments()]
    assert told == sorted(told)


def test_a_conversation_begins_after_its_proposal():
    for moment in moments():
        asked = clock.by_day(moment)
        assert clock.by_day(asked + timedelta(hours=8)) > asked
