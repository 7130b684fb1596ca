"""What the confirmed hours are worth, person by person: by the mission's own cost of an hour, or else the average of the
person's grade, or else the company's. Reads only."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Organisation, User
from marketplace.documents import sealing
from marketplace.law.value import ZERO, EmployeeGift, MonthHours, employee_gift
from marketplace.models import AverageCost, Basis, Employee, HourCost, HoursEntry, Mission

logger = logging.getLogger(__name__)

type Months = dict[int, list[MonthHours]]  # by the number of the person


@dataclass(frozen=True)
class Part:
    """The hours of one person at one cost: of all their months, or of one year where it is an average."""

    person: User
    basis: Basis
    year: int | None
    gift: EmployeeGift

    @property
    def is_average(self) -> bool:
        return self.basis != Basis.OWN


@dataclass(frozen=True)
class Estimate:
    """What the hours given are worth, with every step."""

    parts: list[Part]

    @property
    def gift(self) -> Decimal:
        return sum((part.gift.gift for part in self.parts), ZERO)

    @property
    def gift_full_months(self) -> Decimal:
        return sum((part.gift.gift_full_months for part in self.parts), ZERO)

    @property
    def cost(self) -> Decimal:
        return sum((part.gift.cost for part in self.parts), ZERO)

    @property
    def is_capped(self) -> bool:
        return self.gift < self.cost

    @property
    def rests_on_average(self) -> bool:
        return any(part.is_average for part in self.parts)

    @property
    def bases(self) -> list[str]:
        return sorted({part.basis.value for part in self.parts})


def of_one(mission: Mission) -> Estimate | None:
    """None while human resources have entered no cost that reaches all of its hours, or when it can't be decrypted any
    more."""
    company = mission.offer.organisation
    return None if company is None else of_several(company, [mission]).get(mission.pk)


def of_several(company: Organisation, missions: Sequence[Mission]) -> dict[int, Estimate]:
    """The estimates of missions of this company, by their numbers, in as many questions for fifty as for one; without
    those that miss a cost."""
    costs = _Costs(company, missions)
    months = months_of(missions)
    people = {person for by_person in months.values() for person in by_person}
    users = User.objects.filter(pk__in=people).order_by("last_name", "pk")
    known = {user.pk: user for user in users}
    grades = dict(
        Employee.objects.filter(organisation=company, person__in=people)
        .exclude(grade=None)
        .values_list("person", "grade")
    )
    found = {}
    for mission in missions:
        parts: list[Part] = []
        whole = mission.pk in costs.own or bool(months[mission.pk])
        for pk in (pk for pk in known if pk in months[mission.pk]):
            theirs = _parts(known[pk], months[mission.pk][pk], mission.pk, grades.get(pk), costs)
            whole = whole and theirs is not None
            parts += theirs or []
        if whole:
            found[mission.pk] = Estimate(parts)
    return found


def _parts(
    person: User, months: list[MonthHours], mission: int, grade: int | None, costs: "_Costs"
) -> list[Part] | None:
    """None where a year has no cost. The cap counts month by month: a year apart from another changes nothing of it."""
    if (own := costs.own.get(mission)) is not None:
        return [Part(person, Basis.OWN, None, employee_gift(own, months))]
    parts = []
    for year in sorted({month.year for month in months}):
        found = costs.average(year, grade)
        if found is None:
            return None
        basis, cost = found
        gift = employee_gift(cost, [month for month in months if month.year == year])
        parts.append(Part(person, basis, year, gift))
    return parts


class _Costs:
    """What human resources have entered: for these missions, and on average."""

    def __init__(self, company: Organisation, missions: Sequence[Mission]) -> None:
        self.own = own_costs(missions)
        rows = AverageCost.objects.filter(organisation=company)
        self._averages = {
            (row.year, row.grade_id): cost
            for row in rows
            if (cost := _revealed(row.sealed, f"average cost {row.pk}")) is not None
        }

    def average(self, year: int, grade: int | None) -> tuple[Basis, Decimal] | None:
        if grade is not None and (year, grade) in self._averages:
            return Basis.GRADE, self._averages[year, grade]
        whole = self._averages.get((year, None))
        return None if whole is None else (Basis.AVERAGE, whole)


def own_costs(missions: Iterable[Mission]) -> dict[int, Decimal]:
    """The costs entered for each of these missions, by its number."""
    rows = HourCost.objects.filter(mission__in=[mission.pk for mission in missions])
    return {
        row.mission_id: cost
        for row in rows
        if (cost := _revealed(row.sealed, f"cost of mission {row.mission_id}")) is not None
    }


def _revealed(hidden: str, of_what: str) -> Decimal | None:
    try:
        return sealing.reveal(hidden)
    except sealing.Unreadable:
        logger.error("The hourly %s was hidden with another PAPERS_KEY.", of_what)
        return None


def months_of(missions: Iterable[Mission]) -> dict[int, Months]:
    """The confirmed hours of each mission and person, month by month."""
    hours: dict[tuple[int, int, int, int], Decimal] = defaultdict(Decimal)
    numbers = [mission.pk for mission in missions]
    confirmed = HoursEntry.objects.filter(mission__in=numbers).confirmed()
    for mission, person, day, many in confirmed.values_list("mission", "person", "day", "hours"):
        hours[mission, person, day.year, day.month] += many
    found: dict[int, Months] = {number: defaultdict(list) for number in numbers}
    for (mission, person, year, month), total in hours.items():
        found[mission][person].append(MonthHours(year, month, total))
    return found
