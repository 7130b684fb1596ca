"""Tasks: « rappeler Mme Petit mardi », with a date and a person, about anything or about nothing."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.desk import tasks as acts
from marketplace.actions.refusals import NotYet
from marketplace.models import CalledOff, OrganisationRecord, PersonRecord, Task, Thread
from notifications import rules
from tests.factories import (
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_user,
)
from tests.marketplace.desk.absent_people import away, told
from tests.marketplace.desk.desk_people import elsewhere, lines_of
from tests.marketplace.market.test_at_home import make_boss

WORDS = "Rappeler Mme Petit mardi"
TODAY = timezone.localdate


def make_task(person, pole, about=None, **fields) -> Task:
    said = {"what": WORDS, "due_on": TODAY(), "assignee": person, "by": person} | fields
    return acts.write(about, pole=pole, **said)


def write(client, person, what=WORDS, on="", about="", **fields):
    query = f"?sur={about}" if about else ""
    said = {"what": what, "due_on": on, "assignee": person.pk} | fields
    return client.post(reverse("task-new") + query, said, follow=True)


def press(client, act, task, **said):
    return client.post(reverse(f"task-{act}", args=[task.pk]), said, follow=True)


# --- writing one down ----------------------------------------------------------------------------
@pytest.mark.django_db
class TestWriting:
    def test_the_day_is_read_in_the_words_without_a_script(self, client, nadia):
        client.force_login(nadia)
        with time_machine.travel("2026-12-03 09:00:00+01:00"):
            page = write(client, nadia)
        task = Task.objects.get()
        assert (task.what, task.due_on, task.assignee, task.by) == (
            WORDS,
            date(2026, 12, 8),
            nadia,
            nadia,
        )
        assert "mardi 8 décembre" in page.text

    def test_a_day_given_by_hand_counts_before_the_words(self, client, nadia):
        client.force_login(nadia)
        on = TODAY() + timedelta(days=40)
        write(client, nadia, on=on.isoformat())
        assert Task.objects.get().due_on == on

    @pytest.mark.parametrize(
        ("what", "on", "sentence"),
        [
            ("Rappeler Mme Petit", "", "Pour quand"),
            ("Rappeler Mme Petit", "2020-01-01", "passé"),
            ("Rappeler Mme Petit", "2099-01-01", "cinq ans"),
            ("Rappeler Mme Petit", "n’importe quoi", "date"),
            ("x" * 201, "", "200"),
            ("a\0b mardi", "", ""),
        ],
    )
    def test_what_can_t_be_read_is_said_and_kept(self, client, nadia, what, on, sentence):
        client.force_login(nadia)
        page = write(client, nadia, what=what, on=on)
        assert not Task.objects.exists()
        assert sentence in page.text
        if "\0" not in what:
            assert what in page.text

    def test_while_one_types_the_field_of_the_day_fills(self, client, nadia):
        client.force_login(nadia)
        with time_machine.travel("2026-12-03 09:00:00+01:00"):
            read = client.get(reverse("task-day"), {"what": WORDS})
            by_hand = client.get(reverse("task-day"), {"what": WORDS, "due_on": "2026-12-24"})
            again = client.get(
                reverse("task-day"),
                {"what": "le 12 mars", "due_on": "2026-12-08", "read": "2026-12-08"},
            )
        assert 'value="2026-12-08"' in read.text
        assert "mardi 8 décembre 2026" in read.text
        assert by_hand.status_code == 204
        assert 'value="2027-03-12"' in again.text

    def test_it_is_about_anything_that_coordinators_know(self, client, nadia, karim, pole):
        client.force_login(nadia)
        operator = nadia.organisations.get()
        kept = {"pole": pole, "operator": operator, "by": nadia}
        structure = make_organisation(member=make_user())
        about = {
            "person": structure.members.get(),
            "organisation": structure,
            "need": make_need(member=make_user()),
            "offer": make_offer(),
            "mission": make_mission(),
            "organisation_record": OrganisationRecord.objects.create(
                name="Lilo", near="lilo", **kept
            ),
            "person_record": PersonRecord.objects.create(last_name="Petit", near="petit", **kept),
        }
        for noun, row in about.items():
            page = write(client, nadia, about=f"{noun}-{row.pk}")
            task = Task.objects.latest("pk")
            assert task.subject == row, noun
            assert page.status_code == 200
            assert list(Task.objects.visible_to(karim).filter(**{noun: row})) == [task]
            assert WORDS in client.get(reverse("tasks")).text
        assert Task.objects.count() == len(about)

    def test_about_somebody_without_an_address_colleagues_read_it_and_nobody_writes_it_of_themselves(
        self, client, nadia, karim, pole
    ):
        """The list asked by the reader's number alone: who has no address was taken for the reader."""
        operator = Membership.objects.get(user=nadia).organisation
        kept = {"pole": pole, "operator": operator, "by": nadia}
        nobody = PersonRecord.objects.create(last_name="Petit", near="petit", **kept)
        theirs = PersonRecord.objects.create(
            last_name="Roy", near="roy", email=karim.email.upper(), **kept
        )
        client.force_login(nadia)
        write(client, nadia, about=f"person_record-{nobody.pk}")
        write(client, nadia, about=f"person_record-{theirs.pk}")
        said, kept_back = Task.objects.order_by("pk")
        client.force_login(karim)
        page = client.get(reverse("tasks"), {"qui": "pole"}).text
        assert reverse("task", args=[said.pk]) in page
        assert reverse("task", args=[kept_back.pk]) not in page
        assert write(client, karim, about=f"person_record-{theirs.pk}").status_code == 403

    @pytest.mark.parametrize("about", ["need-999999", "need-x", "chose-1", "need", "-", "need-1e9"])
    def test_about_what_isn_t_there_is_a_404(self, client, nadia, about):
        client.force_login(nadia)
        assert write(client, nadia, about=about).status_code == 404

    def test_about_two_things_is_refused_by_the_database(self, nadia, pole):
        need, offer = make_need(), make_offer()
        with pytest.raises(IntegrityError, match="task_about_one_thing"), transaction.atomic():
            Task.objects.create(
                pole=pole, what="x", due_on=TODAY(), by=nadia, need=need, offer=offer
            )

    def test_it_stands_on_the_page_of_what_it_is_about(self, client, nadia, pole):
        need, mission = make_need(member=make_user()), make_mission()
        make_task(nadia, pole, need, what="Appeler au sujet du besoin")
        make_task(nadia, pole, mission, what="Appeler au sujet de la mission")
        client.force_login(nadia)
        page = client.get(reverse("desk-need", args=[need.pk])).text
        assert "Appeler au sujet du besoin" in page
        assert "au sujet de la mission" not in page
        assert "Appeler au sujet de la mission" in client.get(mission.get_absolute_url()).text

    def test_it_stands_beside_the_conversation_that_talks_of_it(self, client, nadia, pole):
        need, mission = make_need(member=(structure := make_user())), make_mission()
        make_task(nadia, pole, need, what="Appeler au sujet du besoin")
        make_task(nadia, pole, mission, what="Appeler au sujet de la mission")
        asked = Thread.objects.create(need=need)
        spoken, _new = Thread.objects.get_or_create(proposal=mission.proposal)
        client.force_login(nadia)
        assert "Appeler au sujet du besoin" in client.get(asked.get_absolute_url()).text
        assert "Appeler au sujet de la mission" in client.get(spoken.get_absolute_url()).text
        client.force_login(structure)
        assert "Appeler" not in client.get(asked.get_absolute_url()).text

    def test_who_coordinates_two_poles_says_in_which(self, client, nadia, pole):
        other = elsewhere().organisations.get()
        other.memberships.create(user=nadia)
        client.force_login(nadia)
        write(client, nadia, pole=other.pole.pk)
        assert Task.objects.get().pole == other.pole


