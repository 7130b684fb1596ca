"""The page of the legal frame offers what the offer's time leaves possible, and nothing that can only be refused."""

import pytest
from django.urls import reverse

from tests.factories import make_mission

BY_COMPANY = {"whose": "COMPANY", "directs": "EMPLOYER", "receipt": "YES"}
pytestmark = pytest.mark.django_db


def whose_time(page) -> list[str]:
    return [value for value, _label in page.context["form"].fields["whose"].choices]


def test_own_time_is_asked_nothing_that_can_only_be_refused(client):
    """“Working time, paid by a company” was a choice, and frames weren’t for an employer where there is none."""
    mission = make_mission()
    client.force_login(mission.offer.person)
    url = reverse("mission-regime", args=[mission.pk])
    page = client.get(url)
    assert list(page.context["form"].fields) == ["whose"]
    assert whose_time(page) == ["OWN"]
    assert "n’est pas possible pour cet employeur" not in page.text
    assert "Pas pour cet employeur" not in page.text
    assert url not in client.get(mission.get_absolute_url()).text, "one answer alone is possible"
    page = client.post(url, BY_COMPANY)
    (sentence,) = page.context["form"].errors["whose"]
    assert "L’offre dit autre chose" in sentence


def test_working_time_cannot_be_called_one_s_own(client):
    mission = make_mission(work=True)
    client.force_login(mission.offer.person)
    url = reverse("mission-regime", args=[mission.pk])
    assert url in client.get(mission.get_absolute_url()).text
    (sentence,) = client.post(url, {"whose": "OWN"}).context["form"].errors["whose"]
    assert "L’offre dit autre chose" in sentence
