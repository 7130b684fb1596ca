"""Finds in a text how somebody is called and reached, however it is written, and puts other words in its place: pure text."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
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


class Half(StrEnum):
    """Less than a name, which is somebody's only among few people."""

    TITLED = "Mme Le Goff"
    INITIAL = "N. Le Goff"
    FIRST = "Noé L."
    PART = "Aline Quesnoy"  # of « Aline Delattre-Quesnoy »
    INITIALS = "N. L."


TITLES = r"(?:M\.?|Mr\.?|MM\.|Mme|Mlle|Monsieur|Madame|Mademoiselle|Me|Maître|Dr|Docteur)"
CAPITAL = r"(?![a-zß-öø-ÿœ])"
# Two letters that are more often something else.
ABBREVIATED = frozenset(["AG", "AP", "BD", "BP", "CA", "CC", "CD", "CE", "CP", "CR", "CT", "CV", "DG", "DJ", "DR", "EU", "FB", "HT", "IA", "JO", "NB", "ND", "OK", "PC", "PJ", "PS", "PV", "QG", "RH", "RV", "SA", "SG", "SC", "TD", "TP", "TV", "UE", "US", "VF", "VO"])  # fmt: skip
# Of a name in several parts, those that are nobody's.
PARTICLES = frozenset(
    [
        "de",
        "du",
        "des",
        "le",
        "la",
        "les",
        "van",
        "von",
        "der",
        "den",
        "di",
        "da",
        "dos",
        "el",
        "al",
        "ben",
        "bel",
        "ait",
        "saint",
    ]
)
SHORTEST_PART = 3


@dataclass(frozen=True)
class Called:
    """How somebody is called and reached. A name is their whole name: neither half alone is theirs only."""

    first: str = ""
    last: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    in_capitals: bool = False  # found only where both halves begin with one, as names do
    as_said: bool = False  # found too as the site says it to others: « Nora C. »
    halves: frozenset[Half] = frozenset()  # by which halves of the name they are found too

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

    def as_near(self, others: Iterable[tuple[str, str]]) -> "Called":
        """Where what is said is about few people, these others (first name, last name) besides them: by each half of their name
        that none of them bears too."""
        if not self.has_name:
            return self
        first, parts = _plain(self.first), set(map(_plain, [self.last, *_parts(self.last)]))
        halves = set(Half)
        for other, last in {(_plain(one), _plain(last)) for one, last in others}:
            is_kin = bool(parts & {last, *map(_plain, _parts(last))})
            is_begun = first[:1] in {other[:1], "m"}  # « M. » is Monsieur too
            ends_so = last[:1] == _plain(self.last)[:1]
            halves -= {Half.TITLED} if is_kin else set()
            halves -= {Half.INITIAL} if is_kin and is_begun else set()
            halves -= {Half.PART} if is_kin and other == first else set()
            halves -= {Half.FIRST} if ends_so and other == first else set()
            halves -= {Half.INITIALS} if ends_so and is_begun else set()
        return replace(self, halves=frozenset(halves))

    # --- found ---
    @cached_property
    def _by_halves(self) -> "re.Pattern[str] | None":
        """With their capitals, as names are written: « petit » is no « Petit »."""
        if not (self.halves and self.has_name):
            return None
        first, last = _named(self.first), _named(self.last)
        lasts = "|".join([last, *map(_named, _parts(self.last))])
        initial = _initials(self.first)
        ways = {
            Half.TITLED: rf"{TITLES}[ \u00a0](?:{first}[ \u00a0])?(?:{lasts})",
            Half.INITIAL: rf"(?:{initial}[ \u00a0]?(?:{lasts})|{last}[ \u00a0]{initial})",
            Half.FIRST: rf"{first}[ \u00a0]{_capital(self.last[0])}\.",
            Half.PART: "|".join(rf"{first}[ \u00a0]{_named(one)}" for one in _parts(self.last)),
            Half.INITIALS: rf"(?<![.]){initial}[ \u00a0]?{_capital(self.last[0])}\.(?![ \u00a0]?[A-Z]\.)",
        }  # fmt: skip
        if _plain(self.first[0] + self.last[0]).upper() in ABBREVIATED:
            del ways[Half.INITIALS]
        found = "|".join(way for half, way in ways.items() if half in self.halves and way)
        return re.compile(rf"(?<![^\W_])(?<!-)(?:{found})(?![^\W_])(?!-[^\W_])") if found else None

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
            if self.as_said or self.halves:
                ways.append(f"{first}.{_roughly(self.last[0])}[.]")
            if self.halves:
                ways += self._rough_halves
        return "|".join(ways)

    @property
    def _rough_halves(self) -> list[str]:
        first, last = _roughly(self.first), _roughly(self.last)
        initial = f"{_roughly(self.first[0])}[.]"
        parts = [_roughly(one) for one in _parts(self.last)]
        lasts = "|".join([last, *parts])
        return [
            f"(?:mm?|mr|mme|mlle|monsieur|madame|mademoiselle|me|ma.tre|dr|docteur)[.]?[^a-z](?:{lasts})",
            f"{initial}.{{0,8}}(?:{lasts})",
            f"{last}.{initial}",
            f"{initial}.{{0,8}}{_roughly(self.last[0])}[.]",
            *(f"{first}.{one}" for one in parts),
        ]

    def put_away(self, text: str, word: str) -> str:
        """The text, with `word` wherever they are named."""
        if self._pattern is None:
            return text
        text = self._pattern.sub(lambda found: self._put(found, word), text)
        return self._by_halves.sub(word, text) if self._by_halves else text

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


def _plain(name: str) -> str:
    """In small letters without accents."""
    return "".join(_PLAIN.get(letter, letter) for letter in name.strip().lower())


def _parts(name: str) -> list[str]:
    """Of a last name in several, those that may stand for it."""
    parts = [one for one in re.split(r"[\s'’\-]+", name) if len(one) >= SHORTEST_PART]
    kept = [one for one in parts if one.lower() not in PARTICLES]
    return kept if len(parts) > 1 or kept != [name] else []


def _named(name: str) -> str:
    """The name as it is written with its capital."""
    return rf"{CAPITAL}(?i:{_letters(name)})"


def _initials(name: str) -> str:
    """« N. », « J.-P. », « J.P. » or « J. »: those of a first name in several."""
    letters = [_capital(one[0]) for one in re.split(r"[\s\-]+", name) if one]
    return rf"{letters[0]}\." + "".join(rf"(?:[ \-]?{one}\.)?" for one in letters[1:])


def _capital(letter: str) -> str:
    """With or without its accent: « É. » is written « E. » too."""
    plain = _PLAIN.get(letter.lower(), letter.lower())
    return f"[{_VARIANTS[plain].upper()}]" if plain in _VARIANTS else re.escape(letter.upper())


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
