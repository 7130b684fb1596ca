"""Numbers that aren't whole, as languages count them."""

from decimal import Decimal


def chosen_by(number: Decimal) -> int:
    """The whole number by which to choose between the singular and the plural: 1.4 is one in French (« 1,4 jour ») and
    several in English, as 0 is."""
    whole = int(number)
    return 0 if whole == 1 and number != whole else whole
