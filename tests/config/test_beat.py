"""A clock that starts goes on where the one before it stopped, on whichever machine."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from config.beat import ClockFromDatabase
from config.celery import app
from notifications.models import ClockAct

pytestmark = pytest.mark.django_db


def due_at_the_start() -> set[str]:
    schedule = ClockFromDatabase(app=app).schedule
    return {name for name, entry in schedule.items() if entry.is_due().is_due}


def test_what_has_not_run_for_its_period_runs_at_the_start_and_the_rest_in_its_turn():
    now, names = timezone.now(), list(settings.CELERY_BEAT_SCHEDULE)
    late, hour = names[1], timedelta(hours=1)
    ClockAct.objects.know(names)
    for name in names:
        ClockAct.objects.passed(name, now=now)
    every = timedelta(seconds=settings.CELERY_BEAT_SCHEDULE[late]["schedule"])
    ClockAct.objects.passed(late, now=now - every)
    assert due_at_the_start() == {late}
    ClockAct.objects.filter(name=names[2]).update(passed_at=None, known_at=now - 30 * 24 * hour)
    assert due_at_the_start() == {late, names[2]}


def test_an_act_that_nobody_knows_yet_waits_for_its_period():
    assert not ClockAct.objects.exists()
    assert due_at_the_start() == set()


def test_a_clock_that_starts_before_the_tables_are_there_waits_for_each_period():
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {ClockAct._meta.db_table}")
    assert due_at_the_start() == set()
