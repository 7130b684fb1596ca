"""Finds in a text how somebody is called and reached, however it is written, and puts other words in its place: pure text."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

SHORTEST = 2  # letters of a first or last name
DIGITS = 9  # of a telephone, without what its country puts before
NEAR = r"[\s._'’\-]{1,3}"  # between a first name and a last name, also in a file's name
# What bears somebody's name and isn't them: « rue Jean Moulin ».
PLACES = [
    "rue",
    "avenue",
    "av",
    "boulevard",
    "bd",
    "place",
    "square",
    "allée",
    "allee",
    "impasse",
    "chemin",
    "quai",
    "pont",
    "parc",
    "stade",
    "gymnase",
    "salle",
    "espace",
    "centre",
    "maison",
    "résidence",
    "residence",
    "école",
    "ecole",
    "collège",
    "college",
    "lycée",
    "lycee",
    "université",
    "universite",
    "théâtre",
    "theatre",
    "médiathèque",
    "mediatheque",
    "bibliothèque",
    "bibliotheque",
    "hôpital",
    "hopital",
    "clinique",
    "station",
    "métro",
    "metro",
    "arrêt",
    "arret",
    "fondation",
    "prix",
    "institut",
    "cité",
    "cite",
    "hall",
]
_PLACE = rf"(?P<place>\b(?:{'|'.join(PLACES)})\s+(?:de\s+la\s+|de\s+|du\s+|d['’]\s?)?)?"
_VARIANTS = {
    "a": "aàáâãäå", "c": "cç", "e": "eéèêë", "i": "iíìîï", "n": "nñ", "o": "oóòôõö", "u": "uúùûü", "y": "yýÿ",
}  # fmt: skip
_PLAIN = {variant: plain for plain, some in _VARIANTS.items() for variant in some}


@dataclass(frozen=True)
class Called:
    """How somebody is called and reached. A name is their whole name: neither half alone is theirs only."""

    first: str = ""
    last: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    in_capitals: bool = False  # found only where both halves begin with one, as names do
    as_said: bool = False  # found too as the site says it to others: « Nora C. »

    @classmethod
    def of(cls, first: str, last: str, emails: Iterable[str], phones: Iterable[str]) -> "Called":
        called = sorted({one.strip().lower() for one in emails if "@" in one})
        numbers = {digits for one in phones if (digits := _digits(one))}
        return cls(first.strip(), last.strip(), tuple(called), tuple(sorted(numbers)))

    @property
    def has_name(self) -> bool:
        return min(len(self.first), len(self.last)) >= SHORTEST

    def by_mail(self) -> "Called":
        """By their addresses alone: anybody may bear the same name, or give another’s telephone for theirs."""
        return Called("", "", self.emails)

    @property
    def said(self) -> dict[str, Any]:
        """As a JSON column keeps it."""
        return {
            "first": self.first, "last": self.last,
            "emails": list(self.emails), "phones": list(self.phones),
        }  # fmt: skip

    @classmethod
    def read(cls, said: dict[str, Any]) -> "Called":
        return cls(said["first"], said["last"], tuple(said["emails"]), tuple(said["phones"]))

    def as_names_are(self) -> "Called":
        """Where common words may be somebody’s name: « Repeindre la salle » isn’t one."""
        return replace(self, in_capitals=True)

    def as_we_say(self) -> "Called":
        """In what the site has written: a first name and an initial are theirs there."""
        return replace(self, as_said=True)

    # --- found ---
    @cached_property
    def _pattern(self) -> "re.Pattern[str] | None":
        ways = [rf"(?<![\w.+\-]){_mail(one)}(?![\w\-])" for one in self.emails]
        ways += [_phone(one) for one in self.phones]
        if self.has_name:
            first, last = _letters(self.first), _letters(self.last)
            names = rf"(?:{first}{NEAR}{last}|{last}{NEAR}{first})"
            ways.append(rf"{_PLACE}(?<![^\W_]){names}(?![^\W_])")
            if self.as_said:
                ways.append(rf"(?<![^\W_]){first}[ \u00a0]{_letters(self.last[0])}\.")
        return re.compile("|".join(ways), re.IGNORECASE) if ways else None

    @property
    def rough(self) -> str:
        """A regular expression that both databases read alike and that finds at least the same texts; "" for nobody."""
        ways = [_roughly(one) for one in self.emails]
        ways += ["[^0-9]{0,3}".join(one) for one in self.phones]
        if self.has_name:
            first, last = _roughly(self.first), _roughly(self.last)
            ways += [f"{first}.{{1,3}}{last}", f"{last}.{{1,3}}{first}"]
            if self.as_said:
                ways.append(f"{first}.{_roughly(self.last[0])}[.]")
        return "|".join(ways)

    def put_away(self, text: str, word: str) -> str:
        """The text, with `word` wherever they are named."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: self._put(found, word), text)

    def _put(self, found: "re.Match[str]", word: str) -> str:
        said = found.group()
        if found.groupdict().get("place"):
            return said
        is_name = "@" not in said and not any(letter.isdigit() for letter in said)
        if self.in_capitals and is_name:
            halves = re.split(r"[\s._'’\-]+", said)
            if not (halves[0][:1].isupper() and halves[-1][:1].isupper()):
                return said
        return word

    def is_half(self, text: str) -> bool:
        """Whether the text is their first name or their last name, and nothing else."""
        said = text.strip().casefold()
        return bool(said) and said in {self.first.casefold(), self.last.casefold()}


def in_all(value: Any, change: Callable[[str], str]) -> Any:
    """What a JSON column holds, with each of its texts changed; its keys stay."""
    match value:
        case str():
            return change(value)
        case list():
            return [in_all(one, change) for one in value]
        case dict():
            return {key: in_all(one, change) for key, one in value.items()}
    return value


def in_sent(form: str, change: Callable[[str], str]) -> str:
    """A form as a browser sends it, or what an address asks, with each of its names and values changed."""
    pairs = parse_qsl(form, keep_blank_values=True)
    new = [(change(name), change(value)) for name, value in pairs]
    return urlencode(new) if new != pairs else form


def _letters(name: str) -> str:
    """The name as it is written, with or without its accents, its hyphens and its capitals."""
    said = []
    for letter in name.lower():
        plain = _PLAIN.get(letter, letter)
        if plain in _VARIANTS:
            said.append(f"[{_VARIANTS[plain]}]")
        elif letter.isalnum():
            said.append(re.escape(letter))
        else:
            said.append(r"[\s._'’\-]?")
    return "".join(said)


def _mail(address: str) -> str:
    return re.escape(address)


def _digits(phone: str) -> str:
    digits = "".join(letter for letter in phone if letter.isascii() and letter.isdigit())
    return digits[-DIGITS:] if len(digits) >= DIGITS else ""


def _phone(digits: str) -> str:
    said = r"[\s.\-/]{0,2}".join(digits)
    return rf"(?:(?:\+|\b00)\d{{1,3}}[\s.\-]{{0,2}}(?:\(0\)[\s.\-]?)?|(?<!\d)0[\s.\-]?|(?<!\d)){said}(?!\d)"


def _roughly(text: str) -> str:
    """Any letter for those that may bear an accent; what isn't a letter may be missing."""
    said = []
    for letter in text.lower():
        if letter in _PLAIN or not (letter.isascii() and letter.isalnum()):
            said.append("." if letter.isalnum() else ".?")
        else:
            said.append(letter)
    return "".join(said)
