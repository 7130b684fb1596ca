"""Reads numbers, lengths of time, telephone numbers, addresses and dates as people write them: pure text, in linear time."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import NamedTuple

LONGEST = 60  # signs: what is longer is no number, and isn't looked at
GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:([.,'’])[0-9]{3})(?:\1[0-9]{3})*")
PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?|[+-]?\.[0-9]+")


def number(text: str) -> str:
    """The number as Python reads it: "1 000", "1.000,5", "1'000" and "1,5" are 1000, 1000.5, 1000 and 1.5. What isn't one
    comes back as it was, for the field to refuse."""
    if len(text) > LONGEST:
        return text
    tight = "".join(text.split()).replace("\N{MINUS SIGN}", "-")
    sign, bare = (tight[0], tight[1:]) if tight[:1] in ("-", "+") else ("", tight)
    last = max(bare.rfind("."), bare.rfind(","))
    whole, part = bare, ""
    if last >= 0 and not _is_grouped(bare):
        whole, part = bare[:last], "." + bare[last + 1 :]
    if whole and (_is_grouped(whole) or (part and GROUPED.fullmatch(whole))):
        whole = re.sub(r"[.,'’]", "", whole)
    read = f"{sign.replace('+', '')}{whole}{part}"
    return read if PLAIN.fullmatch(read) else text


def _is_grouped(text: str) -> bool:
    """Whether its only signs stand between thousands. One comma doesn't: it is French for a point."""
    found = GROUPED.fullmatch(text)
    return bool(found) and not (found and found[1] == "," and text.count(",") == 1)


# --- Time ----------------------------------------------------------------------------------
class Time(NamedTuple):
    """An amount of time; `in_days` is None where the unit wasn't written."""

    amount: Decimal
    in_days: bool | None


NUMBERS = "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze"
SPELLED = {word: str(number) for number, word in enumerate(NUMBERS.split())}
SPELLED |= {"une": "1", "vingt": "20", "one": "1", "two": "2", "three": "3"}
SPELLED |= dict.fromkeys(("demi", "demie", "half"), "0.5")
FRACTIONS = {"½": "1/2", "¼": "1/4", "¾": "3/4"}
ABOUT = re.compile(r"^(?:environ|a peu pres|vers|about|~|≈)\s*")
UNIT = r"(?P<unit>h|hr|hrs|heures?|hours?|j|jr|jrs|jours?|journees?|days?|d)"
AMOUNT = r"(?P<amount>[0-9][0-9.,'’ ]*|[.,][0-9]+)"
CLOCK = re.compile(
    r"(?P<hours>[0-9]{1,4}) ?h(?:eures?)? ?(?P<minutes>[0-5]?[0-9])(?: ?m(?:in(?:utes?)?)?)?"
)
HALF = re.compile(rf"(?:(?P<many>[0-9]{{1,3}}) )?0\.5 (?:a )?{UNIT}")
AND_A_HALF = re.compile(rf"(?P<amount>[0-9]{{1,4}}) ?{UNIT} et 0\.5")
QUARTERS = re.compile(
    rf"(?:(?P<amount>[0-9]{{1,4}}) )?(?P<top>[13])/(?P<low>[24]) ?(?:de |of )?{UNIT}?"
)
SIMPLE = re.compile(rf"{AMOUNT} ?{UNIT}?\.?")


