"""Of a few conversations that are named, those of somebody's own are told without reading all that they have."""

import pytest
from django.db import connection
from django.utils import timezone

from marketplace.actions.talk import messages
from marketplace.finding.asked import Asked
from marketplace.finding.found import find
from marketplace.models import Thread, ThreadRead
from marketplace.models.market.needs import Need
from marketplace.models.talk.conversations import ThreadQuerySet
from tests.factories import make_coordinator, make_need, make_organisation, make_pole, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def pole():
    return make_pole()


@pytest.fixture
def aline():
    return make_user("Aline", "Moreau")


@pytest.fixture
def house(pole, aline):
    return make_organisation(member=aline, pole=pole)


def threads(house, count):
    need = make_need(house)
    rows = [
        Thread(need=need, asker=make_user(), last_message_at=timezone.now()) for _n in range(count)
    ]
    return Thread.objects.bulk_create(rows)


def among(user, rows):
    found = Thread.objects.taken_part_in_by(user, among=[one.pk for one in rows])
    return {*found.values_list("pk", flat=True)}


def test_they_are_those_of_all_that_are_named(pole, aline, house):
    maelle, other = make_coordinator(pole), make_coordinator(make_pole("Rives", ("62",)))
    asked, followed, read = (threads(house, 3) for _each in range(3))
    Need.objects.filter(pk=followed[0].need_id).update(coordinator=maelle)
    ThreadRead.objects.create(thread=read[0], user=maelle)
    ThreadRead.objects.create(thread=read[1], user=other)
    rows = [*asked[:2], *followed[:2], *read]
    people = [maelle, other, aline, asked[0].asker, asked[2].asker]
    for user in people:
        whole = Thread.objects.taken_part_in_by(user).filter(pk__in=[one.pk for one in rows])
        assert among(user, rows) == {*whole.values_list("pk", flat=True)}
    assert among(maelle, rows) == {followed[0].pk, followed[1].pk, read[0].pk}
    assert among(aline, rows) == {one.pk for one in rows}
    assert among(aline, rows[:1]) == {rows[0].pk}, "of one as of several"
    assert among(asked[2].asker, rows) == set()


def steps(user, rows):
    """What SQLite does for it, in steps of its machine."""
    done = 0

    def one_more():
        nonlocal done
        done += 1

    numbers = [one.pk for one in rows]
    list(Thread.objects.taken_part_in_by(user, among=numbers).filter(pk__in=numbers))
    connection.connection.set_progress_handler(one_more, 1)
    try:
        found = list(Thread.objects.taken_part_in_by(user, among=numbers).filter(pk__in=numbers))
    finally:
        connection.connection.set_progress_handler(None, 1)
    assert len(found) == len(numbers)
    return done


@pytest.mark.once  # counts the steps of SQLite
def test_what_somebody_has_besides_costs_nothing(aline, house):
    rows = threads(house, 3)
    few = steps(aline, rows)
    threads(house, 60)
    assert steps(aline, rows) < few * 1.2


def test_the_search_asks_so_of_those_that_say_the_words(monkeypatch, aline, house):
    thread, other = (threads(house, 1)[0] for _each in range(2))
    for one in (thread, other):
        messages.say(one, text="Bonjour.", sent_key=f"{one.pk}", by=one.asker)
    asked, act = [], ThreadQuerySet.taken_part_in_by

    def spied(self, user, **how):
        asked.append(how.get("among"))
        return act(self, user, **how)

    monkeypatch.setattr(ThreadQuerySet, "taken_part_in_by", spied)
    need = Need.objects.get(pk=thread.need_id)
    need.title = "Zinguerie du toit"
    need.save()
    (group,) = [
        one for one in find(aline, Asked.of("zinguerie")).groups if one.kind.model is Thread
    ]
    assert len(group.lines) == 1
    assert asked[-1] == [thread.pk]
