"""Keeps the words that the writer of a mail has just written, without quotations and
signature.

In doubt a line stays: a quotation too many can be read over, a sentence lost can't be
found again. So an introduction ("Le … a écrit :") only counts with something that
confirms it: an address, our own name, or a quotation after it; and what is written
below or between quoted lines is kept.
"""

import re
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

# Stands on top of each letter that may be answered by mail: all that follows it is ours.
ANSWER_ABOVE = _("— To answer, write above this line —")

QUOTED = re.compile(r"^\s{0,3}>")
# What stands before the colon, its spaces single; asked of no more than LONGEST_INTRODUCTION characters.
INTRODUCED = re.compile(
    r"\W{0,3}(?:.{6,}\b(?:a écrit(?: le\b.*)?|wrote)|en date de ?:.*)", re.IGNORECASE
)
BEGINS = re.compile(r"^\W{0,3}(le|on)\b", re.IGNORECASE)
SEPARATOR = re.compile(
    r"^\s*[-_*]{2,}\s*(message d[’'´]origine|original message|message transféré|forwarded message"
    r"|message original|reply message|réponse)\s*[-_*]{2,}",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    r"^\s*(début du message (réexpédié|transféré)|begin forwarded message)\s*:", re.IGNORECASE
)
HEADER = re.compile(
    r"^\s*\*?(de|from|expéditeur|envoyé|sent|date|à|to|cc|objet|subject)\*?\s*:\*?\s", re.IGNORECASE
)
FROM = re.compile(r"^\s*\*?(de|from|expéditeur)\*?\s*:\*?\s", re.IGNORECASE)
RULE = re.compile(r"^\s*[_\-=*—]{5,}\s*$")
SIGNATURE = re.compile(r"^--\s?$")
DEVICES = (
    r"iphone|ipad|android|mobile|portable|t[ée]l[ée]phone|smartphone|tablette|tablet|phone|samsung|galaxy"
    r"|huawei|xiaomi|blackberry|windows|mac|ordinateur|outlook|yahoo|proton|gmail|orange|sfr|free|bouygues"
    r"|thunderbird|k-9|fairemail|bluemail|spark|workspace|messagerie s[ée]curis[ée]e|courrier|app"
)
PHONE = re.compile(
    rf"^\W{{0,3}}((envoyé|sent|gesendet)e?\s+(de|depuis|à partir de|avec|via|from|with)\b.{{0,30}}\b({DEVICES})"
    r"|(obtenez|get|télécharge[rz]|provenance\s*:)\s.{0,20}\b(outlook|courrier|yahoo|mail)\b).{0,50}$",
    re.IGNORECASE,
)
WIDEST = 3  # lines over which mail programs spread an introduction
LONGEST_INTRODUCTION = 400  # characters
GAP = 20  # empty lines between an introduction and what it introduces


def own_words(text: str) -> str:
    lines = [line.rstrip() if line != "-- " else line for line in text.splitlines()]
    lines = _without_tail(_above_our_line(lines))
    lines = [line for line in lines if not QUOTED.match(line)]
    return _tidy(_without_signature(lines))


# --- the letter that was answered ----------------------------------------------------------
def _above_our_line(lines: list[str]) -> list[str]:
    ours = _our_lines()
    for at, line in enumerate(lines):
        if any(words in line for words in ours) and not QUOTED.match(line):
            return _without_introduction(lines[:at])
    return lines


def _our_lines() -> list[str]:
    """The line “answer above”, in each language in which the letter may have been written."""
    found = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            found.append(str(ANSWER_ABOVE).strip("— "))
    return found


def _without_introduction(lines: list[str]) -> list[str]:
    """The lines without the last one, if it introduces the quotation in a language that we don't know: it names us,
    and ends with a colon."""
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    if kept and kept[-1].rstrip().endswith(":") and _names_us(kept[-1]):
        kept.pop()
    return kept


def _without_tail(lines: list[str]) -> list[str]:
    """The lines up to the letter that was answered; where that is quoted line by line, only the quoted lines go."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if SEPARATOR.match(lines[at]) or FORWARDED.match(lines[at]) or _is_head(lines, at):
            break
        if width := _introduction(lines, at):
            if not _quotation_follows(lines, at + width):
                break
            at += width
            continue
        kept.append(lines[at])
        at += 1
    while kept and (RULE.match(kept[-1]) or not kept[-1].strip()):
        kept.pop()
    return kept


def _is_head(lines: list[str], at: int) -> bool:
    """Whether Outlook's "De : … Envoyé : … À : … Objet : …" begins here: at least three such lines among six."""
    if not FROM.match(lines[at]):
        return False
    return sum(bool(HEADER.match(line)) for line in lines[at : at + 6]) >= 3


def _introduction(lines: list[str], at: int) -> int:
    """How many lines from here introduce a quotation; 0 when none does."""
    if not lines[at].strip() or QUOTED.match(lines[at]):
        return 0
    for width in range(1, WIDEST + 1):
        piece = lines[at : at + width]
        if width > 1 and not (BEGINS.match(piece[0]) and piece[-1].strip()):
            return 0
        words = " ".join(piece)
        if _introduces(words):
            names = _names_us(words) or "@" in words
            return width if names or _quotation_follows(lines, at + width) else 0
    return 0


def _introduces(words: str) -> bool:
    """Whether the words are like “Le … a écrit :” or “On … wrote:”."""
    if ":" not in words or len(words) > LONGEST_INTRODUCTION:
        return False
    words = " ".join(words.split())
    end = max((at for at, sign in enumerate(words, 1) if sign.isalnum() or sign == "_"), default=0)
    said, colon, _rest = words[end:].partition(":")
    return bool(colon) and INTRODUCED.fullmatch((words[:end] + said).rstrip()) is not None


def _names_us(words: str) -> bool:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    small = words.lower().replace("'", "’")
    return address.lower() in small or bool(name) and name.lower().replace("'", "’") in small


def _quotation_follows(lines: list[str], at: int) -> bool:
    after = next((line for line in lines[at : at + GAP] if line.strip()), "")
    return bool(QUOTED.match(after))


# --- the signature -------------------------------------------------------------------------
def _without_signature(lines: list[str]) -> list[str]:
    cut = next((at for at, line in enumerate(lines) if SIGNATURE.match(line)), len(lines))
    kept = lines[:cut] if any(line.strip() for line in lines[:cut]) or cut == 0 else list(lines)
    while kept and (not kept[-1].strip() or PHONE.match(kept[-1])):
        kept.pop()
    return kept


def _tidy(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()
