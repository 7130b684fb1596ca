"""What the pages of a mission and of a need ask of the database, for each of their readers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from marketplace.actions.talk import messages
from marketplace.models import Deliverable, HoursEntry, Milestone
from marketplace.states import MissionStatus, NeedStatus
from tests.factories import (
    in_days,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
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
    [("coordinator", 18), ("structure", 15), ("boss", 16), ("person", 15)],
    indirect=["reader"],
)
def test_a_mission(client, mission, reader, most, django_assert_max_num_queries):
    client.force_login(reader)
    client.get(mission.get_absolute_url())
    with django_assert_max_num_queries(most):
        assert client.get(mission.get_absolute_url()).status_code == 200


def test_a_long_mission_asks_and_weighs_little_more(client, django_assert_max_num_queries):
    mission = make_mission(status=MissionStatus.RUNNING)
    structure, volunteer = mission.need.created_by, mission.offer.person
    messages.say(mission.proposal.thread, text="Bonjour.", sent_key="first", by=volunteer)
    client.force_login(structure)
    client.get(mission.get_absolute_url())
    with CaptureQueriesContext(connection) as asked:
        client.get(mission.get_absolute_url())
    few = len(asked)
    for n in range(30):
        Milestone.objects.create(mission=mission, label=f"Étape {n}", due_on=in_days(n))
        Deliverable.objects.create(mission=mission, title=f"Rendu {n}", by=volunteer)
        messages.say(mission.proposal.thread, text=f"Voici {n}.", sent_key=f"{n}", by=volunteer)
    client.get(mission.get_absolute_url())
    with django_assert_max_num_queries(few + 2):  # what is planned, and what was handed over
        page = client.get(mission.get_absolute_url())
    assert len(page.content) < 50_000


@pytest.mark.parametrize(
    ("reader", "most"), [("coordinator", 13), ("boss", 13), ("person", 14)], indirect=["reader"]
)
def test_the_hours_of_a_mission_ask_few_questions(
    client, mission, reader, most, django_assert_max_num_queries
):
    client.force_login(reader)
    url = reverse("mission-hours", args=[mission.pk])
    client.get(url)
    with django_assert_max_num_queries(most):
        assert client.get(url).status_code == 200


def test_the_hours_are_paged_the_last_days_first(client, django_assert_max_num_queries):
    mission = make_mission(status=MissionStatus.RUNNING)
    person = mission.offer.person
    for n in range(50):
        HoursEntry.objects.create(
            mission=mission, person=person, day=in_days(n - 60), hours=2, confirmed_at=None
        )
    client.force_login(mission.need.created_by)
    url = reverse("mission-hours", args=[mission.pk])
    client.get(url)
    with django_assert_max_num_queries(13):
        page = client.get(url)
    shown = [entry.day for entry in page.context["page"]]
    assert shown == [in_days(n - 60) for n in range(10, 50)]
    assert 'href="?page=2"' in page.content.decode()
    first = client.get(url, {"page": 2})
    assert [entry.day for entry in first.context["page"]] == [in_days(n - 60) for n in range(10)]
    assert page.context["total"] == 100
    assert len(page.context["waiting"]) == 50  # what is to be confirmed stays whole


def test_a_day_of_several_lies_on_one_page(client):
    """Pages are of whole days, some forty lines in all: three a day here, thirteen days on a page."""
    mission = make_mission(status=MissionStatus.RUNNING)
    people = [mission.offer.person, make_user(), make_user()]
    for n in range(20):
        for person in people:
            HoursEntry.objects.create(mission=mission, person=person, day=in_days(n - 60), hours=2)
    client.force_login(mission.need.created_by)
    url = reverse("mission-hours", args=[mission.pk])
    shown = [
        [entry.day for entry in client.get(url, {"page": number}).context["page"]]
        for number in (1, 2)
    ]
    assert shown[0] == [in_days(n - 60) for n in range(7, 20) for _person in people]
    assert shown[1] == [in_days(n - 60) for n in range(7) for _person in people]


@pytest.mark.parametrize(
    ("reader", "most"), [("coordinator", 13), ("structure", 11), ("boss", 13)], indirect=["reader"]
)
def test_the_papers_of_a_mission_ask_few_questions(
    client, mission, reader, most, django_assert_max_num_queries
):
    client.force_login(reader)
    url = reverse("mission-documents", args=[mission.pk])
    client.get(url)
    with django_assert_max_num_queries(most):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    ("reader", "most"), [("structure", 8), ("boss", 14), ("person", 13)], indirect=["reader"]
)
def test_the_employer_s_agreement_asks_few_questions(
    client, mission, reader, most, django_assert_max_num_queries
):
    client.force_login(reader)
    url = reverse("mission-agreement", args=[mission.pk])
    client.get(url)
    with django_assert_max_num_queries(most):
        assert client.get(url).status_code == 200


def boss_of_three():
    """Of a company with three offers, each compared with the need."""
    boss = make_user()
    company = make_organisation("COMPANY", administrator=boss)
    for _each in range(3):
        make_offer(make_user(), organisation=company)
    return boss


@pytest.mark.parametrize(
    ("status", "who", "most"),
    [
        (NeedStatus.PUBLISHED, "coordinator", 24),
        (NeedStatus.PUBLISHED, "structure", 18),
        (NeedStatus.PUBLISHED, "volunteer", 40),
        (NeedStatus.PUBLISHED, "employer", 34),
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
        "employer": boss_of_three,
    }
    client.force_login(readers[who]())
    client.get(need.get_absolute_url())
    with django_assert_max_num_queries(most):
        assert client.get(need.get_absolute_url()).status_code == 200
