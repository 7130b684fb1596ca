"""What missions on working time take of a programme: hours of somebody's own quota; places and hours of the whole. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import Organisation
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


def taken(employee: Employee, year: int, *, but: Mission | None = None) -> Decimal:
    """The hours of the year that this employee's missions on working time take, alone or in a team: those planned while a
    mission goes on, those given once it is over or they have left it."""
    lent = Mission.objects.filter(offer__organisation=employee.organisation, offer__time=Time.WORK)
    lent = lent.exclude(status=MissionStatus.FRAMING).order_by()
    if but is not None:
        lent = lent.exclude(pk=but.pk)
    alone = lent.filter(offer__person=employee.person)
    in_teams = TeamMember.objects.filter(person=employee.person, mission__in=lent.values("pk"))
    both = chain(_counted(alone, year), _counted_in_teams(in_teams, year))
    return sum((hours for *_whose, hours in both), Decimal(0))


def taken_by_person(organisation: Organisation, year: int) -> dict[tuple[int, int | None], Decimal]:
    """The same of everybody who works for it, by (person, programme), None being no programme; in four questions."""
    lent = Mission.objects.filter(offer__organisation=organisation, offer__time=Time.WORK)
    lent = lent.exclude(status=MissionStatus.FRAMING).order_by()
    lent = lent.filter(starts_on__year__lte=year, ends_on__year__gte=year)
    in_teams = TeamMember.objects.filter(mission__in=lent.values("pk"))
    alone = lent.filter(offer__person__isnull=False)
    found: dict[tuple[int, int | None], Decimal] = defaultdict(Decimal)
    for programme, person, hours in chain(_counted(alone, year), _counted_in_teams(in_teams, year)):
        found[person, programme] += hours
    return found


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
    """What is taken of several programmes, by their numbers, in four questions. `but`: a mission that isn't counted."""
    found = {programme.pk: Taken() for programme in programmes}
    missions = _under(found, year)
    if but is not None:
        missions = missions.exclude(pk=but.pk)
    by_name = Exists(TeamMember.objects.who_came().filter(mission=OuterRef("pk")))
    in_teams = TeamMember.objects.filter(mission__in=missions.filter(by_name).values("pk"))
    both = chain(_counted(missions.exclude(by_name), year), _counted_in_teams(in_teams, year))
    for programme, person, hours in both:
        found[programme].people.add(person)
        found[programme].hours += hours
    return found


def _counted(missions: QuerySet[Mission], year: int) -> Iterator[tuple[int, int, Decimal]]:
    """(programme, person, hours of the year) of each mission: those planned while it goes on, those given once it is over
    or its person has left. One that was interrupted before anything was done isn't there."""
    entries = HoursEntry.objects.filter(mission__in=missions.values("pk"), day__year=year)
    given = dict(entries.order_by().values_list("mission").annotate(Sum("hours")))
    rows = missions.values_list(
        "pk",
        "programme",
        Coalesce(F("offer__person"), F("offer__created_by")),
        "status",
        "starts_on",
        "ends_on",
        "sheet__hours",
    )
    for pk, programme, person, status, starts_on, ends_on, planned in rows:
        if status in LIVE and status != MissionStatus.LEFT:
            hours = programme_quota.share_of_year(Decimal(planned), starts_on, ends_on, year)
            yield programme, person, hours
        elif status != MissionStatus.INTERRUPTED or pk in given:
            yield programme, person, given.get(pk, Decimal(0))


def _counted_in_teams(parts: TeamMemberQuerySet, year: int) -> Iterator[tuple[int, int, Decimal]]:
    """The same of the parts of people in teams, each with their own hours; whoever left without giving any isn't there."""
    parts = parts.who_came().order_by()
    entries = HoursEntry.objects.filter(mission__in=parts.values("mission"), day__year=year)
    sums = entries.order_by().values_list("mission", "person").annotate(Sum("hours"))
    given = {(mission, person): hours for mission, person, hours in sums}
    rows = parts.values_list(
        "mission",
        "mission__programme",
        "person",
        "status",
        "hours",
        "mission__status",
        "mission__starts_on",
        "mission__ends_on",
    )
    for mission, programme, person, state, planned, status, starts_on, ends_on in rows:
        comes, done = state == TeamStatus.COMES, given.get((mission, person), Decimal(0))
        if comes and status in LIVE:
            hours = programme_quota.share_of_year(Decimal(planned), starts_on, ends_on, year)
            yield programme, person, hours
        elif done or (comes and status != MissionStatus.INTERRUPTED):
            yield programme, person, done


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
    counted = _under([programme.pk], year).filter(pk=mission.pk)
    stands = mission.agreements.current().exists()
    return (stands or mission.status != MissionStatus.AGREEMENT) and counted.exists()


def _under(programmes: Iterable[int], year: int) -> QuerySet[Mission]:
    """The missions under these programmes that lie in the year, or in part; hours are written within their dates."""
    of_the_year = Q(starts_on__year__lte=year, ends_on__year__gte=year)
    missions = Mission.objects.filter(of_the_year, programme__in=list(programmes))
    return missions.filter(offer__time=Time.WORK).exclude(status=MissionStatus.FRAMING).order_by()
