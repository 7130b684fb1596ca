"""What an hour costs, the value that the company declares, and the year's estimate."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from marketplace import letters
from marketplace.actions.documents import costs, estimates
from marketplace.actions.documents.estimates import Estimate
from marketplace.actions.refusals import NotYet
from marketplace.documents import sealing
from marketplace.law import regimes
from marketplace.law.value import (
    ZERO,
    Carry,
    YearResult,
    employee_gift,
    euros,
    figure,
    year_result,
)
from marketplace.models import (
    Basis,
    CompanyYear,
    Departure,
    Document,
    Eligibility,
    HoursEntry,
    Mission,
    Reminder,
    Valuation,
)
from marketplace.rules import mission_roles, receipt_shares
from marketplace.rules.next_acts.patience import VALUE_ASKED_FOR
from marketplace.states import OVER, MissionStatus
from notifications.faults import each_row

# After the first letter; within the season for which the value of an interrupted mission is asked for.
ASKED_AGAIN_AFTER = (timedelta(days=21), timedelta(days=49))
FIGURES = ("pmss", "employee_cap_pmss", "hours_per_month")  # that a value is reckoned with
TIMES = range(len(ASKED_AGAIN_AFTER) + 1)


def enter_cost(mission: Mission, cost: Decimal, *, by: User) -> None:
    """Keep what an hour costs, encrypted: it goes neither to a log nor to the structure."""
    costs.write(mission, sealing.hide(cost), by=by)


class CapDoubt(NotYet):
    """The amount is above the cautious reading of the legal cap, and below the other reading: it is kept only for
    somebody who has read the warning."""


class AverageDoubt(NotYet):
    """The amount is reckoned by an average: it is kept only for somebody who confirms it in words."""


class Changed(NotYet):
    """What an hour costs has changed since the page was opened."""


def estimate(mission: Mission) -> Estimate | None:
    """The value of the confirmed hours. None while human resources haven't given the cost of an hour, or when it
    can't be decrypted any more."""
    return estimates.of_one(mission)


def _require_under_cap(mission: Mission, amount: Decimal, *, warned: bool) -> None:
    """Raises NotYet or CapDoubt when the amount is above the legal cap. The cap depends on the hours alone, so it
    is checked even when the cost of an hour isn't known here."""
    gifts = [
        employee_gift(ZERO, months)
        for months in estimates.months_of([mission])[mission.pk].values()
    ]
    by_hours = sum((gift.cap for gift in gifts), ZERO)
    whole = sum((gift.cap_full_months for gift in gifts), ZERO)
    if amount > whole:
        raise NotYet(
            _(
                "The law caps the value at three monthly ceilings for each employee: here %(cap)s at the most. What goes beyond doesn’t count."
            )
            % {"cap": euros(whole)}
        )
    if amount > by_hours and not warned:
        raise CapDoubt(
            _(
                "Shared out by the hours given, the cap is %(cap)s; with whole months it would be %(whole)s. The text doesn’t settle it: keep the lower one, or tick the box if you keep your amount."
            )
            % {"cap": euros(by_hours), "whole": euros(whole)}
        )


def is_declared(mission: Mission) -> bool:
    """A page that has read what was declared says it in `is_valued`."""
    known: bool | None = getattr(mission, "is_valued", None)
    return Valuation.objects.filter(mission=mission).exists() if known is None else known


def is_closed_without(mission: Mission) -> bool:
    """Whether it was closed without a declared value, which can't be declared any more."""
    over = mission.status in (MissionStatus.CLOSED, MissionStatus.RENEWED)
    return over and not is_declared(mission)


def refusal_of(mission: Mission) -> str:
    """Why no value can be declared now, as a sentence for the reader; empty when one can."""
    if not mission.gives_a_receipt:
        return _("This legal frame brings no tax reduction: there is no value to declare.")
    if is_closed_without(mission):
        return _("This mission was closed without a declared value: it can’t be declared any more.")
    valued = is_declared(mission)
    if mission.status not in costs.TO_VALUE and not (valued and mission.status in OVER):
        return _(
            "The value is declared once the mission is delivered and its reviews are over, or once it has stopped."
        )
    if mission.documents.receipts().standing().exists():
        return _(
            "The receipt has been given with the declared value: to change it, the receipt has to be voided first."
        )
    if not mission.hours.confirmed().exists():
        return _("No hour has been confirmed: there is nothing to value.")
    if names := receipt_shares.still_to_confirm(mission):
        return _(
            "Hours for %(structures)s still wait to be confirmed: the value is shared out by the confirmed hours, so it is declared afterwards."
        ) % {"structures": names}
    return ""


