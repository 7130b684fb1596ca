"""The way back from an act on many rows, its journal, and the worker that carries it on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.actions.desk import bulk
from marketplace.actions.refusals import NotYet
from marketplace.models import BulkAct, JournalEntry, JournalKind
from notifications.models import Notification
from tests.marketplace.desk.bulk_acts import Act, do, fresh, preview, start, undo
from tests.marketplace.desk.desk_people import submitted

LATER = timedelta(minutes=11)
SOON = timedelta(minutes=9)


@pytest.fixture
def two(karim):
    """Two needs to be read: one that nobody follows, one that Karim follows."""
    return submitted(), submitted(coordinator=karim)


def test_after_ten_minutes_it_is_too_late(nadia, two):
    made = do(nadia, Act.TAKE, "besoins", two)
    with pytest.raises(NotYet):
        bulk.undo(made, now=timezone.now() + LATER)
    assert fresh(two[0]).coordinator == nadia


def test_once_a_letter_is_in_a_workers_hands_it_is_too_late(nadia, karim, two):
    made = do(nadia, Act.TAKE, "besoins", two)
    assert Notification.objects.claim(timezone.now() + LATER, 10)
    with pytest.raises(NotYet):
        bulk.undo(made, now=timezone.now() + SOON)


def test_the_second_click_on_undo_says_that_it_is_done(nadia, two):
    made = undo(do(nadia, Act.TAKE, "besoins", two))
    with pytest.raises(NotYet):
        bulk.undo(made, now=timezone.now())


def test_the_journal_of_the_pole_holds_the_act_and_its_undoing(nadia, pole, two):
    undo(do(nadia, Act.TAKE, "besoins", two))
    found = JournalEntry.objects.filter(told=False).filter(pole=pole, by=nadia).order_by("pk")
    assert [(one.kind, one.rows) for one in found] == [
        (JournalKind.BULK, 2),
        (JournalKind.BULK_UNDONE, 2),
    ]


def test_a_worker_that_stopped_half_way_is_followed_by_another(nadia, two):
    made = start(nadia, Act.TAKE, "besoins", two)
    BulkAct.objects.update(seen_at=timezone.now() - timedelta(hours=1))
    assert bulk.sweep(timezone.now()) == [made.pk]
    bulk.carry_on(made)
    assert bulk.sweep(timezone.now()) == []
    assert bulk.sweep(timezone.now() + timedelta(days=31)) == []
    assert not BulkAct.objects.exists()


def test_many_rows_are_left_to_a_worker_and_cost_no_more_to_preview(
    nadia, monkeypatch, django_assert_max_num_queries
):
    rows = [submitted() for _n in range(6)]
    with django_assert_max_num_queries(12):
        few = preview(nadia, Act.TAKE, "besoins", rows[:2])
        assert (len(few.to_do), few.reasons) == (2, [])
    with django_assert_max_num_queries(12):
        many = preview(nadia, Act.TAKE, "besoins", rows)
        assert (len(many.to_do), many.reasons) == (6, [])
    monkeypatch.setattr(bulk, "TURN", 4)
    rung = []
    monkeypatch.setattr(bulk, "_ring", rung.append)
    made = start(nadia, Act.TAKE, "besoins", rows)
    bulk.carry_on(made)
    assert (fresh(made).state, len(rung)) == (BulkAct.State.RUNNING, 1)
    bulk.carry_on(fresh(made))
    assert fresh(made).done == 6
