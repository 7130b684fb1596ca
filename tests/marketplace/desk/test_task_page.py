"""The page of one task, which asks who may read it of what it is about alone: the same answer as the list of tasks gives."""

import pytest
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.desk import tasks as acts
from marketplace.models import PersonRecord, Task
from tests.factories import make_mission, make_offer, make_organisation, make_user
from tests.marketplace.desk.desk_people import elsewhere
from tests.marketplace.market.test_at_home import make_boss

pytestmark = pytest.mark.django_db


def make_task(person, pole, about=None):
    said = {"what": "Rappeler Mme Petit", "due_on": timezone.localdate(), "assignee": person}
    return acts.write(about, pole=pole, by=person, **said)


def opened(client, person, task):
    """What it answers somebody, who finds it among theirs or doesn't."""
    client.force_login(person)
    answer = client.get(task.get_absolute_url()).status_code
    assert (answer == 200) == Task.objects.visible_to(person).filter(pk=task.pk).exists()
    return answer


def test_what_is_about_nothing_is_its_poles_alone(client, nadia, karim, pole):
    make_organisation(member=karim)
    task = make_task(nadia, pole)
    assert opened(client, karim, task) == 200
    assert opened(client, elsewhere(), task) == 404
    assert opened(client, make_user(), task) == 403


def test_a_side_reads_nothing_of_what_is_left_to_others(client, nadia, karim, sonia, pole):
    mission = make_mission()
    mission.need.organisation.memberships.create(user=karim)
    for about in (mission, mission.need, mission.need.organisation, karim):
        task = make_task(nadia, pole, about)
        assert opened(client, karim, task) == 404
        assert opened(client, sonia, task) == 200


def test_a_boss_who_coordinates_reads_nothing_of_what_is_offered_at_home(
    client, nadia, karim, pole
):
    company, person = make_organisation(Organisation.Kind.COMPANY), make_user()
    Membership.objects.create(user=person, organisation=company, role="MEMBER")
    boss = make_boss("HR", company, person)
    nadia.organisations.get().memberships.create(user=boss)
    record = PersonRecord.objects.create(
        last_name="Zibeline", near="zibeline", email=person.email, pole=pole,
        operator=nadia.organisations.get(), by=nadia,
    )  # fmt: skip
    for about in (make_offer(person=person), record, person):
        task = make_task(nadia, pole, about)
        assert opened(client, boss, task) == 404
        assert opened(client, karim, task) == 200


def test_it_asks_few_questions(client, nadia, pole, django_assert_max_num_queries):
    task = make_task(nadia, pole, make_mission())
    client.force_login(nadia)
    client.get(task.get_absolute_url())
    with django_assert_max_num_queries(10):
        client.get(task.get_absolute_url())
