"""What a pôle's own spreadsheet says in each of its cells. Pure functions: no database.

Lines and faults are those of `people_lists`; a fault leaves its cell out, and the line too where nothing can be said without
it."""

import re
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from accounts import numbers, toponyms
from accounts.models import Organisation
from common.roots import fold
from common.spoken import languages_in
from marketplace.models import Time
from marketplace.rules import deductions, people_lists
from marketplace.rules.people_lists import Columns, Person, seen
from marketplace.rules.record_columns import (
    ADDRESS,
    BEGUN,
    EMAIL,
    ENDED,
    FIRST,
    HEADCOUNT,
    HOURS,
    HOUSE_NUMBER,
    KIND,
    LANGUAGES,
    LAST,
    MISSIONS,
    NAME,
    NEEDS,
    NUMBER,
    OFFERS,
    ORGANISATIONS,
    PEOPLE,
    PERSON,
    PERSON_NUMBER,
    PHONE,
    POSTAL_CODE,
    RNA,
    SIREN,
    SIRET,
    STATE,
    STRUCTURE,
    TEXT,
    TIME,
    TITLE,
    TOWN,
    TRADE,
    WEBSITE,
)  # fmt: skip

LONGEST = {NUMBER: 60, NAME: 160, ADDRESS: 200, PHONE: 30, TRADE: 120, TITLE: 160, STRUCTURE: 160, PERSON: 160, TOWN: 100, POSTAL_CODE: 10, WEBSITE: 200, TEXT: 4000, PERSON_NUMBER: 60}  # fmt: skip
KINDS: list[tuple[str, str]] = [
    (Organisation.Kind.AUTHORITY.value, r"collectivite|mairie|commune|departement|region|metropole|communaute|authority"),
    (Organisation.Kind.ESS.value, r"\bass|\bess\b|cooperati|mutuelle|fondation|insertion|scic|scop|esus"),
    (Organisation.Kind.COMPANY.value, r"entrepri|societe|company|sarl|\bsas\b|\bsa\b|\btpe|\bpme|\beti\b"),
]  # fmt: skip
FORMULA = re.compile(
    r"=|#(REF|N/A|VALUE|VALEUR|NAME|NOM|DIV/0|NULL|NUL|NUM|NOMBRE)[!?]?", re.IGNORECASE
)
HOURS_SAID = re.compile(r"(\d{1,5})(?:[.,](\d{1,2}))?(?:h|heures?|hours?)?")
HOURS_AND_MINUTES = re.compile(r"(\d{1,5})(?:h|:)([0-5]\d)(?::00)?(?:min)?")
MOST_HOURS, MOST_PEOPLE, OLDEST = 20_000, 2_000, 30
FURTHEST = 5  # years ahead, of a need
OPEN, CLOSED = "open", "closed"
STATES: list[tuple[str, str]] = [
    (CLOSED, r"\b(pourvu|clos|ferme|termine|fini|abandon|annule|archive|resolu|satisfait|filled|closed|done|non)"),
    (OPEN, r"\b(ouvert|a pourvoir|en cours|en attente|nouveau|nouvelle|actif|active|a traiter|recherche|open|oui)"),
]  # fmt: skip
WORKING = r"travail|mecenat|work|salari|entreprise|detach|mis a dispo|mise a dispo"
TIMES: list[tuple[str, str]] = [
    (Time.OWN.value, r"perso|benev|libre|\bown\b|volontaria|soir|week|retrait"),
    (Time.WORK.value, WORKING),
]
# “hors temps de travail”, “pas en entreprise”: one's own time, said by what it isn't.
NOT_AT_WORK = re.compile(rf"\b(hors|dehors|sans|pas|non|apres|outside)\b[^,;/]{{0,25}}?({WORKING})")
MOST_LANGUAGES = 400  # signs of a cell that names them
MOST_OFFERED = 2000  # signs of what somebody can do, as in an offer of the site
TOTAL = re.compile(r"(sous[ -]?|grand )?tota(l|ux)( general)?\s*:?[\s\d.,h]*")
OF_A_TOTAL = re.compile(
    r"[\s\d.,:+h€%-]*(\d\s?[^\W\d]{1,14})?|=.*", re.IGNORECASE
)  # what else stands on its line
# What an organisation's name says of none in particular.
HOLLOW = {"association", "asso", "ass", "societe", "entreprise", "ste", "sas", "sarl", "sa", "scop", "scic", "loi", "1901", "de", "des", "du", "d", "la", "le", "les", "l", "et", "a", "au", "aux", "en", "pour"}  # fmt: skip


