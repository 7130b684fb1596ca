"""What a list of costs says: whose hour, of which mission, and what it costs. Pure functions: no database.

What stands in the column of the cost is never named by a fault.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from common.roots import fold
from common.tables import Line
from marketplace.rules.people_lists import EMAIL, LOOKED_AT, Columns, Person

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MISSION, COST = "mission", "cost"
FIELDS: "Mapping[str, StrOrPromise]" = {
    MISSION: _("Number of the mission"),
    EMAIL: _("E-mail address"),
    COST: _("Cost of an hour"),
}
# Words of a heading, without accents; the first that it holds says what the column is.
HEADINGS = (
    *((word, COST) for word in ("cout", "cost")),
    *((word, MISSION) for word in ("mission", "missions")),
    *((word, EMAIL) for word in ("mail", "email", "mel", "courriel", "adresse", "address")),
)
MOST_AN_HOUR = Decimal(10_000)  # euros: from there on it is a slip of the finger
AMOUNT = re.compile(r"\d{1,13}(\.\d{1,2})?")
NUMBER = re.compile(r"\d{1,15}")

FAULTS: "Mapping[str, StrOrPromise]" = {
    "no-cost": _("There is no cost here."),
    "bad-cost": _("It isn’t an amount: write it like 32,31."),
    "zero-cost": _("The cost of an hour can’t be zero."),
    "too-large": _("This figure is too large: check the number of zeros."),
    "no-one-named": _("Neither an address nor the number of a mission: we can’t tell whose it is."),
    "bad-address": _("“%(cell)s” isn’t an e-mail address."),
    "bad-mission": _("“%(cell)s” isn’t the number of a mission."),
    "unknown": _("Nobody of yours has this address."),
    "no-mission": _(
        "This person has no mission alone that can be valued now: of a team, give the number of the mission."
    ),
    "not-yours": _("No mission of yours with this number can be valued now."),
    "somebody-else": _("This mission isn’t the one of whom the address is."),
    "said-above": _("Its mission stands on line %(line)s already: the first one counts."),
}


def sentence(code: str, said: Mapping[str, str]) -> str:
    return str(FAULTS[code]) % said


def columns_of(lines: list[Line]) -> Columns:
    """The columns by their headings; `places` is empty where no line says which column holds the cost, and of whom or of
    which mission."""
    for at, line in enumerate(lines[:LOOKED_AT]):
        places: dict[str, int] = {}
        for place, cell in enumerate(line.cells):
            if (name := _field_of(cell)) and name not in places:
                places[name] = place
        if COST in places and len(places) > 1:
            named = {name: line.cells[place] for name, place in places.items()}
            others = (cell for place, cell in enumerate(line.cells) if place not in places.values())
            words = [cell for cell in others if cell and not any(map(str.isdigit, cell))]
            return Columns(places, named, words, lines[at + 1 :])
    return Columns({}, {}, [], lines)


def _field_of(heading: str) -> str | None:
    words = set(re.split(r"[^a-z]+", fold(heading)[:200].replace("e-mail", "email")))
    return next((name for word, name in HEADINGS if word in words), None)


def lines_of(columns: Columns) -> list[Person]:
    """Each line as it is meant: the address in small letters, the number of the mission, the cost as 32.31."""
    return [_line(line, columns) for line in columns.lines]


def _line(line: Line, columns: Columns) -> Person:
    typed = {
        name: line.cells[place].strip()
        for name, place in columns.places.items()
        if place < len(line.cells)
    }
    one = Person(line.number, {name: cell for name, cell in typed.items() if cell})
    _cost(one)
    _mission(one)
    _address(one)
    if EMAIL not in one.typed and MISSION not in one.typed:
        one.wrong(EMAIL if EMAIL in columns.places else MISSION, "no-one-named")
    return one


def amount_of(cell: str) -> Decimal | None:
    """12,50, 12.50, 12,50 € and 1 234,5 as people write them; None for what is no amount."""
    plain = "".join(cell.split()).casefold()
    for word in ("€/h", "€/heure", "eur/h", "euros", "euro", "€", "eur"):
        plain = plain.removesuffix(word)
    plain = plain.replace(",", ".")
    if not plain.isascii() or not AMOUNT.fullmatch(plain):
        return None
    return Decimal(plain)


def _cost(one: Person) -> None:
    cell = one.typed.get(COST, "")
    amount = amount_of(cell)
    if not cell:
        return _wrong(one, "no-cost")
    if amount is None:
        return _wrong(one, "bad-cost")
    if not amount:
        return _wrong(one, "zero-cost")
    if amount >= MOST_AN_HOUR:
        return _wrong(one, "too-large")
    one.said[COST] = str(amount)


def _wrong(one: Person, code: str) -> None:
    """Without what stands in the cell: a fault is kept as it is."""
    one.faults.append((COST, code, {}))


def _mission(one: Person) -> None:
    cell = one.typed.get(MISSION, "")
    if not cell:
        return
    number = cell.casefold().removeprefix("n°").removeprefix("no.").removeprefix("#").strip()
    number = number.removesuffix(".0")  # as a spreadsheet keeps it
    if number.isascii() and NUMBER.fullmatch(number):
        one.said[MISSION] = number
    else:
        one.wrong(MISSION, "bad-mission")


def _address(one: Person) -> None:
    cell = one.typed.get(EMAIL, "")
    if not cell:
        return
    address = cell.casefold().removeprefix("mailto:").strip("<>'\" ,;.")
    try:
        validate_email(address)
    except ValidationError:
        one.wrong(EMAIL, "bad-address")
    else:
        one.said[EMAIL] = address
