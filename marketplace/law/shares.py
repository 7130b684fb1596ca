"""A value shared out between those who received the hours, to the cent. Pure."""

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal

CENT = Decimal("0.01")


def in_proportion(amount: Decimal, hours: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """The part of each, in proportion to its hours: rounded down to the cent, then the cents that are left go, one each,
    to those from whom the rounding took most, and of equals to the first. The parts make the amount again. Nothing
    for whoever received no hour."""
    total = sum(hours.values(), Decimal(0))
    if not total:
        return dict.fromkeys(hours, Decimal(0))
    exact = {one: amount * part / total for one, part in hours.items()}
    shares = {one: part.quantize(CENT, ROUND_DOWN) for one, part in exact.items()}
    left = int((amount - sum(shares.values(), Decimal(0))) / CENT)
    by_loss = sorted((one for one in exact if hours[one]), key=lambda one: shares[one] - exact[one])
    for one in by_loss[:left]:
        shares[one] += CENT
    return shares
