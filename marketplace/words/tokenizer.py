"""Turns what people type into the words they mean: tokens that know where they were in
the text.

Everything else in this package works on `Token.stem`, and points back by `start` and
`end`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from common.roots import fold, root_of


def listed(name: str) -> frozenset[str]:
    return frozenset((Path(__file__).parent / name).read_text(encoding="utf-8").split())


LONGEST = 12_000  # characters read; beyond, a text repeats itself and the reader waits

STOP = listed("function_words.txt")

# Words of the request itself: true of every need, so they tell nothing of the skill.
HOLLOW = listed("hollow_words.txt")

# The platform's own words: skills of ours speak of them, the State's lists of trades don't.
OURS = frozenset({"benevole", "benevoles", "benevolat", "mecenat"})

# What is written short, said long. On both sides, so that either finds the other.
SHORT = {
    "asso": "association", "assos": "associations", "dev": "developpeur", "devs": "developpeur",
    "resp": "responsable", "ing": "ingenieur", "inge": "ingenieur", "tech": "technicien",
    "dir": "directeur", "assist": "assistant", "asst": "assistant", "admin": "administratif",
    "info": "informatique", "compta": "comptabilite", "com": "communication", "doc": "document",
    "docs": "document", "orga": "organisation", "appart": "appartement", "pro": "professionnel",
    "secr": "secretaire", "prof": "professeur", "elec": "electricien", "infos": "information",
    "cdp": "chef", "mgr": "manager", "eng": "engineer", "coord": "coordinateur",
    "prez": "presentation", "visio": "visioconference", "resto": "restaurant",
    "sub": "subvention", "subs": "subvention", "treso": "tresorerie", "cotis": "cotisation",
    "presta": "prestation", "prestas": "prestation", "stat": "statistique", "stats": "statistique",
    "certif": "certification", "recrut": "recrutement", "nego": "negociation", "reu": "reunion",
}  # fmt: skip

_ENDINGS = (
    "euses euse trices trice rices rice ieres iere eres ere iennes ienne ennes enne onnes onne "
    "elles elle ales ale aux ives ive antes ante ees ee fes fe nes ne ses se tes te les le "
    "es e s x"
).replace(" ", "|")
_MARKS = "\u0300-\u036f"
_WORD = re.compile(
    rf"(?P<elided>\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quelqu)(?=['’ʼ]\w))"
    rf"|(?P<word>c\+\+|c#|[^\W_][^\W_{_MARKS}]*(?:[{_MARKS}]+[^\W_]*)*)"
    rf"(?P<inclusive>(?:[·•⋅‧∙.](?:{_ENDINGS})\b)+|(?:[-/](?:{_ENDINGS})\b)(?:[-·](?:s|es))?\b"
    rf"|\((?:-|\.)?(?:{_ENDINGS})\)(?:s\b)?)?"
    rf"|(?P<stop>[.!?;:\n\r•]+|,|\(|\)| [-–—] )",
    re.IGNORECASE,
)
# « trouver des sous » is money; « sous la pluie », « des sous-titres » aren't.
_MONEY = re.compile(
    r"(?<=\b(?:des|les|nos)\s)sous\b(?![-\s]+(?:titr|sol|trait|vêt|la|le|les)|[-‐])"
    r"|(?<=\bde\s)sous\b(?!-|\s+\w)",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|</?[a-z][^<>]{0,400}>", re.I | re.S)
_ENTITY = re.compile(r"&(?:nbsp|amp|lt|gt|quot|#\d{1,6});")


@dataclass(frozen=True, slots=True)
class Token:
    """One word that counts, where it is in the text, and the clause in which it is."""

    word: str
    stem: str
    start: int
    end: int
    clause: int
    place: int


def _blank(found: re.Match) -> str:
    return " " * len(found.group())


def clean(text: str) -> str:
    """The text with blanks in the place of all that isn't words, so that offsets still hold."""
    text = text[:LONGEST].replace("\x00", " ")
    if "<" in text:
        text = _TAG.sub(_blank, text)
    return _ENTITY.sub(_blank, text) if "&" in text else text


def tokens(text: str) -> list[Token]:
    """The words of a text, without function words, in clauses."""
    found: list[Token] = []
    clause = place = 0
    shouted, cleaned = text.isupper(), clean(text)
    money = {sous.start() for sous in _MONEY.finditer(cleaned)}
    for match in _WORD.finditer(cleaned):
        if match["stop"]:
            clause += 1
            place += 1
            continue
        place += 1
        if match["elided"]:
            continue
        word = "argent" if match.start() in money else fold(match["word"])
        if word in STOP and not is_initials(match["word"], shouted):
            continue
        word = SHORT.get(word, word)
        if word:
            found.append(Token(word, root_of(word), match.start(), match.end(), clause, place))
    return found


def shortened(known: Mapping[str, str]) -> dict[str, str]:
    """The short ways to say known words, with the roots of these: they are mistyped too (« conta »)."""
    return {short: known[long] for short, long in SHORT.items() if long in known}


def words(text: str) -> list[tuple[str, int, int]]:
    """Every word of a text, folded, function words too, with its start and end."""
    return [
        (fold(match["word"]), match.start(), match.end())
        for match in _WORD.finditer(clean(text))
        if match["word"]
    ]


def is_initials(word: str, shouted: bool) -> bool:
    """Whether a word is initials: « SI » in « chef de projet SI » isn't « si », unless the whole text is in
    capitals."""
    return 1 < len(word) <= 3 and word.isupper() and not shouted


def stems(text: str) -> list[str]:
    """The roots of a short phrase, in order, each once."""
    return list(dict.fromkeys(token.stem for token in tokens(text)))


def grams(root: str) -> list[str]:
    """Pieces of 3 to 5 letters, with the borders of the word: they match where roots don't."""
    bordered = f"<{root}>"
    return [bordered[i : i + n] for n in (3, 4, 5) for i in range(len(bordered) - n + 1)]
