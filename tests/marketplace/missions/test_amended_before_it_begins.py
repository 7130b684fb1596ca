"""A volunteer's letter that both have signed before the mission begins changes by an amendment, as it says."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.missions import missions
from marketplace.actions.refusals import NotYet
from marketplace.models import Mission, Regime
from marketplace.states import AmendmentStatus, MissionStatus
from tests.marketplace.documents.document_desk import head_of
from tests.marketplace.missions.amending import fresh, propose, sign_papers, signed_mission

PROPOSE = "Proposer un avenant"


def to_begin(regime=Regime.VOLUNTEERING):
    """Everything is signed, and its first day is in a week."""
    mission = signed_mission(regime, status=MissionStatus.FRAMING)
    first = timezone.localdate() + timedelta(days=7)
    last = first + timedelta(days=60)
    Mission.objects.filter(pk=mission.pk).update(started_at=None, starts_on=first, ends_on=last)
    return fresh(mission)


def test_its_pages_lead_to_the_amendment_that_they_speak_of(client):
    mission = to_begin()
    client.force_login(head_of(mission.need.organisation))
    for page in (mission.get_absolute_url(), reverse("mission-sheet", args=[mission.pk])):
        assert PROPOSE in client.get(page).text
    assert client.get(reverse("amendment-new", args=[mission.pk])).status_code == 200


def test_signed_by_both_it_brings_the_first_day_forward():
    mission = to_begin()
    sooner = timezone.localdate()
    amendment = propose(mission, starts_on=sooner)
    sign_papers(amendment)
    amendment.refresh_from_db()
    mission = fresh(mission)
    assert (amendment.status, mission.status) == (AmendmentStatus.IN_FORCE, MissionStatus.FRAMING)
    assert (mission.starts_on, mission.sheet.number) == (sooner, 2)
    missions.start(mission, by=mission.offer.person, now=timezone.now())
    assert fresh(mission).status == MissionStatus.RUNNING


def test_at_work_a_mission_that_is_framed_anew_is_agreed_to_first(client):
    mission = to_begin(Regime.PRESTATION)
    client.force_login(head_of(mission.need.organisation))
    assert PROPOSE not in client.get(mission.get_absolute_url()).text
    with pytest.raises(NotYet):
        propose(mission, hours=60)
