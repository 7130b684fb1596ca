"""What a gift of working time is worth and what tax reduction it brings, with every step
of the calculation in words.

Pure functions: they take Decimals, in euros, and return Decimals and sentences. The
result is an estimate, which the company certifies.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.numbers import chosen_by
from marketplace.law.parameters import Parameter, of_year, year_used

CENT = Decimal("0.01")
ZERO = Decimal(0)
MOST = Decimal(10) ** 12  # beyond, it is a slip of the finger
MONTHS_A_YEAR = 12


class Impossible(ValueError):
    """A figure that can't be right; str() is a sentence for the reader."""


@dataclass(frozen=True)
class Line:
    """One step of a calculation: what was done in words, and the amount that it gave, in euros."""

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
    """What a year could not take into account, in euros, kept at the rates of the year in which it was given."""

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
    """What one employee's hours are worth, in euros. `gift` follows the cautious reading of the cap (by hours);
    `gift_full_months` the other one, shown beside it."""

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
    """An amount as people write it: 12 015,00 €, with spaces that don't break."""
    return (
        number_format(cents(amount), 2, use_l10n=True, force_grouping=True) + "\N{NO-BREAK SPACE}€"
    )


def plain(number: Decimal) -> str:
    shown = number.normalize()
    whole = shown.as_tuple().exponent > 0  # type: ignore[operator]
    return number_format(shown.quantize(Decimal(1)) if whole else shown, force_grouping=True)


def hourly_cost(gross: Decimal, charges: Decimal, aids: Decimal, hours_paid: Decimal) -> Decimal:
    """What an hour costs, in euros: (gross pay + employer's charges - aids tied to the contract) / hours paid over
    the same period. Raises Impossible."""
    for amount in (gross, charges, aids, hours_paid):
        _require_sensible(amount)
    if hours_paid <= 0:
        raise Impossible(_("The hours paid over the period can’t be zero."))
    if aids > gross + charges:
        raise Impossible(_("The aids can’t be more than the pay and the charges."))
    return cents((gross + charges - aids) / hours_paid)


def employee_gift(cost_an_hour: Decimal, months: Iterable[MonthHours]) -> EmployeeGift:
    """What may count for one person: the cost of their hours, up to three monthly ceilings of social security
    (PMSS) for each month."""
    _require_sensible(cost_an_hour)
    hours = cost = cap = cap_full = gift = gift_full = ZERO
    lines: list[Line] = []
    for month in sorted(months, key=lambda one: (one.year, one.month)):
        _require_sensible(month.hours)
        month_cap = figure("employee_cap_pmss", month.year) * figure("pmss", month.year)
        share = min(month.hours / figure("hours_per_month", month.year), Decimal(1))
        month_cost = cents(cost_an_hour * month.hours)
        by_hours = cents(month_cap * share)
        lines += _cap_lines(month, month_cost, by_hours, month_cap)
        hours, cost = hours + month.hours, cost + month_cost
        cap, cap_full = cap + by_hours, cap_full + month_cap
        gift, gift_full = gift + min(month_cost, by_hours), gift_full + min(month_cost, month_cap)
    told = {"hours": plain(hours), "rate": euros(cost_an_hour)}
    first = (
        ngettext("%(hours)s hour at %(rate)s", "%(hours)s hours at %(rate)s", chosen_by(hours))
        % told
    )
    last = _("What counts for this person: the lower of cost and cap, month by month")
    doubt = gift != gift_full
    steps = [Line(first, cost), *lines, Line(last, gift, to_check=doubt)]
    return EmployeeGift(cost, cap, cap_full, gift, gift_full, steps)


