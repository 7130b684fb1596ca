"""The reasons that the site itself gives, stored as a code with its values, and told to
each reader in their language.

Old rows hold the sentence in the language of that day: it is recognised, and
translated too. What somebody wrote stays as they wrote it.
"""

import json
import re
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import override

from common.dates import period, spoken

DAY = re.compile(r"\d{4}-\d\d-\d\d")
LEAST_SAID = 8  # letters of its own, without which a sentence could be anybody's


class Coded(str):
    """A reason as it is stored. One of its values may be another reason, which is told with it."""

    __slots__ = ()


def coded(name: str, **values: object) -> Coded:
    """A reason that the site gives: the name of one of its `Words`, with values."""
    return Coded(json.dumps([name, {key: _kept(value) for key, value in values.items()}]))


def as_typed(words: str) -> str:
    """What is stored of a reason: words that somebody typed are never taken for a code. (Its escapes would hide an
    address from the form that keeps addresses back, and the site would speak in their place.)"""
    return f" {words}" if words.startswith("[") and not isinstance(words, Coded) else words


def _kept(value: object) -> Any:
    return json.loads(value) if isinstance(value, Coded) else str(value)


class Words(dict[str, str | Promise]):
    """The sentence for each code."""

    def told(self, reason: str) -> str:
        """The reason in the active language."""
        if not reason.startswith("["):
            return self._recognised(reason)
        try:
            return self._said(json.loads(reason))
        except (ValueError, KeyError, TypeError, AttributeError):
            return reason  # somebody wrote it so

    def _said(self, code: Any) -> str:
        name, values = code
        said = {key: self._value(value) for key, value in values.items()}
        return str(self[name] % (said | as_period(values)))

    def _value(self, value: Any) -> str | int:
        """A stored value as the sentence needs it: an int for a number (the plural depends on it), words for a
        date."""
        if isinstance(value, list):
            return self._said(value)
        if DAY.fullmatch(value):
            return spoken(date.fromisoformat(value))
        return int(value) if value.isascii() and value.isdigit() else value

    def _recognised(self, reason: str) -> str:
        """The translation of a stored sentence, or of its first sentence when somebody's own words follow."""
        if (known := self._known(reason)) is not None:
            return known
        first, end, own = reason.partition(". ")
        known = self._known(f"{first}.") if end else None
        return reason if known is None else f"{known} {own}"

    def _known(self, reason: str) -> str | None:
        for name, pattern in self._patterns:
            if found := pattern.fullmatch(reason):
                named = {key: self._known(text) or text for key, text in found.groupdict().items()}
                return self._said([name, named])
        return None

    @cached_property
    def _patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        """For each sentence, patterns that recognise it in each language, singular and plural, whatever its values."""
        found = []
        for language, _name in settings.LANGUAGES:
            with override(language):
                for number in (1, 2):
                    shown = ((name, str(words % Blanks(number))) for name, words in self.items())
                    found += [(name, as_pattern(text)) for name, text in shown if says_enough(text)]
        return found


def as_period(values: dict[str, Any]) -> dict[str, str]:
    """A first and a last day, as a sentence says the two of them: `when`."""
    days = [values.get(name) for name in ("start", "end")]
    if not all(isinstance(day, str) and DAY.fullmatch(day) for day in days):
        return {}
    start, end = (date.fromisoformat(str(day)) for day in days)
    return {"when": period(start, end)}


class Blanks(dict[str, int]):
    """Values for a sentence that show where each of them is."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def __missing__(self, key: str) -> int:
        return Blank(self.number, key)


class Blank(int):
    """A value that chooses the plural as a number does, and is written as its name between two marks."""

    name: str

    def __new__(cls, number: int, name: str) -> "Blank":
        blank = super().__new__(cls, number)
        blank.name = name
        return blank

    def __str__(self) -> str:
        return f"\0{self.name}\0"


def says_enough(text: str) -> bool:
    if "\0" not in text:
        return True
    own = re.sub(r"\0\w+\0", "", text)
    return sum(sign.isalpha() for sign in own) >= LEAST_SAID


def as_pattern(text: str) -> re.Pattern[str]:
    parts = re.split(r"\0(\w+)\0", text)
    return re.compile(
        "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
    )