# --- who may ---------------------------------------------------------------------------------------
@pytest.mark.django_db
class TestRights:
    ACTS = ("done", "undo", "put-off", "take", "remove")

    @pytest.mark.parametrize("who", ["stranger", "elsewhere", "left", "suspended", "nobody"])
    def test_nobody_else_reads_it_or_acts_on_it(self, client, nadia, karim, pole, who):
        task = make_task(nadia, pole, make_organisation())
        reader = {"stranger": make_user, "elsewhere": elsewhere}.get(who, lambda: karim)()
        if who == "left":
            karim.memberships.all().delete()
        if who == "suspended":
            operator = karim.organisations.get()
            Organisation.objects.filter(pk=operator.pk).update(status=OrganisationStatus.SUSPENDED)
        if who != "nobody":
            client.force_login(reader)
        expected = {302} if who == "nobody" else {403, 404}
        assert client.get(reverse("task", args=[task.pk])).status_code in expected
        for act in self.ACTS:
            answer = client.post(reverse(f"task-{act}", args=[task.pk]), {"to": "week"})
            assert answer.status_code in expected
        for page in ("tasks", "task-new", "task-day", "agenda"):
            answer = client.get(reverse(page))
            assert answer.status_code in {200, 204, *expected}
            assert WORDS not in answer.text
        task.refresh_from_db()
        assert (task.done_at, task.version) == (None, 0)

    def test_a_colleague_ticks_it_off_but_neither_changes_nor_throws_it_away(
        self, client, nadia, karim, pole
    ):
        task = make_task(nadia, pole)
        client.force_login(karim)
        said = {"what": "Autre chose", "due_on": TODAY().isoformat(), "assignee": karim.pk}
        assert client.post(task.get_absolute_url(), said).status_code == 403
        assert press(client, "remove", task).status_code == 403
        assert press(client, "put-off", task, to="week").status_code == 403
        press(client, "done", task)
        task.refresh_from_db()
        assert (task.what, task.done_by) == (WORDS, karim)

    def test_who_answers_for_somebody_away_may_change_theirs(self, client, nadia, karim, pole):
        task = make_task(nadia, pole)
        away(nadia, karim)
        client.force_login(karim)
        assert press(client, "put-off", task, to="week").status_code == 200
        task.refresh_from_db()
        assert task.due_on > TODAY()
        assert task.what in client.get(reverse("tasks")).text

    def test_nobody_reads_what_is_to_be_done_about_themselves(self, client, nadia, karim, pole):
        make_organisation(member=karim)
        task = make_task(nadia, pole, karim)
        assert not Task.objects.visible_to(karim).exists()
        assert task in Task.objects.visible_to(nadia)
        client.force_login(karim)
        assert client.get(task.get_absolute_url()).status_code == 404
        assert list(Task.objects.filter(person=karim)) == [task]

    def test_a_side_reads_nothing_of_what_is_left_to_others(self, nadia, karim, sonia, pole):
        mission = make_mission()
        mission.need.organisation.memberships.create(user=karim)
        for about in (mission, mission.need, mission.need.organisation):
            task = make_task(nadia, pole, about)
            assert task not in Task.objects.visible_to(karim)
            assert task in Task.objects.visible_to(sonia)
            with pytest.raises(NotYet):
                acts.write(about, pole=pole, what=WORDS, due_on=TODAY(), assignee=karim, by=nadia)

    def test_a_boss_who_coordinates_reads_nothing_of_what_is_offered_at_home(
        self, client, nadia, karim, pole
    ):
        company = make_organisation(Organisation.Kind.COMPANY)
        person = make_user()
        Membership.objects.create(user=person, organisation=company, role="MEMBER")
        boss = make_boss("HR", company, person)
        nadia.organisations.get().memberships.create(user=boss)
        offer = make_offer(person=person)
        task = make_task(nadia, pole, offer)
        record = PersonRecord.objects.create(
            last_name="Zibeline", near="zibeline", email=person.email, pole=pole,
            operator=nadia.organisations.get(), by=nadia,
        )  # fmt: skip
        other = make_task(nadia, pole, record)
        assert not Task.objects.visible_to(boss).filter(pk__in=[task.pk, other.pk]).exists()
        assert Task.objects.visible_to(karim).filter(pk__in=[task.pk, other.pk]).count() == 2
        client.force_login(boss)
        assert write(client, boss, about=f"offer-{offer.pk}").status_code in {403, 404}
        assert write(client, boss, about=f"person_record-{record.pk}").status_code == 404


