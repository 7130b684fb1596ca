"""Finds needs of two structures that are alike: the same required skills, not far from each other, at the same time. Few, the
nearest first, for the coordinators to judge."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.models import Pole
from marketplace.matching.places import metres, point
from marketplace.models import Joining, Need, NeedSkill
from marketplace.rules.joinings import NEAR_M, why_not
from marketplace.states import JoiningStatus
from notifications.faults import each_row

ACT = "joinings-alike"
FEW = 5  # for one pôle at once
NEIGHBOURS = 20  # with which each is compared: from south to north, the next ones


class Place(NamedTuple):
    z: int
    x: int
    y: int
    need: int
    house: int
    starts_on: date
    ends_on: date
    since: datetime


def look(now: datetime) -> int:
    """For each pôle: forget what is no longer alike, and show what is. Returns how many pôles were looked at."""
    poles = Pole.objects.filter(needs__in=Need.objects.published()).distinct().order_by("pk")
    return each_row(ACT, poles, partial(_look, today=timezone.localdate(now), now=now))


@transaction.atomic
def _look(pole: Pole, *, today: date, now: datetime) -> bool:
    known = Joining.objects.filter(older__pole=pole)
    settled = {frozenset(p) for p in known.exclude(status=JoiningStatus.FOUND).values_list("older", "younger")}  # fmt: skip
    chosen = _nearest(sorted(_pairs(pole, today)), settled)
    shown = {(row.older_id, row.younger_id): row for row in known.found()}
    for pair, row in shown.items():
        if pair not in chosen:
            row.delete()
    for pair, far in chosen.items():
        if pair not in shown:
            show(*pair, far=far, now=now)
    return True


def show(older: int, younger: int, *, far: int, now: datetime) -> Joining:
    """Put these two needs, by their numbers, before the coordinators: that many metres are between them."""
    found = Joining.objects.create(older_id=older, younger_id=younger, metres=far, found_at=now)
    return found.begin(by=None)


def _nearest(
    pairs: list[tuple[int, int, int]], settled: set[frozenset[int]]
) -> dict[tuple[int, int], int]:
    """The first few that may be put together; each need in one of them at the most."""
    chosen: dict[tuple[int, int], int] = {}
    taken: set[int] = set()
    for far, older, younger in pairs:
        if {older, younger} & taken or frozenset((older, younger)) in settled:
            continue
        rows = Need.objects.select_related("organisation", "commune").in_bulk([older, younger])
        if not why_not(rows[older], rows[younger]):
            chosen[older, younger] = far
            taken |= {older, younger}
        if len(chosen) == FEW:
            break
    return chosen


def _pairs(pole: Pole, today: date) -> Iterator[tuple[int, int, int]]:
    """(metres, the older, the younger) of those that look alike; each is compared with the few that follow it from south to
    north, so that twice as many needs take twice as long."""
    for places in _of_the_same_skills(pole, today):
        for at, one in enumerate(places):
            for other in places[at + 1 : at + 1 + NEIGHBOURS]:
                if other.z - one.z > NEAR_M:
                    break
                far = metres(one[:3], other[:3])
                if far <= NEAR_M and one.house != other.house and _meet(one, other):
                    older, younger = sorted((one, other), key=lambda p: (p.since, p.need))
                    yield far, older.need, younger.need


def _meet(one: Place, other: Place) -> bool:
    return one.starts_on <= other.ends_on and other.starts_on <= one.ends_on


def _of_the_same_skills(pole: Pole, today: date) -> Iterator[list[Place]]:
    open_now = Need.objects.published().filter(pole=pole, ends_on__gte=today)
    wanted = NeedSkill.objects.filter(need__in=open_now.order_by().values("pk"), required=True)
    skills: dict[int, list[int]] = defaultdict(list)
    for need, skill in wanted.order_by("need", "skill").values_list("need", "skill"):
        skills[need].append(skill)
    alike: dict[tuple[int, ...], list[Place]] = defaultdict(list)
    rows = open_now.order_by().values_list(
        "pk", "organisation", "commune__latitude", "commune__longitude", "starts_on", "ends_on",
        "published_at",
    )  # fmt: skip
    for pk, house, latitude, longitude, starts_on, ends_on, since in rows:
        if pk in skills and since:
            x, y, z = point(latitude, longitude)
            alike[tuple(skills[pk])].append(Place(z, x, y, pk, house, starts_on, ends_on, since))
    return (sorted(places) for places in alike.values() if len(places) > 1)