def _cap_lines(
    month: MonthHours, cost: Decimal, by_hours: Decimal, month_cap: Decimal
) -> list[Line]:
    """The steps for one month: what it cost, and its cap by both readings (shared out by hours, and whole)."""
    say = {
        "month": f"{month.month:02d}/{month.year}",
        "hours": plain(month.hours),
        "times": plain(figure("employee_cap_pmss", month.year)),
        "pmss": euros(figure("pmss", month.year)),
        "full": plain(figure("hours_per_month", month.year)),
    }
    by_hours_words = _(
        "%(month)s: cap shared out by hours, %(times)s × %(pmss)s × %(hours)s h / %(full)s h"
    )
    return [
        Line(_("%(month)s: %(hours)s h, at their cost") % say, cost),
        Line(by_hours_words % say, by_hours, to_check=True),
        Line(
            _("%(month)s: cap of the whole month, %(times)s × %(pmss)s") % say,
            month_cap,
            to_check=not checked("pmss", "employee_cap_pmss", year=month.year),
        ),
        *_borrowed(month.year, month_cap),
    ]


def figure(code: str, year: int) -> Decimal:
    return of_year(code, year).amount


def checked(*codes: str, year: int) -> bool:
    """Whether all of these figures are known for that very year and were read in the text itself."""
    lines: list[Parameter] = [of_year(code, year) for code in codes]
    return year_used(year) == year and all(line.checked for line in lines)


def _borrowed(year: int, amount: Decimal) -> list[Line]:
    """A line that says so when the figures of another year are used."""
    used = year_used(year)
    if used == year:
        return []
    words = _(
        "The figures of %(year)s aren’t known yet: those of %(used)s are used, to be checked."
    )
    return [Line(words % {"year": year, "used": used}, amount, to_check=True)]


def counterparts_allowed(gift: Decimal, year: int) -> Decimal:
    """The most that counterparts may be worth, in euros: beyond that share, a gift begins to look like a sale."""
    return cents(gift * figure("counterpart_share", year))


def ceiling(turnover: Decimal, year: int) -> Decimal:
    """The most that a company's gifts of one year may come to, in euros, to be taken into account."""
    _require_sensible(turnover)
    return max(figure("gift_floor", year), cents(turnover * figure("gift_turnover_share", year)))


def year_result(
    year: int,
    gifts: Decimal,
    turnover: Decimal,
    carried_in: Iterable[Carry] = (),
    *,
    for_people_in_difficulty: Decimal = ZERO,
) -> YearResult:
    """The tax reduction of a year: its own gifts first, then what was carried over, the
    oldest first, all within the ceiling.

    `for_people_in_difficulty` is the part of `gifts` that keeps the full rate whatever
    the amount.
    """
    for amount in (gifts, for_people_in_difficulty):
        _require_sensible(amount)
    if for_people_in_difficulty > gifts:
        raise Impossible(_("A part can’t be more than the whole of the year’s gifts."))
    allowed = ceiling(turnover, year)
    usable, expired = _still_usable(carried_in, year)
    threshold = figure("gift_rate_threshold", year)
    full = for_people_in_difficulty + min(gifts - for_people_in_difficulty, threshold)
    used, left = _use([Carry(year, full, gifts - full), *usable], allowed)
    used_full = sum((part.full for part in used), ZERO)
    used_reduced = sum((part.reduced for part in used), ZERO)
    years = int(figure("gift_carry_years", year))
    expired += sum((carry.amount for carry in left if carry.year <= year - years), ZERO)
    carried = sorted((c for c in left if c.amount and c.year > year - years), key=lambda c: c.year)
    reductions = _reduction_lines(year, used_full, used_reduced)
    lines = [
        *_ceiling_lines(year, gifts, turnover, allowed, usable, used_full + used_reduced),
        *reductions,
        *(_carry_line(carry, years) for carry in carried),
        *_lost_lines(expired, years),
        *_borrowed(year, allowed),
    ]
    reduction = sum((line.amount for line in reductions), ZERO)
    return YearResult(allowed, used_full + used_reduced, reduction, carried, expired, lines)


def _still_usable(carried: Iterable[Carry], year: int) -> tuple[list[Carry], Decimal]:
    oldest = year - int(figure("gift_carry_years", year))
    known = sorted(carried, key=lambda carry: carry.year)
    lost = sum((carry.amount for carry in known if carry.year < oldest), ZERO)
    return [carry for carry in known if carry.year >= oldest], lost


