"""What gatherings add to the figures of the pôle: recounted here row by row, from the steps that were written."""

import random
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.actions.gatherings import attendances, gatherings, presence, serving, unannounced
from marketplace.actions.refusals import NotYet
from marketplace.figures import gatherings as figures
from marketplace.figures.comparison import Choice, Options, plus
from marketplace.models import Attendance, AttendanceStep, Gathering, GatheringStep, Unannounced
from marketplace.models.desk.figures import month_of
from marketplace.states import AttendanceStatus, GatheringStatus
from tests.factories import make_organisation, make_pole, make_user
from tests.marketplace.gatherings.people import again, be_over, host_of, make_gathering, put_down

pytestmark = pytest.mark.django_db


def held(people=3, days=5):
    """One that took place, with people each of a house of their own."""
    gathering = make_gathering()
    for _ in range(people):
        person = make_user()
        put_down(gathering, person, make_organisation(member=person))
    be_over(gathering, days=days)
    gathering.attendances.update(status=AttendanceStatus.CAME)
    type(gathering).objects.filter(pk=gathering.pk).update(status=GatheringStatus.TOOK_PLACE)
    gathering.refresh_from_db()
    return gathering


def year(pole):
    return Choice.asked(pole, Options.of(pole), {}, today=timezone.localdate())


def test_sessions_people_and_structures_are_counted_with_those_without_a_name():
    gathering = held()
    now, by = timezone.now(), host_of(gathering)
    other = make_organisation(name="ACEPP", member=make_user())
    unannounced.count(gathering, other, people=2, by=by, now=now)
    unannounced.count(gathering, None, people=4, by=by, now=now)
    there = gathering.attendances.first()
    unannounced.count(gathering, there.organisation, people=1, by=by, now=now)
    serving.say(there, serves=True, by=there.person, now=now)
    found = figures.of(year(gathering.pole))
    assert (found.sessions, found.seats, found.came, found.structures, found.served) == (
        1, 12, 3 + 2 + 4 + 1, 3 + 1, 1,
    )  # fmt: skip


def lived(host, houses, chance, *, days):
    """A session of four seats through the acts: who came to wait, gave up, missed it, was corrected, came unannounced, and
    what they say of it."""
    now, by = timezone.now(), host.members.first()
    gathering = make_gathering(host, seats=4)
    seats = [put_down(gathering, make_user(), None) for _ in range(2)]
    for house in chance.sample(houses, 3):  # the last of them waits
        person = make_user()
        house.memberships.create(user=person, role="MEMBER")
        seats.append(put_down(gathering, person, house))
    if chance.random() < 0.5:
        attendances.give_up(seats[0], by=seats[0].person, now=now)
    gatherings.end(be_over(gathering, days=days), now=now)
    gathering = again(gathering)
    for status in ("MISSED", "CAME", "MISSED"):  # the host corrects some of what they said
        said = {one.pk: status for one in seats if chance.random() < 0.6}
        presence.say(gathering, said, by=by, now=now)
    for house in (chance.choice(houses), None):
        people = chance.randrange(1, 6)
        unannounced.count(gathering, house, people=people, by=by, now=now)
    _come_unannounced(gathering, chance.choice(houses), came=chance.random() < 0.5, by=by)
    for one in gathering.attendances.came():
        serving.say(one, serves=chance.random() < 0.7, by=one.person, now=now)
        with suppress(NotYet):  # who said that it didn’t serve isn’t asked again
            use = chance.choice(Attendance.Use.values)
            serving.say_use(again(one), uses=use, by=one.person, now=now + timedelta(days=95))
    return gathering


def _come_unannounced(gathering, house, *, came, by):
    now, person = timezone.now(), make_user()
    house.memberships.create(user=person, role="MEMBER")
    unannounced.ask(gathering, person.email, by=by, now=now)
    mine = gathering.attendances.get(person=person)
    unannounced.answer(mine, house, came=came, by=person, now=now)


def recount(pole, first, after):
    """Sessions, seats, who came, the structures, those it served and what is used of it, from the steps."""
    sessions, seats, came, served, houses, use = 0, 0, 0, 0, set(), Counter()
    for gathering in Gathering.objects.filter(pole=pole):
        steps = GatheringStep.objects.filter(gathering=gathering)
        if steps.latest("pk").after != "TOOK_PLACE":
            continue
        if not first <= timezone.localtime(gathering.starts_at).date() < after:
            continue
        sessions, seats = sessions + 1, seats + gathering.seats
        for mine in Attendance.objects.filter(gathering=gathering):
            if AttendanceStep.objects.filter(attendance=mine).latest("pk").after == "CAME":
                came, served = came + 1, served + (mine.serves is True)
                houses.add(mine.organisation_id)
                use.update([mine.uses] if mine.uses else [])
        for row in Unannounced.objects.filter(gathering=gathering):
            came += row.people
            houses.add(row.organisation_id)
    return (sessions, seats, came, len(houses - {None}), served, use) if sessions else None


@pytest.mark.parametrize("seed", [5, 23])
def test_they_equal_those_recounted_from_the_log_month_after_month(seed):
    chance = random.Random(seed)
    host = make_organisation(name="Les Bottines", member=make_user())
    houses = [make_organisation(pole=host.pole) for _ in range(5)]
    for days in (1, 10, 33, 40, 55):  # two months at least, whatever the day
        lived(host, houses, chance, days=days)
    off = make_gathering(host)
    put_down(off)
    gatherings.cancel(off, word="", by=host_of(off), now=timezone.now())
    be_over(off)
    put_down(make_gathering(host))  # to come
    elsewhere = make_organisation(pole=make_pole("Ailleurs", ["80"]), member=make_user())
    lived(elsewhere, houses, chance, days=2)
    this = month_of(timezone.now())
    periods = [(plus(this, -back), 1) for back in range(3)] + [(plus(this, -2), 3)]
    seen = []
    for first, length in periods:
        choice = Choice(host.pole, Options.of(host.pole), first, length)
        found = figures.of(choice)
        told = recount(host.pole, first, choice.after)
        assert told == (found and (*_numbers(found), found.use))
        seen.append(told and told[0])
    assert (seen[-1], sum(filter(None, seen[:-1]))) == (5, 5)
    assert len(list(filter(None, seen))) >= 3, "two months of them, and the whole"


def _numbers(found):
    return found.sessions, found.seats, found.came, found.structures, found.served