def time(text: str) -> Time | None:
    """ "20 heures", "3 j", "1/2 journée", "une demi-journée", "2h30", "3 jours et demi", "1 000"; None for what isn't one."""
    if len(text) > LONGEST or text.lstrip().startswith(("-", "\N{MINUS SIGN}")):
        return None
    words = ABOUT.sub("", plain(text))
    for sign, fraction in FRACTIONS.items():
        words = words.replace(sign, f" {fraction} ")
    said = words.replace("-", " ").split()
    if len(said) == 1 and said[0] in SPELLED:  # "un" of what?
        return None
    words = " ".join(SPELLED.get(word, word) for word in said)
    if found := CLOCK.fullmatch(words):
        hours = int(found["hours"]) + Decimal(found["minutes"]) / 60
        return Time(hours.quantize(Decimal("0.1")), in_days=False)
    if found := AND_A_HALF.fullmatch(words):
        return Time(Decimal(found["amount"]) + Decimal("0.5"), _in_days(found["unit"]))
    if found := HALF.fullmatch(words):
        return Time(int(found["many"] or 1) * Decimal("0.5"), _in_days(found["unit"]))
    if found := QUARTERS.fullmatch(words):
        part = Decimal(found["top"]) / int(found["low"])
        return Time(int(found["amount"] or 0) + part, _in_days(found["unit"]))
    if found := SIMPLE.fullmatch(words):
        read = number(found["amount"])
        return Time(Decimal(read), _in_days(found["unit"])) if PLAIN.fullmatch(read) else None
    return None


# In a sentence: an amount, and the words around it that make something else of it, an hour of the day or a rate.
_SEVERAL = "|".join(NUMBERS.split()[2:] + ["vingt"])  # “une journée” may be any
_MANY = rf"[0-9]{{1,3}}|{_SEVERAL}|une? (?:dizaine|quinzaine|vingtaine|trentaine|quarantaine|cinquantaine) d'"
LONG = re.compile(
    rf"(?<!-)(?<![0-9][.,])\b(?P<many>{_MANY})(?P<gap> ?)(?P<unit>heures?|journees?|jours?)\b"
)
NOT_BEFORE = re.compile(
    rf"\b(?:(?:[0-9]{{1,3}}|{_SEVERAL}) ou|a|vers|des|avant|apres|entre|et|depuis|dans|sous|d'ici|il y a|tou[ts]e?s les|chaque|moins de|plus de|sur|les|ces)$"
)
NOT_AFTER = re.compile(
    r" ?(?:par|sur|a [0-9]+|chaque|du matin|du soir|[0-9]+|de retard|et demie?)\b| ?/"
)
TENS = {"dizaine": 10, "quinzaine": 15, "vingtaine": 20, "trentaine": 30}
TENS |= {"quarantaine": 40, "cinquantaine": 50}
LONGEST_SENTENCE = 2_000


def time_said(sentence: str) -> Time | None:
    """The amount of time that a sentence says: « une vingtaine d'heures », « 20 heures en tout ». None where it says none,
    several, or an hour of the day."""
    said = plain(sentence[:LONGEST_SENTENCE]).replace("’", "'")
    times = set()
    for found in LONG.finditer(said):
        before, after = said[max(0, found.start() - 20) : found.start()].rstrip(), found.end()
        if NOT_BEFORE.search(before) or NOT_AFTER.match(said, after):
            continue
        many = found["many"]
        many = SPELLED.get(many, many)
        amount = int(many) if many.isdigit() else TENS[many.split()[1]]
        if amount:
            times.add(Time(Decimal(amount), _in_days(found["unit"])))
    return times.pop() if len(times) == 1 else None


SPREAD = re.compile(
    r"(?<![-\w])(?<![0-9][.,])(?<![0-9] )(?P<hours>[0-9]{1,3}) ?h(?:eures?)?(?: en tout| au total)?,? (?:sur|en|pendant) (?P<months>[0-9]|un|deux|trois|quatre|cinq|six) mois\b(?! et demi)"
)


def time_spread(sentence: str) -> tuple[int, int] | None:
    """The hours that a sentence says, and over how many months: « 40 heures sur trois mois ». None where it says several."""
    text = plain(sentence[:LONGEST_SENTENCE]).replace("’", "'")
    found = {
        (one["hours"], one["months"])
        for one in SPREAD.finditer(text)
        if not NOT_BEFORE.search(text[max(0, one.start() - 20) : one.start()].rstrip())
    }
    if len(found) != 1:
        return None
    hours, months = found.pop()
    said = int(hours), int(SPELLED.get(months, months))
    return said if all(said) else None


