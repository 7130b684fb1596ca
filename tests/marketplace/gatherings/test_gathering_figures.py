"""What gatherings add to the figures of the pôle: recounted here row by row."""

import pytest
from django.utils import timezone

from marketplace.actions.gatherings import serving, unannounced
from marketplace.figures import gatherings as figures
from marketplace.figures.comparison import Choice, Options
from marketplace.states import AttendanceStatus, GatheringStatus
from tests.factories import make_organisation, make_user
from tests.marketplace.gatherings.people import be_over, host_of, make_gathering, put_down

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
