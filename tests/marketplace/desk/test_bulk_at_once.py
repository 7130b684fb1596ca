"""Two coordinators act on the same rows at once; one takes back while the letters leave."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.actions.desk import bulk
from marketplace.actions.refusals import NotYet
from marketplace.models import BulkAct, BulkLine, HandOver, Need
from notifications import delivery
from notifications.models import Notification, Status
from tests.at_once import together
from tests.factories import make_coordinator
from tests.marketplace.desk.bulk_acts import Act, do, letters, start
from tests.marketplace.desk.desk_people import make_colleague, submitted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
ROUNDS = 5


@pytest.fixture
def people():
    nadia = make_coordinator(first_name="Nadia")
    return nadia, *(make_colleague(nadia, first_name=name) for name in ("Karim", "Sonia"))


def test_of_two_who_take_the_same_rows_each_row_has_one_and_no_other_is_held_up(people):
    nadia, karim, sonia = people
    for _round in range(ROUNDS):
        rows = [submitted(coordinator=sonia) for _n in range(6)]
        mine, theirs = (start(one, Act.TAKE, "besoins", rows) for one in (nadia, karim))
        together(lambda a=mine: bulk.carry_on(a), lambda b=theirs: bulk.carry_on(b))
        done = BulkLine.objects.filter(act__in=[mine, theirs], state=BulkLine.State.DONE)
        assert done.count() == len(rows)
        for line in done.select_related("act"):
            assert Need.objects.get(pk=line.number).coordinator_id == line.act.by_id
        assert HandOver.objects.filter(need__in=rows).count() == len(rows)
        told = Notification.objects.filter(bundle__in=[mine.pk, theirs.pk], recipient=sonia)
        assert told.count() == len(set(done.values_list("act", flat=True)))


def test_two_workers_of_one_act_do_each_row_once(people):
    nadia, _karim, sonia = people
    for _round in range(ROUNDS):
        rows = [submitted(coordinator=sonia) for _n in range(6)]
        made = start(nadia, Act.TAKE, "besoins", rows)
        again = BulkAct.objects.get(pk=made.pk)
        together(lambda a=made: bulk.carry_on(a), lambda b=again: bulk.carry_on(b))
        assert HandOver.objects.filter(need__in=rows).count() == len(rows)
        assert BulkAct.objects.get(pk=made.pk).done == len(rows)
        assert letters(made).count() == 1


def test_of_two_clicks_on_undo_one_is_told_so(people):
    nadia, _karim, _sonia = people
    for _round in range(ROUNDS):
        made = do(nadia, Act.TAKE, "besoins", [submitted()])
        refused = []

        def click(made=made, refused=refused):
            try:
                bulk.carry_on(bulk.undo(made, now=timezone.now()))
            except NotYet as refusal:
                refused.append(refusal)

        together(click, click)
        assert len(refused) == 1
        assert BulkAct.objects.get(pk=made.pk).is_undone


def test_while_the_letters_leave_it_is_taken_back_whole_or_not_at_all(people):
    """At the very end of the ten minutes: either all is as before and nobody was told, or it stands and they were, once."""
    nadia, karim, sonia = people
    seen = set()
    for number in range(4 * ROUNDS):
        rows = [submitted(coordinator=one) for one in (karim, sonia, karim)]
        made = do(nadia, Act.TAKE, "besoins", rows)
        at_the_end = made.undo_until - timedelta(microseconds=1)

        def take_back(made=made, at=at_the_end):
            try:
                bulk.carry_on(bulk.undo(made, now=at))
            except NotYet:
                return

        def sweep(at=made.undo_until + timedelta(seconds=1)):
            delivery.deliver_due(clock=lambda: at)

        together(*((take_back, sweep) if number % 2 else (sweep, take_back)))
        gone = letters(made).filter(status=Status.SENT).count()
        mine = Need.objects.filter(pk__in=[row.pk for row in rows], coordinator=nadia).count()
        assert (gone, mine) in {(0, 0), (2, 3)}
        seen.add(gone)
    assert seen
