"""A list of many employers' offers calls no loan of an agent or by a non-profit skills sponsorship."""

import pytest
from django.urls import reverse

from marketplace.models import Regime
from tests.factories import make_coordinator, make_mission, make_organisation


@pytest.mark.parametrize("kind", ["offres", "missions"])
def test_an_agent_isnt_listed_as_skills_sponsorship(client, kind):
    """The column of the offers, its file, and the filters of that name."""
    town = make_organisation("COMPANY", legal_form="PUBLIC", name="Ville")
    mission = make_mission(work=True, company=town, regime=Regime.PUBLIC_AGENT)
    client.force_login(make_coordinator(mission.need.pole))
    page = client.get(reverse("lists", args=[kind]), {"temps": "WORK"}).text.partition("<main")[2]
    assert "Sur le temps de travail" in page or "sur le temps de travail" in page
    assert "mécénat de compétences)" not in page
