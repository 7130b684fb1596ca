"""Waiting lists of a pôle's needs: how many people wait today, and how many places of a period went to somebody who waited."""

from dataclasses import dataclass
from datetime import datetime, time

from django.utils import timezone

from marketplace.figures import discretion
from marketplace.figures.comparison import Choice
from marketplace.models import Side, Waiter, WaiterStep
from marketplace.models.in_line import OFFERED
from marketplace.models.market.waiters import STANDING
from marketplace.states import ProposalStatus, WaiterStatus


@dataclass(frozen=True)
class Waited:
    """`kept`: places that were kept for somebody; `given`, of the yeses, those that became missions; the words tell of no
    few."""

    waiting: int | str
    kept: int | str
    given: int | str


def of(choice: Choice) -> Waited | None:
    """None without any, and where a filter asks what waiting lists don't say."""
    if choice.filters:
        return None
    first, after = (
        timezone.make_aware(datetime.combine(day, time())) for day in (choice.first, choice.after)
    )
    rows = Waiter.objects.filter(side=Side.OFFER, need__pole=choice.pole).order_by()
    waiting = rows.filter(status__in=STANDING).count()
    steps = WaiterStep.objects.filter(
        waiter__side=Side.OFFER,
        waiter__need__pole=choice.pole,
        after=OFFERED,
        at__gte=first,
        at__lt=after,
    ).order_by()
    kept = steps.values("waiter").distinct().count()
    if not (waiting or kept):
        return None
    given = rows.filter(
        pk__in=steps.values("waiter"),
        status=WaiterStatus.TAKEN,
        proposal__status=ProposalStatus.AGREED,
    )
    return Waited(*(discretion.people(n) for n in (waiting, kept, given.count())))
