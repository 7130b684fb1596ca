"""A renewal that somebody leaves: whoever takes it over, or comes instead, has the one place that the two shared."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.market import proposals
from marketplace.actions.missions import missions, renewals, succession
from marketplace.models import Mission, Need, Regime, Side
from marketplace.models.missions import places
from marketplace.states import MissionStatus, NeedStatus, WaiterStatus
from tests.factories import in_days, make_mission, make_need, make_user
from tests.marketplace.market.waiting_people import again, wait
from tests.marketplace.missions.leavers import asked, goes

pytestmark = pytest.mark.django_db


def renewed(places_wanted=1):
    """A mission that is over, and its renewal, which runs."""
    need = make_need(places=places_wanted, member=make_user("Aline", "Moreau"))
    first = make_mission(
        work=True, need=need, status=MissionStatus.CLOSED, regime=Regime.LOAN,
        starts_on=in_days(-60), ends_on=in_days(-10),
    )  # fmt: skip
    following = renewals.renew(
        first, starts_on=in_days(-9), ends_on=in_days(60), hours=20, by=first.offer.person
    )
    Mission.objects.filter(pk=following.pk).update(
        status=MissionStatus.RUNNING, started_at=timezone.now() - timedelta(days=9)
    )
    return again(first), again(following)


def taken_over(following):
    """By a colleague of the same company, to whom the structure says yes."""
    company, boss = following.offer.organisation, make_user("Paul", "Delattre")
    Membership.objects.create(user=boss, organisation=company, role="ADMINISTRATOR")
    colleague = make_user("Rim", "Ayari")
    Membership.objects.create(user=colleague, organisation=company, role="EMPLOYEE")
    transfer = asked(goes(following, by=boss), colleague, boss)
    succession.answer(transfer, answer="YES", by=colleague, now=timezone.now())
    proposal = again(transfer).proposal
    return proposals.accept(proposal, side=Side.NEED, by=following.need.created_by)


def test_a_renewal_that_a_colleague_takes_over_takes_one_place():
    first, following = renewed(places_wanted=2)
    assert places.left_in(first.need) == 1
    theirs = taken_over(following)
    assert again(following).status == MissionStatus.INTERRUPTED
    assert list(first.need.missions.taking_a_place()) == [theirs]
    assert places.left_in(again(first.need)) == 1
    another = make_mission(need=Need.objects.get(pk=first.need_id))
    assert places.left_in(again(first.need)) == 0
    assert again(first.need).status == NeedStatus.FILLED
    missions.interrupt(another, reason="Empêchée.", by=first.need.created_by, now=timezone.now())
    assert again(first.need).status == NeedStatus.PUBLISHED


def test_their_renewal_may_be_left_and_taken_over_too():
    first, following = renewed()
    theirs = taken_over(following)
    Mission.objects.filter(pk=theirs.pk).update(
        status=MissionStatus.CLOSED, starts_on=in_days(-8), ends_on=in_days(-5), regime="LOAN"
    )
    second = renewals.renew(
        again(theirs), starts_on=in_days(-4), ends_on=in_days(50), hours=9, by=theirs.offer.person
    )
    Mission.objects.filter(pk=second.pk).update(status=MissionStatus.RUNNING)
    last = taken_over(again(second))
    assert list(first.need.missions.taking_a_place()) == [last]
    assert places.left_in(again(first.need)) == 0


def test_the_time_that_was_given_stays_given_of_the_offer():
    """Working time is given once, whoever goes on with the mission."""
    first, following = renewed()
    taken_over(following)
    assert places.left_of(again(first.offer)) == first.offer.capacity - 1


def test_where_somebody_else_is_looked_for_the_place_is_free_again():
    first, following = renewed()
    boss = make_user()
    company = following.offer.organisation
    Membership.objects.create(user=boss, organisation=company, role="ADMINISTRATOR")
    left = goes(following, by=boss)
    waiter = wait(again(first.need))
    succession.replace(left, by=first.need.created_by, now=timezone.now())
    assert places.left_in(again(first.need)) == 1
    assert again(waiter).status == WaiterStatus.OFFERED, "for who waits first"


def test_a_renewal_that_is_stopped_leaves_the_place_to_the_one_that_was_done():
    first, following = renewed()
    missions.interrupt(
        following, reason="Fini plus tôt.", by=first.need.created_by, now=timezone.now()
    )
    assert list(first.need.missions.taking_a_place()) == [first]
    assert again(first.need).status == NeedStatus.FILLED
