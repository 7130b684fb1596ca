"""What was handed in for a coordinator to read, needs and organisations, and after how many working days it was
answered."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType

from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, OrganisationStep, Pole
from accounts.states import OrganisationStatus
from marketplace.models import Need, NeedStep
from marketplace.models.desk.figures import month_of
from marketplace.rules import working_days
from marketplace.rules.readings import AWAY
from marketplace.states import NeedStatus

# Département, operator in charge, family of skills, languages but for French.
type Place = tuple[str, int | None, int | None, int]
type Step = tuple[int, str, str, datetime]  # of what, before, after, when
type Wait = tuple[datetime, datetime, bool]  # since, until, was it read
type Absence = tuple[datetime, datetime | None]
type Told = tuple[tuple[date, str, int | None, int | None, int], int, bool]

HANDED_IN = NeedStatus.SUBMITTED.value  # the same word for both
TAKEN_BACK = {NeedStatus.WITHDRAWN.value, OrganisationStatus.CLOSED.value}  # nobody had to answer


def of(
    pole: Pole, needs: Mapping[int, Place], operators: Mapping[int, int], *, now: datetime
) -> Iterator[Told]:
    """For each: where and in which month it is counted (that in which it was handed in), how
    many working days it took or has waited, and whether it was answered.

    What is sent again after a question counts as handed in anew, and so does a need whose
    structure comes back after one: meanwhile nobody could read it. `needs` says where
    each of the pôle's needs is counted.
    """
    columns = ("before", "after", "at")
    of_needs = NeedStep.objects.filter(need__pole=pole).order_by("need", "at", "pk")
    steps_of_needs = of_needs.values_list("need", *columns).iterator(5000)
    yield from _told(steps_of_needs, needs, now, _absences(pole))
    of_organisations = OrganisationStep.objects.filter(organisation__pole=pole)
    steps = of_organisations.order_by("organisation", "at", "pk").values_list(
        "organisation", *columns
    )
    yield from _told(steps.iterator(5000), _organisations(pole, operators), now)


def _organisations(pole: Pole, operators: Mapping[int, int]) -> dict[int, Place]:
    found = Organisation.objects.filter(pole=pole).without_operators()
    rows = found.order_by().values_list(
        "pk", "commune__department", "referent__operator", "referent__coordinator"
    )
    return {
        pk: (department, operator or operators.get(person), None, 0)
        for pk, department, operator, person in rows.iterator(chunk_size=5000)
    }


def _absences(pole: Pole) -> dict[int, list[Absence]]:
    """For each need whose structure was sent back or suspended: from when to when, in order; `None` while it lasts."""
    rows = OrganisationStep.objects.filter(Q(before__in=AWAY) | Q(after__in=AWAY))
    steps = rows.filter(organisation__in=Need.objects.filter(pole=pole).values("organisation"))
    found: dict[int, list[Absence]] = defaultdict(list)
    for organisation, after, at in steps.order_by("at", "pk").values_list(
        "organisation", "after", "at"
    ):
        away = found[organisation]
        if away and away[-1][1] is None:
            away[-1] = (away[-1][0], None if after in AWAY else at)
        elif after in AWAY:
            away.append((at, None))
    needs = Need.objects.filter(pole=pole, organisation__in=list(found))
    return {need: found[owner] for need, owner in needs.values_list("pk", "organisation")}


def _told(
    steps: Iterable[Step],
    places: Mapping[int, Place],
    now: datetime,
    absences: Mapping[int, list[Absence]] = MappingProxyType({}),
) -> Iterator[Told]:
    for number, its_steps in groupby(steps, key=itemgetter(0)):
        if number in places:
            waits = _readings(its_steps, now)
            for since, until, was_read in _without(absences.get(number, []), waits):
                days = working_days.passed(timezone.localdate(since), timezone.localdate(until))
                yield (month_of(since), *places[number]), days, was_read


def _without(absences: list[Absence], waits: Iterable[Wait]) -> Iterator[Wait]:
    """What waited, from the last return of its structure on; not what waits for it now."""
    for since, until, was_read in waits:
        back = [end for _start, end in absences if end is not None and since < end <= until]
        if was_read or not any(end is None for _start, end in absences):
            yield max([since, *back]), until, was_read


def _readings(steps: Iterable[Step], now: datetime) -> Iterator[Wait]:
    since: datetime | None = None
    for _number, before, after, at in steps:
        if after == HANDED_IN:
            since = at if before != HANDED_IN else since  # a correction leaves it where it was
        elif since is not None:
            if after not in TAKEN_BACK:
                yield since, at, True
            since = None
    if since is not None:
        yield since, now, False
