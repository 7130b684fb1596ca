"""A place that is kept for 48 hours across the nights when the clock changes: hours that pass, and each is told once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from marketplace.models import Waiter
from marketplace.states import WaiterStatus
from notifications.models import Notification
from tests.factories import make_offer, make_user
from tests.marketplace.market.waiting_people import again, give_back, look_after, make_full, wait

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def an_offer():
    return make_offer(make_user(), ends_on=date(2027, 12, 31))


def told(waiter: Waiter, kind: str) -> int:
    return Notification.objects.filter(recipient=waiter.offer.person, kind=kind).count()


@pytest.mark.parametrize(
    ("noon", "shown"), [((2027, 3, 27, 12), 13), ((2027, 10, 30, 12), 11)], ids=["March", "October"]
)
def test_a_place_is_kept_for_48_hours_that_pass_and_each_is_told_once(noon, shown):
    """The first lets a place pass at noon on the day before; it is kept for the second, then for the third."""
    begins = timezone.make_aware(datetime(*noon)).astimezone(UTC)
    need, (mission,) = make_full(ends_on=date(2027, 12, 31))
    passes, first, second = (wait(need, an_offer()) for _ in range(3))
    give_back(mission)
    Waiter.objects.filter(pk=passes.pk).update(offered_until=begins)
    for passed in range(48):
        look_after(begins + passed * HOUR)
        assert again(first).status == WaiterStatus.OFFERED
        assert again(second).status == WaiterStatus.WAITING
    until = again(first).offered_until
    assert until - begins == 48 * HOUR
    (letter,) = Notification.objects.filter(recipient=first.offer.person, kind="waiter_offered")
    assert f"{shown}:00" in letter.text, "by the wall’s clock"
    for passed in (48, 48, 49, 49, 95):
        look_after(begins + passed * HOUR)
    assert again(first).status == WaiterStatus.GONE
    assert again(second).offered_until == until + 48 * HOUR
    assert [told(one, "waiter_offered") for one in (passes, first, second)] == [1, 1, 1]
    assert [told(one, "waiter_told") for one in (passes, first, second)] == [2, 2, 1], "and gone"
