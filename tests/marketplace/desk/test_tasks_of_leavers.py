"""Who leaves the coordination loses none of their tasks: they are their operator's, and colleagues are told."""

import pytest
from django.utils import timezone

from marketplace.actions.desk import takeovers
from marketplace.actions.desk import tasks as acts
from marketplace.actions.market import people
from marketplace.models import CalledOff, Task
from notifications import rules
from tests.factories import make_mission, make_organisation, make_user
from tests.marketplace.desk.absent_people import told
from tests.marketplace.desk.desk_people import make_operator
from tests.marketplace.desk.test_tasks import WORDS, make_task, press


@pytest.mark.django_db
class TestLeaving:
    @pytest.mark.parametrize("way", ["leave", "remove", "close"])
    def test_theirs_are_their_operator_s_and_colleagues_are_told(
        self, client, nadia, karim, sonia, pole, way
    ):
        task, done = make_task(nadia, pole), make_task(nadia, pole)
        acts.done(done, by=nadia, now=timezone.now())
        there = nadia.memberships.get()
        if way == "leave":
            people.leave(there, now=timezone.now())
        elif way == "remove":
            there.organisation.memberships.filter(user=sonia).update(role="ADMINISTRATOR")
            people.remove(there, by=sonia, now=timezone.now())
        else:
            people.close_account(nadia, now=timezone.now())
        task.refresh_from_db()
        assert (task.assignee, task.operator) == (None, there.organisation)
        letter = told("tasks_left", karim).get()
        assert "1 tâche" in letter.text
        client.force_login(karim)
        assert WORDS in client.get(letter.url).text
        press(client, "take", task)
        task.refresh_from_db()
        assert (task.assignee, task.operator, task.left_by) == (karim, None, None)
        assert rules.why_moot(told("tasks_left", karim).get()) != ""

    def test_a_side_isn_t_told_of_what_is_not_theirs_to_take(self, nadia, karim, sonia, pole):
        mission = make_mission()
        mission.need.organisation.memberships.create(user=karim)
        make_task(nadia, pole, mission)
        people.leave(nadia.memberships.get(), now=timezone.now())
        assert not told("tasks_left", karim).exists()
        assert told("tasks_left", sonia).count() == 1

    def test_who_coordinates_there_by_another_operator_keeps_theirs(self, nadia, karim, pole):
        task = make_task(nadia, pole)
        make_operator(pole, member=nadia)
        people.leave(
            nadia.memberships.get(organisation=karim.organisations.get()), now=timezone.now()
        )
        task.refresh_from_db()
        assert task.assignee == nadia

    def test_all_of_them_are_taken_over_in_one_act(self, nadia, karim, pole):
        mine, other = make_task(nadia, pole), make_task(karim, pole)
        outcome = takeovers.take_over(nadia, to=karim, by=karim)
        assert outcome.taken == 1
        assert set(Task.objects.filter(assignee=karim)) == {mine, other}
        assert CalledOff.objects.filter(user=nadia).count() == 1

    def test_what_was_to_be_done_about_a_closed_account_goes_with_it(self, nadia, pole):
        person = make_user()
        make_organisation(member=person).memberships.create(user=make_user(), role="ADMINISTRATOR")
        make_task(nadia, pole, person)
        people.close_account(person, now=timezone.now())
        assert not Task.objects.exists()
