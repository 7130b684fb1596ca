"""Waiting lists of needs: taken in turn, a place given back is kept for the first for 48 hours, then for the next."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.states import OrganisationStatus
from marketplace.actions.market import needs, offers, proposals
from marketplace.actions.refusals import NotYet, PutForwardAlready
from marketplace.models import Block, Need, Origin, Proposal, Side, Waiter
from marketplace.models.missions import places
from marketplace.rules.waiters import turn_of
from marketplace.states import NeedStatus, OfferStatus, ProposalStatus, WaiterStatus
from notifications.models import Notification
from tests.factories import make_mission, make_need, make_offer, make_user
from tests.marketplace.market.waiting_people import (
    OVER,
    again,
    give_back,
    look_after,
    make_full,
    say_no,
    say_yes,
    wait,
)

pytestmark = pytest.mark.django_db


def told(waiter, kind):
    return Notification.objects.filter(recipient=waiter.offer.person, kind=kind)


def the_status(waiter):
    return again(waiter).status


def test_whoever_comes_first_is_first_and_is_told_so():
    need, _taken = make_full()
    first, second = wait(need), wait(need)
    assert (turn_of(first), turn_of(second)) == (1, 2)
    assert told(first, "waiter_told").count() == 1
    assert "2" in told(second, "waiter_told").get().subject


def test_putting_ones_name_down_twice_is_once():
    need, _taken = make_full()
    first = wait(need, offer := make_offer(make_user()))
    assert wait(need, offer) == first
    assert told(first, "waiter_told").count() == 1


def test_somebody_with_two_offers_waits_once():
    need, _taken = make_full()
    person = make_user()
    first = wait(need, make_offer(person))
    assert wait(need, make_offer(person)) == first


def test_a_place_given_back_is_kept_for_the_first_and_for_nobody_else():
    need, (mission,) = make_full()
    first, second = wait(need), wait(need)
    give_back(mission)
    assert the_status(first) == WaiterStatus.OFFERED
    assert the_status(second) == WaiterStatus.WAITING
    assert again(need).status == NeedStatus.FILLED
    assert told(first, "waiter_offered").count() == 1
    assert again(first).offered_until - timezone.now() > timedelta(hours=47)
    stranger = make_offer(make_user())
    with pytest.raises(NotYet):
        proposals.apply(again(need), stranger, word="", by=stranger.person)


def test_where_nobody_waits_the_need_is_open_again():
    need, (mission,) = make_full()
    give_back(mission)
    assert again(need).status == NeedStatus.PUBLISHED


def test_a_yes_is_an_application_like_any_other():
    need, (mission,) = make_full()
    first = wait(need)
    give_back(mission)
    proposal = say_yes(first, word="Toujours là.")
    assert (proposal.origin, proposal.word) == (Origin.APPLICATION, "Toujours là.")
    assert proposal.is_open
    assert not proposal.need_said_yes_at
    assert the_status(first) == WaiterStatus.TAKEN
    assert say_yes(first) == proposal  # a second click
    assert Proposal.objects.filter(need=need, offer=first.offer).count() == 1
    assert proposals.accept(proposal, side=Side.NEED, by=need.created_by)
    assert again(need).status == NeedStatus.FILLED
    assert places.left_in(need) == 0


def test_while_the_structure_answers_the_place_is_nobody_elses():
    need, (mission,) = make_full()
    first, second = wait(need), wait(need)
    give_back(mission)
    say_yes(first)
    look_after()
    assert the_status(second) == WaiterStatus.WAITING
    assert again(need).status == NeedStatus.FILLED


@pytest.mark.parametrize("ends", ["decline", "withdraw"])
def test_an_application_that_ends_gives_its_place_to_the_next(ends):
    need, (mission,) = make_full()
    first, second = wait(need), wait(need)
    give_back(mission)
    proposal = say_yes(first)
    if ends == "decline":
        proposals.decline(proposal, side=Side.NEED, reason="Trop loin.", by=need.created_by)
    else:
        proposals.withdraw(proposal, reason="Je ne peux plus.", by=first.by)
    assert the_status(second) == WaiterStatus.OFFERED
    assert told(second, "waiter_offered").count() == 1


def test_one_left_without_an_answer_gives_its_place_by_the_clock():
    need, (mission,) = make_full()
    first, second = wait(need), wait(need)
    give_back(mission)
    proposal = say_yes(first)
    proposal.move(ProposalStatus.UNANSWERED, by=None)
    look_after()
    assert the_status(second) == WaiterStatus.OFFERED
    say_no(second)
    assert again(need).status == NeedStatus.PUBLISHED


def test_a_no_gives_it_to_the_next_at_once():
    need, (mission,) = make_full()
    first, second = wait(need), wait(need)
    give_back(mission)
    say_no(first)
    say_no(first)
    assert the_status(first) == WaiterStatus.GONE
    assert the_status(second) == WaiterStatus.OFFERED
    assert told(second, "waiter_offered").count() == 1


def test_who_doesnt_answer_in_time_is_told_and_the_next_is_asked_once():
    need, (mission,) = make_full()
    first, second = wait(need), wait(need)
    give_back(mission)
    later = timezone.now() + OVER
    look_after(later)
    look_after(later)
    assert the_status(first) == WaiterStatus.GONE
    assert told(first, "waiter_told").count() == 2
    assert told(second, "waiter_offered").count() == 1
    with pytest.raises(NotYet):
        say_yes(first, now=later)


def test_the_last_who_lets_it_pass_opens_the_need():
    need, (mission,) = make_full()
    wait(need)
    give_back(mission)
    look_after(timezone.now() + OVER)
    assert again(need).status == NeedStatus.PUBLISHED


def test_two_places_given_back_are_for_two_and_the_third_is_for_everybody():
    need, taken = make_full(places=3)
    first, second = wait(need), wait(need)
    for mission in taken:
        give_back(mission)
    assert {the_status(first), the_status(second)} == {WaiterStatus.OFFERED}
    assert again(need).status == NeedStatus.PUBLISHED
    stranger = make_offer(make_user())
    applied = proposals.apply(again(need), stranger, word="", by=stranger.person)
    proposals.accept(applied, side=Side.NEED, by=need.created_by)
    assert again(need).status == NeedStatus.FILLED
    for one in (first, second):
        proposals.accept(say_yes(one), side=Side.NEED, by=need.created_by)
    assert places.left_in(need) == 0


def test_what_was_asked_before_waits_for_who_waited():
    """One of two places is kept: of two who applied for the other one, the second isn't told that everybody is found."""
    need, taken = make_full(places=2)
    first = wait(need)
    for mission in taken:
        give_back(mission)
    one, two = (make_offer(make_user()) for _ in range(2))
    applied = [
        proposals.apply(again(need), offer, word="", by=offer.person) for offer in (one, two)
    ]
    proposals.accept(applied[0], side=Side.NEED, by=need.created_by)
    assert again(applied[1]).is_open
    with pytest.raises(NotYet):
        proposals.accept(applied[1], side=Side.NEED, by=need.created_by)
    say_no(first)
    assert proposals.accept(again(applied[1]), side=Side.NEED, by=need.created_by)


