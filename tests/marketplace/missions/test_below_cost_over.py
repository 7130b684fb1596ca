"""The question whether a loan may be billed below its cost, once its mission is over."""

import pytest
from django.urls import reverse

from marketplace.models import Mission, Regime
from marketplace.states import MissionStatus
from tests.factories import make_coordinator, make_mission

pytestmark = pytest.mark.django_db


def test_the_letter_s_link_leads_a_coordinator_to_the_mission_and_to_no_refusal(client):
    mission = make_mission(work=True, regime=Regime.NON_PROFIT_LOAN)
    client.force_login(make_coordinator(mission.need.pole))
    door = reverse("mission-below-cost", args=[mission.pk])
    assert client.get(door).status_code == 200
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)
    answer = client.get(door, follow=True)
    assert answer.redirect_chain[-1][0] == mission.get_absolute_url()
    assert "plus rien n’est demandé sur ce qui est facturé" in answer.text
    client.force_login(mission.need.created_by)
    assert client.get(door).status_code == 403
