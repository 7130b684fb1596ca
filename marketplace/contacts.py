"""Addresses and telephone numbers in a text, however they are dressed up. Words and patterns only."""

import re

_AT = r"(?:\s?@\s?|\s*[\(\[{]\s*(?:at|arobase|chez)\s*[\)\]}]\s*|\s+(?:arobase|arrobase)\s+)"
_DOT = r"(?:\s?\.\s?|\s*[\(\[{]\s*(?:dot|point)\s*[\)\]}]\s*|\s+(?:point|dot)\s+)"
_ENDING = r"(?:fr|com|org|net|eu|io|info|coop|asso|re|be|ch|uk|de|lu|ca|bzh|corsica|paris|alsace|[a-z]{2,})"
# "chez" alone is too French a word: only before the great mail houses.
_HOUSES = r"(?:g\s?mail|hotmail|outlook|live|yahoo|orange|wanadoo|free|sfr|laposte|protonmail|proton|icloud)"
MAIL = re.compile(
    rf"[\w.+-]{{1,64}}{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{0,4}}?{_DOT}{_ENDING}\b"
    rf"|[\w.+-]{{1,64}}\s+chez\s+{_HOUSES}(?:{_DOT}(?:fr|com|net|me|org))?\b",
    re.IGNORECASE,
)
# A number stands alone: not the tail of a SIRET, of an account or of an association's W number.
_ALONE = r"(?<!\w)(?<!\d[ .\-\u00a0\u202f])"
_ENDS = r"(?![ .\-\u00a0\u202f]?\d)"
_GAP = r"[ .\-_/\u00a0\u202f]"
PHONE = re.compile(
    # +33 6 12 34 56 78, 0033 (0)6…
    rf"(?<!\w)(?:\+|00){_GAP}?33{_GAP}?(?:\(0\))?{_GAP}?[1-9](?:{_GAP}{{0,2}}\d){{8}}{_ENDS}"
    # any other country, with a plus
    rf"|(?<!\w)\+[1-9](?:[ .\-()\u00a0\u202f]{{0,2}}\d){{9,13}}{_ENDS}"
    # 0612345678; 06 12 34 56 78 and its dots, dashes, slashes; 0 6 1 2 3 4 5 6 7 8; 06 1234 5678
    rf"|{_ALONE}0[1-9]\d{{8}}{_ENDS}"
    rf"|{_ALONE}0[1-9](?P<gap>{_GAP}{{1,3}})\d\d(?:(?P=gap)\d\d){{3}}{_ENDS}"
    rf"|{_ALONE}0(?:{_GAP}\d){{9}}{_ENDS}"
    rf"|{_ALONE}0[1-9](?:[ \u00a0\u202f]?\d){{8}}{_ENDS}"
)
_FIGURE = r"(?:z[ée]ro|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|quarante|cinquante|soixante|et)"
SPOKEN = re.compile(
    rf"\bz[ée]ro[\s,-]+(?:un|deux|trois|quatre|cinq|six|sept|huit|neuf)(?:[\s,-]+{_FIGURE}){{4,}}\b",
    re.IGNORECASE,
)
PATTERNS = (MAIL, PHONE, SPOKEN)


def found_in(text: str) -> list[str]:
    """What looks like a way to reach somebody, as it is written."""
    return [match.group().strip() for pattern in PATTERNS for match in pattern.finditer(text)]


def without(text: str, *, instead: str) -> str:
    for pattern in PATTERNS:
        text = pattern.sub(instead, text)
    return text