# --- cells -----------------------------------------------------------------------------------
def rows_of(kind: str, columns: Columns, today: date) -> list[Person]:
    """Each line, read: numbers without spaces, days as 2026-03-12, hours as a decimal."""
    read = {
        ORGANISATIONS: _organisation,
        PEOPLE: _person,
        MISSIONS: _mission,
        NEEDS: _need,
        OFFERS: _offer,
    }[kind]
    in_one = FIRST not in columns.places or LAST not in columns.places
    order = re.findall(r"\b(?:pre)?nom\b", fold(columns.headings.get(NAME, "")))
    last_first = order[:2] == ["nom", "prenom"]
    found = []
    for line in columns.lines:
        cells = {
            name: seen(line.cells[place])
            for name, place in columns.places.items()
            if place < len(line.cells)
        }
        one = Person(line.number, {name: cell for name, cell in cells.items() if cell})
        for name in [name for name, cell in one.typed.items() if FORMULA.match(cell)]:
            one.wrong(name, "formula")
        if kind in (PEOPLE, OFFERS) and not one.faults:
            people_lists.read_names(one, split=in_one, last_first=last_first)
        read(one, today)
        found.append(one)
    return found


def is_total(one: Person) -> bool:
    """Whether the line only adds up the others: “Total”, with sums or nothing beside it. A legal number or a place says that
    it is an organisation called so."""
    if any(one.typed.get(name) for name in (SIREN, SIRET, RNA, HOUSE_NUMBER, POSTAL_CODE, PHONE)):
        return False
    cells = one.typed.values()
    named = [cell for cell in cells if TOTAL.fullmatch(fold(cell))]
    return bool(named) and all(cell in named or OF_A_TOTAL.fullmatch(cell) for cell in cells)


def _clean(one: Person, name: str) -> str:
    """The cell, unless something is wrong with it already."""
    return "" if any(name == at for at, _code, _said in one.faults) else one.typed.get(name, "")


def _words(one: Person, *names: str) -> None:
    for name in names:
        cell = _clean(one, name)
        if len(cell) > LONGEST[name]:
            one.wrong(name, "too-long", most=LONGEST[name])
        elif cell:
            one.said[name] = cell


def _organisation(one: Person, today: date) -> None:
    _words(one, NUMBER, NAME, ADDRESS, POSTAL_CODE, TOWN)
    _needs(one, NAME, "no-name")
    checks = {
        SIREN: numbers.validate_siren,
        SIRET: numbers.validate_siret,
        RNA: numbers.validate_rna,
    }
    for name, check in checks.items():
        if cell := numbers.compact(_clean(one, name)):
            try:
                check(cell)
                one.said[name] = cell
            except ValidationError:
                one.wrong(name, "bad-number")
    if SIRET in one.said and SIREN not in one.said:
        one.said[SIREN] = one.said[SIRET][:9]
    if cell := _clean(one, KIND):
        words = fold(cell)
        meant = next((code for code, pattern in KINDS if re.search(pattern, words)), "")
        one.said.update({KIND: meant} if meant else {})
        if not meant:
            one.wrong(KIND, "bad-kind")
    _website(one)


def _website(one: Person) -> None:
    if not (cell := _clean(one, WEBSITE)):
        return
    url = cell if "://" in cell else f"https://{cell}"
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError:
        return one.wrong(WEBSITE, "bad-website")
    one.said[WEBSITE] = url[: LONGEST[WEBSITE]]


def _needs(one: Person, name: str, code: str) -> None:
    if name not in one.said and not any(name == at for at, _code, _said in one.faults):
        one.wrong(name, code)


def _person(one: Person, today: date) -> None:
    if not any(code == "formula" for _name, code, _said in one.faults):
        people_lists.read_address(one, EMAIL)
    _words(one, NUMBER, PHONE, TRADE, POSTAL_CODE, TOWN, STRUCTURE)
    if LAST not in one.said and FIRST not in one.said and not one.faults:
        one.wrong(LAST, "no-name")


def _mission(one: Person, today: date) -> None:
    _words(one, NUMBER, TITLE, STRUCTURE, PERSON)
    _needs(one, STRUCTURE, "no-structure")
    _day(one, BEGUN, today)
    _needs(one, BEGUN, "no-day")
    _day(one, ENDED, today)
    first, last = one.said.get(BEGUN, ""), one.said.get(ENDED, "")
    if first and last and last < first:
        one.wrong(ENDED, "ends-before")
    _hours(one)
    _needs(one, HOURS, "no-hours")
    if cell := _clean(one, HEADCOUNT):
        if not re.fullmatch(r"[0-9]{1,4}", cell) or not 0 < int(cell) <= MOST_PEOPLE:
            return one.wrong(HEADCOUNT, "bad-count")
        one.said[HEADCOUNT] = cell


def _hours(one: Person) -> None:
    if cell := _clean(one, HOURS):
        hours = hours_of(cell)
        one.said.update({HOURS: str(hours)} if hours else {})
        if not hours:
            one.wrong(HOURS, "bad-hours")


def _need(one: Person, today: date) -> None:
    _words(one, NUMBER, TITLE, TEXT, STRUCTURE, POSTAL_CODE, TOWN)
    _needs(one, STRUCTURE, "no-structure")
    if TITLE not in one.said and TEXT in one.said:
        one.said[TITLE] = deductions.title_of(one.said[TEXT])
    _needs(one, TITLE, "no-need")
    _house_number(one)
    _days_ahead(one, today)
    _hours(one)
    if cell := _clean(one, STATE):
        meant = state_of(cell)
        one.said.update({STATE: meant} if meant else {})
        if not meant:
            one.wrong(STATE, "bad-state")
    _languages(one)


