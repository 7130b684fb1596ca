"""The languages that people speak and write here: their names, how browsers call them, and what people type for them."""

import re
from collections.abc import Iterator
from contextvars import ContextVar
from functools import cache
from typing import NamedTuple

from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.roots import fold


class Spoken(models.IntegerChoices):
    """The languages, one bit each. Columns and cards hold 31 of them: a bit is never used again for another language."""

    FRENCH = 1, _("French")
    ENGLISH = 2, _("English")
    ARABIC = 4, _("Arabic")
    SPANISH = 8, _("Spanish")
    PORTUGUESE = 16, _("Portuguese")
    GERMAN = 32, _("German")
    UKRAINIAN = 64, _("Ukrainian")
    SIGNS = 128, _("French sign language")
    BRETON = 1 << 8, _("Breton")
    BASQUE = 1 << 9, _("Basque")
    OCCITAN = 1 << 10, _("Occitan")
    CORSICAN = 1 << 11, _("Corsican")
    CATALAN = 1 << 12, _("Catalan")
    ALSATIAN = 1 << 13, _("Alsatian")
    FLEMISH = 1 << 14, _("Flemish")
    PICARD = 1 << 15, _("Picard")
    CREOLES = 1 << 16, _("Creole (West Indies, French Guiana, Réunion…)")
    ITALIAN = 1 << 17, _("Italian")
    POLISH = 1 << 18, _("Polish")
    ROMANIAN = 1 << 19, _("Romanian")
    TURKISH = 1 << 20, _("Turkish")
    DARI = 1 << 21, _("Dari")
    PASHTO = 1 << 22, _("Pashto")


ALL = sum(Spoken)
# As a form shows them: the first ones at once, the others folded, by group.
COMMON = (Spoken.FRENCH, Spoken.ENGLISH, Spoken.ARABIC, Spoken.SPANISH, Spoken.SIGNS)
REGIONAL = (
    *(Spoken.ALSATIAN, Spoken.BASQUE, Spoken.BRETON, Spoken.CATALAN, Spoken.CORSICAN),
    *(Spoken.CREOLES, Spoken.FLEMISH, Spoken.OCCITAN, Spoken.PICARD),
)
FROM_ELSEWHERE = tuple(one for one in Spoken if one not in COMMON and one not in REGIONAL)


class Tongue(NamedTuple):
    """How a browser calls a language (BCP 47), and what people type for it, folded, one a word or several; of creoles and
    the like, what may stand before or after is said too."""

    tag: str
    typed: tuple[str, ...]


