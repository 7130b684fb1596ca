"""The figures of waiting lists: people, rounded, of one pôle and one period."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.market import proposals
from marketplace.figures import waiters
from marketplace.figures.comparison import Choice, Options
from marketplace.models import Need, Side, WaiterStep
from tests.factories import make_coordinator, make_offer, make_pole, make_user
from tests.marketplace.market.waiting_people import give_back, make_full, say_no, say_yes, wait

pytestmark = pytest.mark.django_db


def of(pole, first: date | None = None, **filters):
    first = first or timezone.localdate().replace(day=1)
    return waiters.of(Choice(pole, Options.of(pole), first, 1, filters=filters))


def six_who_wait(places=1):
    need, taken = make_full(places=places)
    return need, taken, [wait(need) for _ in range(6)]


def test_where_nobody_waits_nothing_is_said():
    need, _taken = make_full()
    assert of(need.pole) is None


def test_fewer_than_five_are_told_as_few():
    need, _taken = make_full()
    for _ in range(4):
        wait(need)
    assert of(need.pole).waiting == "moins de 5"


def test_five_and_more_are_rounded():
    need, _taken, rows = six_who_wait()
    found = of(need.pole)
    assert (found.waiting, found.kept, found.given) == (5, 0, 0)
    wait(need), wait(need)
    assert of(need.pole).waiting == 10
    assert len(rows) == 6


def test_one_person_on_five_lists_is_one_person():
    offer = make_offer(make_user(), capacity=20)
    for _ in range(5):
        need, (mission,) = make_full()
        wait(need, offer)
        give_back(mission)
    found = of(need.pole)
    assert (found.waiting, found.kept) == ("moins de 5", "moins de 5")


def test_who_waits_no_longer_isnt_counted():
    need, _taken, rows = six_who_wait()
    for one in rows:
        say_no(one)
    assert of(need.pole) is None


def test_who_was_asked_and_who_came_of_it():
    need, taken, rows = six_who_wait(places=6)
    for mission in taken:
        give_back(mission)
    asked = of(need.pole)
    assert (asked.waiting, asked.kept, asked.given) == (5, 5, 0)
    for one in rows[:5]:
        proposals.accept(say_yes(one), side=Side.NEED, by=need.created_by)
    say_no(rows[5])
    found = of(need.pole)
    assert (found.waiting, found.kept, found.given) == (0, 5, 5)


def test_a_period_counts_who_was_asked_in_it():
    need, taken, _rows = six_who_wait(places=6)
    for mission in taken:
        give_back(mission)
    WaiterStep.objects.update(at=timezone.now() - timedelta(days=400))
    assert of(need.pole).kept == 0
    long_ago = (timezone.localdate() - timedelta(days=400)).replace(day=1)
    assert of(need.pole, long_ago).kept == 5


def test_another_pole_reads_nothing_of_it():
    six_who_wait()
    assert of(make_pole("Ailleurs", ("62",))) is None


def test_a_filter_that_waiting_lists_dont_say_leaves_them_out():
    need, _taken, _rows = six_who_wait()
    assert of(need.pole, department="59") is None


def test_a_coordinator_reads_them_on_the_page_of_figures(client):
    need, _taken, _rows = six_who_wait()
    client.force_login(make_coordinator(need.pole))
    page = client.get(reverse("figures")).content.decode()
    assert "Listes d’attente" in page
    assert Need.objects.filter(pk=need.pk).exists()
