"""What the pages of a mission and of a need ask of the database, for each of their readers."""

import pytest

from accounts.models import Membership
from marketplace.states import MissionStatus, NeedStatus
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_proposal,
    make_user,
)


@pytest.fixture
def mission():
    return make_mission(work=True, status=MissionStatus.RUNNING)


@pytest.fixture
def reader(mission, request):
    if request.param == "coordinator":
        return make_coordinator(mission.need.pole)
    if request.param == "person":
        return mission.offer.person
    if request.param == "structure":
        return mission.need.created_by
    boss, company = make_user(), mission.offer.organisation
    Membership.objects.create(user=boss, organisation=company, role="ADMINISTRATOR")
    return boss


@pytest.mark.parametrize(
    ("reader", "most"),
    [("coordinator", 42), ("structure", 33), ("boss", 33), ("person", 32)],
    indirect=["reader"],
)
def test_a_mission(client, mission, reader, most, django_assert_max_num_queries):
    client.force_login(reader)
    client.get(mission.get_absolute_url())
    with django_assert_max_num_queries(most):
        assert client.get(mission.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("status", "who", "most"),
    [
        (NeedStatus.PUBLISHED, "coordinator", 24),
        (NeedStatus.PUBLISHED, "structure", 18),
        (NeedStatus.PUBLISHED, "volunteer", 40),
        (NeedStatus.SUBMITTED, "coordinator", 20),
    ],
)
def test_a_need(client, status, who, most, django_assert_max_num_queries):
    need = make_need(status=status)
    if need.is_published:
        make_proposal(need)
    readers = {
        "coordinator": lambda: make_coordinator(need.pole),
        "structure": lambda: need.created_by,
        "volunteer": lambda: make_offer().person,
    }
    client.force_login(readers[who]())
    client.get(need.get_absolute_url())
    with django_assert_max_num_queries(most):
        assert client.get(need.get_absolute_url()).status_code == 200