def _in_days(unit: str | None) -> bool | None:
    return None if unit is None else unit[0] in "jd"


def plain(text: str) -> str:
    """Small letters without accents; any space is a plain one. Signs such as ½ stay."""
    apart = unicodedata.normalize("NFD", text.lower())
    return " ".join("".join(sign for sign in apart if not unicodedata.combining(sign)).split())


# --- How to reach somebody -----------------------------------------------------------------
FRENCH = re.compile(r"(?:\+33|0033|33(?=[1-9][0-9]{8}$))?0?([1-9][0-9]{8})")


def telephone(text: str) -> str:
    """A French number in pairs, "06 12 34 56 78", however it was written; one of another country with its + and no spaces.
    What isn't a number comes back as it was."""
    if len(text) > LONGEST:
        return text
    tight = re.sub(r"[\s().\-/\u2010-\u2015]", "", text.replace("(0)", ""))
    if not re.fullmatch(r"\+?[0-9]+", tight):
        return text
    found = FRENCH.fullmatch(tight)
    if found and len(tight) > 9:  # nine figures alone may be anything
        digits = f"0{found[1]}"
        return " ".join(digits[start : start + 2] for start in range(0, 10, 2))
    if tight.startswith("00"):
        return f"+{tight[2:]}"
    return tight if tight.startswith("+") else text


AROUND = " \t\r\n\u00a0\u202f<>\"'«»;,.:"


def address(text: str) -> str:
    """An e-mail address without what a copy leaves around it, and with a point where the last comma stands for one."""
    if len(text) > 400:
        return text
    bare = text.strip(AROUND)
    if bare.lower().startswith("mailto:"):
        bare = bare[len("mailto:") :].strip(AROUND)
    if "," in bare and bare.count("@") == 1:
        name, _at, domain = bare.partition("@")
        if " " not in domain and "," not in name:
            bare = f"{name}@{domain.replace(',', '.')}"
    return bare


# --- Days ----------------------------------------------------------------------------------
MONTHS = (
    *("janvier january janv jan", "fevrier february fevr fev feb", "mars march mar"),
    *(
        "avril april avr apr",
        "mai may",
        "juin june jun",
        "juillet july juil jul",
        "aout august aug",
    ),
    *("septembre september sept sep", "octobre october oct", "novembre november nov"),
    "decembre december dec",
)
MONTH = {word: at for at, words in enumerate(MONTHS, 1) for word in words.split()}
IN_FIGURES = re.compile(r"([0-9]{1,2})[ ./\-]([0-9]{1,2})(?:[ ./\-]([0-9]{4}|[0-9]{2}))?")
IN_WORDS = re.compile(r"(?:[a-z]+ )?([0-9]{1,2})(?:er)? ([a-z]+)\.?(?: ([0-9]{4}|[0-9]{2}))?")
ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")


def day(text: str, *, today: date) -> date | None:
    """ "12/3/26", "12.03.2026", "12 mars", "1er avril 2027", "2026-03-12". Without a year it is the next such day from
    today on. None for what isn't a day."""
    if len(text) > LONGEST:
        return None
    words = plain(text).replace(",", "")
    if found := ISO.fullmatch(words):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := IN_FIGURES.fullmatch(words):
        return _dated(found[1], int(found[2]), found[3], today)
    if (found := IN_WORDS.fullmatch(words)) and found[2] in MONTH:
        return _dated(found[1], MONTH[found[2]], found[3], today)
    return None


def _dated(number_of_day: str, month: int, year: str | None, today: date) -> date | None:
    if year:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, int(number_of_day))
    this_year = _date(today.year, month, int(number_of_day))
    if this_year is None or this_year >= today:
        return this_year
    return _date(today.year + 1, month, int(number_of_day))


def _date(year: int, month: int, number_of_day: int) -> date | None:
    try:
        return date(year, month, number_of_day)
    except ValueError:
        return None
