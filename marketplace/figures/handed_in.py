"""What was handed in for a coordinator to read, needs and organisations, and after how many working days it was
answered."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

from django.utils import timezone

from accounts.models import Organisation, OrganisationStep, Pole
from accounts.states import OrganisationStatus
from marketplace.models import NeedStep
from marketplace.models.desk.figures import month_of
from marketplace.rules import working_days
from marketplace.states import NeedStatus

# Département, operator in charge, family of skills.
type Place = tuple[str, int | None, int | None]
type Step = tuple[int, str, str, datetime]  # of what, before, after, when
type Told = tuple[tuple[date, str, int | None, int | None], int, bool]

HANDED_IN = NeedStatus.SUBMITTED.value  # the same word for both
TAKEN_BACK = {NeedStatus.WITHDRAWN.value, OrganisationStatus.CLOSED.value}  # nobody had to answer


def of(
    pole: Pole, needs: Mapping[int, Place], operators: Mapping[int, int], *, now: datetime
) -> Iterator[Told]:
    """For each: where and in which month it is counted (that in which it was handed in), how
    many working days it took or has waited, and whether it was answered.

    What is sent again after a question counts as handed in anew. `needs` says where each
    of the pôle's needs is counted.
    """
    columns = ("before", "after", "at")
    of_needs = NeedStep.objects.filter(need__pole=pole).order_by("need", "at", "pk")
    yield from _told(of_needs.values_list("need", *columns).iterator(5000), needs, now)
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
        pk: (department, operator or operators.get(person), None)
        for pk, department, operator, person in rows.iterator(chunk_size=5000)
    }


def _told(steps: Iterable[Step], places: Mapping[int, Place], now: datetime) -> Iterator[Told]:
    for number, its_steps in groupby(steps, key=itemgetter(0)):
        if number in places:
            for since, until, was_read in _readings(its_steps, now):
                days = working_days.passed(timezone.localdate(since), timezone.localdate(until))
                yield (month_of(since), *places[number]), days, was_read


def _readings(steps: Iterable[Step], now: datetime) -> Iterator[tuple[datetime, datetime, bool]]:
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
