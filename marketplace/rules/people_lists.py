"""What a list of people says: which column is what, and what stands in each cell. Pure functions: no database.

A fault is a column, a code of FAULTS and what the sentence names; the sentence is made when somebody reads it, in their
language.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from accounts.forms.people import no_address
from accounts.forms.words import has_letters
from common.roots import fold
from common.tables import Line
from marketplace.models import Contract

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

EMAIL, FIRST, LAST, NAME, TEAM, SITE, MANAGER, MANAGER_EMAIL, CONTRACT, HIRED = (
    *("email", "first_name", "last_name", "name", "team", "site"),
    *("manager_name", "manager_email", "contract", "hired_on"),
)
FIELDS: "Mapping[str, StrOrPromise]" = {
    EMAIL: _("E-mail address"),
    FIRST: _("First name"),
    LAST: _("Last name"),
    NAME: _("First and last name"),
    TEAM: _("Team"),
    SITE: _("Site"),
    MANAGER: _("Manager"),
    MANAGER_EMAIL: _("Manager’s address"),
    CONTRACT: _("Contract"),
    HIRED: _("Entry date"),
}
# Words of a heading, without accents; the first of these sets that it holds says what the column is.
HEADINGS: list[tuple[str, set[str]]] = [
    (CONTRACT, {"contrat"}),
    (CONTRACT, {"contract"}),
    (HIRED, {"date", "entree"}),
    (HIRED, {"date", "embauche"}),
    (HIRED, {"date", "arrivee"}),
    (HIRED, {"entry", "date"}),
    (HIRED, {"start", "date"}),
    (HIRED, {"hired"}),
    (HIRED, {"embauche"}),
    (HIRED, {"entree"}),
    (HIRED, {"anciennete"}),
    (MANAGER, {"manager"}),
    (MANAGER, {"responsable"}),
    (MANAGER, {"superieur"}),
    (MANAGER, {"n+1"}),
    (SITE, {"site"}),
    (SITE, {"etablissement"}),
    (SITE, {"lieu", "travail"}),
    (SITE, {"workplace"}),
    (EMAIL, {"mail"}),
    (EMAIL, {"email"}),
    (EMAIL, {"mel"}),
    (EMAIL, {"courriel"}),
    (EMAIL, {"adresse", "electronique"}),
    (EMAIL, {"adresse"}),
    (EMAIL, {"address"}),
    (NAME, {"nom", "prenom"}),
    (NAME, {"nom", "complet"}),
    (NAME, {"full", "name"}),
    (FIRST, {"prenom"}),
    (FIRST, {"first", "name"}),
    (LAST, {"last", "name"}),
    (LAST, {"surname"}),
    (LAST, {"nom"}),
    (NAME, {"name"}),
    (NAME, {"salarie"}),
    (NAME, {"collaborateur"}),
    (NAME, {"agent"}),
    (TEAM, {"equipe"}),
    (TEAM, {"service"}),
    (TEAM, {"team"}),
    (TEAM, {"direction"}),
    (TEAM, {"departement"}),
    (TEAM, {"department"}),
]
# Of a column that is a manager's: these words say that it holds their address.
ADDRESS_WORDS = {"mail", "email", "courriel", "adresse", "address", "mel"}
# Columns that look like one of ours and aren't: a postal address, a date of birth, a number of a contract.
OTHERS = {"postale", "postal", "rue", "street", "naissance", "birth", "numero", "sortie", "fin"}
OTHERS |= {"tel"}
LOOKED_AT = 10  # lines among which the headings are
LONGEST = {TEAM: 120, SITE: 120, FIRST: 80, LAST: 80, MANAGER: 160}
CONTRACTS: list[tuple[str, str]] = [
    (Contract.FIXED_TERM, r"\bcdd\b|determinee\b(?<!indeterminee)|fixed|interim|\btemporaire"),
    (Contract.PERMANENT, r"\bcdi\b|indeterminee|permanent"),
    (Contract.APPRENTICE, r"apprenti|alternan|professionnalisation"),
    (Contract.PUBLIC, r"fonctionnaire|titulaire|agent|public"),
]
# A trainee has no contract of employment, and a civil servant on probation isn't yet one.
IN_TRAINING = re.compile(r"\bstag|\bintern\b|\binternship|trainee")
# Of a public employer, without being its civil servant.
ON_CONTRACT = re.compile(r"contractuel|non.titulaire|vacataire")
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d-%m-%y", "%d.%m.%Y", "%Y/%m/%d", "%d %m %Y")  # fmt: skip
MONTHS = (
    *(r"janv(?:ier|\.)?", r"fevr?(?:ier|\.)?", "mars", r"avr(?:il|\.)?", "mai", "juin"),
    *(r"juil(?:let|\.)?", "aout", r"sept(?:embre|\.)?", r"oct(?:obre|\.)?"),
    *(r"nov(?:embre|\.)?", r"dec(?:embre|\.)?"),
)
OLDEST = 60  # years in one company

type Fault = tuple[str, str, dict[str, str]]

FAULTS: "Mapping[str, StrOrPromise]" = {
    "no-address": _("There is no address here: without one we can’t write to them."),
    "bad-address": _("“%(cell)s” isn’t an e-mail address."),
    "several-addresses": _("Several addresses in one cell: one line for each person."),
    "own-address": _("This is the person’s own address: give their manager’s."),
    "not-a-name": _("“%(cell)s” isn’t a name."),
    "too-long": _("Too long: %(most)s characters at the most."),
    "no-such-site": _("“%(cell)s” is none of your sites, which are: %(sites)s."),
    "no-sites": _("You have named no sites yet: add them first, then send this line again."),
    "bad-contract": _("“%(cell)s”: write CDI, CDD, apprentice or public agent."),
    "in-training": _("“%(cell)s”: a traineeship is none of these contracts. Leave it empty."),
    "on-contract": _("“%(cell)s” is no civil servant: write CDI or CDD, or leave it empty."),
    "bad-day": _("“%(cell)s” isn’t a day: write it like 12/03/2021."),
    "day-to-come": _("%(cell)s hasn’t come yet."),
    "long-ago": _("%(cell)s is more than %(years)s years ago: is the year right?"),
    "said-above": _("This address is already on line %(line)s: the first one counts."),
    "two-names": _("Line %(line)s gives the same address to somebody else: whose is it?"),
    "homonyms": _("Several people are called %(cell)s: give the address."),
    "unknown": _("Nobody of yours has this address or this name."),
    "no-one-named": _("Neither an address nor a name: we can’t tell who it is."),
    "oneself": _("That is you: you leave by the page “Members” of your organisation."),
    "last-administrator": _("Nobody else administers: name another administrator first."),
}


def sentence(code: str, said: Mapping[str, str]) -> str:
    return str(FAULTS[code]) % said


# --- columns ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Columns:
    """Which column holds what: for each field its place and its heading; the headings that were of no use; the lines
    below them."""

    places: dict[str, int]
    headings: dict[str, str]
    unused: list[str]
    lines: list[Line]


def columns_of(lines: list[Line]) -> Columns:
    """The columns by their headings. Without any, the one with addresses; `places` is empty when there is none."""
    title: Columns | None = None
    for at, line in enumerate(lines[:LOOKED_AT]):
        found = _headings(line.cells)
        if found and any("@" in cell for cell in line.cells):
            break  # somebody's line, not headings
        below = _under(found, lines, at)
        if len(found) > 1 or (EMAIL in found and (title is None or _holds_addresses(below))):
            return below
        if at == 0 and found and len(found) == sum(map(bool, line.cells)):
            title = below  # the only heading, or words above the table
    return title or Columns(_by_addresses(lines), {}, [], lines)


def _under(found: dict[str, int], lines: list[Line], at: int) -> Columns:
    cells = lines[at].cells
    named = {name: cells[place] for name, place in found.items()}
    unused = [cell for place, cell in enumerate(cells) if cell and place not in found.values()]
    return Columns(found, named, unused, lines[at + 1 :])


def _holds_addresses(columns: Columns) -> bool:
    place = columns.places[EMAIL]
    return any("@" in "".join(line.cells[place : place + 1]) for line in columns.lines[:1])


def _headings(cells: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        if (name := _field_of(cell)) and name not in found:
            found[name] = place
    return found


def _field_of(heading: str) -> str | None:
    """What a column with this heading holds; None when we don't know."""
    words = set(re.split(r"[^a-z0-9+]+", fold(heading)[:200].replace("e-mail", "email")))
    words |= {word.removesuffix("s") for word in words}
    if words & OTHERS:
        return None
    name = next((name for name, meant in HEADINGS if meant <= words), None)
    return MANAGER_EMAIL if name == MANAGER and words & ADDRESS_WORDS else name


