"""What a pôle did before it came to the site, by the records that it has brought in: told beside its figures, never added to
them."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Max, Q, Sum

from marketplace.figures import discretion
from marketplace.figures.comparison import Choice
from marketplace.models import MissionRecord

OPERATOR = "operator"


@dataclass(frozen=True)
class BroughtIn:
    missions: int
    structures: int
    hours: int | str | Decimal


def of(choice: Choice, *, discreet: bool = False) -> BroughtIn | None:
    """The past missions that began in the period; None without any, and where a filter asks what records don't say. In the
    report, `discreet`, hours of fewer than five people aren't told."""
    if choice.filters.keys() - {OPERATOR}:
        return None
    rows = MissionRecord.objects.filter(
        pole=choice.pole, begun_on__gte=choice.first, begun_on__lt=choice.after
    )
    if operator := choice.filters.get(OPERATOR):
        rows = rows.filter(operator=int(operator))
    found = rows.order_by().aggregate(
        missions=Count("pk"),
        structures=Count("structure", distinct=True),
        hours=Sum("hours"),
        named=Count("person", distinct=True),
        unnamed=Max("headcount", filter=Q(person=None)),
    )
    if not found["missions"]:
        return None
    # The same people may come without a name to several: rather too few than too many.
    people = max(found["named"], found["unnamed"] or 0)
    given = discretion.Given(found["hours"], frozenset(range(people)))
    hours = discretion.told(given, "hours") if discreet else found["hours"].normalize()
    return BroughtIn(found["missions"], found["structures"], hours)
