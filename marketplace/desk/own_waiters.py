"""What waiting lists wait for from a person: their yes to a place that is kept for them; and the lists on which they are."""

from collections.abc import Container, Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.dates import spoken
from marketplace.desk.waiting import Waiting
from marketplace.models import Waiter
from marketplace.models.market.waiters import WaiterQuerySet
from marketplace.rules.prepared import rows_for

MOST = 8
WAITER = "waiter"  # among the candidates (asked_of.py)


def waiting(user: User, candidates: Container[str], now: datetime) -> Iterator[Waiting]:
    """One question where there may be any."""
    for one in rows_for(user, _standing) if WAITER in candidates else ():
        if one.may_take_it(now):
            yield _kept(one)
        elif one.waits:
            yield _waits(one)


def of(user: User) -> WaiterQuerySet:
    return Waiter.objects.visible_to(user).standing()


def _standing(user: User) -> QuerySet[Any]:
    """Prepared: see common/prepared.py."""
    rows = of(user).with_offered_at().select_related("need", "offer")
    return rows.order_by("offered_until", "asked_at", "pk")[:MOST]


def _kept(one: Any) -> Waiting:
    until = timezone.localtime(one.offered_until)
    words = {"day": spoken(until.date(), "l j F"), "hour": f"{until:%H:%M}"}
    return Waiting(
        kind="waiter",
        what=str(one.full),
        why=_("A place is kept for you until %(day)s, %(hour)s") % words,
        since=one.offered_at,
        url=one.get_absolute_url(),
        act=_("Answer"),
        is_first=True,  # it is somebody else's the day after tomorrow
    )


def _waits(one: Waiter) -> Waiting:
    return Waiting(
        kind="waiter",
        what=str(one.full),
        why=_("You are on the waiting list"),
        since=one.asked_at,
        url=one.get_absolute_url(),
        act="",
        is_theirs=True,
    )