@transaction.atomic
def declare(
    mission: Mission,
    amount: Decimal,
    *,
    by: User,
    now: datetime,
    warned: bool = False,
    read: Decimal | None = None,
    confirmed: str = "",
) -> Valuation:
    """The company declares the value. It may change it until the receipt is given, and again once that receipt is
    voided. `read`: the estimate that was on the screen; `confirmed`: the words of the box about an average that was
    ticked, kept as they were read. Raises NotYet, CapDoubt, AverageDoubt or Changed."""
    mission = Mission.objects.select_for_update(no_key=True).get(pk=mission.pk)
    if refusal := refusal_of(mission):
        raise NotYet(refusal)
    valued = mission.hours.confirmed().aggregate(total=Sum("hours"), last=Max("confirmed_at"))
    _require_under_cap(mission, amount, warned=warned)
    found = estimate(mission)
    if read is not None and read != (found.gift if found else None):
        raise Changed(
            _("What an hour costs has changed since you opened this page: read the estimate again.")
        )
    reckoned = found if found and amount in (found.gift, found.gift_full_months) else None
    averaged = reckoned is not None and reckoned.rests_on_average
    if averaged and not confirmed:
        raise AverageDoubt(
            _("This amount is reckoned by an average: confirm it in words, or write your own.")
        )
    said = {"amount": amount, "hours": valued["total"], "declared_by": by}
    said["declared_at"] = max(now, valued["last"])  # they may be of a moment after the page's
    said["bases"] = reckoned.bases if reckoned else [Basis.FIGURE.value]
    said["figures"] = _figures_of(mission)
    said["shares"] = receipt_shares.kept_with(mission)
    said["confirmed_words"] = confirmed if averaged else ""
    valuation, _created = Valuation.objects.update_or_create(mission=mission, defaults=said)
    if mission.may(MissionStatus.VALUED):
        mission.move(MissionStatus.VALUED, by=by)
    letters.value_declared(valuation)
    return valuation


def _figures_of(mission: Mission) -> dict[str, dict[str, str]]:
    """The figures of the law that the value was reckoned and capped with, year by year."""
    days = mission.hours.confirmed().values_list("day", flat=True)
    years = sorted({day.year for day in days})
    return {str(year): {code: str(figure(code, year)) for code in FIGURES} for year in years}


def ask_due(now: datetime) -> int:
    """Tell those at the company that the value of a mission waits for them, when its hours are all confirmed; and twice
    more, while nothing is declared. Not where the structure may give no receipt: it would serve for nothing. Returns
    how many missions."""
    today = timezone.localdate(now)
    hours = HoursEntry.objects.filter(mission=OuterRef("pk"))
    waiting = Mission.objects.filter(
        Exists(hours.confirmed()), ~Exists(hours.to_confirm()),
        regime__in=regimes.WITH_A_RECEIPT, status__in=mission_roles.TO_VALUE,
        moved_at__gt=now - VALUE_ASKED_FOR,
    )  # fmt: skip
    # Whoever has left writes their last days first: a value that is declared counts no hour after it.
    waiting = waiting.exclude(pk__in=Departure.objects.writing(today).values("mission"))
    structure = Coalesce(OuterRef("apart_for"), OuterRef("need__organisation"))
    never = Eligibility.objects.before_receipt_of(structure, today)
    waiting = waiting.alias(before=Coalesce(Subquery(never), Value(""))).exclude(
        before=Eligibility.Before.NEVER
    )
    numbers = list(waiting.order_by("pk").values_list("pk", flat=True))
    said = dict(
        Reminder.objects.filter(
            key__in=[letters.value_awaited_key(pk, again=n) for pk in numbers for n in TIMES]
        ).values_list("key", "at")
    )
    due = {pk: n for pk in numbers if (n := _times_asked(pk, said, now)) is not None}
    rows = waiting.in_bulk(due)
    return each_row("values", ((rows[pk], n, now) for pk, n in due.items() if pk in rows), _ask)


def _times_asked(mission: int, said: Mapping[str, datetime], now: datetime) -> int | None:
    """How many times it has been asked, or should have been, when it is to be asked now; None when it isn't."""
    first = said.get(letters.value_awaited_key(mission))
    times = 0 if first is None else sum(first + after <= now for after in ASKED_AGAIN_AFTER)
    due = first is None or times > 0
    return times if due and letters.value_awaited_key(mission, again=times) not in said else None


def _ask(mission: Mission, times: int, now: datetime) -> bool:
    """One that came due while nothing ran is passed over for the later one."""
    if not Reminder.claim(letters.value_awaited_key(mission.pk, again=times), now):
        return False
    for earlier in range(1, times):
        Reminder.claim(letters.value_awaited_key(mission.pk, again=earlier), now, merged=True)
    letters.value_awaited(mission, again=times, is_last=times == len(ASKED_AGAIN_AFTER))
    return True


def gifts_of(company: Organisation, year: int) -> Decimal:
    """The sum of the company's receipts of the year, in euros."""
    return _gifts_by_year(company, [year]).get(year, Decimal(0))


def _gifts_by_year(company: Organisation, years: Iterable[int]) -> dict[int, Decimal]:
    receipts = Document.objects.receipts().standing().filter(donor=company, year__in=years)
    gifts: dict[int, Decimal] = defaultdict(Decimal)
    for year, amount in receipts.order_by().values_list("year", "amount"):
        gifts[year] += amount or 0
    return gifts


def keep_year(company: Organisation, year: int, said: dict[str, Decimal]) -> None:
    """What the estimate needs to know; the first time makes the row, and twice at once leave one."""
    CompanyYear.objects.update_or_create(organisation=company, year=year, defaults=said)


def year_estimate(company: Organisation, year: int) -> YearResult | None:
    """The tax reduction of a year, reckoned from the first year known, since what exceeds one year's limit is
    carried to the next. None without the turnover of that year."""
    known = list(CompanyYear.objects.filter(organisation=company, year__lte=year).order_by("year"))
    if not known or known[-1].year != year:
        return None
    given = _gifts_by_year(company, [row.year for row in known])
    carried: list[Carry] = []
    result: YearResult | None = None
    for row in known:
        gifts = row.other_gifts + given.get(row.year, Decimal(0))
        result = year_result(
            row.year, gifts, row.turnover, carried,
            for_people_in_difficulty=min(row.in_difficulty, gifts),
        )  # fmt: skip
        carried = result.carried
    return result
