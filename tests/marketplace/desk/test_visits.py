"""Three times are proposed and held for a structure until it chooses one, says that none suits, or stays silent."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from accounts.models import ForbiddenMove, Membership
from marketplace.actions.desk import absences, free_times, takeovers, unclaimed, visit_clock
from marketplace.actions.desk import visits as acts
from marketplace.actions.refusals import NotYet
from marketplace.models import FreeTime, Note, Qualification, Visit, VisitTime
from marketplace.rules import permissions, visits
from marketplace.states import NeedStatus, VisitStatus
from notifications.models import Notification
from tests.factories import make_need, make_user
from tests.marketplace.desk import behalf_people
from tests.marketplace.desk.desk_people import lines_of
from tests.marketplace.desk.visiting import (
    THERE,
    People,
    a_visit,
    an_agreed_one,
    another_pole,
    at,
    begun,
    free,
    letters_to,
    links_in,
    three,
)


@pytest.fixture
def them():
    return People()


def held(visit):
    return visit.times.filter(is_held=True).count()


# --- proposed ------------------------------------------------------------------------------
def test_one_letter_asks_each_of_the_structure_with_a_link_for_each_time(them):
    visit = a_visit(them)
    (letter,) = letters_to(them.petit, "visit_proposed")
    assert len(links_in(letter)) == 3
    assert "J’aimerais voir vos locaux." in letter.text
    assert held(visit) == 3
    assert not letters_to(them.awa, "visit_proposed").exists()


def test_a_second_click_makes_no_second_invitation(them):
    assert a_visit(them).pk == a_visit(them).pk
    assert letters_to(them.petit, "visit_proposed").count() == 1


def test_a_colleague_is_told_that_an_invitation_waits_already(them):
    a_visit(them)
    with pytest.raises(NotYet, match="Awa Diallo"):
        a_visit(them, by=them.colleague)


def test_a_time_that_is_held_for_one_structure_is_given_to_no_other(them):
    a_visit(them)
    other = People(awa=them.awa)
    late = [at(2, 10, 30), at(6), at(7)]  # half an hour into the first one
    with pytest.raises(NotYet, match="10:30"):
        a_visit(other, times=late)
    assert not Visit.objects.filter(organisation=other.house).exists()


@pytest.mark.parametrize(
    "times",
    [
        lambda: three()[:2],
        lambda: [at(2), at(2), at(3)],
        lambda: [at(2), at(2, 10, 30), at(3)],
        lambda: [timezone.now() - timedelta(hours=1), at(2), at(3)],
        lambda: [timezone.localtime() + timedelta(days=300), at(2), at(3)],
    ],
    ids=["two", "one of them twice", "two that overlap", "one that is over", "next year"],
)
def test_three_times_apart_and_to_come_are_asked_for(them, times):
    with pytest.raises(NotYet):
        a_visit(them, times=times())
    assert not VisitTime.objects.exists()


def test_nobody_is_visited_while_the_coordinator_is_away(them):
    day = timezone.localdate(at(2))
    absences.say(them.awa, first_day=day, last_day=day, stand_in=None, by=them.awa)
    with pytest.raises(NotYet, match="absence"):
        a_visit(them)


def test_who_proposes_coordinates_there_today_and_is_on_no_side(them):
    stranger, plain = another_pole(), make_user()
    assert permissions.can_propose_visit(them.awa, them.house)
    assert not permissions.can_propose_visit(stranger, them.house)
    assert not permissions.can_propose_visit(plain, them.house)
    assert not permissions.can_propose_visit(them.petit, them.house)
    both = them.colleague
    Membership.objects.create(user=both, organisation=them.house)
    assert not permissions.can_propose_visit(both, them.house)
    them.awa.memberships.all().delete()
    with pytest.raises(NotYet):
        a_visit(them)


# --- answered ------------------------------------------------------------------------------
def test_the_time_that_is_chosen_is_kept_and_the_others_are_free_again(them):
    visit = a_visit(them)
    second = visit.times.all()[1]
    acts.choose(visit, second, by=them.petit, now=timezone.now())
    visit.refresh_from_db()
    assert (visit.status, visit.begins_at) == (VisitStatus.AGREED, second.begins_at)
    assert held(visit) == 1
    assert letters_to(them.awa, "visit_told").count() == 1
    assert not letters_to(them.petit, "visit_told").exists(), "nobody is told of their own act"


def test_two_of_the_structure_choose_once(them):
    visit = a_visit(them)
    first, second, _third = visit.times.all()
    acts.choose(visit, first, by=them.petit, now=timezone.now())
    with pytest.raises(ForbiddenMove):
        acts.choose(visit, second, by=them.petit, now=timezone.now())
    assert letters_to(them.awa, "visit_told").count() == 1


def test_what_was_chosen_on_the_phone_is_written_down_by_the_coordinator(them):
    visit = a_visit(them)
    acts.choose(visit, visit.times.first(), by=them.awa, now=timezone.now())
    assert letters_to(them.petit, "visit_told").count() == 1
    assert not letters_to(them.awa, "visit_told").exists()


def test_a_time_that_has_passed_is_chosen_no_more(them):
    visit = a_visit(them)
    first = visit.times.first()
    with pytest.raises(NotYet):
        acts.choose(visit, first, by=them.petit, now=first.begins_at)


def test_none_suits_is_a_line_of_the_desk_with_its_word(them):
    visit = a_visit(them)
    acts.none_suits(visit, word="Plutôt en janvier.", by=them.petit)
    (line,) = [line for line in lines_of(them.awa) if line.kind == "visit"]
    assert line.url == visit.get_absolute_url()
    assert held(visit) == 0
    assert visit.steps.last().said == "Plutôt en janvier."


def test_three_others_take_the_line_off_the_desk(them):
    visit = a_visit(them)
    acts.none_suits(visit, word="", by=them.petit)
    a_visit(them, times=three(5))
    assert not [line for line in lines_of(them.awa) if line.kind == "visit"]
    assert letters_to(them.petit, "visit_proposed").count() == 2


def test_silence_is_reminded_once_then_the_times_are_free_and_the_desk_says_so(them):
    visit = a_visit(them, times=three(8))
    third, after = at(3, 9), visit.ends_at + timedelta(minutes=1)
    for _twice in range(2):
        visit_clock.sweep(third)
    assert letters_to(them.petit, "visit_proposed").count() == 2
    for _twice in range(2):
        visit_clock.sweep(after)
    visit.refresh_from_db()
    assert (visit.status, held(visit)) == (VisitStatus.LAPSED, 0)
    assert [line.kind for line in lines_of(them.awa)] == ["visit"]
    assert letters_to(them.petit, "visit_proposed").count() == 2
    acts.set_aside(visit, by=them.awa)
    assert lines_of(them.awa) == []


# --- moved, cancelled ----------------------------------------------------------------------
def test_either_side_moves_it_and_the_other_is_told_once(them):
    visit = an_agreed_one(them)
    acts.move(visit, to=at(8, 15), by=them.awa, now=timezone.now())
    assert letters_to(them.petit, "visit_told").count() == 1
    acts.move(visit, to=at(9, 15), by=them.petit, now=timezone.now())
    visit.refresh_from_db()
    assert visit.begins_at == at(9, 15)
    assert [one.begins_at for one in visit.times.filter(is_held=True)] == [at(9, 15)]
    assert letters_to(them.awa, "visit_told").count() == 2  # agreed, then moved


def test_its_letter_leads_to_its_page_beside_the_file_for_a_calendar(them):
    """The address of the file begins as that of the page does: the page was then left out."""
    visit = an_agreed_one(them)
    for told in letters_to(them.awa, "visit_told"):
        assert f"{visit.get_absolute_url()}date.ics" in told.text
        assert f"{visit.get_absolute_url()}\n" in told.text


def test_it_is_moved_to_no_time_that_is_promised_to_somebody_else(them):
    other, visit = People(awa=them.awa), an_agreed_one(them)
    an_agreed_one(other, times=[at(10), at(11), at(12)])
    with pytest.raises(NotYet):
        acts.move(visit, to=at(10, 10, 30), by=them.petit, now=timezone.now())
    acts.move(visit, to=at(11), by=them.petit, now=timezone.now())


def test_a_cancelled_visit_frees_its_time_and_is_told_once(them):
    visit = an_agreed_one(them)
    acts.cancel(visit, word="Inondation.", by=them.petit)
    with pytest.raises(ForbiddenMove):
        acts.cancel(visit, word="", by=them.awa)
    assert held(visit) == 0
    told = letters_to(them.awa, "visit_told").order_by("pk").last()
    assert "Inondation." in told.text


# --- afterwards ----------------------------------------------------------------------------
def test_on_the_day_it_is_on_the_desk_and_not_before(them):
    visit = an_agreed_one(them)
    assert lines_of(them.awa) == []
    begun(visit)
    assert [line.kind for line in lines_of(them.awa)] == ["visit"]


def test_it_took_place_with_a_note_and_the_need_is_read_there(them):
    need = make_need(them.house, status=NeedStatus.SUBMITTED, submitted_at=timezone.now())
    visit = an_agreed_one(them, subject=need)
    with pytest.raises(NotYet):
        acts.took_place(visit, note="", is_read=True, by=them.awa, now=timezone.now())
    visit = begun(visit)
    acts.took_place(visit, note="Deux salariés.", is_read=True, by=them.awa, now=timezone.now())
    sheet = Qualification.objects.get(need=need)
    assert (sheet.met, sheet.met_words) == ("VISIT", "Deux salariés.")
    assert Note.objects.get(need=need).body == "Deux salariés."
    assert [line.kind for line in lines_of(them.awa)] == ["need"]


# --- whose it is ---------------------------------------------------------------------------
def test_it_is_seen_by_the_structure_and_the_coordination_and_by_nobody_else(them):
    visit = an_agreed_one(them)

    def seen(user):
        return Visit.objects.visible_to(user).filter(pk=visit.pk).exists()

    assert seen(them.petit)
    assert seen(them.awa)
    assert seen(them.colleague)
    assert not seen(another_pole())
    assert not seen(make_user())
    them.house.memberships.all().delete()
    assert not seen(them.petit)


def test_the_visits_of_a_week_are_those_that_stand(them):
    visit, other = an_agreed_one(them), a_visit(People(awa=them.awa), times=three(6))
    start, end = visit.begins_at, visit.begins_at + timedelta(hours=1)
    assert list(Visit.objects.between(start, end)) == [visit]
    assert not Visit.objects.between(end, end + timedelta(days=30)).exists()
    assert other.begins_at is None


def test_who_leaves_leaves_their_visits_to_whoever_takes_them(them):
    luc, visit = them.colleague, an_agreed_one(them)
    operator = them.awa.organisations.get()
    takeovers.leave_behind(them.awa, operator, by=them.awa)
    them.awa.memberships.all().delete()
    visit.refresh_from_db()
    assert visit.coordinator is None
    assert [line.kind for line in lines_of(luc)] == ["visit"]
    acts.take(visit, by=luc, now=timezone.now())
    told = letters_to(them.petit, "visit_told").get()
    assert "Luc Morel" in told.text


def test_a_visit_of_nobody_is_taken_by_the_first_of_two(them):
    luc, sonia, visit = them.colleague, them.colleague, an_agreed_one(them)
    takeovers.leave_behind(them.awa, them.awa.organisations.get(), by=them.awa)
    first, second = Visit.objects.get(pk=visit.pk), Visit.objects.get(pk=visit.pk)
    acts.take(first, by=luc, now=timezone.now())
    with pytest.raises(NotYet, match="Luc Morel"):
        acts.take(second, by=sonia, now=timezone.now())
    visit.refresh_from_db()
    assert visit.coordinator == luc
    assert letters_to(them.petit, "visit_told").count() == 1


def test_all_that_a_colleague_follows_holds_their_visits(them):
    luc, visit = them.colleague, an_agreed_one(them)
    outcome = takeovers.take_over(them.awa, to=luc, by=luc)
    visit.refresh_from_db()
    assert (visit.coordinator, outcome.taken) == (luc, 1)
    assert visit.times.get(is_held=True).coordinator == luc


def test_a_visit_stays_where_the_other_one_has_promised_the_same_time(them):
    luc, visit = them.colleague, an_agreed_one(them)
    an_agreed_one(People(awa=luc))
    outcome = takeovers.take_over(them.awa, to=luc, by=luc)
    visit.refresh_from_db()
    assert (visit.coordinator, outcome.taken, outcome.busy) == (them.awa, 0, 1)


def test_while_they_are_away_who_answers_is_told_and_has_it_among_their_lines(them):
    luc, visit = them.colleague, a_visit(them)
    today = timezone.localdate()
    absences.say(them.awa, first_day=today, last_day=today, stand_in=luc, by=them.awa)
    acts.choose(visit, visit.times.first(), by=them.petit, now=timezone.now())
    assert letters_to(luc, "visit_told").exists()
    assert not letters_to(them.awa, "visit_told").exists()
    begun(visit)
    assert [line.kind for line in lines_of(luc, whose="mine")] == ["visit"]


# --- a structure of which nobody is on the site ----------------------------------------------
def test_whom_something_was_written_for_is_asked_at_their_address_and_forgotten_with_it():
    desk = behalf_people.desk()
    need = behalf_people.a_sent_need(desk)
    visit = acts.invite(need, times=three(), place=THERE, by=desk.writer, now=timezone.now())
    letter = letters_to(behalf_people.ADDRESS, "visit_offered").get()
    assert len(links_in(letter)) == 3
    acts.choose(visit, visit.times.first(), by=desk.writer, now=timezone.now())
    assert letters_to(behalf_people.ADDRESS, "visit_said").exists()
    unclaimed.refuse(behalf_people.row_of(need), by=None, now=timezone.now())
    assert not Notification.objects.filter(address=behalf_people.ADDRESS).exists()


# --- when one is free ------------------------------------------------------------------------
def test_times_are_proposed_in_ones_hours_without_absences_rest_and_what_is_held(them):
    for weekday in range(5):
        free(them.awa, weekday)
    days = {timezone.localdate(one) for one in visits.free_times(them.awa, 60, now=timezone.now())}
    visit = a_visit(them)
    off = sorted(days)[5]
    absences.say(them.awa, first_day=off, last_day=off, stand_in=None, by=them.awa)
    found = visits.free_times(them.awa, 60, now=timezone.now())
    local = [timezone.localtime(one) for one in found]
    assert {one.hour for one in local} == {10, 11}
    assert off not in {one.date() for one in local}
    assert not {time.begins_at for time in visit.times.all()} & set(found)


def test_a_night_when_the_clocks_change_moves_no_visit_on_the_wall(them):
    """25 October 2026: 14:00 in Paris is 12:00 UTC before it, and 13:00 after."""
    for weekday in range(5):
        free(them.awa, weekday, begins=time(14), ends=time(15))
    now = datetime(2026, 10, 21, 12, tzinfo=timezone.get_default_timezone())
    found = visits.free_times(them.awa, 60, now=now)
    walls = {timezone.localtime(one).time() for one in found}
    utc = {one.utctimetuple().tm_hour for one in found}
    assert (walls, utc) == ({time(14)}, {12, 13})


def test_one_day_alone_counts_on_a_day_of_rest_too(them):
    now = datetime(2026, 7, 1, 12, tzinfo=timezone.get_default_timezone())
    free(them.awa, day=date(2026, 7, 14))
    found = visits.free_times(them.awa, 60, now=now)
    assert {timezone.localdate(one) for one in found} == {date(2026, 7, 14)}


def test_hours_that_meet_become_one(them):
    for begins, ends in ((time(9), time(11)), (time(11), time(12)), (time(14), time(15))):
        free_times.say(them.awa, weekday=1, day=None, begins=begins, ends=ends)
    spans = FreeTime.objects.values_list("begins", "ends")
    assert list(spans) == [(time(9), time(12)), (time(14), time(15))]
