"""A year of an employer's programmes, for its own eyes: the days of working time its people gave, who took part, of what it
has set aside. Reads only, in a handful of questions whatever its size."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, FilteredRelation, Q, QuerySet, Sum
from django.utils import timezone

from accounts.models import Organisation
from marketplace.models import (
    CompanyProgramme,
    Headcount,
    HoursEntry,
    Mission,
    Offer,
    Time,
)
from marketplace.states import LIVE, OfferStatus

A_DAY = Decimal(7)  # hours, where a mission is of no programme
NOTHING = Decimal(0)
HOURS_PER_DAY = "mission__programme__hours_per_day"


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
        return {
            "now": (date(self.year, 1, 1), self.last),
            "same": (self.first, self.same_day),
            "before": (self.first, date(self.year - 1, 12, 31)),
        }

    def days(self) -> dict[str, Q]:
        """A condition on the days of hours for each period."""
        return {name: Q(day__range=span) for name, span in self.spans.items()}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))


@dataclass(frozen=True)
class Given:
    """What was given in a period: `people` are those who gave hours, each once."""

    days: Decimal
    people: int
    missions: int
    structures: int


@dataclass(frozen=True)
class Part:
    """The share of a programme, a team or a site; `name` is "" where none is known. `before`: the year before, until
    the same day."""

    name: str
    days: Decimal
    before: Decimal
    people: int


@dataclass(frozen=True)
class Staff:
    """`people` work there, as it was said of `said_for`; None where it was never said: those who are members, then."""

    people: int
    said_for: int | None

    def share(self, taking_part: int) -> Decimal | None:
        """In percent, to a tenth under ten. None where more took part than work there: the number is too old."""
        if not self.people or taking_part > self.people:
            return None
        share = Decimal(100 * taking_part) / self.people
        return share.quantize(Decimal("0.1") if share < 10 else Decimal(1))


@dataclass(frozen=True)
class Budget:
    """`days` are those of the programmes that say how many they give in all, `given` those that these have given."""

    days: Decimal
    given: Decimal

    @property
    def rest(self) -> Decimal:
        return max(self.days - self.given, NOTHING)

    @property
    def is_spent(self) -> bool:
        return self.given >= self.days


@dataclass(frozen=True)
class Headline:
    """The first line of a year: what a front page tells."""

    year: int
    days: Decimal
    people: int
    staff: Staff
    budget: Budget | None

    @property
    def share(self) -> Decimal | None:
        return self.staff.share(self.people)


@dataclass(frozen=True)
class Today:
    """How its people stand today: those who are members, those of them who offer their working time, those who come."""

    members: int
    offering: int
    coming: int


@dataclass(frozen=True)
class ProgrammeYear:
    periods: Periods
    now: Given
    same_day: Given
    before: Given
    by_programme: list[Part]
    by_team: list[Part]
    by_site: list[Part]
    months: list[Decimal]
    months_before: list[Decimal]
    today: Today
    staff: Staff
    budget: Budget | None

    @property
    def headline(self) -> Headline:
        return Headline(self.periods.year, self.now.days, self.now.people, self.staff, self.budget)

    @property
    def is_empty(self) -> bool:
        return not (self.now.missions or self.now.days or self.before.missions or self.before.days)


def of(organisation: Organisation, year: int, *, today: date) -> ProgrammeYear:
    periods = Periods.of(year, today)
    entries = _entries(organisation, periods)
    months = _by_month(entries, periods)
    people, by_team, by_site = _by_place(entries, organisation, periods)
    missions = _missions(organisation, entries, periods)
    by_programme = _by_programme(entries, periods)
    stands = _today(organisation)
    given = {name: Given(months[name][0], people[name], *missions[name]) for name in months}
    return ProgrammeYear(
        periods=periods,
        now=given["now"],
        same_day=given["same"],
        before=given["before"],
        by_programme=[part for _pk, part in by_programme],
        by_team=by_team,
        by_site=by_site,
        months=months["now"][1],
        months_before=months["before"][1],
        today=stands,
        staff=_staff(organisation, year) or Staff(stands.members, None),
        budget=_budget(organisation, year, by_programme),
    )


def headline(organisation: Organisation, year: int, *, today: date) -> Headline:
    """The first line alone, in five questions at the most."""
    periods = Periods.of(year, today)
    entries = _entries(organisation, periods).filter(periods.days()["now"])
    by_programme = _by_programme(entries, periods)
    return Headline(
        year,
        sum((part.days for _pk, part in by_programme), NOTHING),
        entries.aggregate(n=Count("person", distinct=True))["n"],
        _staff(organisation, year) or Staff(_there(organisation).count(), None),
        _budget(organisation, year, by_programme),
    )


def _entries(organisation: Organisation, periods: Periods) -> QuerySet[HoursEntry]:
    """The confirmed hours of two years, on its working time: whoever gave them, still there or not."""
    return (
        HoursEntry.objects.confirmed()
        .filter(mission__offer__organisation=organisation, mission__offer__time=Time.WORK)
        .between(periods.first, periods.last)
        .order_by()
    )


def _sums(periods: Periods) -> dict[str, Sum]:
    return {name: Sum("hours", filter=when) for name, when in periods.days().items()}


def _days(hours: Decimal | None, hours_per_day: Decimal | None) -> Decimal:
    return (hours or NOTHING) / (hours_per_day or A_DAY)


def _by_month(
    entries: QuerySet[HoursEntry], periods: Periods
) -> dict[str, tuple[Decimal, list[Decimal]]]:
    """For each period, the days in all and month by month."""
    found = {name: [NOTHING] * 12 for name in periods.days()}
    rows = entries.values_list("day__month", HOURS_PER_DAY).annotate(**_sums(periods))
    for month, hours_per_day, *sums in rows:
        for name, hours in zip(found, sums, strict=True):
            found[name][month - 1] += _days(hours, hours_per_day)
    return {name: (sum(months, NOTHING), months) for name, months in found.items()}


def _by_programme(entries: QuerySet[HoursEntry], periods: Periods) -> list[tuple[int | None, Part]]:
    """The number of each programme, None for none, with its share."""
    people = Count("person", distinct=True, filter=periods.days()["now"])
    rows = entries.values_list(
        "mission__programme", "mission__programme__name", HOURS_PER_DAY
    ).annotate(**_sums(periods), people=people)
    parts = [
        (pk, Part(name or "", _days(now, per_day), _days(same, per_day), people))
        for pk, name, per_day, now, same, _before, people in rows
    ]
    kept = [(pk, part) for pk, part in parts if part.days or part.before]
    return sorted(kept, key=lambda one: _order(one[1]))


def _order(part: Part) -> tuple:
    """The most first; what isn't known at the end."""
    return (not part.name, -part.days, part.name)


