"""What an hour costs, the value that the company declares, and the year's estimate."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from marketplace import notify_mission, notify_papers, sealing
from marketplace.actions.refusals import NotYet
from marketplace.law.value import (
    Carry,
    EmployeeGift,
    Line,
    MonthHours,
    YearResult,
    employee_gift,
    year_result,
)
from marketplace.models import CompanyYear, Document, HourCost, Mission, Valuation
from marketplace.states import MissionStatus


def enter_cost(mission: Mission, cost: Decimal, *, by) -> None:
    """Kept as a cipher; nothing of it goes to a log nor to the structure."""
    HourCost.objects.update_or_create(
        mission=mission, defaults={"sealed": sealing.hide(cost), "entered_by": by}
    )


def estimate(mission: Mission) -> tuple[Decimal, Decimal, list[Line]] | None:
    """The cautious value, the other reading, and the steps, person by person. None without a cost."""
    kept = HourCost.objects.filter(mission=mission).first()
    if kept is None:
        return None
    cost = sealing.reveal(kept.sealed)
    gifts = [employee_gift(cost, months) for months in _months(mission).values()]
    lines = [line for gift in gifts for line in gift.lines]
    return _sum(gifts, "gift"), _sum(gifts, "gift_full_months"), lines


def _sum(gifts: list[EmployeeGift], name: str) -> Decimal:
    return sum((getattr(gift, name) for gift in gifts), Decimal(0))


def _months(mission: Mission) -> dict[int, list[MonthHours]]:
    """The confirmed hours of each person, month by month."""
    hours: dict[tuple[int, int, int], Decimal] = defaultdict(Decimal)
    for entry in mission.hours.confirmed():
        hours[entry.person_id, entry.day.year, entry.day.month] += entry.hours
    found: dict[int, list[MonthHours]] = defaultdict(list)
    for (person, year, month), total in hours.items():
        found[person].append(MonthHours(year, month, total))
    return found


@transaction.atomic
def declare(mission: Mission, amount: Decimal, *, by, now: datetime) -> Valuation:
    """The company fixes the value; before the receipt it may still change it."""
    mission = Mission.objects.select_for_update(no_key=True).get(pk=mission.pk)
    if not mission.gives_a_receipt:
        raise NotYet(_("This legal frame brings no tax reduction: there is no value to declare."))
    if mission.status not in {
        MissionStatus.REVIEWED, MissionStatus.VALUED, MissionStatus.INTERRUPTED
    }:  # fmt: skip
        raise NotYet(_("The value is declared once the mission is delivered and reviewed."))
    if mission.documents.receipts().standing().exists():
        raise NotYet(
            _("The receipt has been given with the earlier value: it has to be voided first.")
        )
    hours = mission.hours.confirmed().total()
    if not hours:
        raise NotYet(_("No hour has been confirmed: there is nothing to value."))
    valuation, _created = Valuation.objects.update_or_create(
        mission=mission,
        defaults={"amount": amount, "hours": hours, "declared_by": by, "declared_at": now},
    )
    if mission.status != MissionStatus.VALUED:
        notify_mission.mission_moved(mission.move(MissionStatus.VALUED, by=by))
    notify_papers.value_declared(valuation)
    return valuation


def gifts_of(company: Organisation, year: int) -> Decimal:
    """What its receipts of the year come to."""
    receipts = Document.objects.receipts().standing().filter(donor=company, year=year)
    return sum((receipt.amount for receipt in receipts if receipt.amount), Decimal(0))


def year_estimate(company: Organisation, year: int) -> YearResult | None:
    """From the first year known: what one year leaves, the next one carries. None without turnover."""
    known = list(CompanyYear.objects.filter(organisation=company, year__lte=year).order_by("year"))
    if not known or known[-1].year != year:
        return None
    carried: list[Carry] = []
    result: YearResult | None = None
    for row in known:
        gifts = row.other_gifts + gifts_of(company, row.year)
        result = year_result(
            row.year, gifts, row.turnover, carried,
            for_people_in_difficulty=min(row.in_difficulty, gifts),
        )  # fmt: skip
        carried = result.carried
    return result
