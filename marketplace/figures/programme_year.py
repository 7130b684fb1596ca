"""A year of an employer's programmes, for its own eyes: the days of working time its people gave, who took part, of what it
has set aside. Reads only, in a handful of questions whatever its size."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from accounts.models import Organisation
from common.dates import midnight
from common.prepared import rows
from marketplace.figures import programme_shares
from marketplace.figures.programme_shares import (
    NOTHING,
    Periods,
    Share,
    confirmed,
    days_of,
)
from marketplace.models import (
    Headcount,
    Mission,
    Offer,
    TeamMember,
    Time,
)
from marketplace.states import LIVE, OfferStatus

HOURS_PER_DAY = "mission__programme__hours_per_day"


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
    """`people` work there, as it was said of `said_for`."""

    people: int
    said_for: int

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
    def is_spent(self) -> bool:
        return self.given >= self.days


@dataclass(frozen=True)
class Headline:
    """The first line of a year: what a front page tells."""

    year: int
    days: Decimal
    people: int
    staff: Staff | None
    budget: Budget | None
    has_programme: bool

    @property
    def days_outside_budget(self) -> Decimal:
        """Given in programmes that say no budget, or in none."""
        counted = self.budget.given if self.budget else NOTHING
        return (self.days - counted).quantize(Decimal("0.1"))

    @property
    def share(self) -> Decimal | None:
        """Of the headcount that was said. Members are no headcount: who gave time may be gone, whoever is there new."""
        return self.staff.share(self.people) if self.staff else None


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
    shares: list[Share]
    by_programme: list[Part]
    by_team: list[Part]
    by_site: list[Part]
    months: list[Decimal]
    months_before: list[Decimal]
    today: Today
    staff: Staff | None
    budget: Budget | None
    has_programme: bool
    missions: frozenset[int]  # of the year: those that began in it, or in which hours were given

    @property
    def headline(self) -> Headline:
        year, now = self.periods.year, self.now
        return Headline(year, now.days, now.people, self.staff, self.budget, self.has_programme)

    @property
    def days_outside_budget(self) -> Decimal:
        return self.headline.days_outside_budget

    @property
    def is_empty(self) -> bool:
        return not (self.now.missions or self.now.days or self.before.missions or self.before.days)


def of(organisation: Organisation, year: int, *, today: date) -> ProgrammeYear:
    periods = Periods.of(year, today)
    months, shares = programme_shares.read(organisation.pk, periods)
    missions = _missions(organisation.pk, shares, periods)
    people = {
        name: len({row.person for row in shares if row.days[at]})
        for at, name in enumerate(periods.spans)
    }
    by_programme = _parts((row.programme, row.programme_name, row) for row in shares)
    budgets = _budgets(organisation, year)
    given = {
        name: Given(months[name][0], people[name], len(some), len({one[1] for one in some}))
        for name, some in missions.items()
    }
    return ProgrammeYear(
        periods=periods,
        now=given["now"],
        same_day=given["same"],
        before=given["before"],
        shares=shares,
        by_programme=[part for _pk, part in by_programme],
        by_team=[part for _key, part in _parts((row.team, row.team, row) for row in shares)],
        by_site=[part for _key, part in _parts((row.site, row.site, row) for row in shares)],
        months=months["now"][1],
        months_before=months["before"][1],
        today=_today(organisation),
        staff=_staff(organisation, year),
        budget=_budget(budgets, [(pk, part.days) for pk, part in by_programme]),
        has_programme=bool(budgets),
        missions=frozenset(mission for mission, _structure in missions["now"]),
    )


def headline(organisation: Organisation, year: int, *, today: date) -> Headline:
    """The first line alone, in three questions."""
    periods = Periods.of(year, today)
    people: set[int] = set()
    hours: dict[tuple[int | None, Decimal | None], Decimal] = defaultdict(Decimal)
    of_the_year = rows(_by_person, organisation.pk, *periods.spans["now"])
    for person, programme, per_day, given in of_the_year:
        people.add(person)
        hours[programme, per_day] += given
    by_programme = [(pk, days_of(given, per_day)) for (pk, per_day), given in hours.items()]
    budgets = _budgets(organisation, year)
    return Headline(
        year,
        sum((days for _pk, days in by_programme), NOTHING),
        len(people),
        _staff(organisation, year),
        _budget(budgets, by_programme),
        bool(budgets),
    )


def _by_person(organisation: int, first: date, last: date) -> QuerySet:
    entries = confirmed(organisation, first, last)
    by_person = entries.values_list("person", "mission__programme", HOURS_PER_DAY)
    return by_person.annotate(given=Sum("hours"))


def _order(part: Part) -> tuple:
    """The most first; what isn't known at the end."""
    return (not part.name, -part.days, part.name)


