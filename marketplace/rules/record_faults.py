"""What may be wrong with a line of a pôle's own spreadsheet, in words, and what of it keeps the line out."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from marketplace.rules import people_lists
from marketplace.rules.people_lists import Person
from marketplace.rules.record_columns import (
    BEGUN,
    EMAIL,
    ENDED,
    HOURS,
    LAST,
    MISSIONS,
    NAME,
    NEEDS,
    OFFERS,
    ORGANISATIONS,
    PEOPLE,
    STATE,
    STRUCTURE,
    TEXT,
    TIME,
    TITLE,
)  # fmt: skip

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FAULTS: "Mapping[str, StrOrPromise]" = {
    **people_lists.FAULTS,
    "formula": _("“%(cell)s” is a formula, or what is left of one: put the value itself."),
    "no-name": _("There is no name here. Are cells merged?"),
    "bad-number": _("“%(cell)s” isn’t a number of this kind: check each digit."),
    "bad-kind": _("“%(cell)s”: write association, company or local authority."),
    "bad-website": _("“%(cell)s” isn’t the address of a website."),
    "unknown-town": _("We know no commune “%(cell)s”: give its postal code too."),
    "bad-hours": _("“%(cell)s” isn’t a number of hours: write 12 or 12,5."),
    "bad-count": _("“%(cell)s” isn’t a number of people."),
    "no-day": _("There is no first day here."),
    "no-hours": _("There are no hours here."),
    "ends-before": _("%(cell)s comes before the first day."),
    "not-over": _("%(cell)s hasn’t passed yet: only missions that are over are brought in."),
    "no-need": _("It isn’t said what is needed."),
    "bad-state": _("“%(cell)s”: write open, filled or closed."),
    "far-day": _("%(cell)s is more than %(years)s years ahead: is the year right?"),
    "details": _(
        "“%(found)s” is somebody’s details: a need has none. The text is left out; take them out, and send the line again."
    ),
    "like-structure": _(
        "“%(cell)s” is nearly “%(known)s”, which is held already: write the same name, or your number for it."
    ),
    "no-structure": _("There is no structure here."),
    "unknown-structure": _(
        "The pôle holds nothing on “%(cell)s”: bring in the organisations first."
    ),
    "several-structures": _(
        "Several organisations are called “%(cell)s”: give your number for it."
    ),
    # Of lines that were read before homonyms of one file were put side by side.
    "name-above": _(
        "Line %(line)s has the same name, and no address tells them apart: add one, or your number."
    ),
    "no-text": _("It isn’t said what they can do."),
    "bad-time": _("“%(cell)s”: write own time or working time."),
    "bad-language": _(
        "“%(unknown)s” isn’t a language that we know: it is left out, the others are kept."
    ),
    "details-offered": _(
        "“%(found)s” is somebody’s details: what they can do has none. Take them out, and send the line again."
    ),
    "nobody": _("Who is it? Give a name, an address, or their number in your file of people."),
    "unknown-number": _(
        "You hold nobody under the number “%(cell)s”: bring in the people first, or give a name."
    ),
    "another-person": _(
        "“%(cell)s” is your number for what somebody else offers: is it the right one?"
    ),
    "unknown-person": _(
        "Of “%(cell)s” the pôle holds no record, or several: counted as one person, without the name."
    ),
}
# Faults that keep the whole line out; of the others only the cell is.
STOPS: dict[str, set[str]] = {
    ORGANISATIONS: {NAME},
    PEOPLE: {NAME, LAST},
    MISSIONS: {STRUCTURE, BEGUN, ENDED, HOURS},
    NEEDS: {STRUCTURE, TITLE, STATE},
    OFFERS: {NAME, LAST, EMAIL, TEXT, TIME},
}
NOT_STOPPING = {"unknown-person"}


def sentence(code: str, said: Mapping[str, str]) -> str:
    return str(FAULTS[code]) % said


def stops(kind: str, one: Person) -> bool:
    """Whether what is wrong keeps the whole line out."""
    return any(name in STOPS[kind] and code not in NOT_STOPPING for name, code, _said in one.faults)
