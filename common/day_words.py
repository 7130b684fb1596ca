"""Reads the day that somebody says, in French or in English: « mardi », « le 12 mars », "in two weeks", "end of January"."""

import re
from calendar import monthrange
from datetime import date, timedelta

from common.as_written import MONTH, MONTHS, plain

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
LONGEST_READ = 300  # signs: a day is said in a sentence, not in a letter
LONGEST_SENTENCE = 2_000
LAST_YEAR = 2200

_WEEK = (
    *("lundi monday", "mardi tuesday", "mercredi wednesday", "jeudi thursday"),
    *("vendredi friday", "samedi saturday", "dimanche sunday"),
)
WEEKDAYS = {name: at for at, names in enumerate(_WEEK) for name in names.split()}
_UP_TO_TWELVE = (
    *("un one a an", "deux two", "trois three", "quatre four", "cinq five", "six", "sept seven"),
    *("huit eight", "neuf nine", "dix ten", "onze eleven", "douze twelve"),
)
NUMBERS = {name: at for at, names in enumerate(_UP_TO_TWELVE, 1) for name in names.split()}
NUMBERS |= {"une": 1, "quinze": 15, "vingt": 20, "trente": 30, "fifteen": 15, "twenty": 20}
# Said in words these are weeks: « dans huit jours » is the same day of the next week.
WEEKS_IN_DAYS = {"huit": 7, "quinze": 14}
LENGTHS = {"jour": "day", "semaine": "week", "mois": "month", "an": "year"}
PARTS = {"debut": 0, "early": 0, "beginning": 0, "start": 0}
PARTS |= {"mi": 1, "mid": 1, "middle": 1, "fin": 2, "late": 2, "end": 2}

_MONTH = "|".join(sorted(MONTH, key=len, reverse=True))
_ENGLISH_MONTH = "|".join(names.split()[1] for names in MONTHS)
_NUMBER = r"\d{1,3}|" + "|".join(sorted(NUMBERS, key=len, reverse=True))
_TH = "(?:st|nd|rd|th)"
ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?(?![\d/])")
OF_A_MONTH = re.compile(rf"\b(\d{{1,2}})(?:er|{_TH})? (?:of )?({_MONTH})\b\.?(?:,? (\d{{4}})\b)?")
# "March 12", "March 12th, 2027"; "March 3 files" is none.
MONTH_FIRST = re.compile(
    rf"\b({_ENGLISH_MONTH}) (\d{{1,2}})(?:{_TH}\b|(?= ?(?:[,.;:!?)]|$))|(?= (?:at|\d{{4}})\b))(?:,? (\d{{4}})\b)?"
)
AROUND = re.compile(
    rf"\b(debut|mi|fin)[ -](?:(?:de|du) )?({_MONTH}|mois|semaine)\b( prochaine?\b)?"
    rf"|\b(early|mid|late|(?:beginning|start|middle|end)(?= of))(?: of)?[ -](?:(?:the|this) )?(next )?"
    rf"({_ENGLISH_MONTH}|month|week)\b"
)
IN = re.compile(
    rf"\b(?:dans|d'ici|in|within) ({_NUMBER}) (jour|semaine|mois|an|day|week|month|year)s?\b"
)
NEXT = re.compile(r"\b(?:(semaine|mois) prochaine?|next (week|month))\b")
NEAR = re.compile(
    r"\b(apres[ -]demain|day after tomorrow|demain|tomorrow|aujourd'hui|ce soir|ce matin|cet apres-midi"
    r"|today|tonight|this (?:morning|afternoon|evening))\b"
)
_WEEKDAY = rf"\b({'|'.join(WEEKDAYS)})\b"
ON_A_WEEKDAY = re.compile(
    rf"(?<!\blast )(?<!\bpast ){_WEEKDAY}(?! (?:dernier|passe)\b)"
    r"(?: (?:prochain )?en (huit|quinze)\b| (?:de )?(?:la )?(semaine prochaine)\b| (?:of )?(next week)\b)?"
)
# What follows a number that is no day of this month: an hour, another month, a part of a date.
_NO_DAY = rf"(?! ?(?:h\b|h\d|heures?\b|hours?\b|[ap]\.?m\b|o'clock|/|:)| (?:of )?(?:{_MONTH})\b)"
WEEKDAY_AND_NUMBER = re.compile(rf"{_WEEKDAY} (?:the )?(\d{{1,2}})(?:er|{_TH})?\b{_NO_DAY}")
OF_THIS_MONTH = re.compile(
    rf"\b(?:le (\d{{1,2}})(?:er)?|(?:on|by|before) the (\d{{1,2}}){_TH})\b{_NO_DAY}"
)
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
    if found := OF_A_MONTH.search(said):
        day, month, year = found.groups()
    elif found := MONTH_FIRST.search(said):
        month, day, year = found.groups()
    else:
        return None
    if year:
        return _day(int(year), MONTH[month], int(day))
    return _next_one(int(day), MONTH[month], today)


def _around(said: str, today: date) -> date | None:
    """« fin mars » is its last day, « mi-mars » its 15th, « fin de semaine » Friday, "end of next month" the last of it."""
    if not (found := AROUND.search(said)):
        return None
    part = PARTS[found[1] or found[4]]
    what, is_next = found[2] or found[6], bool(found[3] or found[5])
    if what in ("semaine", "week"):
        return _of_the_week(part, today, is_next=is_next)
    first = today.replace(day=1)
    if what not in ("mois", "month"):
        first = first.replace(month=MONTH[what])
    elif is_next:
        first = _months_on(first, 1) or first
    for year in (first.year, first.year + 1):
        day = first.replace(year=year, day=(1, 15, monthrange(year, first.month)[1])[part])
        if day >= today:
            return day
    return None


