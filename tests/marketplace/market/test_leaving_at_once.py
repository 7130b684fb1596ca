"""Two at once while an organisation leaves: PostgreSQL alone has locks to wait for."""

import pytest
from django.utils import timezone

from accounts.actions import invitations
from accounts.actions.refusals import Refusal
from accounts.models import Leaving, Membership, PastMembership
from marketplace.actions.market import leaving as acts
from marketplace.states import MissionStatus
from notifications.models import Notification, RowFault
from tests.at_once import together
from tests.factories import in_days, make_mission, make_user, verify
from tests.marketplace.market.leaving_people import BOTH, ring, two_houses

# SQLite has one writer at a time: the next one waits.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def quietly(act):
    def run():
        try:
            act()
        except Refusal:
            return

    return run


def test_two_administrators_set_one_day():
    houses = two_houses()
    together(
        quietly(lambda: houses.set(10, by=houses.claire)),
        quietly(lambda: houses.set(20, by=houses.paul)),
    )
    leaving = Leaving.objects.get()
    assert houses.fresh().leaves_on == leaving.closes_on


def test_one_calls_it_off_while_the_clock_closes_it():
    houses = two_houses()
    leaving = houses.set(1)
    Leaving.objects.filter(pk=leaving.pk).update(closes_on=in_days(0))
    leaving.refresh_from_db()
    together(quietly(lambda: acts.call_off(leaving, by=houses.paul, now=timezone.now())), ring)
    leaving.refresh_from_db()
    assert bool(leaving.called_off_at) != bool(leaving.closed_at)
    assert houses.fresh().is_closed == bool(leaving.closed_at)


def test_two_workers_end_everything_once():
    houses = two_houses()
    for _turn in range(3):
        make_mission(work=True, company=houses.house, status=MissionStatus.RUNNING)
    acts.leave(houses.house, on=in_days(0), accepted=BOTH, by=houses.claire, now=timezone.now())
    people = houses.house.memberships.count()
    together(ring, ring)
    ring()
    assert PastMembership.objects.filter(organisation=houses.house).count() == people
    assert Leaving.objects.get().ended_at
    assert not RowFault.objects.exists()
    told = Notification.objects.filter(kind="house_leaves", recipient=houses.noe)
    assert told.count() == 1


def test_somebody_joins_while_it_closes():
    houses = two_houses()
    invitation, _secret = invitations.invite(
        houses.house, email="ida@example.org", role="EMPLOYEE", by=houses.claire, now=timezone.now()
    )
    ida = verify(make_user(email="ida@example.org"))
    together(
        quietly(lambda: invitations.accept(invitation, by=ida, now=timezone.now())),
        lambda: houses.set(0),
    )
    ring()
    assert not Membership.objects.filter(organisation=houses.house).exists()