def _by_place(
    entries: QuerySet[HoursEntry], organisation: Organisation, periods: Periods
) -> tuple[dict[str, int], list[Part], list[Part]]:
    """How many people gave hours in each period; what each team and each site gave. Everybody is of one team and of one
    site at the most, as their employer says it today."""
    theirs = Q(person__employments__organisation=organisation)
    placed = entries.annotate(employed=FilteredRelation("person__employments", condition=theirs))
    where = ("employed__team", "employed__site__name")
    when = periods.days()
    people = {name: Count("person", distinct=True, filter=when[name]) for name in when}
    counted = list(placed.values_list(*where).annotate(**people))
    hours = list(placed.values_list(*where, HOURS_PER_DAY).annotate(**_sums(periods)))
    teams, sites = (
        _parts(
            ((row[at] or "", _days(row[3], row[2]), _days(row[4], row[2])) for row in hours),
            ((row[at] or "", row[2]) for row in counted),
        )
        for at in (0, 1)
    )
    in_all = [sum(row[at] for row in counted) for at in (2, 3, 4)]
    return dict(zip(when, in_all, strict=True)), teams, sites


def _parts(
    hours: Iterable[tuple[str, Decimal, Decimal]], people: Iterable[tuple[str, int]]
) -> list[Part]:
    now: dict[str, Decimal] = defaultdict(Decimal)
    before: dict[str, Decimal] = defaultdict(Decimal)
    who: dict[str, int] = defaultdict(int)
    for name, days, days_before in hours:
        now[name] += days
        before[name] += days_before
    for name, number in people:
        who[name] += number
    parts = (Part(name, now[name], before[name], who[name]) for name in now)
    return sorted((part for part in parts if part.days or part.before), key=_order)


