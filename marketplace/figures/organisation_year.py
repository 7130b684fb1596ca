"""A year of one organisation: what a company gave, what a structure received."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet, Sum
from django.utils import timezone

from accounts.models import Department, Organisation
from marketplace.models import Cause, Document, HoursEntry, Mission, Regime, Review, Time


@dataclass(frozen=True)
class OrganisationYear:
    """A year of an organisation: `missions` are their numbers, the first one first. `hours` are the confirmed ones; `people` counts
    each person once; `others` are the organisations with which it worked."""

    year: int
    missions: list[int]
    people: int
    others: list[str]
    hours: Decimal
    by_cause: list[tuple[str, Decimal]]
    by_territory: list[tuple[str, Decimal]]
    by_regime: list[tuple[str, Decimal]]
    receipts: int
    value: Decimal
    rating: Decimal | None
    reviews: int

    @property
    def is_empty(self) -> bool:
        return not self.missions and not self.receipts


class Line(NamedTuple):
    """What is counted of one of its missions; `regime` is a code, the cause and the department are numbers."""

    mission: int
    structure: str
    house: str | None
    time: str
    person: int | None
    cause: int
    department: str
    regime: str


def given_by(company: Organisation, year: int) -> OrganisationYear:
    """What a company gave on working time. What its people do on their own time isn't shown to it."""
    missions = Mission.objects.filter(offer__organisation=company, offer__time=Time.WORK)
    receipts = Document.objects.receipts().standing().filter(donor=company, year=year)
    return _year(missions, receipts, year, lambda line: line.structure)


def received_by(structure: Organisation, year: int) -> OrganisationYear:
    missions = Mission.objects.filter(need__organisation=structure)
    receipts = Document.objects.receipts().standing().filter(organisation=structure, year=year)
    return _year(missions, receipts, year, _giver)


def _giver(line: Line) -> str:
    """The name of the company that lent somebody; "" for a mission on own time, whose employer isn't named."""
    return line.house or "" if line.time == Time.WORK else ""


def _year(
    missions: QuerySet[Mission], receipts: QuerySet, year: int, other: Callable[[Line], str]
) -> OrganisationYear:
    """The year of these missions: those that began in it, or in which hours were given in it."""
    entries = HoursEntry.objects.confirmed().filter(mission__in=missions, day__year=year)
    given = list(entries.order_by().values_list("mission", "person").annotate(total=Sum("hours")))
    # By their numbers: in one question with the hours, PostgreSQL takes three times as long.
    those = {mission for mission, _person, _total in given}
    those |= set(missions.filter(started_at__year=year).order_by().values_list("pk", flat=True))
    of_the_year = Mission.objects.filter(pk__in=those).order_by("started_at", "pk")
    lines = [
        Line(*row)
        for row in of_the_year.values_list(
            "pk", "need__organisation__name", "offer__organisation__name", "offer__time",
            "offer__person", "need__cause", "need__commune__department", "regime",
        )
    ]  # fmt: skip
    hours: dict[int, Decimal] = defaultdict(Decimal)
    # A team's offer names nobody: those who gave hours are its people.
    people = {line.person for line in lines} - {None}
    for mission, person, total in given:
        hours[mission] += total
        people.add(person)
    numbers = [line.mission for line in lines]
    reviews = Review.objects.filter(mission__in=missions).opened(timezone.now())
    known = set(numbers)
    marks = [mark for pk, mark in reviews.values_list("mission", "rating") if pk in known]
    labels = dict(Regime.choices)  # one that isn't chosen yet has none
    causes = Cause.objects.in_bulk({line.cause for line in lines})
    departments = Department.objects.in_bulk({line.department for line in lines})
    return OrganisationYear(
        year=year,
        missions=numbers,
        people=len(people),
        others=sorted({other(line) for line in lines} - {""}),
        hours=sum(hours.values(), Decimal(0)),
        by_cause=_shared(lines, hours, lambda line: str(causes[line.cause])),
        by_territory=_shared(lines, hours, lambda line: str(departments[line.department])),
        by_regime=_shared(lines, hours, lambda line: str(labels.get(line.regime, ""))),
        receipts=receipts.count(),
        value=receipts.aggregate(total=Sum("amount"))["total"] or Decimal(0),
        rating=Decimal(sum(marks)) / len(marks) if marks else None,
        reviews=len(marks),
    )


def _shared(
    lines: Iterable[Line], hours: dict[int, Decimal], name: Callable[[Line], str]
) -> list[tuple[str, Decimal]]:
    """The hours of the missions added up by name, the most first."""
    shares: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        shares[name(line)] += hours.get(line.mission, Decimal(0))
    return sorted(
        ((words, total) for words, total in shares.items() if total),
        key=lambda share: (-share[1], share[0]),
    )
