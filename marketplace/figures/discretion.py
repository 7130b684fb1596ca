"""What leaves the coordinators' desk: nothing about fewer than five people, and nothing that a subtraction would tell.

Two files drawn through different filters, or of two periods, may differ by one person: the one taken from the other
would give that person's hours. So what speaks of people is also rounded, to the same steps wherever it leaves.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from marketplace.figures.counts import Counts

FEW = 5  # under this, a number of people says who they are
PEOPLE, HOURS, EUROS = 5, 10, 100


def few_people() -> str:
    """In the place of what they gave or said."""
    return _("fewer than %(n)s people") % {"n": FEW}


def number(cases: int) -> int | str:
    """Of people, or of things that each stand for one at the most: reviews, missions."""
    return _("fewer than %(n)s") % {"n": FEW} if 0 < cases < FEW else cases


def people(counts: Counts) -> int | str:
    many = len(counts.everyone)
    return _rounded(many, PEOPLE) if many >= FEW else number(many)


def hours(counts: Counts, regime: str = "") -> int | str:
    """Of one legal frame, or of all."""
    return _amount(counts.hours, counts.givers, regime, HOURS)


def value(counts: Counts, regime: str = "") -> int | str:
    return _amount(counts.value, counts.valued, regime, EUROS)


def _amount(
    amounts: Mapping[str, Decimal | int], behind: dict[str, set[int]], regime: str, step: int
) -> int | str:
    """Told when five people or more stand behind it."""
    chosen = [regime] if regime else list(amounts)
    total = sum((Decimal(amounts[name]) for name in chosen if name in amounts), Decimal(0))
    known = set().union(*(behind.get(name, set()) for name in chosen))
    return few_people() if total and len(known) < FEW else _rounded(total, step)


def _rounded(amount: Decimal | int, step: int) -> int:
    return int((Decimal(amount) / step).quantize(Decimal(1), ROUND_HALF_UP)) * step