def _missions(
    organisation: Organisation, entries: QuerySet[HoursEntry], periods: Periods
) -> dict[str, tuple[int, int]]:
    """How many missions, for how many structures: those that began in the period, by the wall's clock, or in which hours
    were given in it, as `organisation_year` counts them."""
    found: dict[str, set[tuple[int, int]]] = {name: set() for name in periods.spans}
    given = {name: Count("pk", filter=when) for name, when in periods.days().items()}
    rows = entries.values_list("mission", "mission__need__organisation").annotate(**given)
    for mission, structure, *counts in rows:
        for name, count in zip(given, counts, strict=True):
            if count:
                found[name].add((mission, structure))
    after = _midnight(date(periods.year + 1, 1, 1))
    began = Mission.objects.filter(
        offer__organisation=organisation, offer__time=Time.WORK,
        started_at__gte=_midnight(periods.first), started_at__lt=after,
    )  # fmt: skip
    for mission, structure, moment in began.order_by().values_list(
        "pk", "need__organisation", "started_at"
    ):
        for name, (first, last) in periods.spans.items():
            if first <= timezone.localdate(moment) <= last:
                found[name].add((mission, structure))
    return {name: (len(some), len({one[1] for one in some})) for name, some in found.items()}


def _there(organisation: Organisation) -> QuerySet:
    return organisation.memberships.filter(user__is_active=True)


def _today(organisation: Organisation) -> Today:
    """The same people as the list of them tells (desk/employees.py)."""
    at_work = {"time": Time.WORK, "organisation": organisation, "person__isnull": False}
    offers = Offer.objects.filter(status=OfferStatus.PUBLISHED, **at_work).order_by()
    coming = Offer.objects.filter(missions__status__in=LIVE, **at_work).order_by()
    found = _there(organisation).aggregate(
        members=Count("pk"),
        offering=Count("pk", filter=Q(user__in=offers.values("person"))),
        coming=Count("pk", filter=Q(user__in=coming.values("person"))),
    )
    return Today(**found)


def _staff(organisation: Organisation, year: int) -> Staff | None:
    """As it was said of that year, or else of the last one before it."""
    said = Headcount.objects.filter(organisation=organisation, year__lte=year)
    last = said.order_by("-year").first()
    return Staff(last.people, last.year) if last else None


def in_year(organisation: Organisation, year: int) -> QuerySet[CompanyProgramme]:
    """The programmes that were open at some time of that year."""
    new_year = date(year, 1, 1)
    return organisation.programmes.filter(
        Q(ends_on=None) | Q(ends_on__gte=new_year),
        Q(closed_at=None) | Q(closed_at__gte=_midnight(new_year)),
        starts_on__lte=date(year, 12, 31),
    )


def _budget(
    organisation: Organisation, year: int, given: Sequence[tuple[int | None, Part]]
) -> Budget | None:
    """None where no programme of the year says how much it gives in all."""
    rows = in_year(organisation, year).exclude(budget_days=None).order_by()
    budgets = {pk: days for pk, days in rows.values_list("pk", "budget_days") if days}
    if not budgets:
        return None
    of_these = sum((part.days for pk, part in given if pk in budgets), NOTHING)
    return Budget(sum(budgets.values(), NOTHING), of_these)
