"""The pages of a team ask the database the same number of questions, however many people come."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.missions import hours
from marketplace.models import HoursEntry
from tests.marketplace.missions.team_people import NAMES, boss_of, running

pytestmark = pytest.mark.django_db
MORE = ("Dia", "Eve", "Fan", "Gil", "Hal")


def counted(client, who, page):
    client.force_login(who)
    client.get(page)  # what is kept from a first time
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(page).status_code == 200
    return len(asked)


def of_a_team(client, monkeypatch, names):
    with monkeypatch.context() as patch:
        patch.setattr("tests.marketplace.missions.team_people.NAMES", names)
        mission, parts = running(hours=10 * len(names))
    yesterday = timezone.localdate() - timedelta(days=1)
    for one in parts:
        hours.write(
            mission, {yesterday: (Decimal(3), "")}, person=one.person, today=timezone.localdate()
        )
    HoursEntry.objects.filter(mission=mission).update(confirmed_at=timezone.now())
    boss, structure = boss_of(mission), mission.need.organisation.members.first()
    pages = {
        "mission-team": boss, "team-day": boss, "mission": structure,
        "mission-documents": structure, "mission-hours": structure,
    }  # fmt: skip
    found = {
        name: counted(client, who, reverse(name, args=[mission.pk])) for name, who in pages.items()
    }
    return found | {"own": counted(client, parts[0].person, parts[0].get_absolute_url())}


def test_eight_people_ask_no_more_than_three(client, monkeypatch):
    few = of_a_team(client, monkeypatch, NAMES)
    many = of_a_team(client, monkeypatch, (*NAMES, *((first, "Noir") for first in MORE)))
    assert many == few
