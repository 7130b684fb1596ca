"""Finds contact details in a text, addresses and telephone numbers, even when they are disguised. Patterns only, no
database."""

import re
from collections.abc import Iterator

# Ａ０ and their like are letters and figures too, only wider; ٠۰ and theirs are the figures of texts in Arabic, Dari or Pashto.
_FIGURES_FROM = (0x0660, 0x06F0)
_LIKE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3002: "."}
_LIKE |= {zero + figure: str(figure) for zero in _FIGURES_FROM for figure in range(10)}
# Signs without a width; some of them belong to Persian letters and to the direction of a text, and stay in it.
_UNSEEN = frozenset(
    [*map(chr, range(0x200B, 0x2010)), *map(chr, range(0x202A, 0x202F))]
    + [*map(chr, range(0x2060, 0x2070)), "\u00ad", "\u061c", "\ufeff"]
)
_AROBASE = r"arr?obas(?:e|que)?"
# What one puts round a word so that no program reads it: (at), [arobase], 'point', _at_, -at- between spaces.
_OPEN, _SHUT = r"\s{0,9}[\(\[{<'\"«]\s{0,9}", r"\s{0,9}[\)\]}>'\"»]\s{0,9}"
_APART = r"(?:_{1,5}|\s{1,9}[-*_]{1,5}\s{0,9}|\s{0,9}[-*_]{1,5}\s{1,9})"
_AT = (
    rf"(?:\s?@\s?|{_OPEN}(?:a|at|@|{_AROBASE}|chez){_SHUT}"
    rf"|{_APART}(?:at|{_AROBASE}){_APART}|\s{{1,9}}{_AROBASE}\s{{1,9}})"
)
_DOT = (
    rf"(?:\s?\.\s?|{_OPEN}(?:dot|point|\.){_SHUT}"
    rf"|{_APART}(?:dot|point){_APART}|\s{{1,9}}(?:point|dot)\s{{1,9}})"
)
_KNOWN = r"(?:fr|com|org|net|eu|io|info|coop|asso|re|be|ch|uk|de|lu|ca|bzh|corsica|paris|alsace)"
_ENDING = rf"(?:{_KNOWN}|[a-z]{{2,}})"
# "chez" alone is too French a word, and a name needs no ending, before the great mail houses only.
_HOUSES = r"(?:g\s?mail|hotmail|outlook|live|yahoo|orange|wanadoo|free|sfr|laposte|protonmail|proton|icloud)"
# Begins where a word does, and a label ends where its letters do: each is tried once, in a text of any length.
_NAME = r"(?<![\w.+-])[\w.+-]"
_LABEL = r"[^\W_]++(?:-++[^\W_]++)*+"
MAIL = re.compile(
    rf"{_NAME}+?{_AT}{_LABEL}(?:{_DOT}{_LABEL}){{0,4}}?{_DOT}{_ENDING}\b"
    rf"|{_NAME}+?(?:\s{{1,9}}chez\s{{1,9}}|{_AT}){_HOUSES}(?:{_DOT}(?:fr|com|net|me|org))?\b"
    # "at" alone is English: only with its "dot" and a well-known ending
    rf"|{_NAME}++\s{{1,9}}at\s{{1,9}}{_LABEL}\s{{1,9}}dot\s{{1,9}}{_KNOWN}\b"
    # n o e @ e x e m p l e . f r
    r"|(?:\b\w ){2,64}@(?: [\w.-]\b| \.){4,64}",
    re.IGNORECASE,
)
# A number stands alone: not the tail of a SIRET, of an account or of an association's W number.
_ALONE = r"(?<!\w)(?<!\d[ .\-\u00a0\u202f])"
_ENDS = r"(?![ .\-\u00a0\u202f]?\d)"
_GAP = r"[ .\-_/|*·\u00a0\u202f]"
_ZERO = r"[0oO]"  # a capital o looks like one
PHONE = re.compile(
    # +33 6 12 34 56 78, 0033 (0)6…
    rf"(?<!\w)(?:\+|00){_GAP}?33{_GAP}?(?:\(0\))?{_GAP}?[1-9](?:{_GAP}{{0,2}}\d){{8}}{_ENDS}"
    # any other country, with a plus; ours without
    rf"|(?<!\w)\+[1-9](?:[ .\-()\u00a0\u202f]{{0,2}}\d){{9,13}}{_ENDS}"
    rf"|{_ALONE}33{_GAP}?[1-9](?:{_GAP}?\d\d){{4}}{_ENDS}"
    # 0612345678; 06 12 34 56 78 and its dots, dashes, slashes, mixed too; 0 6 1 2 3 4 5 6 7 8; 06 1234 5678
    rf"|{_ALONE}{_ZERO}[1-9]\d{{8}}{_ENDS}"
    rf"|{_ALONE}\(?{_ZERO}[1-9]\)?(?:{_GAP}{{1,3}}\d\d){{4}}{_ENDS}"
    rf"|{_ALONE}0(?:{_GAP}\d){{9}}{_ENDS}"
    rf"|{_ALONE}0[1-9](?:[ \u00a0\u202f]?\d){{8}}{_ENDS}"
)
_FIGURE = r"(?:z[ée]ro|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|quarante|cinquante|soixante)"
_NEXT = r"[\s,.-]{1,3}"
# In words, or words and figures in turn; the days of a month ("les 02, 09, 16, 23 et 30") hold no such word.
SPOKEN = re.compile(
    rf"\b(?:z[ée]ro|0[1-9]?)\b(?=(?:{_NEXT}\d\d?\b){{0,4}}{_NEXT}{_FIGURE}\b)"
    rf"(?:{_NEXT}(?:{_FIGURE}|\d\d?|un|et)\b){{5,}}"
    rf"|\b0[1-9](?=(?:{_NEXT}\d\d){{0,3}}{_NEXT}{_FIGURE}\b)(?:{_NEXT}(?:{_FIGURE}|\d\d|un|et)\b){{4,}}",
    re.IGNORECASE,
)
PATTERNS = (MAIL, PHONE, SPOKEN)


def found_in(text: str) -> list[str]:
    """The contact details in a text, as they are written there."""
    return [text[begin:end].strip() for pattern in PATTERNS for begin, end in _spans(pattern, text)]


def without(text: str, *, instead: str) -> str:
    for pattern in PATTERNS:
        kept, after = [], 0
        for begin, end in _spans(pattern, text):
            kept += [text[after:begin], instead]
            after = end
        text = "".join([*kept, text[after:]])
    return text


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Where the pattern is found, as if each sign were a plain one and those without a width weren't there."""
    seen = [at for at, sign in enumerate(text) if sign not in _UNSEEN]
    plain = "".join(text[at] for at in seen).translate(_LIKE)
    for match in pattern.finditer(plain):
        yield seen[match.start()], seen[match.end() - 1] + 1
