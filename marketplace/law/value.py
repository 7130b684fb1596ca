"""What a gift of time is worth and what it brings, with every step of the calculation in words.

Pure: takes Decimals, returns Decimals and sentences. An estimate: the company certifies.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from marketplace.law.figures import NO_FIGURES, figures_of

CENT = Decimal("0.01")
ZERO = Decimal(0)
MOST = Decimal(10) ** 12  # beyond, it is a slip of the finger
MONTHS_A_YEAR = 12


class Impossible(ValueError):
    """A figure that can't be; str() is a sentence for the reader."""


@dataclass(frozen=True)
class Line:
    """One step of a calculation: what was done, and what it gave."""

    words: str
    amount: Decimal
    to_check: bool = False


@dataclass(frozen=True)
class MonthHours:
    year: int
    month: int
    hours: Decimal


@dataclass(frozen=True)
class Carry:
    """What a year could not take into account, at the rates of the year it was given in."""

    year: int
    full: Decimal = ZERO
    reduced: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        return self.full + self.reduced

    def less(self, amount: Decimal) -> "Carry":
        full = min(self.full, amount)
        return Carry(self.year, self.full - full, self.reduced - (amount - full))


@dataclass(frozen=True)
class EmployeeGift:
    """`gift` holds the cautious reading (cap by hours); `gift_full_months` the other, shown beside it."""

    cost: Decimal
    cap: Decimal
    cap_full_months: Decimal
    gift: Decimal
    gift_full_months: Decimal
    lines: list[Line]

    @property
    def is_capped(self) -> bool:
        return self.gift < self.cost


@dataclass(frozen=True)
class YearResult:
    ceiling: Decimal
    used: Decimal
    reduction: Decimal
    carried: list[Carry]
    expired: Decimal
    lines: list[Line]


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def euros(amount: Decimal) -> str:
    """As people write it: 12 015,00 € with a space that doesn't break."""
    return (
        number_format(cents(amount), 2, use_l10n=True, force_grouping=True) + "\N{NO-BREAK SPACE}€"
    )


def plain(number: Decimal) -> str:
    shown = number.normalize()
    return number_format(shown if shown.as_tuple().exponent <= 0 else shown.quantize(Decimal(1)))  # type: ignore[operator]


def hourly_cost(gross: Decimal, charges: Decimal, aids: Decimal, hours_paid: Decimal) -> Decimal:
    """(gross pay + employer's charges - aids tied to the contract) / hours paid over the same period."""
    for amount in (gross, charges, aids, hours_paid):
        _require_sensible(amount)
    if hours_paid <= 0:
        raise Impossible(_("The hours paid over the period can’t be zero."))
    if aids > gross + charges:
        raise Impossible(_("The aids can’t be more than the pay and the charges."))
    return cents((gross + charges - aids) / hours_paid)


def employee_gift(cost_an_hour: Decimal, months: Iterable[MonthHours]) -> EmployeeGift:
    """What may count for one person: the cost of their hours, within three monthly ceilings a month."""
    _require_sensible(cost_an_hour)
    hours = cost = cap = cap_full = gift = gift_full = ZERO
    lines: list[Line] = []
    for month in sorted(months, key=lambda one: (one.year, one.month)):
        _require_sensible(month.hours)
        figures, borrowed = figures_of(month.year)
        month_cap = figures.ceiling_multiple.value * figures.monthly_ceiling.value
        share = min(month.hours / figures.monthly_hours.value, Decimal(1))
        month_cost = cents(cost_an_hour * month.hours)
        by_hours = cents(month_cap * share)
        lines += _cap_lines(month, by_hours, month_cap, borrowed)
        hours, cost = hours + month.hours, cost + month_cost
        cap, cap_full = cap + by_hours, cap_full + month_cap
        gift, gift_full = gift + min(month_cost, by_hours), gift_full + min(month_cost, month_cap)
    first = _("%(hours)s hours at %(rate)s") % {"hours": plain(hours), "rate": euros(cost_an_hour)}
    last = _("What counts for this person: the lower of cost and cap, month by month")
    return EmployeeGift(
        cost, cap, cap_full, gift, gift_full, [Line(first, cost), *lines, Line(last, gift)]
    )


def _cap_lines(
    month: MonthHours, by_hours: Decimal, month_cap: Decimal, borrowed: bool
) -> list[Line]:
    figures, _borrowed = figures_of(month.year)
    words = _("Cap of %(month)02d/%(year)s: %(cap)s × %(hours)s h / %(full)s h") % {
        "month": month.month,
        "year": month.year,
        "cap": euros(month_cap),
        "hours": plain(month.hours),
        "full": plain(figures.monthly_hours.value),
    }
    lines = [Line(words, by_hours, to_check=True)]
    if borrowed:
        note = NO_FIGURES % {"year": month.year, "used": figures.year}
        lines.append(Line(str(note), month_cap, to_check=True))
    return lines


