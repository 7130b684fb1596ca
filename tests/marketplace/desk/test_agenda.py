"""The calendar of the desk: what falls on which day, by week, month and day, for those who may see it."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.desk import cases
from marketplace.actions.desk import tasks as acts
from marketplace.desk import agenda
from marketplace.desk.agenda import Window
from marketplace.desk.agenda import window as windows
from marketplace.models import Case, CaseEntry, FollowUp, Mission, Task, Voice
from marketplace.states import MissionStatus
from tests.factories import make_coordinator, make_mission, make_organisation, make_pole, make_user
from tests.marketplace.desk.absent_people import away
from tests.marketplace.desk.desk_people import make_operator, scope_of
from tests.marketplace.market.test_at_home import make_boss

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 12, 7)
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def on_a_wednesday():
    with time_machine.travel("2026-12-09 10:00:00+01:00", tick=False):
        yield


def page(reader, **asked):
    asked = {"le": MONDAY.isoformat()} | asked
    scope = scope_of(reader, **asked)
    window = Window.of(
        asked, today=timezone.localdate(), whose=scope.whose, operator=scope.operator
    )
    return agenda.read(scope, window, today=timezone.localdate())


def said(reader, **asked) -> dict[date, list[str]]:
    """The words of each day that has some."""
    days = page(reader, **asked).days
    return {day.on: [entry.what for entry in day.entries] for day in days if day.entries}


def make_task(person, pole, what="Rappeler", on=MONDAY + A_DAY, about=None):
    return acts.write(about, pole=pole, what=what, due_on=on, assignee=person, by=person)


def dated(first, last, **fields) -> Mission:
    mission = make_mission(**fields)
    Mission.objects.filter(pk=mission.pk).update(starts_on=first, ends_on=last)
    return mission


def test_a_week_holds_tasks_missions_follow_ups_and_meetings_each_on_its_day(nadia, pole):
    make_task(nadia, pole)
    mission = dated(MONDAY + 2 * A_DAY, MONDAY + 4 * A_DAY)
    FollowUp.objects.create(
        mission=mission, kind=FollowUp.Kind.MIDWAY, side=Voice.NEED, asked=make_user("Aline"), asked_on=MONDAY
    )  # fmt: skip
    case = cases.open_about(mission, reason=Case.Reason.OTHER, by=nadia, now=timezone.now())
    cases.note(case, kind=CaseEntry.Kind.MEETING, words="Vus", by=nadia)
    title = mission.need.title
    assert said(nadia) == {
        MONDAY: [f"Question posée à Aline Dubois\xa0: {FollowUp.Kind.MIDWAY.label}"],
        MONDAY + A_DAY: ["Rappeler"],
        MONDAY + 2 * A_DAY: [f"Rencontre\xa0: {title}", title],
        MONDAY + 4 * A_DAY: [title],
    }


def test_sunday_night_belongs_to_sunday_on_the_wall_s_clock(nadia):
    case = cases.open_about(make_mission(), reason=Case.Reason.OTHER, by=nadia, now=timezone.now())
    entry = cases.note(case, kind=CaseEntry.Kind.MEETING, words="Vus", by=nadia)
    sunday = MONDAY + 6 * A_DAY
    CaseEntry.objects.filter(pk=entry.pk).update(at=f"{sunday}T23:30:00+01:00")
    assert sunday in said(nadia)
    assert sunday not in said(nadia, le=(sunday + A_DAY).isoformat())


def test_what_goes_on_all_the_week_and_who_is_away_stand_above_it(nadia, karim):
    dated(MONDAY - A_DAY, MONDAY + 7 * A_DAY, status=MissionStatus.RUNNING)
    dated(MONDAY, MONDAY + 7 * A_DAY, status=MissionStatus.RUNNING)  # it begins in it
    away(karim, nadia, first=1)
    found = page(nadia)
    assert [span.first for span in found.running] == [MONDAY - A_DAY]
    assert [span.what for span in found.away] == ["Karim Benali\xa0: absence"]


def test_what_was_called_off_isn_t_there(nadia):
    mission = dated(MONDAY, MONDAY)
    off = {"status": MissionStatus.INTERRUPTED, "interrupted_at": timezone.now()}
    Mission.objects.filter(pk=mission.pk).update(**off)
    assert said(nadia) == {}


def test_a_full_day_shows_the_first_and_counts_the_others(client, nadia, pole):
    for number in range(36):
        make_task(nadia, pole, what=f"Tâche {number:02}")
    client.force_login(nadia)
    address = reverse("agenda") + "?le=2026-12-07"
    week = client.get(address).text
    assert "et 29 autres" in week
    assert "Tâche 06" in week
    assert "Tâche 07" not in week
    more = re.search(r'href="(\?[^"]*vue=jour[^"]*)">et 29', week.replace("&amp;", "&"))
    assert "Tâche 35" in client.get(reverse("agenda") + more[1]).text


def test_what_a_day_of_its_own_leaves_out_is_counted_and_leads_to_nothing_else(
    client, nadia, pole, monkeypatch
):
    """“And 3 others” was a link to the list of missions, whatever they were."""
    monkeypatch.setitem(windows.CAPS, "jour", 4)
    for number in range(7):
        make_task(nadia, pole, what=f"Tâche {number:02}")
    client.force_login(nadia)
    day = client.get(reverse("agenda") + "?vue=jour&le=2026-12-08").text
    assert "et 3 autres" in day
    assert not re.search(r"<a [^>]*>et 3 autres", day)
    assert "Toutes les missions</a>" in day


def test_mine_everybody_s_and_one_operator_s(nadia, karim, pole):
    other = make_user()
    operator = make_operator(pole, member=other)
    for person in (nadia, karim, other):
        make_task(person, pole, what=person.get_full_name())
    day = MONDAY + A_DAY
    assert len(said(nadia)[day]) == 3
    assert said(nadia, whose="mine")[day] == [nadia.get_full_name()]
    assert said(nadia, operator=str(operator.pk))[day] == [other.get_full_name()]


def test_each_reads_what_is_their_operator_s_as_a_whole_and_of_their_own_pole(nadia, pole):
    """One after the other, with the question that was put together for the first."""
    there = make_pole("Un autre pôle", ["02"])
    ali = make_coordinator(there)
    for person, where in ((nadia, pole), (ali, there)):
        make_task(person, where, what=f"De {where}")
        make_task(person, where, what=f"Pour tous, de {where}")
        operator = person.organisations.get()
        rest = Task.objects.filter(what=f"Pour tous, de {where}")
        rest.update(assignee=None, operator=operator)
    case = cases.open_about(make_mission(), reason=Case.Reason.OTHER, by=nadia, now=timezone.now())
    met = cases.note(case, kind=CaseEntry.Kind.MEETING, words="Vus", by=nadia)  # somebody's own
    CaseEntry.objects.filter(pk=met.pk).update(at=timezone.now() - A_DAY)
    for person, where in ((nadia, pole), (ali, there)):
        assert len(said(person)[MONDAY + A_DAY]) == (3 if person == nadia else 2)
        assert said(person, whose="operator") == {MONDAY + A_DAY: [f"Pour tous, de {where}"]}
        mine = said(person, whose="mine")[MONDAY + A_DAY]
        assert (f"De {where}" in mine, f"Pour tous, de {where}" in mine) == (True, False)
        for both in ({"whose": "mine"}, {"whose": "operator"}):
            operator = person.organisations.get().pk
            assert set(said(person, operator=str(operator), **both)) <= {MONDAY + A_DAY}


def test_kinds_are_left_out_by_the_address_and_what_it_can_t_mean_is_nothing(client, nadia, pole):
    make_task(nadia, pole)
    dated(MONDAY, MONDAY + A_DAY)
    assert MONDAY + A_DAY in said(nadia, sans="fins,debuts")
    assert said(nadia, sans="taches,debuts,fins,x") == {}
    client.force_login(nadia)
    for query in ("le=2026-13-45", "le=x", "vue=an", "le=0001-01-01", "le=9999-12-31&vue=mois",
                  "whose=x&operator=x", "sans=" + "x," * 500, "le=\0"):  # fmt: skip
        assert client.get(f"{reverse('agenda')}?{query}").status_code == 200


def test_an_empty_week_says_what_to_do(client, nadia):
    client.force_login(nadia)
    page = client.get(reverse("agenda")).text
    assert "Rien ces jours-là" in page
    assert reverse("task-new") in page


def test_a_month_is_a_table_of_whole_weeks_in_which_today_is_said(client, nadia, pole):
    make_task(nadia, pole)
    client.force_login(nadia)
    text = client.get(reverse("agenda") + "?vue=mois&le=2026-12-07").text
    assert text.count('<th scope="col">') == 7
    assert text.count("<td ") == 35
    assert text.count("is-today") == 1
    assert "aujourd’hui" in text
    found = page(nadia, vue="mois")
    assert (found.days[0].on, found.days[-1].on) == (date(2026, 11, 30), date(2027, 1, 3))


def test_another_pole_s_strangers_and_leavers_see_none_of_it(client, nadia, karim, pole):
    make_task(nadia, pole, what="Zibeline")
    dated(MONDAY, MONDAY + A_DAY)
    there = make_coordinator(make_pole("Un autre pôle", ["02"]))
    assert said(there) == {}
    karim.memberships.all().delete()
    for reader in (karim, make_user()):
        client.force_login(reader)
        assert client.get(reverse("agenda")).status_code == 403
    client.logout()
    assert client.get(reverse("agenda")).status_code == 302


def test_a_boss_who_coordinates_reads_nothing_of_what_is_done_at_home(nadia):
    company, person = make_organisation(Organisation.Kind.COMPANY), make_user()
    Membership.objects.create(user=person, organisation=company, role="MEMBER")
    boss = make_boss("MANAGER", company, person)
    nadia.organisations.get().memberships.create(user=boss)
    mission = dated(MONDAY, MONDAY + 2 * A_DAY)
    type(mission.offer).objects.filter(pk=mission.offer.pk).update(person=person)
    assert MONDAY in said(nadia)
    assert said(boss) == {}


def test_as_many_questions_whatever_it_holds(client, nadia, pole, django_assert_max_num_queries):
    mission = make_mission()
    for number in range(12):
        make_task(
            nadia, pole, what=f"Tâche {number}", on=MONDAY + (number % 7) * A_DAY, about=mission
        )
        dated(MONDAY + (number % 5) * A_DAY, MONDAY + 6 * A_DAY)
    client.force_login(nadia)
    for view in ("semaine", "mois"):
        client.get(reverse("agenda"), {"vue": view, "le": MONDAY})
        with django_assert_max_num_queries(13):
            client.get(reverse("agenda"), {"vue": view, "le": MONDAY})
    assert Task.objects.count() == 12


def test_a_mission_that_was_over_sooner_doesnt_end_on_the_day_that_was_planned(nadia):
    mission = dated(MONDAY - 20 * A_DAY, MONDAY + 4 * A_DAY, status=MissionStatus.CLOSED)
    begun = timezone.now() - 20 * A_DAY
    Mission.objects.filter(pk=mission.pk).update(started_at=begun, delivered_at=begun + 10 * A_DAY)
    assert said(nadia) == {}
    Mission.objects.filter(pk=mission.pk).update(delivered_at=None)
    assert said(nadia) == {MONDAY + 4 * A_DAY: [mission.need.title]}


def test_the_two_missions_of_a_pair_are_told_by_who_comes(nadia):
    """“Missions that begin” said the same words twice."""
    one = dated(MONDAY, MONDAY + A_DAY, person=make_user("Nora", "Cissé"))
    other = dated(MONDAY, MONDAY + A_DAY, person=make_user("Paul", "Roux"))
    Mission.objects.filter(pk=other.pk).update(need=one.need)
    (day,) = [day for day in page(nadia).days if day.on == MONDAY]
    assert len({entry.about for entry in day.entries}) == 2
    assert [one.about.partition(" · ")[2] for one in day.entries] == ["Nora C.", "Paul R."]
