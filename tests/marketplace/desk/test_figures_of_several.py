"""The figures of a pôle where missions serve several structures: each hour once, recounted from the rows."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from marketplace.actions.missions import hours
from marketplace.figures import organisation_year
from marketplace.figures.reckoning import reckon
from marketplace.models import HoursEntry, Mission, Served
from marketplace.models.desk.figures import month_of
from marketplace.states import MissionStatus
from tests.factories import in_days
from tests.marketplace.desk.figures_oracle import differences, recount
from tests.marketplace.missions.served_people import Form, joint_mission, structure_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return structure_of("Ville")


@pytest.fixture
def coop():
    return structure_of("ACEPP", form=Form.SCIC, gives=None)


@pytest.fixture
def mission(town, coop):
    """The lead and the town are served together on one day; the cooperative by a mission of its own."""
    today = in_days(0)
    mission = joint_mission(town, status=MissionStatus.RUNNING, starts_on=today, ends_on=today)
    need = mission.need
    need.steps.all().delete()
    need.steps.create(before="", after="SUBMITTED", at=timezone.now())
    need.steps.create(before="SUBMITTED", after="PUBLISHED", at=timezone.now())
    mission.proposal.steps.create(before="", after="OPEN", at=timezone.now())
    second = Mission.objects.create(
        proposal=mission.proposal, need=need, offer=mission.offer, apart_for=coop,
        regime=mission.regime, status=MissionStatus.RUNNING, starts_on=today, ends_on=today,
    )  # fmt: skip
    Served.objects.create(mission=second, organisation=coop)
    for served, many in ((None, 3), (town, 4)):
        said = {today: (Decimal(many), "Atelier")}
        hours.write(mission, said, person=mission.offer.person, today=today, served=served)
    HoursEntry.objects.create(mission=second, person=mission.offer.person, day=today, hours=2)
    HoursEntry.objects.update(confirmed_at=timezone.now())
    return mission


def test_hours_are_counted_once_and_each_structure_served_is(mission, town, coop):
    pole, month = mission.need.pole, month_of(in_days(0))
    counts = reckon(pole, now=timezone.now()).slices["", month]
    assert sum(counts.hours.values()) == 9
    assert counts.served == {mission.need.organisation_id, town.pk, coop.pk}
    assert (counts.together, counts.missions) == (1, 1)
    after = (month + timedelta(days=31)).replace(day=1)
    assert differences(counts, recount(pole, month, after, now=timezone.now())) == {}


def test_each_structures_year_has_its_own_hours(mission, town, coop):
    year = timezone.localdate().year
    received = {
        str(one): organisation_year.received_by(one, year).hours
        for one in (mission.need.organisation, town, coop)
    }
    assert received == {"Bottines": 3, "Ville": 4, "ACEPP": 2}


def test_a_need_of_one_structure_isnt_carried_by_several(db):
    mission = joint_mission()
    mission.need.steps.create(before="", after="SUBMITTED", at=timezone.now())
    counts = reckon(mission.need.pole, now=timezone.now()).slices["", month_of(in_days(0))]
    assert (counts.together, counts.served) == (0, set())
