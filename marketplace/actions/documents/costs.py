"""What an hour costs, as human resources enter it: mission by mission, several at once, or on average. Encrypted, and told
neither to a log nor to a history."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.actions import memberships
from accounts.models import Organisation, User
from common.roots import fold
from marketplace.actions.refusals import NotYet
from marketplace.documents import sealing
from marketplace.law import regimes
from marketplace.models import (
    AverageCost,
    Document,
    Grade,
    HourCost,
    HoursEntry,
    Mission,
    Time,
    Valuation,
)
from marketplace.rules import permissions
from marketplace.states import OVER, MissionStatus

TO_VALUE = (MissionStatus.REVIEWED, MissionStatus.VALUED, MissionStatus.INTERRUPTED)
MOST_GRADES = 40


class NameTaken(NotYet):
    """Another grade of the company has this name."""


def to_value(company: Organisation) -> QuerySet[Mission]:
    """The company's missions on its time whose value may still be declared, or corrected: hours are confirmed, and no
    receipt is given, or the one that was has been voided."""
    hours = HoursEntry.objects.filter(mission=OuterRef("pk")).confirmed()
    receipts = Document.objects.receipts().standing().filter(mission=OuterRef("pk"))
    valued = Exists(Valuation.objects.filter(mission=OuterRef("pk")))
    return Mission.objects.filter(
        Q(status__in=TO_VALUE) | Q(valued, status__in=OVER),
        Exists(hours), ~Exists(receipts),
        offer__organisation=company, offer__time=Time.WORK,
        regime__in=regimes.WITH_A_RECEIPT,
    )  # fmt: skip


def of_year(company: Organisation, year: int) -> QuerySet[Mission]:
    """Those of them with hours given in that year: over New Year, a mission stands in both."""
    hours = HoursEntry.objects.filter(mission=OuterRef("pk"), day__year=year).confirmed()
    return to_value(company).filter(Exists(hours))


@transaction.atomic
def enter(
    company: Organisation, costs: Mapping[int, Decimal | None], *, by: User
) -> tuple[int, int]:
    """Keep what an hour of these missions (by their numbers) costs; None takes the cost away, so that the average counts
    again. Returns how many were kept and how many taken away. Raises NotYet, and keeps nothing, when one of them can't be
    valued any more."""
    company = _locked(company, by)
    missions = to_value(company).filter(pk__in=list(costs)).in_bulk()
    if len(missions) < len(costs):
        raise NotYet(
            _(
                "One of these missions can no longer be valued: open the page again, nothing is kept."
            )
        )
    kept = [pk for pk, cost in costs.items() if cost is not None]
    for pk in kept:
        write(missions[pk], sealing.hide(costs[pk] or Decimal(0)), by=by)
    gone = HourCost.objects.filter(mission__in=set(costs) - set(kept))
    return len(kept), gone.delete()[0]


def write(mission: Mission, sealed: str, *, by: User) -> None:
    """Keep a cost that is encrypted already."""
    HourCost.objects.update_or_create(
        mission=mission, defaults={"sealed": sealed, "entered_by": by}
    )


@transaction.atomic
def keep_averages(
    company: Organisation,
    year: int,
    costs: Mapping[int | None, Decimal | None],
    *,
    new_grade: str = "",
    new_cost: Decimal | None = None,
    by: User,
) -> None:
    """Keep the averages of a year: of each grade by its number, of the company by None. A value of None takes the average
    away. What was declared by the former ones stands. `new_grade`: the name of one that is added. Raises NotYet, or
    NameTaken about that name."""
    company = _locked(company, by)
    if new_grade:
        costs = {**costs, _add_grade(company, new_grade).pk: new_cost}
    grades = company.grades.in_bulk([pk for pk in costs if pk is not None])
    if len(grades) < len([pk for pk in costs if pk is not None]):
        raise NotYet(_("This grade has been removed meanwhile."))
    for pk, cost in costs.items():
        grade = grades[pk] if pk else None
        if cost is None:
            company.average_costs.filter(year=year, grade=grade).delete()
            continue
        AverageCost.objects.update_or_create(
            organisation=company,
            year=year,
            grade=grade,
            defaults={"sealed": sealing.hide(cost), "entered_by": by},
        )


def _add_grade(company: Organisation, name: str) -> Grade:
    names = company.grades.values_list("name", flat=True)
    if len(names) >= MOST_GRADES:
        raise NotYet(_("That is a lot of grades: remove those that are of no use any more."))
    if fold(name) in map(fold, names):
        raise NameTaken(_("There is a grade of this name already."))
    return Grade.objects.create(organisation=company, name=name)


@transaction.atomic
def remove_grade(grade: Grade, *, by: User) -> None:
    """Its people have none from then on, and its averages go with it. What was declared stands. Raises NotYet."""
    _locked(grade.organisation, by)
    Grade.objects.filter(pk=grade.pk).delete()


def averages_of(company: Organisation, year: int) -> dict[int | None, Decimal]:
    """The averages of a year, of each grade by its number and of the company by None; without what can't be decrypted any
    more."""
    found = {}
    for row in AverageCost.objects.filter(organisation=company, year=year):
        try:
            found[row.grade_id] = sealing.reveal(row.sealed)
        except sealing.Unreadable:
            continue
    return found


def _locked(company: Organisation, by: User) -> Organisation:
    """Read again: it may have been suspended meanwhile, and whoever acts be human resources no more."""
    memberships.lock(Organisation.objects.filter(pk=company.pk))
    company = Organisation.objects.get(pk=company.pk)
    if not permissions.can_see_costs(by, company):
        raise NotYet(
            _("Human resources alone enter what an hour costs, while the company is active.")
        )
    return company