# --- what becomes of it ----------------------------------------------------------------------------
@pytest.mark.django_db
class TestActs:
    def test_done_is_said_with_its_undo_and_a_second_press_changes_nothing(
        self, client, nadia, pole
    ):
        task = make_task(nadia, pole)
        client.force_login(nadia)
        page = press(client, "done", task)
        assert "Fait" in page.text
        assert reverse("task-undo", args=[task.pk]) in page.text
        assert "déjà" in press(client, "done", task).text
        assert WORDS in client.get(reverse("tasks") + "?fait=1").text
        press(client, "undo", task)
        press(client, "undo", task)
        task.refresh_from_db()
        assert (task.done_at, task.done_by) == (None, None)

    @pytest.mark.parametrize(
        ("to", "due", "day"),
        [
            ("tomorrow", date(2026, 12, 1), date(2026, 12, 4)),  # late: counted from today
            ("week", date(2026, 12, 1), date(2026, 12, 7)),
            ("tomorrow", date(2026, 12, 10), date(2026, 12, 11)),
            ("week", date(2026, 12, 7), date(2026, 12, 14)),
        ],
    )
    def test_it_is_put_off(self, nadia, pole, to, due, day):
        task = make_task(nadia, pole, due_on=due)
        assert acts.put_off(task, to=to, today=date(2026, 12, 3)) == day

    def test_put_off_to_nowhere_is_refused(self, client, nadia, pole):
        client.force_login(nadia)
        assert press(client, "put-off", make_task(nadia, pole), to="jamais").status_code == 403

    def test_given_to_a_colleague_it_is_told_once_and_leaves_the_first_calendar(
        self, client, nadia, karim, pole
    ):
        task = make_task(nadia, pole)
        client.force_login(nadia)
        said = {"what": WORDS, "due_on": TODAY().isoformat(), "assignee": karim.pk}
        client.post(task.get_absolute_url(), said)
        client.post(task.get_absolute_url(), said)
        letter = told("task_given", karim).get()
        assert WORDS not in letter.text  # its words are on its page alone
        assert CalledOff.objects.get(user=nadia).thing == f"task-{task.pk}"
        assert rules.why_moot(letter) == ""
        acts.done(task, by=karim, now=timezone.now())
        assert rules.why_moot(letter) == "Another coordinator has dealt with it"

    def test_a_day_that_is_over_stays_as_one_changes_the_words(self, client, nadia, pole):
        task = make_task(nadia, pole, due_on=TODAY() - timedelta(days=3))
        client.force_login(nadia)
        said = {"due_on": task.due_on.isoformat(), "what": "Autre", "assignee": nadia.pk}
        client.post(task.get_absolute_url(), said)
        task.refresh_from_db()
        assert task.what == "Autre"

    def test_thrown_away_after_a_question_nothing_of_it_is_kept(self, client, nadia, pole):
        task = make_task(nadia, pole)
        client.force_login(nadia)
        assert "Jeter" in client.get(reverse("task-remove", args=[task.pk])).text
        press(client, "remove", task)
        assert not Task.objects.exists()
        assert press(client, "remove", task).status_code == 404

    def test_of_two_who_take_it_the_second_is_told(self, nadia, karim, sonia, pole):
        task = make_task(nadia, pole)
        Task.objects.update(assignee=None)
        task.refresh_from_db()
        acts.take(task, by=karim)
        acts.take(task, by=karim)
        with pytest.raises(NotYet, match="Karim"):
            acts.take(task, by=sonia)

    def test_two_hundred_tasks_cost_as_many_questions_as_two(
        self, client, nadia, pole, django_assert_max_num_queries
    ):
        needs = [make_need(member=make_user()) for _ in range(3)]
        rows = [
            Task(pole=pole, what=f"Tâche {n}", due_on=TODAY() + timedelta(days=n % 3 - 1), assignee=nadia,
                 by=nadia, need=needs[n % 3])
            for n in range(200)
        ]  # fmt: skip
        Task.objects.bulk_create(rows)
        client.force_login(nadia)
        client.get(reverse("tasks"))
        with django_assert_max_num_queries(12):
            page = client.get(reverse("tasks"))
        assert "et 52 de plus" in page.text
        assert len(page.content) < 60_000
        assert page.text.count("<form") < 12


# --- on the desk -----------------------------------------------------------------------------------
@pytest.mark.django_db
class TestDesk:
    def test_it_comes_to_the_desk_on_its_day_and_is_late_the_next(self, nadia, karim, pole):
        make_task(nadia, pole, due_on=TODAY() + timedelta(days=1), what="Demain")
        make_task(nadia, pole, what="Aujourd’hui")
        make_task(nadia, pole, due_on=TODAY() - timedelta(days=1), what="Hier")
        lines = [line for line in lines_of(nadia) if line.kind == "task"]
        assert [(line.what, line.urgency) for line in lines] == [
            ("Hier", "late"),
            ("Aujourd’hui", "soon"),
        ]
        assert [line.what for line in lines_of(karim, whose="mine")] == []

    def test_it_leaves_the_desk_once_it_is_done(self, nadia, pole):
        task = make_task(nadia, pole)
        acts.done(task, by=nadia, now=timezone.now())
        assert lines_of(nadia) == []

    def test_another_pole_sees_none_of_it(self, nadia, pole):
        make_task(nadia, pole)
        assert lines_of(elsewhere()) == []
