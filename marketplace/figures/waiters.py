"""Waiting lists of a pôle's needs: how many people wait today, and to how many a place was offered in a period."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from marketplace.figures import discretion
from marketplace.figures.comparison import Choice
from marketplace.models import Side, Waiter, WaiterStep
from marketplace.models.in_line import OFFERED
from marketplace.models.market.waiters import STANDING
from marketplace.states import ProposalStatus, WaiterStatus


@dataclass(frozen=True)
class Waited:
    """`kept`: people for whom a place was kept; `given`: those of them who are on a mission by it; the words tell of no
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
    waiting = _people(rows.filter(status__in=STANDING))
    steps = WaiterStep.objects.filter(
        waiter__side=Side.OFFER,
        waiter__need__pole=choice.pole,
        after=OFFERED,
        at__gte=first,
        at__lt=after,
    ).order_by()
    asked = rows.filter(pk__in=steps.values("waiter"))
    kept = _people(asked)
    if not (waiting or kept):
        return None
    given = asked.filter(status=WaiterStatus.TAKEN, proposal__status=ProposalStatus.AGREED)
    return Waited(*(discretion.people(n) for n in (waiting, kept, _people(given))))


def _people(rows: QuerySet[Waiter]) -> int:
    """Whoever waits on several lists is one, and so is a team: five places of one person would be told as five people."""
    teams = Count("offer", filter=Q(offer__person=None), distinct=True)
    found = rows.aggregate(people=Count("offer__person", distinct=True), teams=teams)
    return int(found["people"] + found["teams"])