def _by_addresses(lines: list[Line]) -> dict[str, int]:
    """The column that holds the most addresses, and the one beside it when it alone holds names."""
    counts: dict[int, int] = {}
    filled: set[int] = set()
    for line in lines:
        for place, cell in enumerate(line.cells):
            filled |= {place} if cell else set()
            counts[place] = counts.get(place, 0) + ("@" in cell)
    best = max(counts, key=lambda place: counts[place], default=None)
    if best is None or not counts[best]:
        return {}
    others = filled - {best}
    return {EMAIL: best} | ({NAME: others.pop()} if len(others) == 1 else {})


# --- cells -----------------------------------------------------------------------------------
@dataclass
class Person:
    """One line, read: what it says in each column as it was typed, what that means, and what is wrong with it."""

    number: int
    typed: dict[str, str]
    said: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def wrong(self, name: str, code: str, **said: object) -> None:
        cell = self.typed.get(name, "")[:80]
        told = {key: str(value) for key, value in said.items()}
        self.faults.append((name, code, {"cell": cell} | told))

    @property
    def called(self) -> str:
        return " ".join(filter(None, (self.said.get(FIRST), self.said.get(LAST))))


def people_of(columns: Columns, today: date) -> list[Person]:
    """Each line as a person: addresses in small letters, names parted, days as 2026-03-12, contracts by their code."""
    return [_person(line, columns, today) for line in columns.lines]