def counterparts_allowed(gift: Decimal, year: int) -> Decimal:
    """Beyond a quarter of the gift, it begins to look like a sale."""
    return cents(gift * figures_of(year)[0].counterpart_share.value)


def ceiling(turnover: Decimal, year: int) -> Decimal:
    """What a company's gifts may reach in a year to be taken into account."""
    _require_sensible(turnover)
    figures, _borrowed = figures_of(year)
    return max(figures.gift_floor.value, cents(turnover * figures.turnover_share.value))


def year_result(
    year: int,
    gifts: Decimal,
    turnover: Decimal,
    carried_in: Iterable[Carry] = (),
    *,
    for_people_in_difficulty: Decimal = ZERO,
) -> YearResult:
    """The year's gifts first, then what was carried, the oldest first, all within the ceiling.

    `for_people_in_difficulty` is the part of `gifts` that keeps the full rate whatever the amount.
    """
    for amount in (gifts, for_people_in_difficulty):
        _require_sensible(amount)
    if for_people_in_difficulty > gifts:
        raise Impossible(_("A part can’t be more than the whole of the year’s gifts."))
    figures, borrowed = figures_of(year)
    allowed = ceiling(turnover, year)
    usable, expired = _still_usable(carried_in, year)
    threshold = figures.rate_threshold.value
    full = for_people_in_difficulty + min(gifts - for_people_in_difficulty, threshold)
    used, left = _use([Carry(year, full, gifts - full), *usable], allowed)
    used_full, used_reduced = (
        sum((u.full for u in used), ZERO),
        sum((u.reduced for u in used), ZERO),
    )
    reduction = cents(used_full * figures.rate.value + used_reduced * figures.reduced_rate.value)
    last_chance = year - int(figures.carry_years.value)
    expired += sum((carry.amount for carry in left if carry.year <= last_chance), ZERO)
    carried = sorted((c for c in left if c.amount and c.year > last_chance), key=lambda c: c.year)
    total = used_full + used_reduced
    lines = _year_lines(year, gifts, turnover, allowed, usable, total, reduction, borrowed)
    lines += [_carry_line(carry, int(figures.carry_years.value)) for carry in carried]
    return YearResult(allowed, total, reduction, carried, expired, lines)


def _still_usable(carried: Iterable[Carry], year: int) -> tuple[list[Carry], Decimal]:
    oldest = year - int(figures_of(year)[0].carry_years.value)
    known = sorted(carried, key=lambda carry: carry.year)
    lost = sum((carry.amount for carry in known if carry.year < oldest), ZERO)
    return [carry for carry in known if carry.year >= oldest], lost


def _use(carries: list[Carry], room: Decimal) -> tuple[list[Carry], list[Carry]]:
    """Take from each in turn while there is room: what was used, and what is left of each."""
    used, left = [], []
    for carry in carries:
        taken = min(carry.amount, room)
        rest = carry.less(taken)
        used.append(Carry(carry.year, carry.full - rest.full, carry.reduced - rest.reduced))
        left.append(rest)
        room -= taken
    return used, left


def _year_lines(year, gifts, turnover, allowed, usable, used, reduction, borrowed) -> list[Line]:
    figures, _borrowed = figures_of(year)
    say = {"year": year, "floor": euros(figures.gift_floor.value), "turnover": euros(turnover)}
    lines = [
        Line(_("Gifts of %(year)s") % say, gifts),
        Line(_("Ceiling: the higher of %(floor)s and 0.5%% of %(turnover)s") % say, allowed),
    ]
    if usable:
        carried = sum((carry.amount for carry in usable), ZERO)
        lines.append(
            Line(_("Carried from earlier years, the oldest first"), carried, to_check=True)
        )
    lines += [
        Line(_("Taken into account: gifts and carried amounts, within the ceiling"), used),
        Line(_("Tax reduction: 60%, and 40% of what goes beyond 2 million euros"), reduction),
    ]
    if borrowed:
        lines.append(Line(str(NO_FIGURES % {"year": year, "used": figures.year}), allowed, True))
    return lines


def _carry_line(carry: Carry, years: int) -> Line:
    words = _("Left from %(year)s, usable until %(last)s") % {
        "year": carry.year,
        "last": carry.year + years,
    }
    return Line(words, carry.amount, to_check=True)


def _require_sensible(amount: Decimal) -> None:
    if not amount.is_finite():
        raise Impossible(_("Write a figure, for instance 1234,56."))
    if amount < 0:
        raise Impossible(_("A figure can’t be negative here."))
    if amount >= MOST:
        raise Impossible(_("This figure is too large: check the number of zeros."))
