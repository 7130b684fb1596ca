"""What missions on working time take of a programme: hours of somebody's own quota; places and hours of the whole. Reads only."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.models import Organisation
from common.prepared import rows
from marketplace.models import (
    CompanyProgramme,
    Employee,
    HoursEntry,
    Mission,
    TeamMember,
    Time,
)
from marketplace.models.missions.team_members import TeamMemberQuerySet
from marketplace.rules import programme_quota
from marketplace.rules.programme_quota import Whole
from marketplace.states import LIVE, MissionStatus, TeamStatus

NONE = 0  # no mission's number
ALONE = ""  # no state in a team


def taken(
    employee: Employee, programme: CompanyProgramme, year: int, *, but: Mission | None = None
) -> Decimal:
    """The hours of the year that this employee's missions under the programme take. What the employer has given case by
    case, under no programme or another, is no part of it: the page of the programme counts the same missions."""
    return taken_by_programme(employee, year, but=but)[programme.pk]


def taken_by_programme(
    employee: Employee, year: int, *, but: Mission | None = None
) -> dict[int | None, Decimal]:
    """The hours of the year that this employee's missions on working time take, alone or in a team, by the numbers of
    the programmes, None being no programme: those planned while a mission goes on, those given once it is over or they
    have left it."""
    whose = (employee.organisation_id, employee.person_id, but.pk if but else NONE)
    found: dict[int | None, Decimal] = defaultdict(Decimal)
    for programme, _person, hours in _counted(_alone, _in_teams, whose, year):
        found[programme] += hours
    return found


def _lent(organisation: int, but: int) -> QuerySet[Mission]:
    lent = Mission.objects.filter(offer__organisation=organisation, offer__time=Time.WORK)
    return lent.exclude(status=MissionStatus.FRAMING).exclude(pk=but).order_by()


def _alone(organisation: int, person: int, but: int) -> QuerySet[Mission]:
    return _lent(organisation, but).filter(offer__person=person)


def _in_teams(organisation: int, person: int, but: int) -> TeamMemberQuerySet:
    lent = _lent(organisation, but).values("pk")
    return TeamMember.objects.filter(person=person, mission__in=lent)


def taken_by_person(organisation: Organisation, year: int) -> dict[tuple[int, int | None], Decimal]:
    """The same of everybody who works for it, by (person, programme), None being no programme; in one question."""
    whose = (organisation.pk, *_days(year))
    found: dict[tuple[int, int | None], Decimal] = defaultdict(Decimal)
    for programme, person, hours in _counted(_all_alone, _all_in_teams, whose, year):
        found[person, programme] += hours
    return found


def _all_alone(organisation: int, first: date, last: date) -> QuerySet[Mission]:
    return _of_days(_lent(organisation, NONE), first, last).filter(offer__person__isnull=False)


def _all_in_teams(organisation: int, first: date, last: date) -> TeamMemberQuerySet:
    lent = _of_days(_lent(organisation, NONE), first, last)
    return TeamMember.objects.filter(mission__in=lent.values("pk"))


@dataclass
class Taken:
    """Of one programme in one year: the numbers of the accounts of those who have a place, and the hours of all."""

    people: set[int] = field(default_factory=set)
    hours: Decimal = Decimal(0)

    @property
    def places(self) -> int:
        return len(self.people)


def taken_of(
    programmes: Iterable[CompanyProgramme], year: int, *, but: Mission | None = None
) -> dict[int, Taken]:
    """What is taken of several programmes, by their numbers, in one question. `but`: a mission that isn't counted."""
    found = {programme.pk: Taken() for programme in programmes}
    if not found:
        return found
    these = (list(found), *_days(year), but.pk if but else NONE)
    for programme, person, hours in _counted(_under_alone, _under_in_teams, these, year):
        found[programme].people.add(person)
        found[programme].hours += hours
    return found


def _under(programmes: Iterable[int], first: date, last: date, but: int) -> QuerySet[Mission]:
    """The missions under these programmes that lie between these days, or in part; hours are written within their dates."""
    missions = Mission.objects.filter(programme__in=list(programmes), offer__time=Time.WORK)
    missions = missions.exclude(status=MissionStatus.FRAMING).exclude(pk=but).order_by()
    return _of_days(missions, first, last)


def _under_alone(programmes: list[int], first: date, last: date, but: int) -> QuerySet[Mission]:
    return _under(programmes, first, last, but).exclude(_by_name())


def _under_in_teams(programmes: list[int], first: date, last: date, but: int) -> TeamMemberQuerySet:
    missions = _under(programmes, first, last, but).filter(_by_name())
    return TeamMember.objects.filter(mission__in=missions.values("pk"))


def _by_name() -> Exists:
    return Exists(TeamMember.objects.who_came().filter(mission=OuterRef("pk")))


def _of_days(missions: QuerySet[Mission], first: date, last: date) -> QuerySet[Mission]:
    return missions.filter(starts_on__lte=last, ends_on__gte=first)


