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
    steps = WaiterStep.objects.filter(
        waiter__side=Side.OFFER,
        waiter__need__pole=choice.pole,
        after=OFFERED,
        at__gte=first,
        at__lt=after,
    ).order_by()
    offered = Q(pk__in=steps.values("waiter"))
    taken = Q(status=WaiterStatus.TAKEN, proposal__status=ProposalStatus.AGREED)
    waiting, kept, given = _people(rows, Q(status__in=STANDING), offered, offered & taken)
    if not (waiting or kept):
        return None
    return Waited(*(discretion.people(n) for n in (waiting, kept, given)))


def _people(rows: QuerySet[Waiter], *those: Q) -> list[int]:
    """How many people `those` of them are. Whoever waits on several lists is one, and so is a team: five places
    of one person would be told as five people."""
    asked = {}
    for place, some in enumerate(those):
        teams = Q(offer__person=None) & some
        asked[f"people_{place}"] = Count("offer__person", filter=some, distinct=True)
        asked[f"teams_{place}"] = Count("offer", filter=teams, distinct=True)
    found = rows.aggregate(**asked)
    return [found[f"people_{n}"] + found[f"teams_{n}"] for n in range(len(those))]
