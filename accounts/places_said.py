"""Finds the commune that a sentence names: « on n'arrive plus à tenir la compta, à Lens ». It only reads.

A commune is named by its postal code, by its name with a capital after a word of place, by its name in small letters
after « à », or by its name at the very end, after a comma.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from rapidfuzz.distance import OSA

from accounts import places, toponyms
from accounts.models import Commune
from accounts.models.places import CommuneKey

MOST_CUES, MOST_WORDS, MOST_ASKED = 12, 6, 12
TOWN = 1_500  # people: in small letters, only what is as large as that is taken for a name
CODE = re.compile(r"(?<!\d)(?:\d{5}|\d{2} \d{3})(?!\d)(?! ?(?:€|euros?\b|h\b|km\b))")
CUE = re.compile(
    r"(?P<near>\b(?:pr[eè]s|autour|proche|secteur|r[eé]gion|c[oô]t[eé]|alentours|environs|ville|commune|agglo\w*|m[eé]tropole|gare|mairie)"
    r" d(?:e |['’]))|(?P<from>\b(?:habit\w+|(?:suis|est|sommes|viens|venons|vient) d(?:e\b|['’]))\s?)"
    r"|(?P<at>\b(?:[aà]|sur|vers|in|near|at)\s)|(?P<au>\b(?:aux?)\s)|(?P<end>^|[,(;:–-]\s*)",
    re.IGNORECASE,
)
BETWEEN = re.compile(r"[ \-’'\u00a0]{1,2}")
WORD = re.compile(r"[^\W\d_]+|\d{1,2}(?!\d)")
DEPARTMENT = re.compile(r"\W{1,3}(\d{2}|2[ab]|9[78]\d)\b", re.IGNORECASE)
Kind = CommuneKey.Kind
# What may stand between a name and the end.
AROUND = re.compile(r"\s+et\s+(?:(?:ses|les)\s+)?(?:alentours|environs)\b", re.IGNORECASE)


class Way(NamedTuple):
    """Words that may be a name: their key, the département said after it, whether it is written with its capital."""

    words: str
    key: str
    department: str
    is_written: bool


ARTICLES = {"au": "le ", "aux": "les "}


class Said(NamedTuple):
    """The words that name a place, and the communes that they may mean: one, several of one name (the largest first), or
    none."""

    words: str = ""
    communes: list[Commune] = []  # never written to


def said_in(text: str) -> Said:
    for code in CODE.findall(text)[:1]:
        rows = _named({code.replace(" ", "")}, (Kind.CODE,))
        if rows:
            return Said(code, [key.commune for key in rows][:MOST_ASKED])
    ways = list(_ways(text))
    found: dict[str, list[CommuneKey]] = {}
    for key in _named({way.key for way in ways}, (Kind.NAME, Kind.FORMER_NAME)) if ways else ():
        found.setdefault(key.key, []).append(key)
    for way in ways:
        keys = _of(found.get(way.key, []), way.department)
        if keys and (way.is_written or _is_a_town(way, keys[0])):
            return Said(way.words, _meant(way, keys))
    return Said()


def _is_a_town(way: Way, first: CommuneKey) -> bool:
    """Whether what is written in small letters is a place: « à lire » is no former commune."""
    is_a_word = first.kind == Kind.FORMER_NAME and way.words.lower() in NO_TOWN
    return first.commune.population >= TOWN and not is_a_word


def _meant(way: Way, keys: list[CommuneKey]) -> list[Commune]:
    """Of a small one, or of a name that is no more, the larger ones too for which it stands in everyday speech."""
    communes = [key.commune for key in keys]
    once = keys[0].kind == Kind.FORMER_NAME
    is_told = communes[0].department_id == way.department  # « , 20 heures » says no département
    if not is_told and (once or communes[0].population < places.WELL_KNOWN):
        known = {one.pk for one in communes}
        communes += [one for one in places.meant(way.words) if one.pk not in known]
    return communes[:MOST_ASKED]


# The last word of a clause, after a word of place, or with its capital after a comma or before a day; and what stands there and
# is no town, though one is written nearly so.
AT_THE_END = re.compile(
    r"(?i:\b(?:[aà]|vers|in|near)\s+)([^\W\d_][\w’'-]{3,40})\s*(?=[,;.!?)]|$)"
    r"|(?:(?i:\b(?:[aà]|vers|in|near)\s+)|,\s*)([A-ZÀ-Ý][\w’'-]{3,40})(?=\s*$|\s+(?:le|les|du|en|pour)\s)"
)
NO_TOWN = {
    *(
        "deux",
        "trois",
        "quatre",
        "tous",
        "tout",
        "toutes",
        "tour",
        "tours",
        "cours",
        "jour",
        "jours",
    ),
    *(
        "temps",
        "part",
        "pied",
        "plusieurs",
        "distance",
        "domicile",
        "lire",
        "faire",
        "venir",
        "titre",
    ),
    *("partir", "nous", "vous", "eux", "main", "mains", "long", "court", "terme", "fond", "bord"),
    *("bout", "gens", "table", "terre", "moitié", "partager", "peine", "vendre", "tenir", "finir"),
}
CITY, SLIP = 20_000, 1  # people; letters


def misspelt_in(text: str) -> str:
    """The last word of a clause, where it is nearly the name of a town: « …, à lile ». It is to be asked."""
    *_before, word = ["", *(one or other for one, other in AT_THE_END.findall(text))]
    if not word or word.lower() in NO_TOWN:
        return ""
    typed = toponyms.compact(toponyms.normalise(word))
    near = (each for each in places.search(word) if each.population >= CITY)
    names = (toponyms.compact(each.search_name) for each in near)
    return word if any(OSA.distance(typed, name) == SLIP for name in names) else ""


def _named(keys: set[str], kinds: tuple[Kind, ...]) -> list[CommuneKey]:
    rows = CommuneKey.objects.filter(key__in=keys, kind__in=kinds)
    return list(rows.select_related("commune__department").order_by("kind", "-weight", "commune"))


def _of(keys: list[CommuneKey], department: str) -> list[CommuneKey]:
    return [key for key in keys if key.commune.department_id == department] or keys


def _ways(text: str) -> Iterator[Way]:
    """What may be a name, the surest first: its key, the département said after it, whether it has its capital."""
    sure: list[Way] = []
    unsure: list[Way] = []
    for cue in list(CUE.finditer(text))[-MOST_CUES:]:
        for name, rest in _stretches(text, cue.end()):
            words = ARTICLES.get(cue.group().strip().lower(), "") + name
            key = toponyms.compact(toponyms.normalise(words))
            said = DEPARTMENT.match(text, rest)
            is_written = name[0].isupper() and not _begins(text, cue.start())
            after = AROUND.match(text, rest)
            closes = said is not None and not text[said.end() :].lstrip()[:1].isalnum()
            is_alone = after or cue["end"] is None or closes or not text[rest:].strip(" .!?)")
            if len(key) > 1 and is_alone and (is_written or cue["at"] or cue["end"]):
                way = Way(words, key, said[1].upper() if said else "", is_written)
                (sure if is_written else unsure).append(way)
    yield from sure + unsure


def _begins(text: str, start: int) -> bool:
    """Whether the whole text is in capitals before that: they then say nothing."""
    return text[:start].isupper() and len(text[:start].strip()) > MOST_WORDS


def _stretches(text: str, start: int) -> Iterator[tuple[str, int]]:
    """The words from there on, six of them, then five, down to one; and where they end."""
    ends: list[int] = []
    at = start
    while len(ends) < MOST_WORDS and (word := WORD.match(text, at)):
        ends.append(word.end())
        at = word.end()
        between = BETWEEN.match(text, at)
        if between is None:
            break
        at = between.end()
    for end in reversed(ends):
        yield text[start:end], end
