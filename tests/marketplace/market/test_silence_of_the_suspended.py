"""A suspended structure can't answer: its silence confirms no hours."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import organisations
from marketplace.actions.missions import hours
from marketplace.desk import own_missions
from marketplace.models import HoursEntry
from marketplace.states import MissionStatus
from tests.factories import make_coordinator, make_mission
from tests.marketplace.home_lines import lines_of


@pytest.fixture
def entry():
    mission = make_mission(work=True, status=MissionStatus.RUNNING)
    return HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, day=timezone.localdate(), hours=7,
        asked_at=timezone.localtime() - timedelta(days=8),
    )  # fmt: skip


def is_confirmed(entry, *, after=timedelta()):
    hours.confirm_silent(timezone.now() + after)
    entry.refresh_from_db()
    return entry.is_confirmed


def test_eight_days_of_silence_confirm(entry):
    assert is_confirmed(entry)


def test_not_while_it_is_suspended_nor_in_the_week_after(entry):
    structure = entry.mission.need.organisation
    coordinator = make_coordinator(structure.pole)
    organisations.suspend(structure, reason="À voir.", by=coordinator)
    assert not is_confirmed(entry)
    organisations.restore(structure, by=coordinator)
    assert not is_confirmed(entry)
    assert is_confirmed(entry, after=timedelta(days=8))


@pytest.mark.parametrize("status", [MissionStatus.INTERRUPTED, MissionStatus.RUNNING])
def test_hours_of_a_mission_that_was_stopped_still_wait_for_the_structure(entry, status):
    mission = entry.mission
    stopped = timezone.now() if status == MissionStatus.INTERRUPTED else None
    type(mission).objects.filter(pk=mission.pk).update(status=status, interrupted_at=stopped)
    head = mission.need.organisation.members.first()
    rows = list(head.memberships.select_related("organisation"))
    lines = lines_of(head, rows, own_missions.under_way(head, rows))
    assert "Confirmer les heures" in [line.act for line in lines]
