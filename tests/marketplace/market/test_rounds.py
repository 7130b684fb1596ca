"""The call of a round and its answers: who may, in which order, and what the clock does."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import ForbiddenMove, Membership
from marketplace.actions.market import people, rounds
from marketplace.actions.refusals import NotYet
from marketplace.models import RoundAnswer, Site
from marketplace.rules import rounds as rules
from marketplace.states import RoundStatus
from notifications.models import Notification
from notifications.settled import is_settled
from tests.factories import in_days, make_organisation, make_user
from tests.marketplace.market.round_people import (
    a_house,
    letters,
    open_house,
    set_days,
    suspend,
)

COMES, WAITS, DECLINES, WITHDRAWN = "COMES", "WAITS", "DECLINES", "WITHDRAWN"


def ring() -> None:
    rounds.carry_on(timezone.now())


# --- the call --------------------------------------------------------------------------------
def test_each_member_who_may_take_part_gets_one_call_and_its_writer_none():
    house = open_house(people=2)
    ring()
    ring()
    assert {one.recipient for one in letters("round_call")} == set(house.people)
    assert letters("round_call").count() == 2


def test_nobody_is_called_by_a_draft():
    a_house(people=1)
    ring()
    assert not letters("round_call").exists()


def test_whoever_joins_later_is_called_too():
    house = open_house(people=1)
    ring()
    late = house.hire()
    ring()
    assert letters("round_call", late).count() == 1


def test_calls_are_written_in_batches_of_their_own(monkeypatch):
    monkeypatch.setattr(rounds, "BATCH", 2)
    house = open_house(people=5)
    ring()
    assert letters("round_call").count() == 5
    last = Membership.objects.filter(organisation=house.company).latest("pk")
    assert house.fresh().called_up_to == last.pk


def test_whoever_has_answered_already_is_not_called():
    house = open_house(people=2)
    house.say(house.people[0])
    ring()
    assert [one.recipient for one in letters("round_call")] == [house.people[1]]


def test_the_people_of_other_sites_are_neither_called_nor_may_they_answer():
    house = open_house(people=3, places=3)
    here, there = (
        Site.objects.create(organisation=house.company, name=name, commune=house.company.commune)
        for name in ("Arques", "Lens")
    )
    house.round.programme.sites.add(here)
    elsewhere, mine, unknown = house.people
    house.at(elsewhere, there)
    house.at(mine, here)
    ring()
    assert {one.recipient for one in letters("round_call")} == {mine, unknown}
    with pytest.raises(NotYet):
        house.say(elsewhere)
    assert house.say(mine).answer == COMES
    assert house.say(unknown).answer == COMES


def test_a_call_that_waits_says_nothing_once_it_is_answered():
    house = open_house(people=1)
    ring()
    (letter,) = letters("round_call")
    assert not is_settled(letter)
    house.say(house.people[0])
    assert is_settled(Notification.objects.get(pk=letter.pk))


def test_a_suspended_house_calls_nobody():
    house = open_house(people=1)
    suspend(house.company)
    ring()
    assert not letters("round_call").exists()


@pytest.mark.parametrize(
    "days",
    [
        {"answer_by": in_days(-1)},
        {"answer_by": in_days(-9), "starts_on": in_days(-3), "ends_on": in_days(-2)},
    ],
    ids=["answers", "all"],
)
def test_what_is_past_is_not_opened(days):
    house = a_house()
    set_days(house.round, **days)
    with pytest.raises(NotYet):
        house.open()


def test_a_round_of_a_closed_programme_is_not_opened_nor_answered():
    house = a_house(people=1)
    house.round.programme.closed_at = timezone.now()
    house.round.programme.save()
    with pytest.raises(NotYet):
        house.open()
    house.round.move(RoundStatus.OPEN, by=house.claire)
    with pytest.raises(NotYet):
        house.say(house.people[0])


def test_it_is_opened_once():
    house = open_house()
    with pytest.raises(ForbiddenMove):
        house.open()


# --- answers ---------------------------------------------------------------------------------
def test_places_are_given_in_turn_and_the_next_wait():
    house = open_house(people=4, places=2)
    assert [house.say(person).answer for person in house.people] == [COMES, COMES, WAITS, WAITS]


def test_twice_is_once():
    house = open_house(people=2, places=1)
    first, second = house.people
    house.say(first)
    house.say(second)
    when = house.round.answers.get(person=second).answered_at
    assert house.say(first, word="Avec plaisir").answer == COMES
    assert house.say(second).answer == WAITS
    again = house.round.answers.get(person=second)
    assert (house.round.answers.count(), again.answered_at) == (2, when)


def test_the_database_keeps_one_answer_of_each():
    house = open_house(people=1)
    house.say(house.people[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundAnswer.objects.create(round=house.round, person=house.people[0], answer=COMES)


def test_whoever_withdraws_leaves_the_place_to_the_first_who_waits_and_a_letter_tells_them():
    house = open_house(people=3, places=1)
    first, second, third = house.people
    for person in house.people:
        house.say(person)
    assert house.say(first, comes=False, seen=COMES).answer == WITHDRAWN
    assert house.answers() == {first: WITHDRAWN, second: COMES, third: WAITS}
    assert [one.recipient for one in letters("round_place_given")] == [second]


def test_whoever_comes_back_waits_behind_the_others():
    house = open_house(people=3, places=1)
    first, second, third = house.people
    for person in house.people:
        house.say(person)
    house.say(first, comes=False, seen=COMES)
    assert house.say(first, seen=WITHDRAWN).answer == WAITS
    assert [one.person for one in house.round.answers.waiting()] == [third, first]


def test_a_no_takes_no_place_and_may_become_a_yes():
    house = open_house(people=1)
    (person,) = house.people
    assert house.say(person, comes=False).answer == DECLINES
    assert house.say(person, seen=DECLINES).answer == COMES


def test_a_form_of_another_window_undoes_nothing():
    house = open_house(people=2, places=1)
    first, second = house.people
    house.say(first)
    house.say(second)
    house.say(first, comes=False, seen=COMES)
    with pytest.raises(NotYet, match="a changé"):
        house.say(second, comes=False, seen=WAITS)  # they have got a place meanwhile
    assert house.answers()[second] == COMES


def stranger(house):
    return make_user()


def somebody_who_has_left(house):
    person = house.hire()
    people.leave(Membership.objects.get(user=person), now=timezone.now())
    return person


def somebody_of_a_closed_account(house):
    person = house.hire()
    people.close_account(person, now=timezone.now())
    person.refresh_from_db()
    return person


def somebody_of_another_house(house):
    person = make_user()
    make_organisation("COMPANY", member=person)
    return person


@pytest.mark.parametrize(
    "who",
    [stranger, somebody_who_has_left, somebody_of_a_closed_account, somebody_of_another_house],
)
def test_only_the_people_of_the_house_answer(who):
    house = open_house()
    person = who(house)
    with pytest.raises(NotYet):
        house.say(person)
    assert not house.round.answers.exists()


@pytest.mark.parametrize("role", ["EMPLOYEE", "MEMBER", "ADMINISTRATOR"])
def test_everybody_of_the_house_may_answer_whatever_their_role(role):
    house = open_house()
    assert house.say(house.hire(role)).answer == COMES


def test_nobody_answers_for_a_suspended_house():
    house = open_house(people=1)
    suspend(house.company)
    with pytest.raises(NotYet):
        house.say(house.people[0])


@pytest.mark.parametrize("after", ["day", "hand", "cancelled", "draft"])
def test_too_late_or_too_early_says_so(after):
    house = a_house(people=1) if after == "draft" else open_house(people=1)
    if after == "day":
        set_days(house.round, answer_by=in_days(-1))
    elif after == "hand":
        house.close()
    elif after == "cancelled":
        rounds.cancel(house.round, by=house.claire, now=timezone.now())
    with pytest.raises(NotYet):
        house.say(house.people[0])


def test_on_the_last_day_one_may_still_answer():
    house = open_house(people=1)
    set_days(house.round, answer_by=in_days(0))
    assert house.say(house.people[0]).answer == COMES


# --- leaving ---------------------------------------------------------------------------------
def leaves(house, person):
    people.leave(Membership.objects.get(user=person), now=timezone.now())


def is_shown_out(house, person):
    people.remove(Membership.objects.get(user=person), by=house.claire, now=timezone.now())


def closes_the_account(house, person):
    people.close_account(person, now=timezone.now())


def is_gone_by_the_administration(house, person):
    Membership.objects.filter(user=person).delete()
    ring()


@pytest.mark.parametrize(
    "go", [leaves, is_shown_out, closes_the_account, is_gone_by_the_administration]
)
def test_whoever_leaves_the_house_gives_their_place_up(go):
    house = open_house(people=2, places=1)
    first, second = house.people
    house.say(first, word="Enfin !")
    house.say(second)
    go(house, first)
    assert house.answers() == {first: WITHDRAWN, second: COMES}
    assert letters("round_place_given", second).count() == 1


def test_a_closed_account_leaves_no_word_behind():
    house = open_house(people=1)
    house.say(house.people[0], word="Mon genou va mieux.")
    people.close_account(house.people[0], now=timezone.now())
    assert house.round.answers.get().word == ""


def test_a_place_is_not_given_to_somebody_who_has_left():
    house = open_house(people=3, places=1)
    first, second, third = house.people
    for person in house.people:
        house.say(person)
    Membership.objects.filter(user=second).delete()
    house.say(first, comes=False, seen=COMES)
    assert house.answers()[third] == COMES


def test_once_answers_are_closed_a_place_may_still_be_given_up():
    house = open_house(people=2, places=1)
    first, second = house.people
    house.say(first)
    house.say(second)
    house.close()
    for _twice in range(2):
        rounds.withdraw(house.round, by=first, now=timezone.now())
    assert house.answers() == {first: WITHDRAWN, second: COMES}


def test_no_place_is_given_once_it_has_begun():
    house = open_house(people=2, places=1)
    for person in house.people:
        house.say(person)
    house.close()
    set_days(house.round, answer_by=in_days(-2), starts_on=in_days(-1))
    rounds.withdraw(house.round, by=house.people[0], now=timezone.now())
    assert house.answers()[house.people[1]] == WAITS


# --- closing and cancelling ------------------------------------------------------------------
def test_answers_close_after_their_day_and_who_runs_it_is_told_once():
    house = open_house(people=1)
    set_days(house.round, answer_by=in_days(-1))
    ring()
    ring()
    assert house.fresh().status == RoundStatus.CLOSED
    assert [one.recipient for one in letters("round_closed")] == [house.claire]


def test_one_place_is_counted_as_one():
    house = open_house(people=1, places=1)
    house.say(house.people[0])
    set_days(house.round, answer_by=in_days(-1))
    ring()
    assert "1 personne inscrite\u00a0; places\u00a0: 1." in letters("round_closed").get().text


def test_whoever_closes_it_by_hand_needs_no_letter():
    house = open_house()
    house.close()
    assert not letters("round_closed").exists()


def test_those_who_come_or_wait_are_told_that_it_is_cancelled():
    house = open_house(people=3, places=1)
    comes, waits, declines = house.people
    house.say(comes)
    house.say(waits)
    house.say(declines, comes=False)
    rounds.cancel(house.round, by=house.claire, now=timezone.now())
    assert {one.recipient for one in letters("round_cancelled")} == {comes, waits}
    with pytest.raises(ForbiddenMove):
        rounds.cancel(house.round, by=house.claire, now=timezone.now())


def test_what_is_over_is_not_cancelled():
    house = open_house()
    set_days(house.round, answer_by=in_days(-9), starts_on=in_days(-3), ends_on=in_days(-1))
    with pytest.raises(NotYet):
        rounds.cancel(house.round, by=house.claire, now=timezone.now())


def test_a_place_given_and_lost_again_is_told_each_time():
    house = open_house(people=2, places=1)
    first, second = house.people
    for hours, before in ((2, ""), (1, WITHDRAWN)):
        house.say(first, seen=before)
        house.say(second, seen=before)
        since = timezone.now() - timedelta(hours=hours)
        house.round.answers.filter(person=second).update(answered_at=since)
        house.say(first, comes=False, seen=COMES)
        house.say(second, comes=False, seen=COMES)
    assert letters("round_place_given", second).count() == 2


def test_who_may_is_asked_in_one_place():
    house = open_house(people=1)
    today = timezone.localdate()
    assert rules.may_answer(house.people[0], house.round, today)
    assert not rules.may_answer(make_user(), house.round, today)
