"""One bad row never holds the others: tried with a poisoned row in each act of the clock."""

import logging
from datetime import timedelta

import pytest
import time_machine
from celery import current_app
from django.conf import settings as house
from django.db.models import Model
from django.utils import timezone

from config import acts
from notifications.models import ClockAct, RowFault
from tests.marketplace.letters.clock_cases import CASES, WITHOUT_ROWS

LATER = timedelta(
    minutes=11
)  # a letter that stepped aside, or a chunk of the lists, has its turn again


@pytest.fixture(autouse=True)
def at_once(settings, tmp_path):
    """Tasks that a task hands on are done where they are asked for."""
    settings.VAR_DIR = tmp_path
    current_app.loader.import_default_modules()
    before = current_app.conf.task_always_eager
    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = before


@pytest.fixture(autouse=True)
def at_noon():
    """Later is the same day: the lists of a day are given up with it."""
    with time_machine.travel(timezone.localtime().replace(hour=12, minute=0)):
        yield


def ring(name: str) -> ClockAct:
    """As beat does it, and the worker."""
    current_app.tasks[house.CELERY_BEAT_SCHEDULE[name]["task"]].apply()
    return ClockAct.objects.get(name=name)


def named(row: Model | str) -> tuple[str, str]:
    return (
        ("file", str(row)[-80:]) if isinstance(row, str) else (row._meta.label_lower, str(row.pk))
    )


def faults(name: str) -> dict[tuple[str, str], int]:
    found = RowFault.objects.filter(act=name)
    return {(fault.kind, fault.number): fault.times for fault in found}


@pytest.mark.parametrize("name", sorted(set(house.CELERY_BEAT_SCHEDULE) - WITHOUT_ROWS))
def test_a_poisoned_row_is_set_aside_and_the_others_are_done(name, caplog):
    case = CASES[name]()
    with caplog.at_level(logging.ERROR), case.poison:
        act = ring(name)
        assert act.passed_at, "the act itself is well"
        assert case.is_done(case.good)
        assert not case.is_done(case.bad)
        assert named(case.bad) in faults(name)
        assert named(case.good) not in faults(name)
        assert f"{name}: {' '.join(named(case.bad))} is set aside" in caplog.text
    case.again()
    with time_machine.travel(timezone.now() + LATER, tick=False):
        ring(name)
        assert case.is_done(case.bad)
        assert faults(name) == {}


@pytest.mark.parametrize("name", sorted(WITHOUT_ROWS))
def test_an_act_without_rows_runs_through(name):
    assert ring(name).passed_at


def test_no_act_is_forgotten():
    """A new act comes with its name for people and its poisoned row."""
    assert set(house.CELERY_BEAT_SCHEDULE) == {*CASES, *WITHOUT_ROWS}
    assert set(house.CELERY_BEAT_SCHEDULE) == set(acts.NAMES)
    tasks = [entry["task"] for entry in house.CELERY_BEAT_SCHEDULE.values()]
    assert len(set(tasks)) == len(tasks), "one task an act"
