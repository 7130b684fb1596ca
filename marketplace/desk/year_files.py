"""What an employer takes out of a year, line by line: its people, their missions, their hours, the values declared, the
receipts. Working time alone, exact, for its own eyes. Reads only, each table in a handful of questions."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Membership, Organisation
from common.spreadsheets import Cell
from marketplace.desk import employees
from marketplace.models import (
    Departure,
    Document,
    HoursEntry,
    Mission,
    Regime,
    TeamMember,
    Time,
    Valuation,
)
from marketplace.models.missions.days import last_day
from marketplace.models.missions.departures import STOPPING
from marketplace.rules import programme_hours
from marketplace.rules.programme_quota import ONE_PLACE
from marketplace.states import MissionStatus

type Row = tuple[Cell, ...]
type Told = Iterator[tuple[str, QuerySet[Any]]]
A_PIECE = 5000  # rows that the database sends at once
NAME = ("last_name", "first_name", "closed_at")
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Table:
    """The words of the first line, and the others, read as they are written."""

    header: list[str]
    rows: Iterator[Row]


def _name(last: str, first: str, closed_at: datetime | None) -> tuple[str, str]:
    """As the list of people has it: a closed account has no name any more."""
    return ("", str(_("Closed account"))) if closed_at else (last, first)


def _day(at: datetime | None) -> date | None:
    return timezone.localdate(at) if at else None


def _lent(organisation: Organisation) -> QuerySet[Mission]:
    return Mission.objects.filter(offer__organisation=organisation, offer__time=Time.WORK)


def _lent_in(organisation: Organisation, year: int) -> QuerySet[Mission]:
    """Those that began in the year, ran in it, or in which hours of it were written."""
    given = _entries(organisation, year).filter(mission=OuterRef("pk"))
    first, last = date(year, 1, 1), date(year, 12, 31)
    over = Q(interrupted_at__year__lt=year) | Q(delivered_at__year__lt=year)
    ran = Q(started_at__isnull=False, starts_on__lte=last, ends_on__gte=first) & ~over
    return _lent(organisation).filter(Q(started_at__year=year) | ran | Exists(given))


def _entries(organisation: Organisation, year: int) -> QuerySet[HoursEntry]:
    """All hours of the year, confirmed or not, whoever gave them and whether they are still there."""
    lent = HoursEntry.objects.filter(
        mission__offer__organisation=organisation, mission__offer__time=Time.WORK
    )
    return lent.between(date(year, 1, 1), date(year, 12, 31)).order_by()


# --- who is in them: nouns of the journal, and the rows by which it finds whom to tell -----------
def told_of_people(organisation: Organisation, _year: int) -> Told:
    yield "member", employees.Employees(organisation).members()


def told_of_missions(organisation: Organisation, year: int) -> Told:
    found = _lent_in(organisation, year)
    yield "lent", found
    yield "lent-part", _parts_of(found)
    yield "lent-hours", _entries(organisation, year)


def told_of_hours(organisation: Organisation, year: int) -> Told:
    yield "lent-hours", _entries(organisation, year)


def told_of_nobody(_organisation: Organisation, _year: int) -> Told:
    """Of a file that names no person."""
    yield from ()


# --- people ---------------------------------------------------------------------------------
def people(organisation: Organisation, year: int) -> Table:
    """Those who are there today, with the days of the year that each programme has given them and still gives them."""
    programmes = list(organisation.programmes.in_year(year))
    header = [
        _("Last name"), _("First name"), _("E-mail address"), _("Trade"), _("Team"), _("Site"), _("Role"),
        _("State today"), _("Since"),
    ]  # fmt: skip
    for programme in programmes:
        names = {"programme": programme.name}
        header += [
            _("%(programme)s: days taken or planned") % names,
            _("%(programme)s: days left") % names,
        ]
    return Table(header, _people(organisation, year, programmes))


def _people(organisation: Organisation, year: int, programmes: list) -> Iterator[Row]:
    taken = programme_hours.taken_by_person(organisation, year)
    whole = programme_hours.taken_of(programmes, year)
    states, places = employees.states_of(organisation), employees.places_of(organisation)
    idle = employees.STATES[employees.IDLE]
    roles = {role.value: Membership.words_of(role, organisation) for role in Membership.Role}
    of_people = ("user__last_name", "user__first_name", "user__email", "user__trade")
    found = employees.Employees(organisation).members().order_by(*employees.BY_NAME)
    rows = found.values_list(*of_people, "role", "user", "created_at")
    for *person, role, number, since in rows.iterator(A_PIECE):
        days: list[Cell] = []
        for programme in programmes:
            used = taken.get((number, programme.pk), NOTHING)
            left = max(programme.hours_per_year - used, NOTHING)
            if programme.budget_hours is not None:
                budget = programme.budget_hours - whole[programme.pk].hours
                left = min(left, max(budget, NOTHING))
            days += [_days(used, programme), _days(left, programme)]
        said = capfirst(str(roles[role])), capfirst(str(states.get(number, idle)))
        yield *person, *places.get(number, ("", "")), *said, _day(since), *days


def _days(hours: Decimal, programme: programme_hours.CompanyProgramme) -> Decimal:
    return (hours / programme.hours_per_day).quantize(ONE_PLACE)


# --- missions -------------------------------------------------------------------------------
def missions(organisation: Organisation, year: int) -> Table:
    """The missions that began in the year, ran in it, or in which hours were written; of a team, a line for each of its people."""
    header = [
        _("Mission number"), _("Mission"), _("Structure"), _("Commune"), _("Last name"), _("First name"), _("Programme"),
        _("Legal frame"), _("State"), _("From"), _("Until"), _("Hours planned, in all"),
        _("Hours confirmed, in the year"), _("Hours not confirmed, in the year"),
    ]  # fmt: skip
    return Table(header, _missions(organisation, year))


def _missions(organisation: Organisation, year: int) -> Iterator[Row]:
    entries = _entries(organisation, year)
    given: dict[int, dict[int, tuple[Decimal, Decimal]]] = defaultdict(dict)
    sums = entries.values_list("mission", "person", *(f"person__{name}" for name in NAME)).annotate(
        confirmed=Sum("hours", filter=Q(confirmed_at__isnull=False), default=NOTHING),
        all=Sum("hours"),
    )
    names: dict[int, tuple] = {}
    for mission, person, last, first, closed_at, confirmed, whole in sums:
        given[mission][person] = (confirmed, whole - confirmed)
        names[person] = (last, first, closed_at)
    found = _lent_in(organisation, year)
    planned = _planned_in_teams(found, names)
    fields = (
        "pk", "need__title", "need__organisation__name", "need__commune__name", "programme__name", "regime", "status",
        "starts_on", "ends_on", "sheet__hours", "offer__person", *(f"offer__person__{name}" for name in NAME),
        "started_at", "interrupted_at", "delivered_at",
    )  # fmt: skip
    gone = _last_days(found)
    for row in found.order_by("started_at", "pk").values_list(*fields).iterator(A_PIECE):
        pk, title, structure, commune, programme, regime, status, first_on, last_on, hours = row[
            :10
        ]
        owner, *owner_name = row[10:14]
        started_at, interrupted_at, delivered_at = row[14:]
        over_at = interrupted_at or delivered_at
        team = planned.get(pk, {})
        if owner:
            names.setdefault(owner, tuple(owner_name))
            team = {owner: Decimal(hours) if hours else None} | team
        theirs = given.get(pk, {})
        everybody = sorted({*team, *theirs}, key=lambda one: (*names[one][:2], one))
        about = (
            programme or "",
            _regime(regime),
            str(MissionStatus(status).label),
            first_on,
            last_day(first_on, last_on, started_at, over_at, gone[pk]),
        )
        for person in everybody:
            done = theirs.get(person, (NOTHING, NOTHING))
            who = _name(*names[person])
            yield pk, title, structure, commune or "", *who, *about, team.get(person), *done
        if not everybody:
            team_hours = Decimal(hours) if hours else None
            nobody = ("", pgettext("a mission", "a team"))
            yield pk, title, structure, commune or "", *nobody, *about, team_hours, NOTHING, NOTHING


def _last_days(found: QuerySet[Mission]) -> dict[int, list[date]]:
    """The last days of those with whom their mission ended."""
    stopping = Departure.objects.filter(
        mission__in=found.order_by().values("pk"), outcome__in=STOPPING
    )
    gone: dict[int, list[date]] = defaultdict(list)
    for mission, last_on in stopping.values_list("mission", "last_on"):
        gone[mission].append(last_on)
    return gone


def _parts_of(found: QuerySet[Mission]) -> QuerySet[TeamMember]:
    parts = TeamMember.objects.in_it() | TeamMember.objects.who_came()
    return parts.filter(mission__in=found.order_by().values("pk"))


def _planned_in_teams(
    found: QuerySet[Mission], names: dict[int, tuple]
) -> dict[int, dict[int, Decimal | None]]:
    """The hours planned for each person of a team, by mission; and their names."""
    planned: dict[int, dict[int, Decimal | None]] = defaultdict(dict)
    rows = _parts_of(found).order_by()
    told = rows.values_list("mission", "person", "hours", *(f"person__{name}" for name in NAME))
    for mission, person, hours, *name in told:
        planned[mission][person] = Decimal(hours)
        names[person] = tuple(name)
    return planned


def _regime(code: str) -> str:
    return str(Regime(code).label) if code in Regime.values else ""


# --- hours ----------------------------------------------------------------------------------
def hours(organisation: Organisation, year: int) -> Table:
    header = [
        _("Day"), _("Last name"), _("First name"), _("Team"), _("Site"), _("Mission number"), _("Mission"),
        _("Structure"), _("Programme"), _("Hours"), _("State"), _("Confirmed on"),
    ]  # fmt: skip
    return Table(header, _hours(organisation, year))


def _hours(organisation: Organisation, year: int) -> Iterator[Row]:
    places = employees.places_of(organisation)
    fields = (
        "day", *(f"person__{name}" for name in NAME), "person", "mission", "mission__need__title",
        "for_whom", "mission__programme__name", "hours", "confirmed_at", "confirmed_by", "contested_at",
    )  # fmt: skip
    confirmed, silent = pgettext("hours", "confirmed"), _("confirmed by a week’s silence")
    contested, waits = _("contested"), _("to be confirmed")
    served = Coalesce(
        "served__name", "mission__apart_for__name", "mission__need__organisation__name"
    )
    entries = _entries(organisation, year).annotate(for_whom=served)
    rows = entries.order_by("day", "pk").values_list(*fields)
    for (
        day, last, first, closed_at, person, mission, title, structure, programme, given, confirmed_at, by, contested_at,
    ) in rows.iterator(A_PIECE):  # fmt: skip
        state = waits
        if confirmed_at:
            state = confirmed if by else silent
        elif contested_at:
            state = contested
        who = (*_name(last, first, closed_at), *places.get(person, ("", "")))
        about = (mission, title, structure, programme or "")
        yield day, *who, *about, given, state, _day(confirmed_at)


# --- values and receipts ----------------------------------------------------------------------
def values(organisation: Organisation, year: int) -> Table:
    """The values declared in the year, as they stand today. Nothing of what an hour of somebody costs."""
    header = [
        _("Mission number"), _("Mission"), _("Structure"), _("Value declared, in euros"), _("Declared on"), _("Receipt"),
    ]  # fmt: skip
    return Table(header, _values(organisation, year))


def _values(organisation: Organisation, year: int) -> Iterator[Row]:
    lent = Valuation.objects.filter(
        mission__offer__organisation=organisation,
        mission__offer__time=Time.WORK,
        declared_at__year=year,
    )
    fields = (
        "mission",
        "mission__need__title",
        "mission__need__organisation__name",
        "amount",
        "declared_at",
    )
    given: dict[int, list[Document]] = defaultdict(list)
    receipts = Document.objects.receipts().filter(mission__in=lent.order_by().values("mission"))
    for receipt in receipts.order_by("pk"):
        given[receipt.mission_id or 0].append(receipt)
    for mission, title, structure, amount, at in lent.order_by("declared_at", "pk").values_list(
        *fields
    ):
        yield mission, title, structure, amount, _day(at), _receipt(given[mission])


def _receipt(found: list[Document]) -> str:
    """Which receipts stand for it, one of each structure that gives one, or that none does."""
    standing = [one.reference for one in found if not one.is_void]
    if standing:
        return ", ".join(standing)
    if found:
        return _("%(number)s, voided") % {"number": found[-1].reference}
    return _("none yet")


def receipts(organisation: Organisation, year: int) -> Table:
    """Its receipts of the year's series, those that were voided too."""
    header = [
        _("Receipt number"), _("Date"), _("Structure"), _("Amount, in euros"), _("Counterparts, in euros"),
        _("Form of the gift"), _("Legal frame"), _("Mission number"), _("State"),
    ]  # fmt: skip
    return Table(header, _receipts(organisation, year))


def _receipts(organisation: Organisation, year: int) -> Iterator[Row]:
    found = Document.objects.receipts().filter(donor=organisation, year=year)
    rows = found.annotate(frame=F("mission__regime")).select_related("organisation")
    skills, void, stands = _("gift in kind: skills"), _("voided"), pgettext("receipt", "given")
    for one in rows.defer("facts").order_by("made_at", "pk").iterator(A_PIECE):
        state = void if one.is_void else stands
        amounts = (one.amount, one.counterparts or NOTHING)
        about = (skills, _regime(one.frame or ""), one.mission_id, state)
        yield one.reference, _day(one.made_at), one.organisation.name, *amounts, *about
