"""What can't be renewed: said by its page before anything is filled in."""

import pytest
from django.urls import reverse

from marketplace.models import Mission
from marketplace.states import MissionStatus
from tests.factories import in_days, make_mission

pytestmark = pytest.mark.django_db


def test_what_has_not_begun_shows_no_form_to_renew_it_and_says_why(client):
    """By its address the form opened, and was refused once it was filled in."""
    mission = make_mission(status=MissionStatus.FRAMING)
    renewal = {"starts_on": in_days(30), "ends_on": in_days(40), "hours": 5}
    client.force_login(mission.need.created_by)
    for answer in (
        client.get(reverse("mission-renew", args=[mission.pk]), follow=True),
        client.post(reverse("mission-renew", args=[mission.pk]), renewal, follow=True),
    ):
        assert answer.redirect_chain[-1][0] == mission.get_absolute_url()
        assert "Seule une mission qui a commencé peut être reconduite" in answer.text
    assert Mission.objects.count() == 1