def test_nobody_waits_where_a_place_is_free():
    need = make_need()
    with pytest.raises(NotYet, match="libre"):
        wait(need)


@pytest.mark.parametrize(
    "ended", [NeedStatus.CLOSED, NeedStatus.WITHDRAWN, NeedStatus.DRAFT, NeedStatus.PAUSED]
)
def test_nobody_waits_for_what_is_over(ended):
    need = make_need(status=ended)
    with pytest.raises(NotYet):
        wait(need)


def test_somebody_in_touch_already_doesnt_wait():
    need, (mission,) = make_full()
    with pytest.raises(PutForwardAlready):
        wait(need, mission.offer)


def test_who_was_told_no_doesnt_wait():
    need, _taken = make_full()
    offer = make_offer(make_user())
    Proposal.objects.create(
        need=need,
        offer=offer,
        origin=Origin.APPLICATION,
        status=ProposalStatus.DECLINED,
        declined_side=Side.NEED,
        created_by=offer.person,
    )
    with pytest.raises(NotYet):
        wait(need, offer)


def test_nobody_waits_for_whom_they_are_kept_apart_from():
    need, _taken = make_full()
    offer = make_offer(make_user())
    Block.objects.create(by=need.created_by, person=offer.person)
    with pytest.raises(NotYet):
        wait(need, offer)