def _person(line: Line, columns: Columns, today: date) -> Person:
    typed = {
        name: seen(line.cells[place])
        for name, place in columns.places.items()
        if place < len(line.cells)
    }
    one = Person(line.number, {name: cell for name, cell in typed.items() if cell})
    read_address(one, EMAIL)
    read_names(one, split=LAST not in columns.places or FIRST not in columns.places)
    for name in (TEAM, SITE, MANAGER):
        _words(one, name)
    _manager(one)
    _contract(one)
    _day(one, today)
    return one


def seen(cell: str) -> str:
    """The cell without signs that nobody sees."""
    return "".join(sign for sign in cell if unicodedata.category(sign) not in ("Cf", "Cc")).strip()


def read_address(one: Person, name: str) -> None:
    cell = one.typed.get(name, "")
    if not cell:
        return
    address = _bare(cell)
    if address.count("@") > 1:
        return one.wrong(name, "several-addresses")
    try:
        validate_email(address)
    except ValidationError:
        return one.wrong(name, "bad-address")
    if len(address) > 254:
        return one.wrong(name, "too-long", most=254)
    one.said[name] = address


def _bare(cell: str) -> str:
    """The address alone, as it is copied from a letter or a sheet: `mailto:`, `Nora Cissé <nora@…>`, `'nora@…'`, `nora@…;`."""
    address = cell.lower()
    if address.count("<") == 1 and address.endswith(">"):
        address = address.partition("<")[2]
    return address.strip("<>'\" ,;.").removeprefix("mailto:").replace(" @", "@").replace("@ ", "@")


def read_names(one: Person, *, split: bool, last_first: bool = False) -> None:
    """The first and the last name; in one column, « DUPONT Marie » and « Marie Dupont » are the same. `last_first`: what its
    heading says, for « Martin Jean »."""
    if whole := one.typed.get(NAME) or (split and (one.typed.get(LAST) or one.typed.get(FIRST))):
        where = next(name for name in (NAME, LAST, FIRST) if one.typed.get(name))
        first, last = parted(whole, last_first)
        names = {FIRST: first, LAST: last}
    else:
        where, names = "", {FIRST: one.typed.get(FIRST, ""), LAST: one.typed.get(LAST, "")}
    for name, words in names.items():
        if not words:
            continue
        if words.isupper() and len(words) > 2:
            words = words.title()
        if not is_a_name(words):
            one.wrong(where or name, "not-a-name")
        elif len(words) > LONGEST[name]:
            one.wrong(where or name, "too-long", most=LONGEST[name])
        else:
            one.said[name] = words


