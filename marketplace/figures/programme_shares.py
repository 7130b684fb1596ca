"""What an employer's people gave on its working time in a year and in the one before, mission by mission. Reads only."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.db.models import QuerySet

from common.prepared import rows
from marketplace.models import Employee, HoursEntry, Mission, Time

A_DAY = Decimal(7)  # hours, where a mission is of no programme
NOTHING = Decimal(0)
NOWHERE = ("", "")  # of no team, of no site
PERIODS = ("now", "same", "before")
# Of which of them a day is: by whether it is of the year, and whether it comes no later than the same day of the year before.
PLACES = {(True, False): (0,), (False, True): (1, 2), (False, False): (2,)}


@dataclass(frozen=True)
class Periods:
    """The year, the year before until the same day, and the whole of that one. The day of an hour is a date, so that no
    clock moves it from one year to another."""

    year: int
    same_day: date

    @classmethod
    def of(cls, year: int, today: date) -> "Periods":
        """A year that is over is told beside the whole of the one before."""
        day = today if year == today.year else date(year, 12, 31)
        leap = (day.month, day.day) == (2, 29)
        return cls(year, date(year - 1, day.month, 28 if leap else day.day))

    @property
    def first(self) -> date:
        return date(self.year - 1, 1, 1)

    @property
    def last(self) -> date:
        return date(self.year, 12, 31)

    @property
    def spans(self) -> dict[str, tuple[date, date]]:
        """The first and the last day of each period."""
        now = (date(self.year, 1, 1), self.last)
        before = (self.first, date(self.year - 1, 12, 31))
        return dict(zip(PERIODS, (now, (self.first, self.same_day), before), strict=True))


class Share(NamedTuple):
    """What one person gave in one mission: `hours` and `days` in each period, as `Periods.spans` has them; `cause` and
    `territory` are the need's, the first by its number, the second the name of a department."""

    person: int
    mission: int
    structure: int
    programme: int | None
    programme_name: str
    team: str
    site: str
    cause: int
    territory: str
    hours: tuple[Decimal, ...]
    days: tuple[Decimal, ...]


type Months = dict[str, tuple[Decimal, list[Decimal]]]


def read(organisation: int, periods: Periods) -> tuple[Months, list[Share]]:
    """For each period the days in all and month by month; what each person gave in each mission. The hours are read once,
    and put together here: grouped by all that is told of them, they take the database twice as long."""
    entries = rows(_given, organisation, periods.first, periods.last)
    missions = {
        pk: told for pk, *told in rows(_told, [*{mission for _who, mission, *_ in entries}])
    }
    shares: dict[tuple[int, int], list[Decimal]] = {}
    months: dict[tuple[int, int, Decimal | None], Decimal] = defaultdict(Decimal)
    year, same_day = periods.year, periods.same_day
    for person, mission, day, hours in entries:
        given = shares.get((person, mission))
        if given is None:
            given = shares[person, mission] = [NOTHING] * len(PERIODS)
        month, per_day = day.month, missions[mission][-1]
        for at in PLACES[day.year == year, day <= same_day]:
            given[at] += hours
            months[at, month, per_day] += hours
    return _by_month(months), _shares(organisation, shares, missions)


def _given(organisation: int, first: date, last: date) -> QuerySet:
    return confirmed(organisation, first, last).values_list("person", "mission", "day", "hours")


def _told(numbers: list[int]) -> QuerySet:
    missions = Mission.objects.filter(pk__in=numbers).order_by()
    return missions.values_list(
        "pk", "need__organisation", "programme", "programme__name", "need__cause",
        "need__commune__department__name", "programme__hours_per_day",
    )  # fmt: skip


def _by_month(given: dict[tuple[int, int, Decimal | None], Decimal]) -> Months:
    found = {name: [NOTHING] * 12 for name in PERIODS}
    for (at, month, hours_per_day), hours in given.items():
        found[PERIODS[at]][month - 1] += days_of(hours, hours_per_day)
    return {name: (sum(months, NOTHING), months) for name, months in found.items()}


def _shares(
    organisation: int, given: dict[tuple[int, int], list[Decimal]], missions: dict[int, list]
) -> list[Share]:
    """Everybody is of one team and of one site at the most, as their employer says it today."""
    places = {person: (team, site or "") for person, team, site in rows(_placed, organisation)}
    found = []
    for (person, mission), hours in given.items():
        structure, programme, name, cause, territory, per_day = missions[mission]
        team, site = places.get(person, NOWHERE)
        now, same, before = hours
        days = (
            days_of(now, per_day) if now else NOTHING,
            days_of(same, per_day) if same else NOTHING,
            days_of(before, per_day) if before else NOTHING,
        )
        share = Share(
            person, mission, structure, programme, name or "", team, site, cause, territory,
            (now, same, before), days,
        )  # fmt: skip
        found.append(share)
    return found


def _placed(organisation: int) -> QuerySet:
    """Those of its people who are of a team or of a site."""
    theirs = Employee.objects.filter(organisation=organisation)
    placed = theirs.exclude(team="", site=None).order_by()
    return placed.values_list("person", "team", "site__name")


@lru_cache(maxsize=2_000)  # most give whole days, or halves
def days_of(hours: Decimal | None, hours_per_day: Decimal | None) -> Decimal:
    return (hours or NOTHING) / (hours_per_day or A_DAY)


def confirmed(organisation: int, first: date, last: date) -> QuerySet[HoursEntry]:
    """The confirmed hours of these days, on its working time: whoever gave them, still there or not."""
    return (
        HoursEntry.objects.confirmed()
        .filter(mission__offer__organisation=organisation, mission__offer__time=Time.WORK)
        .between(first, last)
        .order_by()
    )