def _use(carries: list[Carry], room: Decimal) -> tuple[list[Carry], list[Carry]]:
    """Take from each carried amount in turn while there is room. Returns what was used, and what is left of each."""
    used, left = [], []
    for carry in carries:
        taken = min(carry.amount, room)
        rest = carry.less(taken)
        used.append(Carry(carry.year, carry.full - rest.full, carry.reduced - rest.reduced))
        left.append(rest)
        room -= taken
    return used, left


def _ceiling_lines(
    year: int,
    gifts: Decimal,
    turnover: Decimal,
    allowed: Decimal,
    usable: list[Carry],
    used: Decimal,
) -> list[Line]:
    say = {
        "year": year,
        "floor": euros(figure("gift_floor", year)),
        "share": plain(figure("gift_turnover_share", year) * 100),
        "turnover": euros(turnover),
    }
    sure = checked("gift_floor", "gift_turnover_share", year=year)
    words = _("Ceiling: the higher of %(floor)s and %(share)s%% of %(turnover)s") % say
    lines = [Line(_("Gifts of %(year)s") % say, gifts), Line(words, allowed, not sure)]
    if usable:
        carried = sum((carry.amount for carry in usable), ZERO)
        lines.append(
            Line(_("Carried from earlier years, the oldest first"), carried, to_check=True)
        )
    words = _("Taken into account: gifts and carried amounts, within the ceiling")
    return [*lines, Line(words, used, to_check=bool(usable))]


def _reduction_lines(year: int, full: Decimal, reduced: Decimal) -> list[Line]:
    """A line for each rate: the second only when something is beyond the threshold."""
    sure = checked("gift_rate", "gift_rate_above", "gift_rate_threshold", year=year)
    parts = [(full, "gift_rate", _("Tax reduction: %(rate)s%% of %(part)s"))]
    if reduced:
        words = _("Tax reduction: %(rate)s%% of %(part)s, beyond %(threshold)s of gifts")
        parts.append((reduced, "gift_rate_above", words))
    return [
        Line(
            words
            % {
                "rate": plain(figure(code, year) * 100),
                "part": euros(part),
                "threshold": euros(figure("gift_rate_threshold", year)),
            },
            cents(part * figure(code, year)),
            not sure,
        )
        for part, code, words in parts
    ]


def reduction_words(year: int) -> str:
    """What a company may take off its tax for a gift of this year, in a sentence; to be checked where a figure is."""
    said = _(
        "The tax reduction is %(rate)s%% of the value that counts, then %(above)s%% beyond %(threshold)s of gifts in the year, within the year’s ceiling: the higher of %(floor)s and %(share)s%% of the turnover."
    ) % {
        "rate": plain(figure("gift_rate", year) * 100),
        "above": plain(figure("gift_rate_above", year) * 100),
        "threshold": euros(figure("gift_rate_threshold", year)),
        "floor": euros(figure("gift_floor", year)),
        "share": plain(figure("gift_turnover_share", year) * 100),
    }
    codes = ("gift_rate", "gift_rate_above", "gift_rate_threshold", "gift_floor")
    sure = checked(*codes, "gift_turnover_share", year=year)
    return said if sure else f"{said} {_('(to be checked for %(year)s)') % {'year': year}}"


def _lost_lines(expired: Decimal, years: int) -> list[Line]:
    if not expired:
        return []
    words = _("Lost: not used within %(years)s years") % {"years": years}
    return [Line(words, expired, to_check=True)]


def _carry_line(carry: Carry, years: int) -> Line:
    words = _("Left from %(year)s, usable until %(last)s") % {
        "year": carry.year,
        "last": carry.year + years,
    }
    return Line(words, carry.amount, to_check=True)


def _require_sensible(amount: Decimal) -> None:
    if not amount.is_finite():
        raise Impossible(_("Write a figure, for instance 1234.56."))
    if amount < 0:
        raise Impossible(_("A figure can’t be negative here."))
    if amount >= MOST:
        raise Impossible(_("This figure is too large: check the number of zeros."))