def parted(whole: str, last_first: bool) -> tuple[str, str]:
    before, comma, after = (part.strip() for part in whole.partition(","))
    if comma and before and after:
        return after, before  # « Dupont, Marie »
    words = whole.split()
    loud = [word for word in words if word.isupper() and len(word) > 1]
    if loud and len(loud) < len(words):
        quiet = [word for word in words if word not in loud]
        return " ".join(quiet), " ".join(loud)
    if last_first and len(words) > 1 and not loud:
        return words[-1], " ".join(words[:-1])  # « De Smet Jean »
    return (words[0], " ".join(words[1:])) if len(words) > 1 else ("", whole)


def is_a_name(words: str) -> bool:
    try:
        no_address(words)
        has_letters(words)
    except ValidationError:
        return False
    return words[0] not in "=+-@" and not any(sign.isdigit() for sign in words)


def _words(one: Person, name: str) -> None:
    cell = one.typed.get(name, "")
    if not cell or (name == MANAGER and "@" in cell):
        return
    if cell[0] in "=+@" or not any(sign.isalnum() for sign in cell) or "://" in cell:
        one.wrong(name, "not-a-name")
    elif len(cell) > LONGEST[name]:
        one.wrong(name, "too-long", most=LONGEST[name])
    else:
        one.said[name] = cell


def _manager(one: Person) -> None:
    """One column may hold the manager's name or their address."""
    if "@" in one.typed.get(MANAGER, "") and MANAGER_EMAIL not in one.typed:
        one.typed[MANAGER_EMAIL] = one.typed.pop(MANAGER)
    read_address(one, MANAGER_EMAIL)
    if one.said.get(MANAGER_EMAIL) and one.said.get(MANAGER_EMAIL) == one.said.get(EMAIL):
        del one.said[MANAGER_EMAIL]
        one.wrong(MANAGER_EMAIL, "own-address")


def _contract(one: Person) -> None:
    cell = one.typed.get(CONTRACT, "")
    if not cell:
        return
    words = fold(cell)
    meant = next((code for code, pattern in CONTRACTS if re.search(pattern, words)), None)
    if meant in (None, Contract.PUBLIC) and IN_TRAINING.search(words):
        return one.wrong(CONTRACT, "in-training")
    if meant in (None, Contract.PUBLIC) and ON_CONTRACT.search(words):
        return one.wrong(CONTRACT, "on-contract")
    if meant is None:
        return one.wrong(CONTRACT, "bad-contract")
    one.said[CONTRACT] = meant


def _day(one: Person, today: date) -> None:
    cell = one.typed.get(HIRED, "")
    if not cell:
        return
    day = day_of(cell)
    if day is None:
        return one.wrong(HIRED, "bad-day")
    one.typed[HIRED] = f"{day:%d/%m/%Y}"
    if day > today:
        return one.wrong(HIRED, "day-to-come")
    if today.year - day.year > OLDEST:
        return one.wrong(HIRED, "long-ago", years=OLDEST)
    one.said[HIRED] = day.isoformat()


def day_of(cell: str) -> date | None:
    """The day that somebody has typed: 12/03/2021, 2021-03-12, 12 mars 2021, 12-sept.-21; None when it is none. A spreadsheet's own
    number of a day (44 267) is one too."""
    words = fold(cell).replace("1er", "1").split(" 00:00")[0]
    for number, month in enumerate(MONTHS, start=1):
        words = re.sub(rf"\b{month}(?![a-z])", f"{number:02}", words)
    if re.fullmatch(r"[1-9]\d{4}", words):
        return date.fromordinal(date(1899, 12, 30).toordinal() + int(words))
    for pattern in DAYS:
        try:
            return datetime.strptime(words, pattern).date()
        except ValueError:
            continue
    return None
