"""Hours by the structure that they served: each confirms its own, or a week of silence does."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation, OrganisationStep
from marketplace.actions.missions import hours
from marketplace.actions.refusals import NotYet
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import in_days, make_user
from tests.marketplace.missions.served_people import head_of, joint_mission, structure_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return structure_of("Ville")


@pytest.fixture
def mission(town):
    return joint_mission(
        town, status=MissionStatus.RUNNING, starts_on=in_days(-20), ends_on=in_days(20)
    )


def write(mission, amount, *, served=None, day=0, what="Atelier"):
    said = {in_days(day): (Decimal(amount), what)}
    return hours.write(mission, said, person=mission.offer.person, today=in_days(0), served=served)


def lead_of(mission):
    return head_of(mission.need.organisation)


def test_the_same_day_serves_two_structures(mission, town):
    assert write(mission, 3) == 1
    assert write(mission, 4, served=town) == 1
    assert mission.hours.total() == 7  # counted once
    assert mission.hours.of_structure(mission, town).total() == 4
    assert mission.hours.of_structure(mission, mission.need.organisation).total() == 3


def test_a_day_is_written_once_for_each_structure(mission, town):
    write(mission, 3, served=town)
    write(mission, 5, served=town)
    assert [entry.hours for entry in mission.hours.all()] == [5]


def test_the_structure_that_leads_is_the_default_however_it_is_said(mission):
    write(mission, 3, served=mission.need.organisation)
    assert mission.hours.get().served is None


def test_a_structure_that_the_mission_doesnt_serve_is_refused(mission):
    with pytest.raises(NotYet):
        write(mission, 3, served=structure_of("Autre"))
    assert not mission.hours.exists()


def test_a_day_stays_a_day_whoever_it_serves(mission, town):
    write(mission, 8)
    with pytest.raises(hours.WrongDay):
        write(mission, 6, served=town)
    assert mission.hours.total() == 8


def test_the_hours_planned_are_those_of_all_together(mission, town):
    mission.sheet.hours = 5
    mission.sheet.save()
    write(mission, 3)
    with pytest.raises(NotYet):
        write(mission, 3, served=town)


def test_the_page_writes_them_under_the_name_that_is_chosen(client, mission, town):
    day = in_days(0)
    url = reverse("mission-hours", args=[mission.pk])
    week = f"?semaine={day - timedelta(days=day.weekday())}"
    client.force_login(mission.offer.person)
    assert "Ville" in client.get(url + week).text
    said = {f"hours_{day:%Y%m%d}": "2", f"what_{day:%Y%m%d}": "Réunion"}
    answer = client.post(f"{url}{week}&pour={town.pk}", said)
    assert answer.status_code == 302
    assert f"pour={town.pk}" in answer.url
    assert mission.hours.get().served == town
    assert 'value="2"' not in client.get(url + week).text
    assert 'value="2"' in client.get(f"{url}{week}&pour={town.pk}").text


@pytest.mark.parametrize("asked", ["0", "x", "9" * 30, "-1", "²"])
def test_a_name_that_isnt_served_is_not_found(client, mission, asked):
    client.force_login(mission.offer.person)
    url = reverse("mission-hours", args=[mission.pk])
    assert client.get(url, {"pour": asked}).status_code == 404


def test_each_structure_confirms_its_own_and_not_the_others(client, mission, town):
    write(mission, 3)
    write(mission, 4, served=town)
    url = reverse("hours-confirm", args=[mission.pk])
    client.force_login(lead_of(mission))
    client.post(url, {"newest": 10**6})
    assert mission.hours.confirmed().total() == 3
    client.force_login(head_of(town))
    client.post(url, {"newest": 10**6})
    client.post(url, {"newest": 10**6})  # twice
    assert mission.hours.confirmed().total() == 7
    assert mission.hours.get(served=town).confirmed_by == head_of(town)


def test_nobody_else_confirms_them(client, mission, town):
    write(mission, 4, served=town)
    left, employee = make_user(), make_user()
    Membership.objects.create(user=left, organisation=town).delete()
    Membership.objects.create(user=employee, organisation=town, role="EMPLOYEE")
    url = reverse("hours-confirm", args=[mission.pk])
    people = [(mission.offer.person, 403), (make_user(), 404), (left, 404), (employee, 404)]
    for person, answer in people:
        client.force_login(person)
        assert client.post(url, {"newest": 10**6}).status_code == answer
    assert not mission.hours.confirmed().exists()


def test_a_structure_contests_its_own_alone(client, mission, town):
    write(mission, 3)
    write(mission, 4, served=town)
    client.force_login(head_of(town))
    own, others = mission.hours.get(served=town), mission.hours.get(served=None)
    assert (
        client.post(reverse("hours-contest", args=[others.pk]), {"why": "Non"}).status_code == 403
    )
    assert client.post(reverse("hours-contest", args=[own.pk]), {"why": "Non"}).status_code == 302
    own.refresh_from_db()
    assert own.contested_by == head_of(town)


def told(user):
    return Notification.objects.filter(recipient=user, kind="hours_to_confirm")


def test_each_structure_has_one_letter_about_its_own(mission, town):
    write(mission, 3)
    write(mission, 4, served=town)
    for _twice in range(2):
        hours.ask_due(in_days(1), timezone.now())
    assert "3" in told(lead_of(mission)).get().subject
    assert "4" in told(head_of(town)).get().subject


def test_a_week_of_silence_confirms_both(mission, town):
    write(mission, 3)
    write(mission, 4, served=town)
    hours.ask_due(in_days(1), timezone.now())
    hours.confirm_silent(timezone.now() + timedelta(days=7))
    assert mission.hours.confirmed().total() == 7


def test_the_silence_of_a_suspended_structure_confirms_nothing_of_its_own(mission, town):
    write(mission, 3)
    write(mission, 4, served=town)
    hours.ask_due(in_days(1), timezone.now())
    Organisation.objects.filter(pk=town.pk).update(status="SUSPENDED")
    hours.confirm_silent(timezone.now() + timedelta(days=7))
    assert mission.hours.confirmed().total() == 3
    assert mission.hours.total() == 7  # nothing is lost
    Organisation.objects.filter(pk=town.pk).update(status="ACCEPTED")
    OrganisationStep.objects.create(
        organisation=town, before="SUSPENDED", after="ACCEPTED", at=timezone.now()
    )
    hours.confirm_silent(timezone.now() + timedelta(days=8))
    assert mission.hours.confirmed().total() == 7


def test_each_structure_finds_the_mission_on_its_home_page_and_the_hours_it_is_to_confirm(
    client, mission, town
):
    """The mission that serves it was among its missions, and its home page knew nothing of it."""
    write(mission, 4, served=town, day=-2)
    client.force_login(head_of(town))
    home = client.get(reverse("home"))
    assert mission in home.context["missions"]
    assert reverse("mission-hours", args=[mission.pk]) in home.text
    client.force_login(head_of(structure_of("Autre")))
    assert mission not in client.get(reverse("home")).context["missions"]
