"""Counts the events of a pôle: one query for each kind of event, whatever the size of the pôle."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import Any, NamedTuple

from django.db.models import Count, F, Min, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts.models import Pole
from common.spoken import TONGUES, Spoken, spoken_in
from marketplace.figures import first_meetings, handed_in
from marketplace.figures.brought import operators_by_person
from marketplace.figures.counts import NO_REGIME, Counts
from marketplace.models import (
    Carrier,
    HoursEntry,
    Mission,
    MissionStep,
    Need,
    NeedSkill,
    NeedStep,
    Proposal,
    Review,
    Valuation,
)
from marketplace.models.desk.figures import month_of, slice_of
from marketplace.states import MissionStatus, NeedStatus, ProposalStatus


class Cell(NamedTuple):
    month: date
    department: str
    operator: int | None
    family: int | None
    languages: int = 0


class Spot(NamedTuple):
    """A month in an intercommunality, or in a commune that belongs to none."""

    month: date
    code: str


@dataclass
class Reckoned:
    slices: dict[tuple[str, date], Counts]
    spots: dict[Spot, dict[str, Any]]  # needs, missions, hours
    places: dict[str, tuple[str, float, float]]  # code: name, latitude, longitude


class _Needs:
    """Where each need of the pôle is counted: its département, operator, family and languages but for French."""

    def __init__(self, pole: Pole, operators: dict[int, int]) -> None:
        self.pole = pole
        families = families_of(pole)
        self.facts: dict[int, handed_in.Place] = {}
        self.codes: dict[int, str] = {}
        self.organisation: dict[int, int] = {}
        self.places: dict[str, tuple[str, float, float]] = {}
        for pk, organisation, department, operator, person, languages, *place in _rows(pole):
            follows, others = operator or operators.get(person), languages & ~Spoken.FRENCH
            self.facts[pk] = (department, follows, families.get(pk), others)
            self.organisation[pk] = organisation
            insee, name, epci, epci_name, latitude, longitude = place
            self.codes[pk] = epci or insee
            self.places.setdefault(epci or insee, (epci_name or name, latitude, longitude))

    def cell(self, need: int, month: date) -> Cell:
        return Cell(month, *self.facts[need])

    def spot(self, need: int, month: date) -> Spot:
        return Spot(month, self.codes[need])


def _rows(pole: Pole) -> Iterable[tuple]:
    place = ("insee", "name", "epci_code", "epci_name", "latitude", "longitude")
    return (
        Need.objects.filter(pole=pole)
        .order_by("-commune__population", "pk")  # a place is drawn where most of its people live
        .values_list(
            *("pk", "organisation", "commune__department", "operator", "coordinator", "languages"),
            *(f"commune__{field}" for field in place),
        )
        .iterator(chunk_size=5000)
    )


def families_of(pole: Pole) -> dict[int, int]:
    """For each need, the family of the skill that counts most: required before welcome, then the highest level."""
    wanted = NeedSkill.objects.filter(need__pole=pole).order_by("required", "level", "-pk")
    return dict(wanted.values_list("need", "skill__family").iterator(chunk_size=5000))


def reckon(pole: Pole, *, now: datetime) -> Reckoned:
    """All counts since the beginning: when something of last year is corrected today, last year's figures are right
    tonight."""
    operators = operators_by_person(pole)
    needs = _Needs(pole, operators)
    cells: dict[Cell, Counts] = defaultdict(Counts)
    spots: dict[Spot, dict[str, Any]] = defaultdict(lambda: {"needs": 0, "missions": 0, "hours": 0})
    missions = list(
        Mission.objects.filter(need__pole=pole, renewed_from=None, apart_for=None)
        .order_by("created_at", "pk")
        .values_list("pk", "need", "created_at", "offer__person")
    )
    _count_needs(needs, missions, cells, spots)
    _count_proposals(needs, cells)
    _count_missions(needs, missions, cells, spots)
    _count_hours(needs, cells, spots)
    _count_served(needs, cells)
    _count_value(needs, cells)
    _count_reviews(needs, cells)
    for day in first_meetings.of(pole).values():
        cells[Cell(day.replace(day=1), "", None, None)].met += 1
    for where, days, was_read in handed_in.of(pole, needs.facts, operators, now=now):
        counts = cells[Cell(*where)]
        (counts.read_days if was_read else counts.unread_days)[days] += 1
    return Reckoned(_sliced(cells), dict(spots), needs.places)


def _sliced(cells: dict[Cell, Counts]) -> dict[tuple[str, date], Counts]:
    """The counts of each slice. Each cell is added to up to eight slices: with or without its département, operator
    and family; and to as many more for each of its languages."""
    slices: dict[tuple[str, date], Counts] = defaultdict(Counts)
    for cell, counts in cells.items():
        places, people, kinds = ("", cell.department), (None, cell.operator), (None, cell.family)
        tongues = ("", *(TONGUES[one].tag for one in spoken_in(cell.languages)))
        # A set: what is missing (no operator in charge) must not be added twice to the same choice.
        for name in {
            slice_of(department=place, operator=person, family=kind, language=tongue)
            for place, person, kind, tongue in product(places, people, kinds, tongues)
        }:
            slices[name, cell.month].add(counts)
    return dict(slices)


def _first_steps(pole: Pole, after: str) -> dict[int, datetime]:
    steps = NeedStep.objects.filter(need__pole=pole, after=after).order_by()
    return dict(steps.values_list("need").annotate(first=Min("at")))


def _count_needs(
    needs: _Needs,
    missions: list[tuple],
    cells: dict[Cell, Counts],
    spots: dict[Spot, dict[str, Any]],
) -> None:
    pole = needs.pole
    posted, published = (
        _first_steps(pole, NeedStatus.SUBMITTED),
        _first_steps(pole, NeedStatus.PUBLISHED),
    )
    answers = dict(
        Proposal.objects.filter(need__pole=pole)
        .order_by()
        .values_list("need")
        .annotate(first=Min("created_at"))
    )
    agreed: dict[int, datetime] = {}
    for _pk, need, at, _person in missions:
        agreed.setdefault(need, at)
    done = set(
        MissionStep.objects.filter(mission__need__pole=pole, after=MissionStatus.DELIVERED)
        .order_by()
        .values_list("mission__need", flat=True)
    )
    together = set(Carrier.objects.agreed().filter(need__pole=pole).values_list("need", flat=True))
    served = _first_steps(pole, NeedStatus.SERVED_BY_GATHERING)
    unmet = _required(published.keys() - agreed.keys() - served.keys(), pole)
    for need, at in posted.items():
        month = month_of(at)
        counts = cells[needs.cell(need, month)]
        counts.posted += 1
        spots[needs.spot(need, month)]["needs"] += 1
        counts.qualified += need in published
        counts.done += need in done
        if need in together:
            counts.together += 1
            counts.together_qualified += need in published
            counts.together_agreed += need in agreed
        counts.taught += need in served
        if need in answers:
            counts.answered += 1
            counts.answer_days[max((answers[need] - at).days, 0)] += 1
        if need in agreed:
            counts.agreed += 1
            counts.agreement_days[max((agreed[need] - at).days, 0)] += 1
        counts.unmet.update(unmet.get(need, ()))


def _required(wanted: set[int], pole: Pole) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = NeedSkill.objects.filter(need__pole=pole, required=True).order_by()
    for need, code in rows.values_list("need", "skill__code").iterator(chunk_size=5000):
        if need in wanted:
            found[need].append(code)
    return found


def _count_proposals(needs: _Needs, cells: dict[Cell, Counts]) -> None:
    rows = (
        Proposal.objects.filter(need__pole=needs.pole)
        .order_by()
        .values_list("need", "status", TruncMonth("created_at"))
        .annotate(number=Count("pk"))
    )
    for need, status, month, number in rows:
        counts = cells[needs.cell(need, month_of(month))]
        counts.asked += number
        counts.silent += number if status == ProposalStatus.UNANSWERED else 0


def _count_missions(
    needs: _Needs,
    missions: list[tuple],
    cells: dict[Cell, Counts],
    spots: dict[Spot, dict[str, Any]],
) -> None:
    """Count the missions in the order of time: the first one of a structure makes it a newcomer."""
    served: set[int] = set()
    for _pk, need, at, person in missions:
        month, organisation = month_of(at), needs.organisation[need]
        counts = cells[needs.cell(need, month)]
        counts.missions += 1
        spots[needs.spot(need, month)]["missions"] += 1
        counts.repeats += organisation in served
        counts.newcomers += organisation not in served
        served.add(organisation)
        if person:
            counts.people.add(person)


def _count_hours(
    needs: _Needs, cells: dict[Cell, Counts], spots: dict[Spot, dict[str, Any]]
) -> None:
    rows = (
        HoursEntry.objects.confirmed()
        .filter(mission__need__pole=needs.pole)
        .order_by()
        .values_list("mission__need", "mission__regime", TruncMonth("day"), "person")
        .annotate(total=Sum("hours"))
    )
    for need, regime, month, person, hours in rows:
        counts = cells[needs.cell(need, month_of(month))]
        counts.hours[regime or NO_REGIME] += hours
        counts.givers.setdefault(regime or NO_REGIME, set()).add(person)
        spots[needs.spot(need, month_of(month))]["hours"] += hours


def _count_served(needs: _Needs, cells: dict[Cell, Counts]) -> None:
    """Whom the hours served: the lead of the need, unless they name another."""
    rows = (
        HoursEntry.objects.confirmed()
        .filter(mission__need__pole=needs.pole)
        .order_by()
        .values_list("mission__need", TruncMonth("day"), "served", "mission__apart_for")
        .distinct()
    )
    for need, month, served, apart_for in rows:
        counts = cells[needs.cell(need, month_of(month))]
        counts.served.add(served or apart_for or needs.organisation[need])


def _count_value(needs: _Needs, cells: dict[Cell, Counts]) -> None:
    rows = Valuation.objects.filter(mission__need__pole=needs.pole).order_by()
    named = rows.values_list(
        "mission__need", "mission__regime", "mission__offer__person", "declared_at", "amount"
    )
    for need, regime, person, at, amount in named.iterator(chunk_size=5000):
        counts = cells[needs.cell(need, month_of(at))]
        counts.value[regime or NO_REGIME] += amount  # type: ignore[assignment]  # of Decimal
        counts.valued.setdefault(regime or NO_REGIME, set()).update({person} - {None})


def _count_reviews(needs: _Needs, cells: dict[Cell, Counts]) -> None:
    """Count the reviews that are open: the figure of a single one would tell what nobody may read yet."""
    rows = Review.objects.filter(mission__need__pole=needs.pole).opened(timezone.now()).order_by()
    said = rows.values_list(F("mission__need"), "created_at", "rating", "again", "recommend")
    for need, at, rating, again, recommend in said.iterator(chunk_size=5000):
        counts = cells[needs.cell(need, month_of(at))]
        counts.reviews += 1
        counts.rating += rating
        counts.again += again
        if recommend is not None:
            counts.recommend += 1
            counts.promoters += recommend >= 9
            counts.detractors += recommend <= 6
