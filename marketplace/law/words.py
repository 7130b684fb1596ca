"""Figures of the law as people read them, alone or with their unit, in the reader's language."""

from datetime import date

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.dates import spoken
from common.numbers import chosen_by
from marketplace.law import parameters
from marketplace.law.parameters import Parameter
from marketplace.law.value import euros, plain


def number(line: Parameter) -> str:
    """The figure without its unit: 3, 5 000, 25 (for a share), 31 décembre 2027."""
    if line.unit == "day":
        return spoken(line.day, "j F Y")
    return plain(line.amount * 100 if line.unit == "share" else line.amount)


def said(line: Parameter) -> str:
    if line.unit == "day":
        return number(line)
    if line.unit == "end" and not line.amount:
        return _("no time of its own")
    if line.unit == "euros":
        whole = line.amount == int(line.amount)
        return _whole_euros(line) if whole else euros(line.amount)
    if line.unit == "share":
        return _("%(n)s%%") % {"n": number(line)}
    return _counted("years" if line.unit == "end" else line.unit, line)


def _counted(unit: str, line: Parameter) -> str:
    n = chosen_by(line.amount)
    return {
        "years": ngettext("%(n)s year", "%(n)s years", n),
        "months": ngettext("%(n)s month", "%(n)s months", n),
        "hours": ngettext("%(n)s hour", "%(n)s hours", n),
        "employees": ngettext("%(n)s employee", "%(n)s employees", n),
        "inhabitants": ngettext("%(n)s inhabitant", "%(n)s inhabitants", n),
        "times": ngettext("%(n)s time", "%(n)s times", n),
    }[unit] % {"n": number(line)}


def _whole_euros(line: Parameter) -> str:
    return number_format(int(line.amount), force_grouping=True) + "\N{NO-BREAK SPACE}€"


def numbers(day: date) -> dict[str, str]:
    """Every figure in force on that day, by its code: sentences and papers are filled with them."""
    return {line.code: number(line) for line in parameters.in_force(day)}
