"""How a round's team is said in a sentence."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import ngettext

from common.numbers import chosen_by


def team_in_a_sentence(n: int, days: Decimal) -> str:
    """“One day for a team of twenty people.”"""
    people = ngettext("a team of one person", "a team of %(n)s people", n) % {"n": n}
    said = ngettext(
        "%(days)s day for %(people)s.", "%(days)s days for %(people)s.", chosen_by(days)
    )
    return said % {"people": people, "days": number_format(format(days.normalize(), "f"))}
