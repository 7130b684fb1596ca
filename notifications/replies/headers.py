"""The headers of an incoming mail, cut before anything reads them, so that no pattern
meets an endless line.

They are read with the older `compat32` rules, on purpose: the newer ones raise on
some headers that real mail programs write.
"""

import re
from email import errors
from email.header import Header, decode_header
from email.policy import Compat32

LONGEST = 8_000  # characters of one header; a mail server's verdict has some hundreds
LONGEST_NAME = 200
LONGEST_WORDS = 1_000  # of those that are decoded: a subject, the name of a file
INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b\u2028\u2029]")
# Python's own notations, which no mail is written in; some take the square of what they are given.
NO_CHARSETS = {"idna", "punycode", "raw_unicode_escape", "unicode_escape", "undefined"}


class Rules(Compat32):
    """Cuts each header at LONGEST characters; `is_cut` tells those who must not rely on a header that was cut."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name[:LONGEST_NAME], value[:LONGEST]


def is_cut(value: str) -> bool:
    return len(value) >= LONGEST


def words_of(header: str | Header | None) -> str:
    """The words of a header, decoded as well as can be; their first LONGEST_WORDS characters."""
    if header is None:
        return ""
    said = str(header)[:LONGEST_WORDS]
    try:
        pieces = decode_header(said)
    except (errors.HeaderParseError, ValueError):
        return said
    words = [
        piece if isinstance(piece, str) else decoded(piece, charset or "utf-8")
        for piece, charset in pieces
    ]
    return INVISIBLE.sub("", " ".join("".join(words).split()))


def decoded(raw: bytes, charset: str) -> str:
    """The text in the charset named, or the likeliest other one; never raises."""
    for candidate in (charset, "utf-8", "cp1252"):
        if candidate.lower().replace("-", "_") in NO_CHARSETS:
            continue
        try:
            return raw.decode(candidate)
        except (LookupError, UnicodeError, ValueError):
            continue
    return raw.decode("latin-1")
