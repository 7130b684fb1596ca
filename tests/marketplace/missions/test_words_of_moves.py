"""The letters about a mission say of its papers, pauses and signatures what is so for whoever reads them."""

import pytest

from accounts.models import Organisation
from marketplace.letters.missions import moved
from marketplace.models import MissionStep, Regime
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import make_coordinator, make_mission, make_organisation, make_user
from tests.marketplace.missions.leavers import goes


@pytest.mark.parametrize("before", ["SUSPENDED", "LEFT", "DELIVERED"])
def test_hours_that_were_written_all_along_arent_written_again(before):
    """They are written during a pause too, and coordinators hadn’t heard of the pause."""
    step = MissionStep(mission=make_mission(), before=before, after=MissionStatus.RUNNING)
    assert "de nouveau" not in moved.Moved(step).text
    assert "continue" in moved.Moved(step).text


def test_a_coordinator_isnt_told_that_coordinators_can_help():
    boss = make_user()
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss)
    mission = make_mission(work=True, company=company, status="RUNNING", regime=Regime.LOAN)
    coordinator = make_coordinator(mission.need.pole)
    goes(mission, by=boss)
    for reader, is_said in ((coordinator, False), (boss, True)):
        letter = Notification.objects.get(kind="person_left", recipient=reader)
        assert ("La coordination peut vous aider" in letter.text) is is_said
