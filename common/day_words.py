"""Reads the day that somebody says in French: « mardi », « le 12 mars », « dans deux semaines », « fin janvier »."""

import re
from calendar import monthrange
from datetime import date, timedelta

from common.as_written import MONTH, plain

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
LONGEST_READ = 300  # signs: a day is said in a sentence, not in a letter
LAST_YEAR = 2200

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_UP_TO_TWELVE = (
    *("un", "deux", "trois", "quatre", "cinq", "six"),
    *("sept", "huit", "neuf", "dix", "onze", "douze"),
)
NUMBERS = {name: number for number, name in enumerate(_UP_TO_TWELVE, 1)}
NUMBERS |= {"une": 1, "quinze": 15, "vingt": 20, "trente": 30}
# Said in words these are weeks: « dans huit jours » is the same day of the next week.
WEEKS_IN_DAYS = {"huit": 7, "quinze": 14}

_MONTH = "|".join(sorted(MONTH, key=len, reverse=True))
_NUMBER = r"\d{1,3}|" + "|".join(sorted(NUMBERS, key=len, reverse=True))
ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?(?![\d/])")
OF_A_MONTH = re.compile(rf"\b(\d{{1,2}})(?:er)? ({_MONTH})\b\.?(?: (\d{{4}})\b)?")
AROUND = re.compile(rf"\b(debut|mi|fin)[ -](?:(?:de|du) )?({_MONTH}|mois|semaine)\b")
IN = re.compile(rf"\b(?:dans|d'ici) ({_NUMBER}) (jour|semaine|mois|an)s?\b")
NEXT = re.compile(r"\b(semaine|mois) prochaine?\b")
NEAR = re.compile(r"\b(apres[ -]demain|aujourd'hui|demain|ce soir|ce matin|cet apres-midi)\b")
_WEEKDAY = rf"\b({'|'.join(WEEKDAYS)})\b"
ON_A_WEEKDAY = re.compile(
    rf"{_WEEKDAY}(?! (?:dernier|passe)\b)"
    r"(?: (?:prochain )?en (huit|quinze)\b| (?:de )?(?:la )?(semaine prochaine)\b)?"
)
# What follows a number that is no day of this month: an hour, another month, a part of a date.
_NO_DAY = rf"(?! ?(?:h\b|h\d|heures?\b|/|:)| (?:{_MONTH})\b)"
WEEKDAY_AND_NUMBER = re.compile(rf"{_WEEKDAY} (\d{{1,2}}|1er)\b{_NO_DAY}")
OF_THIS_MONTH = re.compile(rf"\ble (\d{{1,2}}|1er)\b{_NO_DAY}")
SOON = 62  # days in which a weekday with its number is looked for


def day_said(words: str, today: date) -> date | None:
    """The day that these words name, as seen from `today`; None where they name none. A day without its year is the next
    one, and a weekday is never today: who means today says so."""
    said = plain(words[:LONGEST_READ]).replace("’", "'")
    for read in _READERS:
        if day := read(said, today):
            return day
    return None


def _in_figures(said: str, today: date) -> date | None:
    if found := ISO.search(said):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if not (found := SLASHED.search(said)):
        return None
    if not found[3]:
        return _next_one(int(found[1]), int(found[2]), today)
    year = int(found[3])
    return _day(year + 2000 if year < 100 else year, int(found[2]), int(found[1]))


def _of_a_month(said: str, today: date) -> date | None:
    if not (found := OF_A_MONTH.search(said)):
        return None
    day, month = int(found[1]), MONTH[found[2]]
    return _day(int(found[3]), month, day) if found[3] else _next_one(day, month, today)


def _around(said: str, today: date) -> date | None:
    """« fin mars » is its last day, « mi-mars » its 15th, « fin de semaine » Friday."""
    if not (found := AROUND.search(said)):
        return None
    when, what = found.groups()
    if what == "semaine":
        return _of_the_week(when, today)
    month = today.month if what == "mois" else MONTH[what]
    for year in (today.year, today.year + 1):
        last = monthrange(year, month)[1]
        day = date(year, month, {"debut": 1, "mi": 15, "fin": last}[when])
        if day >= today:
            return day
    return None


def _of_the_week(when: str, today: date) -> date:
    weekday = {"debut": 0, "mi": 2, "fin": 4}[when]
    return today + DAY * ((weekday - today.weekday()) % 7)


def _in_so_long(said: str, today: date) -> date | None:
    if not (found := IN.search(said)):
        return None
    number = NUMBERS.get(found[1]) or int(found[1])
    match found[2]:
        case "jour":
            return today + DAY * WEEKS_IN_DAYS.get(found[1], number)
        case "semaine":
            return today + WEEK * number
        case "mois":
            return _months_on(today, number)
    return _months_on(today, 12 * number)


def _months_on(today: date, number: int) -> date | None:
    months = today.year * 12 + today.month - 1 + number
    year, month = months // 12, months % 12 + 1
    if year > LAST_YEAR:
        return None
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def _near(said: str, today: date) -> date | None:
    if not (found := NEAR.search(said)):
        return None
    if found[1].startswith("apres"):
        return today + 2 * DAY
    return today + DAY if found[1] == "demain" else today


def _numbered(said: str, today: date) -> date | None:
    """« mardi 15 »: the next Tuesday that is one; « mardi 3 fiches » is none, and Tuesday alone counts."""
    if not (found := WEEKDAY_AND_NUMBER.search(said)):
        return None
    asked = WEEKDAYS.index(found[1]), int(found[2].removesuffix("er"))
    days = (today + DAY * ahead for ahead in range(SOON))
    return next((day for day in days if (day.weekday(), day.day) == asked), None)


def _weekday(said: str, today: date) -> date | None:
    if not (found := ON_A_WEEKDAY.search(said)):
        return None
    weekday = WEEKDAYS.index(found[1])
    if found[3]:
        return today + DAY * (7 - today.weekday() + weekday)
    ahead = (weekday - today.weekday()) % 7 or 7
    return today + DAY * ahead + DAY * WEEKS_IN_DAYS.get(found[2] or "", 0)


def _next(said: str, today: date) -> date | None:
    """« la semaine prochaine » is its Monday, « le mois prochain » its first day."""
    if not (found := NEXT.search(said)):
        return None
    if found[1] == "semaine":
        return today + DAY * (7 - today.weekday())
    return _months_on(today.replace(day=1), 1)


def _of_this(said: str, today: date) -> date | None:
    """« le 12 »: of this month, or of the first that has such a day after today."""
    if not (found := OF_THIS_MONTH.search(said)):
        return None
    number = int(found[1].removesuffix("er"))
    for months in range(12):
        first = _months_on(today.replace(day=1), months)
        day = first and _day(first.year, first.month, number)
        if day and day >= today:
            return day
    return None


_READERS = (
    *(_in_figures, _of_a_month, _around, _in_so_long, _near),
    *(_numbered, _weekday, _next, _of_this),
)


def _next_one(day: int, month: int, today: date) -> date | None:
    """The next day of this name; the 29th of February may be four or eight years away."""
    years = range(today.year, today.year + 9)
    found = (_day(year, month, day) for year in years)
    return next((one for one in found if one and one >= today), None)


def _day(year: int, month: int, day: int) -> date | None:
    if not (1 <= month <= 12 and 1 <= year <= LAST_YEAR):
        return None
    return date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None