def _days(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _counted(
    alone: Callable[..., QuerySet[Mission]],
    in_teams: Callable[..., TeamMemberQuerySet],
    these: tuple,
    year: int,
) -> Iterator[tuple[int, int, Decimal]]:
    """(programme, person, hours of the year) of each mission of `alone(*these)`, and of each part of `in_teams(*these)`, with
    its own hours: while it goes on, the year's share of those planned, less what another year's have left of them, or those
    given in the year where they are more; those given once it is over or its person has left. What was interrupted before anything was done isn't there, nor is whoever left a team without giving any; nor,
    in one year, what was all given in another."""
    for row in rows(_said(alone, in_teams), *these, *_days(year)):
        programme, person, part, status, starts_on, ends_on, planned, given, elsewhere = row
        stays = part == TeamStatus.COMES if part else status != MissionStatus.LEFT
        if stays and status in LIVE:
            hours = programme_quota.share_of_year(Decimal(planned), starts_on, ends_on, year)
            taken = _of_year(hours, Decimal(planned), given, elsewhere)
            if taken or not elsewhere:
                yield programme, person, taken
            continue
        if elsewhere and not given:
            continue
        done = given if part else given is not None
        if done or (status != MissionStatus.INTERRUPTED and (stays or not part)):
            yield programme, person, given or Decimal(0)


def _of_year(
    share: Decimal, planned: Decimal, given: Decimal | None, elsewhere: Decimal | None
) -> Decimal:
    """What a mission takes of a year: the year's share of the hours planned, less what another year's have left of them, or
    those given in the year where they are more."""
    left = planned - (elsewhere or Decimal(0))
    return max(min(share, left), given or Decimal(0))


def asked_by(
    mission: Mission, employee: Employee, year: int, *, share: Decimal, planned: int
) -> Decimal:
    """What a mission with so many hours `planned` for this employee takes of the year, of which `share` falls in it by its
    days: once hours were written, they count where they were given."""
    written = HoursEntry.objects.filter(mission=mission, person=employee.person_id)
    given = written.filter(day__year=year).total()
    return _of_year(share, Decimal(planned), given, written.exclude(day__year=year).total())


@cache
def _said(
    alone: Callable[..., QuerySet[Mission]], in_teams: Callable[..., TeamMemberQuerySet]
) -> Callable[..., QuerySet]:
    """What each mission and each part says, with the hours given between two days and on others, in one question."""

    def asked(*given: Any) -> QuerySet:
        *these, first, last = given
        entries = HoursEntry.objects.order_by()
        of_mission = entries.filter(mission=OuterRef("pk"))
        of_part = entries.filter(mission=OuterRef("mission"), person=OuterRef("person"))
        in_year = Q(day__range=(first, last))
        missions = alone(*these).order_by()
        parts = in_teams(*these).who_came().order_by()
        one = missions.values_list(
            "programme",
            Coalesce(F("offer__person"), F("offer__created_by")),
            Value(ALONE, CharField()),
            "status",
            "starts_on",
            "ends_on",
            "sheet__hours",
            _sum(of_mission.filter(in_year).values("mission")),
            _sum(of_mission.exclude(in_year).values("mission")),
        )
        other = parts.values_list(
            "mission__programme",
            "person",
            "status",
            "mission__status",
            "mission__starts_on",
            "mission__ends_on",
            "hours",
            _sum(of_part.filter(in_year).values("mission", "person")),
            _sum(of_part.exclude(in_year).values("mission", "person")),
        )
        return one.union(other, all=True).order_by()

    return asked


def _sum(entries: QuerySet[HoursEntry, Any]) -> Subquery:
    return Subquery(entries.annotate(given=Sum("hours")).values("given"))


def whole_of(
    programme: CompanyProgramme, employee: Employee, year: int, *, but: Mission | None = None
) -> Whole:
    """What is left of it for all, as it stands before this employee's mission (`but`)."""
    sites = {site.pk: site.name for site in programme.sites.all()}
    if programme.places is None and programme.budget_days is None:
        return Whole(sites=sites)
    known = taken_of([programme], year, but=but)[programme.pk]
    whole = whole_from(programme, known, employee, sites)
    if whole.places is not None and but is not None and _keeps_its_place(but, programme, year):
        return replace(whole, places=None)
    return whole


def whole_from(
    programme: CompanyProgramme, known: Taken, employee: Employee, sites: Mapping[int, str]
) -> Whole:
    """The same from what is known to be taken."""
    places, budget = programme.places, programme.budget_hours
    has_one = employee.person_id in known.people
    return Whole(
        hours=None if budget is None else budget - known.hours,
        places=None if places is None or has_one else places - known.places,
        sites=sites,
    )


def _keeps_its_place(mission: Mission, programme: CompanyProgramme, year: int) -> bool:
    """Whether it has been counted in this year as it is written today, and its question stands: a mission that went back
    to its framing has given its place up."""
    counted = _under([programme.pk], *_days(year), NONE).filter(pk=mission.pk)
    stands = mission.agreements.current().exists()
    return (stands or mission.status != MissionStatus.AGREEMENT) and counted.exists()