def _offer(one: Person, today: date) -> None:
    if not any(code == "formula" for _name, code, _said in one.faults):
        people_lists.read_address(one, EMAIL)
    _words(one, NUMBER, PERSON_NUMBER, TRADE, STRUCTURE, TEXT, POSTAL_CODE, TOWN)
    if len(one.said.get(TEXT, "")) > MOST_OFFERED:
        del one.said[TEXT]
        one.wrong(TEXT, "too-long", most=MOST_OFFERED)
    _needs(one, TEXT, "no-text")
    if not one.faults and not {LAST, FIRST, EMAIL, PERSON_NUMBER} & one.said.keys():
        one.wrong(LAST, "nobody")
    _days_ahead(one, today)
    _hours(one)
    if cell := _clean(one, TIME):
        words = NOT_AT_WORK.sub("perso", fold(cell))
        meant = [code for code, said in TIMES if re.search(said, words)]
        if len(meant) == 1:
            one.said[TIME] = meant[0]
        else:  # nobody's employer is written to by a guess
            one.wrong(TIME, "bad-time")
    _languages(one)


def _languages(one: Person) -> None:
    """Those that are known are kept; the others are named."""
    if cell := _clean(one, LANGUAGES):
        mask, unknown = languages_in(cell[:MOST_LANGUAGES])
        one.said.update({LANGUAGES: str(mask)} if mask else {})
        if unknown or len(cell) > MOST_LANGUAGES:
            one.wrong(LANGUAGES, "bad-language", unknown=", ".join(unknown)[:60])


def _house_number(one: Person) -> None:
    if not (cell := numbers.compact(_clean(one, HOUSE_NUMBER))):
        return
    checks = {9: numbers.validate_siren, 14: numbers.validate_siret}
    try:
        checks.get(len(cell), numbers.validate_rna)(cell)
        one.said[HOUSE_NUMBER] = cell
    except ValidationError:
        one.wrong(HOUSE_NUMBER, "bad-number")


def state_of(cell: str) -> str:
    """Whether a need is open still, by what somebody has typed of it; "" where it says neither."""
    said = fold(cell)
    if re.search(r"\b(non|pas) pourvu", said):
        return OPEN
    return next((code for code, pattern in STATES if re.search(pattern, said)), "")


def _days_ahead(one: Person, today: date) -> None:
    for name in (BEGUN, ENDED):
        _day_ahead(one, name, today)
    first, last = one.said.get(BEGUN, ""), one.said.get(ENDED, "")
    if first and last and last < first:
        one.wrong(ENDED, "ends-before")
        del one.said[ENDED]


def _day_ahead(one: Person, name: str, today: date) -> None:
    """A day of a need or an offer, which may be to come."""
    if not (cell := _clean(one, name)):
        return
    day = people_lists.day_of(cell)
    if day is None:
        return one.wrong(name, "bad-day")
    one.typed[name] = f"{day:%d/%m/%Y}"
    if today.year - day.year > OLDEST:
        return one.wrong(name, "long-ago", years=OLDEST)
    if day.year - today.year > FURTHEST:
        return one.wrong(name, "far-day", years=FURTHEST)
    one.said[name] = day.isoformat()


def _day(one: Person, name: str, today: date) -> None:
    if not (cell := _clean(one, name)):
        return
    day = people_lists.day_of(cell)
    if day is None:
        return one.wrong(name, "bad-day")
    one.typed[name] = f"{day:%d/%m/%Y}"
    if day > today:
        return one.wrong(name, "not-over")
    if today.year - day.year > OLDEST:
        return one.wrong(name, "long-ago", years=OLDEST)
    one.said[name] = day.isoformat()


def hours_of(cell: str) -> Decimal | None:
    """The hours that somebody has typed: 12, 12,5, 12 h, 12h30; None for what says no hours, days among them."""
    words = re.sub(r"\s", "", fold(cell))
    if found := HOURS_AND_MINUTES.fullmatch(words):
        hours = Decimal(found[1]) + (Decimal(found[2]) / 60).quantize(Decimal("0.01"))
    elif found := HOURS_SAID.fullmatch(words):
        hours = Decimal(f"{found[1]}.{found[2] or 0}")
    else:
        return None
    return hours.quantize(Decimal("0.01")) if 0 < hours <= MOST_HOURS else None


def near(name: str) -> str:
    """What two names that are nearly the same share: their telling words as they sound, in the order of the alphabet."""
    plain = toponyms.normalise(name)
    words = sorted(word for word in plain.split() if word not in HOLLOW) or plain.split()
    return toponyms.sound(" ".join(words))[:120] or plain[:120]


def near_person(first: str, last: str) -> str:
    return " ".join(sorted(re.findall(r"[a-z0-9]+", fold(f"{first} {last}"))))[:200]
