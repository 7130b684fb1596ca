"""Which structures have met in a pôle, and on which day first: the one place that says what a meeting is.

Two have met where
- both carry one need, from the later of their two yeses on, if neither had left by then;
- somebody was in the name of each at one gathering, or of one at what the other hosts;
- a mission that has begun serves both, or one of them with somebody whom the other lends on working time.

What somebody does on their own time is no meeting of their employer's.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import combinations

from django.utils import timezone

from accounts.models import Pole
from marketplace.models import Attendance, Carrier, CarrierStep, Mission, Need, Served, Time
from marketplace.states import CarrierStatus

type Pair = tuple[int, int]


def of(pole: Pole) -> dict[Pair, date]:
    """The first day of each pair, by the wall's clock; the smaller number first."""
    first: dict[Pair, date] = {}
    for pair, day in (*_by_needs(pole), *_at_gatherings(pole), *_by_missions(pole)):
        if pair not in first or day < first[pair]:
            first[pair] = day
    return first


def _pairs(houses: Iterable[int]) -> Iterator[Pair]:
    return combinations(sorted(set(houses)), 2)


def _by_needs(pole: Pole) -> Iterator[tuple[Pair, date]]:
    rows = Carrier.objects.filter(need__pole=pole, agreed_at__isnull=False).order_by()
    gone = rows.filter(status=CarrierStatus.LEFT).values("pk")  # some come back
    left = dict(
        CarrierStep.objects.filter(carrier__in=gone, before=CarrierStatus.AGREED)
        .order_by("at")
        .values_list("carrier", "at")
    )
    carried: dict[int, list[tuple[int, datetime, datetime | None]]] = defaultdict(list)
    for pk, need, house, at in rows.values_list("pk", "need", "organisation", "agreed_at"):
        assert at is not None, "asked above"
        carried[need].append((house, at, left.get(pk)))
    led = Need.objects.filter(pk__in=rows.values("need")).order_by()
    leads = dict(led.values_list("pk", "organisation"))
    for need, houses in carried.items():
        for house, at, _left in houses:
            yield from ((pair, timezone.localdate(at)) for pair in _pairs([leads[need], house]))
        for (one, since, until), (other, its, end) in combinations(houses, 2):
            both = max(since, its)
            if all(over is None or over > both for over in (until, end)):
                yield from ((pair, timezone.localdate(both)) for pair in _pairs([one, other]))


def _at_gatherings(pole: Pole) -> Iterator[tuple[Pair, date]]:
    came = Attendance.objects.came().filter(gathering__pole=pole, organisation__isnull=False)
    there: dict[tuple[int, datetime, int], set[int]] = defaultdict(set)
    said = ("gathering", "gathering__starts_at", "gathering__host", "organisation")
    for pk, at, host, house in came.order_by().values_list(*said):
        there[pk, at, host].add(house)
    for (_pk, at, host), houses in there.items():
        day = timezone.localdate(at)
        yield from ((pair, day) for pair in _pairs({*houses, host}))


def _by_missions(pole: Pole) -> Iterator[tuple[Pair, date]]:
    begun = Mission.objects.filter(need__pole=pole, started_at__isnull=False).order_by()
    served: dict[int, set[int]] = defaultdict(set)
    for mission, house in Served.objects.filter(mission__in=begun.values("pk")).values_list(
        "mission", "organisation"
    ):
        served[mission].add(house)
    said = ("pk", "started_at", "need__organisation", "apart_for", "offer__time", "offer__organisation")  # fmt: skip
    for pk, at, lead, apart, time, lender in begun.values_list(*said):
        houses = set(served.get(pk) or {apart or lead})
        if time == Time.WORK and lender:
            houses.add(lender)
        yield from ((pair, timezone.localdate(at)) for pair in _pairs(houses))
