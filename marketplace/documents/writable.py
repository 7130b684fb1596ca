"""What the typesetter's own letters can write. It refuses a paper in which a single sign can't be shown: a smiley in a
title would leave a mission without its papers."""

import re
import unicodedata
from functools import lru_cache
from typing import Any

# From the first to the last letter that the typesetter's fonts know, in base 16; test_writable.py tries them all, and in
# any order. Left out on purpose: controls, what turns the direction of what comes after it, and marks that stand upon
# another letter, which it may look for in another font.
KNOWN = """
20-7e a0-2ff 370-377 37a-37f 384-38a 38c 38e-3a1 3a3-482 48a-4ff 531-556 559-58a 5d0-5ea 606-60c 61b-61b 61f 621-63a
641-64a 660-66d 679-67b 67e 686 698 6a9 6af 6be 6cc 6f0-6f9 10d0-10ff 1d00-1dbf 1e00-1f15 1f18-1f1d 1f20-1f45 1f48-1f4d
1f50-1f57 1f59 1f5b 1f5d 1f5f-1f7d 1f80-1fb4 1fb6-1fc4 1fc6-1fd3 1fd6-1fdb 1fdd-1fef 1ff2-1ff4 1ff6-1ffe 2000-200b
2010-2027 202f-2040 2044-2052 2070-2071 2074-208e 2090-209c 20a0-20bf 2100-211e 2120 2122 2124 2126-2151 2153-2184
2190-22ff 2460-24ff 2500-2603 2610-2612 2639-263a 2660-2667 2713-2714 2717-2718 2756 2776-277f 27a4 2b1b-2b1c fb00-fb06
"""
MISSING = "\N{WHITE SQUARE}"
LONGEST, PIECE = (
    28,
    12,
)  # letters of a word that no line breaks, and of the pieces it is broken into
BREAK = "\N{ZERO WIDTH SPACE}"


def _class() -> str:
    ranges = [one.split("-") for one in KNOWN.split()]
    return "".join(f"{chr(int(first[0], 16))}-{chr(int(first[-1], 16))}" for first in ranges)


_UNKNOWN = re.compile(f"[^\n\t{_class()}]")
_LONG = re.compile(rf"[^\s{BREAK}]{{{LONGEST + 1},}}")


def writable(text: str) -> str:
    """The text as our letters write it: a letter with a foreign mark becomes the letter, one of an alphabet that we lack a
    square, and a smiley goes."""
    return _UNKNOWN.sub(_instead, unicodedata.normalize("NFC", text))


def _instead(found: re.Match) -> str:
    return _nearest(found[0])


@lru_cache(maxsize=4_000)
def _nearest(letter: str) -> str:
    if letter in "\r\x0b\x0c\x85\u2028\u2029":
        return "\n"
    plain = unicodedata.normalize("NFKD", letter)[0]
    if not _UNKNOWN.match(plain):
        return plain
    return MISSING if unicodedata.category(letter)[0] in "LN" else ""


def breakable(text: str) -> str:
    """The text with places in its longest words where a line may end: an address on the web would run off the page."""
    return _LONG.sub(lambda found: _in_pieces(found[0]), text)


def _in_pieces(word: str) -> str:
    return BREAK.join(word[start : start + PIECE] for start in range(0, len(word), PIECE))


def everywhere(data: Any) -> Any:
    """Plain data in which each text can be written."""
    if isinstance(data, str):
        return writable(data)
    if isinstance(data, dict):
        return {key: everywhere(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [everywhere(value) for value in data]
    return data