def _parts[Key](shares: Iterable[tuple[Key, str, Share]]) -> list[tuple[Key, Part]]:
    """The shares put together by their key, each with the words for it."""
    names: dict[Key, str] = {}
    now: dict[Key, Decimal] = defaultdict(Decimal)
    before: dict[Key, Decimal] = defaultdict(Decimal)
    who: dict[Key, set[int]] = defaultdict(set)
    for key, name, share in shares:
        names[key] = name
        days, same_day, _whole = share.days
        now[key] += days
        before[key] += same_day
        if days:
            who[key].add(share.person)
    parts = ((key, Part(name, now[key], before[key], len(who[key]))) for key, name in names.items())
    kept = [(key, part) for key, part in parts if part.days or part.before]
    return sorted(kept, key=lambda one: _order(one[1]))


def _missions(
    organisation: int, shares: list[Share], periods: Periods
) -> dict[str, set[tuple[int, int]]]:
    """The missions, each with its structure: those that began in the period, by the wall's clock, or in which hours
    were given in it, as `organisation_year` counts them."""
    found = {
        name: {(row.mission, row.structure) for row in shares if row.days[at]}
        for at, name in enumerate(periods.spans)
    }
    span = (midnight(periods.first), midnight(date(periods.year + 1, 1, 1)))
    for mission, structure, moment in rows(_began, organisation, *span):
        for name, (first, last) in periods.spans.items():
            if first <= timezone.localdate(moment) <= last:
                found[name].add((mission, structure))
    return found


def _began(organisation: int, start: datetime, end: datetime) -> QuerySet:
    """The missions on its time that began between two moments."""
    began = Mission.objects.filter(
        offer__organisation=organisation, offer__time=Time.WORK,
        started_at__gte=start, started_at__lt=end,
    )  # fmt: skip
    return began.order_by().values_list("pk", "need__organisation", "started_at")


def _there(organisation: Organisation) -> QuerySet:
    return organisation.memberships.filter(user__is_active=True)


def _today(organisation: Organisation) -> Today:
    """The same people as the list of them tells (desk/employees.py)."""
    at_work = {"time": Time.WORK, "organisation": organisation, "person__isnull": False}
    offers = Offer.objects.filter(status=OfferStatus.PUBLISHED, **at_work).order_by()
    alone = Offer.objects.filter(missions__status__in=LIVE, **at_work).order_by()
    parts = TeamMember.objects.coming().live().filter(mission__offer__organisation=organisation)
    comes = Q(user__in=alone.values("person")) | Q(user__in=parts.order_by().values("person"))
    found = _there(organisation).aggregate(
        members=Count("pk"),
        offering=Count("pk", filter=Q(user__in=offers.values("person"))),
        coming=Count("pk", filter=comes),
    )
    return Today(**found)


def _staff(organisation: Organisation, year: int) -> Staff | None:
    """As it was said of that year, or else of the last one before it."""
    said = Headcount.objects.filter(organisation=organisation, year__lte=year)
    last = said.order_by("-year").first()
    return Staff(last.people, last.year) if last else None


def _budgets(organisation: Organisation, year: int) -> dict[int, Decimal | None]:
    """The days that each programme of the year gives in all, as far as they say so."""
    found = organisation.programmes.in_year(year).order_by()
    return dict(found.values_list("pk", "budget_days"))


def _budget(
    said: Mapping[int, Decimal | None], given: Sequence[tuple[int | None, Decimal]]
) -> Budget | None:
    """None where no programme of the year says how much it gives in all."""
    budgets = {pk: days for pk, days in said.items() if days}
    if not budgets:
        return None
    of_these = sum((days for pk, days in given if pk in budgets), NOTHING)
    return Budget(sum(budgets.values(), NOTHING), of_these)
