"""A year of one organisation: what a company gave, what a structure received."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from accounts.models import Organisation
from common.dates import midnight
from common.prepared import rows
from marketplace.figures.programme_year import ProgrammeYear
from marketplace.law import regimes
from marketplace.models import Cause, Document, HoursEntry, Mission, Regime, Review, Served, Time


@dataclass(frozen=True)
class OrganisationYear:
    """A year of an organisation: `missions` are their numbers, the first one first. `hours` are the confirmed ones; `people` counts
    each person once; `others` are the organisations with which it worked; `regimes` are the codes of its legal frames."""

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
    regimes: frozenset[str]

    @property
    def may_reduce_a_tax(self) -> bool:
        """Whether a receipt was given for it, or may be."""
        frames = filter(None, map(regimes.chosen, self.regimes))
        return bool(self.receipts) or any(frame.gives_a_receipt for frame in frames)

    @property
    def is_empty(self) -> bool:
        return not self.missions and not self.receipts


class Line(NamedTuple):
    """What is counted of one of its missions; `regime` and `department` are codes, the cause is a number."""

    mission: int
    structure: str
    house: str | None
    time: str
    person: int | None
    cause: int
    department: str
    territory: str
    regime: str


def given_by(
    company: Organisation, year: int, read: ProgrammeYear | None = None
) -> OrganisationYear:
    """What a company gave on working time. What its people do on their own time isn't shown to it. `read`: the year of its
    programmes, where it has been read, with what each gave and the missions that began."""
    receipts = Document.objects.receipts().standing().filter(donor=company, year=year)
    if read is None:
        given = rows(_hours, company.pk, True, *_days(year))
        began: Iterable[int] = _began_in(company.pk, True, year)
    else:
        given = [(one.mission, one.person, one.hours[0]) for one in read.shares if one.hours[0]]
        began = read.missions
    return _year(given, began, receipts, year, lambda line: line.structure)


def received_by(structure: Organisation, year: int) -> OrganisationYear:
    """What a structure received: the hours that served it, of missions that serve several too."""
    receipts = Document.objects.receipts().standing().filter(organisation=structure, year=year)
    given = rows(_hours, structure.pk, False, *_days(year))
    return _year(given, _began_in(structure.pk, False, year), receipts, year, _giver)


def gave_alone(organisation: Organisation, year: int) -> bool:
    """Whether it gave something in a year in which it received nothing: neither help nor a receipt to give for it."""
    papers = Document.objects.receipts().standing().filter(organisation=organisation, year=year)
    return not (_holds_any(organisation, False, year) or papers.exists()) and _holds_any(
        organisation, True, year
    )


def _holds_any(organisation: Organisation, gave: bool, year: int) -> bool:
    return bool(
        _began_in(organisation.pk, gave, year) or rows(_hours, organisation.pk, gave, *_days(year))
    )


def _days(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _giver(line: Line) -> str:
    """The name of the company that lent somebody; "" for a mission on own time, whose employer isn't named."""
    return line.house or "" if line.time == Time.WORK else ""


def _began_in(organisation: int, gave: bool, year: int) -> set[int]:
    span = (midnight(date(year, 1, 1)), midnight(date(year + 1, 1, 1)))
    return {pk for (pk,) in rows(_began, organisation, gave, *span)}


def _year(
    given: Iterable[tuple[int, int, Decimal]],
    began: Iterable[int],
    receipts: QuerySet,
    year: int,
    other: Callable[[Line], str],
) -> OrganisationYear:
    """The year of its missions: those that `began` in it, or in which hours were given in it (`given`: the mission, the person,
    and how many)."""
    # By their numbers: in one question with the hours, PostgreSQL takes three times as long.
    those = {mission for mission, _person, _total in given}.union(began)
    lines = [Line(*row) for row in rows(_told, [*those])]
    hours: dict[int, Decimal] = defaultdict(Decimal)
    # A team's offer names nobody: those who gave hours are its people.
    people = {line.person for line in lines} - {None}
    for mission, person, total in given:
        hours[mission] += total
        people.add(person)
    marks = [mark for (mark,) in rows(_marks, [*those], timezone.now())]
    labels = dict(Regime.choices)  # one that isn't chosen yet has none
    causes = Cause.objects.in_bulk({line.cause for line in lines})
    departments = {line.department: f"{line.territory} ({line.department})" for line in lines}
    papers = receipts.aggregate(many=Count("pk"), total=Sum("amount"))
    return OrganisationYear(
        year=year,
        missions=[line.mission for line in lines],
        people=len(people),
        others=sorted({other(line) for line in lines} - {""}),
        hours=sum(hours.values(), Decimal(0)),
        by_cause=_shared(hours, {line.mission: line.cause for line in lines}, causes),
        by_territory=_shared(hours, {line.mission: line.department for line in lines}, departments),
        by_regime=_shared(hours, {line.mission: line.regime for line in lines}, labels),
        receipts=papers["many"],
        value=papers["total"] or Decimal(0),
        rating=Decimal(sum(marks)) / len(marks) if marks else None,
        reviews=len(marks),
        regimes=frozenset(line.regime for line in lines),
    )


def _of(organisation: int, gave: bool) -> QuerySet[Mission]:
    """The missions that it gave, on working time, or those that served it, alone or beside others."""
    if gave:
        return Mission.objects.filter(offer__organisation=organisation, offer__time=Time.WORK)
    served = Served.objects.filter(organisation=organisation).order_by().values("mission")
    led = Mission.objects.filter(need__organisation=organisation, apart_for=None).order_by()
    # Two short lists: with "or" between them, all missions would be read with their needs.
    return Mission.objects.filter(pk__in=led.values("pk").union(served))


def _hours(organisation: int, gave: bool, first: date, last: date) -> QuerySet:
    entries = HoursEntry.objects.confirmed().between(first, last).order_by()
    theirs = entries.filter(mission__in=_of(organisation, gave))
    if not gave:  # of missions that serve several, the hours that served this one
        theirs = theirs.for_whom(Organisation.objects.filter(pk=organisation).values("pk"))
    return theirs.values_list("mission", "person").annotate(total=Sum("hours"))


def _began(organisation: int, gave: bool, start: datetime, end: datetime) -> QuerySet:
    began = _of(organisation, gave).filter(started_at__gte=start, started_at__lt=end)
    return began.order_by().values_list("pk")


def _told(numbers: list[int]) -> QuerySet:
    missions = Mission.objects.filter(pk__in=numbers).order_by("started_at", "pk")
    return missions.values_list(
        "pk", "need__organisation__name", "offer__organisation__name", "offer__time",
        "offer__person", "need__cause", "need__commune__department", "need__commune__department__name", "regime",
    )  # fmt: skip


def _marks(numbers: list[int], now: datetime) -> QuerySet:
    return Review.objects.filter(mission__in=numbers).opened(now).values_list("rating")


def _shared[Key](
    hours: Mapping[int, Decimal], keys: Mapping[int, Key], names: Mapping[Key, object]
) -> list[tuple[str, Decimal]]:
    """The hours of the missions added up by name, the most first; `keys`: what each is counted with."""
    shares: dict[Key, Decimal] = defaultdict(Decimal)
    for mission, total in hours.items():
        shares[keys[mission]] += total
    named: dict[str, Decimal] = defaultdict(Decimal)
    for key, total in shares.items():
        named[str(names.get(key, ""))] += total
    return sorted(
        ((words, total) for words, total in named.items() if total),
        key=lambda share: (-share[1], share[0]),
    )