FIRST = "fr"  # in which every text is written first, and signed
TONGUES = {
    Spoken.FRENCH: Tongue(FIRST, ("francais", "french", "fr")),
    Spoken.ENGLISH: Tongue("en", ("anglais", "english", "en")),
    Spoken.ARABIC: Tongue("ar", ("arabe", "arabic", "arabe dialectal", "darija", "ar")),
    Spoken.SPANISH: Tongue("es", ("espagnol", "castillan", "spanish", "espanol", "es")),
    Spoken.PORTUGUESE: Tongue("pt", ("portugais", "bresilien", "portuguese", "portugues", "pt")),
    Spoken.GERMAN: Tongue("de", ("allemand", "german", "deutsch", "de")),
    Spoken.UKRAINIAN: Tongue("uk", ("ukrainien", "ukrainian", "uk")),
    Spoken.SIGNS: Tongue(
        "fsl",
        (
            *("lsf", "langue des signes", "langue des signes francaise", "langue de signes"),
            *("french sign language", "sign language", "signes", "fsl"),
        ),
    ),
    Spoken.BRETON: Tongue("br", ("breton", "brezhoneg", "br")),
    Spoken.BASQUE: Tongue("eu", ("basque", "euskara", "euskera", "eu")),
    Spoken.OCCITAN: Tongue(
        "oc",
        (
            *(
                "occitan",
                "gascon",
                "languedocien",
                "provencal",
                "bearnais",
                "limousin",
                "auvergnat",
            ),
            *("vivaro-alpin", "nissart", "lenga d'oc", "langue d'oc", "oc"),
        ),
    ),
    Spoken.CORSICAN: Tongue("co", ("corse", "corsu", "corsican", "co")),
    Spoken.CATALAN: Tongue("ca", ("catalan", "catala", "ca")),
    Spoken.ALSATIAN: Tongue(
        "gsw", ("alsacien", "elsassisch", "alsatian", "alemanique", "dialecte alsacien", "gsw")
    ),
    Spoken.FLEMISH: Tongue(
        "vls",
        ("flamand", "flamand occidental", "flamand de france", "flemish", "west flemish", "vls"),
    ),
    Spoken.PICARD: Tongue("pcd", ("picard", "ch'ti", "chti", "chtimi", "ch'timi", "rouchi", "pcd")),
    Spoken.CREOLES: Tongue(
        "cpf",
        (
            *(
                "creole",
                "un creole",
                "creoles",
                "creole reunionnais",
                "creole martiniquais",
                "a creole",
            ),
            *("creole guadeloupeen", "creole guyanais", "creole haitien", "creole mauricien"),
            *("creole antillais", "haitien", "kreyol", "kreol", "kreol renyone", "cpf"),
        ),
    ),
    Spoken.ITALIAN: Tongue("it", ("italien", "italian", "italiano", "it")),
    Spoken.POLISH: Tongue("pl", ("polonais", "polish", "polski", "pl")),
    Spoken.ROMANIAN: Tongue("ro", ("roumain", "moldave", "romanian", "romana", "ro")),
    Spoken.TURKISH: Tongue("tr", ("turc", "turkish", "turkce", "tr")),
    Spoken.DARI: Tongue("prs", ("dari", "persan afghan", "farsi dari", "prs")),
    Spoken.PASHTO: Tongue("ps", ("pachto", "pachtou", "pachtoune", "pashto", "pashtu", "ps")),
}
BY_TAG = {tongue.tag: spoken for spoken, tongue in TONGUES.items()}
# In which a text may be written a second time: signs aren't written.
WRITTEN = tuple(one for one in Spoken if one not in {Spoken.FRENCH, Spoken.SIGNS})
RIGHT_TO_LEFT = {"ar", "prs", "ps"}
ASKED_FOR = [(TONGUES[one].tag, one.label) for one in Spoken if one != Spoken.FRENCH]  # of a filter
LONGEST_TAG = 8
TAGS = [(TONGUES[one].tag, one.label) for one in WRITTEN]
# The language in which whoever reads this page would rather read what is written twice; "": that of the page.
_rather: ContextVar[str] = ContextVar("rather", default="")
_BETWEEN = re.compile(r"[,;/+&|\n·]|\s[-–—]\s|(?<=\w)\.(?=\s|$)|\b(?:et|ou|and|or|puis)\b")
_AROUND = re.compile(r"^(?:(?:en|le|la|du|de la|langues?|parlee?s?|in)\s?[:\s]\s?|[ld]')+")
_BESIDE = re.compile(r"\([^()]{0,60}\)")  # (courant), (Antilles, Guyane, La Réunion…)
_LEVEL = re.compile(
    rf"{_BESIDE.pattern}|\b(?:courant|couramment|bilingue|notions?|natif|native|[abc][12])\b"
)


def spoken_in(mask: int) -> list[Spoken]:
    return [language for language in Spoken if mask & language]


def names_of(mask: int) -> str:
    return ", ".join(str(language.label) for language in spoken_in(mask))


def words_for(mask: int) -> str:
    """What one types to find those who speak these languages, without French, which all speak."""
    others = spoken_in(mask & ~Spoken.FRENCH)
    return " ".join(word for one in others for word in TONGUES[one].typed if len(word) > 2)


def name_of_tag(tag: str) -> str:
    return str(BY_TAG[tag].label) if tag in BY_TAG else ""


def say_rather(tag: str) -> None:
    """What is written twice is read in this language first, until something else is said: a page begins and ends by it."""
    _rather.set(tag)


def read_first() -> str:
    """The language in which whoever reads now would read a text that is written in it."""
    return _rather.get() or (get_language() or FIRST)[:2]


def said_in(tag: str) -> SafeString:
    """The attributes of an element whose text is in this language; none where the page is in it."""
    if not tag or tag == (get_language() or FIRST)[:2]:
        return SafeString()
    if tag in RIGHT_TO_LEFT:
        return format_html(' lang="{}" dir="rtl"', tag)
    return format_html(' lang="{}"', tag)


def language_called(text: str) -> Spoken | None:
    """The language that somebody has typed; None where it isn't one that is spoken here."""
    said = " ".join(_LEVEL.sub(" ", fold(text).replace("’", "'")).split()).strip(" .-")
    alone = _AROUND.sub("", said).strip(" .-")
    return _typed().get(said) or _typed().get(alone) or _typed().get(alone.replace(".", ""))


def languages_in(text: str) -> tuple[int, list[str]]:
    """The languages that a cell or a search names, one after the other, and what isn't the name of any."""
    mask, unknown = 0, []
    for part in _parts(text):
        if (found := language_called(part)) is None:
            unknown.append(part)
        else:
            mask |= found
    return mask, unknown


def _parts(text: str) -> Iterator[str]:
    said = fold(text).replace("’", "'")
    for part in _BETWEEN.split(_BESIDE.sub(" ", said)):
        if part := part.strip():
            yield part
    for beside in _BESIDE.findall(said):  # (arabe, anglais); a level or a place is none
        yield from (one.strip() for one in _BETWEEN.split(beside[1:-1]) if language_called(one))


@cache
def _typed() -> dict[str, Spoken]:
    return {word: spoken for spoken, tongue in TONGUES.items() for word in tongue.typed}
