"""Hours count up to the day on which the work was done, where that came before the last day planned."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.missions import missions
from marketplace.models import HoursEntry, Mission, Regime
from marketplace.states import MissionStatus
from tests.factories import in_days, make_mission


@pytest.fixture
def delivered():
    mission = make_mission(
        status=MissionStatus.RUNNING, starts_on=in_days(-9), ends_on=in_days(5),
        started_at=timezone.now() - timedelta(days=9),
    )  # fmt: skip
    missions.deliver(mission, by=mission.offer.person, now=timezone.now() - timedelta(days=2))
    return Mission.objects.get(pk=mission.pk)


def test_no_day_after_it_takes_hours(client, delivered):
    """“Encore à venir : à écrire une fois les heures données” stood beside the days after a certificate’s last."""
    client.force_login(delivered.offer.person)
    url, field = reverse("mission-hours", args=[delivered.pk]), f"hours_{in_days(-1):%Y%m%d}"
    week = {"semaine": (in_days(-1) - timedelta(days=in_days(-1).weekday())).isoformat()}
    page = client.post(f"{url}?semaine={week['semaine']}", {field: "2"})
    assert "le travail a été rendu le" in page.text
    assert not HoursEntry.objects.exists()
    field = f"hours_{in_days(-2):%Y%m%d}"
    monday = in_days(-2) - timedelta(days=in_days(-2).weekday())
    client.post(f"{url}?semaine={monday.isoformat()}", {field: "2"})
    assert HoursEntry.objects.get().day == in_days(-2)


@pytest.mark.parametrize("status", [MissionStatus.VALUED, MissionStatus.CLOSED])
def test_hours_contested_once_the_others_are_valued_can_be_corrected_as_it_is_said(
    client, delivered, status
):
    """“Nous prévenons …, qui peut corriger les heures”, and their page had nothing to correct them with."""
    day, person = in_days(-3), delivered.offer.person
    entry = HoursEntry.objects.create(mission=delivered, person=person, day=day, hours=3)
    Mission.objects.update(status=status, regime=Regime.LOAN)
    structure = delivered.need.organisation.members.get()
    client.force_login(structure)
    said = client.post(
        reverse("hours-contest", args=[entry.pk]), {"why": "Une seule."}, follow=True
    )
    assert "qui peut corriger les heures" in said.text
    client.force_login(person)
    door = reverse("mission-hours", args=[delivered.pk])
    week = f"?semaine={(day - timedelta(days=day.weekday())).isoformat()}"
    client.post(door + week, {f"hours_{day:%Y%m%d}": "1"})
    assert [row.hours for row in delivered.hours.to_confirm()] == [1]
    assert "On n’ajoute plus rien" in client.get(door).text