def _block(waiter):
    Block.objects.create(by=waiter.need.created_by, person=waiter.offer.person)


def _pause(waiter):
    offers.pause(waiter.offer, by=waiter.offer.person)


def _leave(waiter):
    type(waiter.offer.person).objects.filter(pk=waiter.offer.person_id).update(is_active=False)


def _book(waiter):
    make_mission_with(waiter.offer)


def make_mission_with(offer):
    need = make_need()
    proposal = proposals.apply(need, offer, word="", by=offer.person)
    proposals.accept(proposal, side=Side.NEED, by=need.created_by)


@pytest.mark.parametrize("happens", [_block, _pause, _leave, _book])
def test_who_couldnt_come_any_more_is_passed_over(happens):
    need, (mission,) = make_full()
    first, second = wait(need), wait(need)
    happens(first)
    give_back(mission)
    assert the_status(first) == WaiterStatus.GONE
    assert the_status(second) == WaiterStatus.OFFERED


def test_a_yes_is_asked_what_holds_on_its_day():
    need, (mission,) = make_full()
    first = wait(need)
    give_back(mission)
    _block(first)
    with pytest.raises(NotYet):
        say_yes(first)


def test_a_suspended_structure_keeps_nothing_until_it_may_act_again():
    need, (mission,) = make_full()
    first = wait(need)
    type(need.organisation).objects.filter(pk=need.organisation_id).update(
        status=OrganisationStatus.SUSPENDED
    )
    give_back(mission)
    assert the_status(first) == WaiterStatus.WAITING
    type(need.organisation).objects.filter(pk=need.organisation_id).update(
        status=OrganisationStatus.ACCEPTED
    )
    look_after()
    assert the_status(first) == WaiterStatus.OFFERED


def test_who_waits_for_what_is_closed_is_told_once_it_cant_be_taken_back():
    need, _taken = make_full()
    first = wait(need)
    needs.close(need, reason="Trouvé ailleurs.", by=need.created_by)
    look_after()
    assert the_status(first) == WaiterStatus.WAITING
    look_after(timezone.now() + timedelta(minutes=31))
    look_after(timezone.now() + timedelta(minutes=31))
    assert the_status(first) == WaiterStatus.GONE
    assert told(first, "waiter_told").count() == 2


def test_who_waits_for_what_is_over_is_told():
    need, _taken = make_full()
    first = wait(need)
    look_after(timezone.now() + timedelta(days=100))
    assert the_status(first) == WaiterStatus.GONE


def test_a_place_that_is_gone_again_leaves_them_first():
    need, (mission, _other) = make_full(places=2)
    first = wait(need)
    give_back(mission)
    Need.objects.filter(pk=need.pk).update(places=1)
    proposals.fill(again(need), by=need.created_by)
    assert the_status(first) == WaiterStatus.WAITING
    assert turn_of(again(first)) == 1


def test_one_waits_on_ten_lists_at_the_most():
    offer = make_offer(make_user(), capacity=20)
    for _ in range(10):
        need, _taken = make_full()
        wait(need, offer)
    need, _taken = make_full()
    with pytest.raises(NotYet, match="10"):
        wait(need, offer)


def test_ones_own_time_that_serves_once_more_is_shown_again_by_it():
    mission = make_mission()
    type(mission).objects.filter(pk=mission.pk).update(status="CLOSED")
    offer = again(mission.offer)
    assert offer.status == OfferStatus.USED_UP
    need, _taken = make_full()
    wait(need, offer)
    assert again(offer).status == OfferStatus.PUBLISHED


def test_waiting_rows_are_seen_by_those_who_answer_alone():
    need, _taken = make_full()
    first = wait(need)
    assert Waiter.objects.visible_to(first.offer.person).exists()
    assert not Waiter.objects.visible_to(need.created_by).exists()
    assert not Waiter.objects.visible_to(make_user()).exists()