def _of_the_week(part: int, today: date, *, is_next: bool) -> date:
    weekday = (0, 2, 4)[part]
    if is_next:
        return today + DAY * (7 - today.weekday() + weekday)
    return today + DAY * ((weekday - today.weekday()) % 7)


def _in_so_long(said: str, today: date) -> date | None:
    if not (found := IN.search(said)):
        return None
    number = NUMBERS.get(found[1]) or int(found[1])
    match LENGTHS.get(found[2], found[2]):
        case "day":
            return today + DAY * WEEKS_IN_DAYS.get(found[1], number)
        case "week":
            return today + WEEK * number
        case "month":
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
    if found[1].startswith(("apres", "day after")):
        return today + 2 * DAY
    return today + DAY if found[1] in ("demain", "tomorrow") else today


def _numbered(said: str, today: date) -> date | None:
    """« mardi 15 »: the next Tuesday that is one; « mardi 3 fiches » is none, and Tuesday alone counts."""
    if not (found := WEEKDAY_AND_NUMBER.search(said)):
        return None
    asked = WEEKDAYS[found[1]], int(found[2])
    days = (today + DAY * ahead for ahead in range(SOON))
    return next((day for day in days if (day.weekday(), day.day) == asked), None)


def _weekday(said: str, today: date) -> date | None:
    if not (found := ON_A_WEEKDAY.search(said)):
        return None
    weekday = WEEKDAYS[found[1]]
    if found[3] or found[4]:
        return today + DAY * (7 - today.weekday() + weekday)
    ahead = (weekday - today.weekday()) % 7 or 7
    return today + DAY * ahead + DAY * WEEKS_IN_DAYS.get(found[2] or "", 0)


def _next(said: str, today: date) -> date | None:
    """« la semaine prochaine » is its Monday, « le mois prochain » its first day."""
    if not (found := NEXT.search(said)):
        return None
    if "semaine" in found[0] or "week" in found[0]:
        return today + DAY * (7 - today.weekday())
    return _months_on(today.replace(day=1), 1)


def _of_this(said: str, today: date) -> date | None:
    """« le 12 »: of this month, or of the first that has such a day after today."""
    if not (found := OF_THIS_MONTH.search(said)):
        return None
    number = int(found[1] or found[2])
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


# What is to be done by a day, as people type it (« jusquau 06.12 »): only with the words that say so, and a day that nobody takes for something else.
_BY = r"(?:avant|avt|d[' ]?ici(?: a)?|jusqu[' ]?(?:a|au)|au plus tard|pour|before|by)(?: le| la| the)?"
_FIGURES = r"\d{1,2}/\d{1,2}(?:/(?:\d{4}|\d{2}))?|\d{2}\.\d{2}(?:\.(?:\d{4}|\d{2}))?"
_OF_A_MONTH = rf"\d{{1,2}}(?:er)? (?:{_MONTH})\b(?: \d{{4}}\b)?"
_PART = rf"(?:debut|mi|fin)[ -](?:du mois )?(?:de |d')?(?:{_MONTH})\b"
# What « 1/2 » or « 8/12 » may be instead: of a day, so many, of an age.
_IS_NO_DAY = r"(?! ?(?:ans?|jours?|journees?|heures?|soirs|soirees|matins|matinees|semaines?|mois|fois|personnes?|enfants?|jeunes|days?|hours?|people|years?)\b)"
_IN_FIGURES = rf"(?:{_FIGURES})(?![./]?\d){_IS_NO_DAY}"
BY_A_DAY = re.compile(rf"\b{_BY} (?P<day>{_IN_FIGURES}|{_OF_A_MONTH}|{_PART})")
_FROM = r"(?:a partir|des|a compter|libre|disponible|from)(?: du| de| le| the)?"
FROM_A_DAY = re.compile(
    rf"(?<!\bpas )(?<!\bplus )\b{_FROM} (?P<day>{_IN_FIGURES}|{_OF_A_MONTH}|{_PART})"
)
BETWEEN_PARTS = re.compile(r"[ -](?:du mois )?(?:de |d')?")


def last_day_said(sentence: str, today: date) -> date | None:
    """The day before which something is to be done: « avant le 06.12 », « d'ici la fin janvier ». None where the sentence
    says none, or two."""
    return _only_day(BY_A_DAY, sentence, today)


def first_day_said(sentence: str, today: date) -> date | None:
    """The day from which somebody is there: « à partir du 06.12 », « dès le 3 mars ». None where the sentence says none, or two."""
    return _only_day(FROM_A_DAY, sentence, today)


def _only_day(said_so: re.Pattern[str], sentence: str, today: date) -> date | None:
    said = plain(sentence[:LONGEST_SENTENCE]).replace("’", "'")
    named = {found["day"] for found in said_so.finditer(said)}
    if len(named) != 1:
        return None
    name = named.pop().replace(".", "/")
    day = day_said(BETWEEN_PARTS.sub(" ", name, count=1) if name[0].isalpha() else name, today)
    return day if day and day >= today else None
