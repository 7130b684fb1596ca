"""Two structures and one moment, two answers at once: one is first, and the other reads a sentence."""

import pytest
from django.utils import timezone

from accounts.models import ForbiddenMove
from marketplace.actions.desk import visits as acts
from marketplace.actions.refusals import NotYet
from marketplace.models import Visit, VisitTime
from tests.at_once import HalfWay, together
from tests.marketplace.desk.visiting import People, a_visit, at, letters_to, three

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def half_of_the_first(monkeypatch):
    """The first invitation stops once it knows that its times are free, before it holds them."""
    hold, half = acts._hold, HalfWay()

    def slow(*args, **kwargs):
        half.stop()
        return hold(*args, **kwargs)

    monkeypatch.setattr(acts, "_hold", slow)
    return half


@pytest.mark.parametrize("minute", [0, 30], ids=["the same beginning", "half an hour later"])
def test_one_moment_is_held_for_one_of_two_structures(monkeypatch, minute):
    first = People()
    other, refused = People(awa=first.awa), []
    half = half_of_the_first(monkeypatch)

    def second():
        try:
            a_visit(other, times=[at(2, 10, minute), at(7), at(8)])
        except NotYet as refusal:
            refused.append(str(refusal))

    together(lambda: a_visit(first, times=three()), lambda: half.then(second))
    assert len(refused) == 1
    assert [visit.organisation for visit in Visit.objects.all()] == [first.house]
    assert VisitTime.objects.filter(is_held=True).count() == 3


def test_two_of_a_structure_who_choose_at_once_make_one_visit():
    them = People()
    visit, refused = a_visit(them), []

    def choose(time):
        try:
            acts.choose(visit, time, by=them.petit, now=timezone.now())
        except ForbiddenMove as refusal:
            refused.append(str(refusal))

    first, second, _third = visit.times.all()
    together(lambda: choose(first), lambda: choose(second))
    assert len(refused) == 1
    assert visit.times.filter(is_held=True).count() == 1
    assert letters_to(them.awa, "visit_told").count() == 1
