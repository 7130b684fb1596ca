"""Writes the names of places in one way, however people write them: pure text, no database."""

import re
import unicodedata
from functools import lru_cache

LONGEST = 100  # no name of a place is longer: the rest of a pasted page is not read
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})
SHORT_FORMS = {
    "st": "saint",
    "ste": "sainte",
    "sts": "saints",
    "stes": "saintes",
    "arrt": "arrondissement",
    "ardt": "arrondissement",
    "arr": "arrondissement",
}
CITIES = frozenset(("paris", "lyon", "marseille"))  # those that have arrondissements
LINKS = frozenset(
    re.findall(r"\w+", "a au aux d de des du en et l la le les lez lieu los ls s sous sur un une")
)
ORDINAL = re.compile(r"^0*(\d{1,2})(?:er|ere|e|eme|ieme|nd|nde|d)$")
ROMANS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"
ROMAN = {roman: str(number) for number, roman in enumerate(ROMANS.split(), 1)}
ROMAN_ORDINAL = re.compile(r"^([ivx]+)(?:er|e|eme|ieme)?$")


def plain(text: str) -> str:
    """Small letters a to z and digits, with one space between words."""
    text = text[:LONGEST].lower().translate(LIGATURES)
    text = re.sub(r"\bs/s\b", "sous", text)
    text = re.sub(r"\bs/", "sur ", text)
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def normalise(text: str) -> str:
    """`plain`, with "St" written in full and "12ème" as "12"."""
    words = plain(text).split()
    return " ".join(map(_spelled_out, words, ["", *words]))


def _spelled_out(word: str, before: str) -> str:
    if word in SHORT_FORMS and (
        before or SHORT_FORMS[word] != "arrondissement"
    ):  # "Arr" begins Arras
        return SHORT_FORMS[word]
    if ordinal := ORDINAL.match(word):
        return ordinal[1]
    if before not in CITIES:  # the Vie is also a river, as in Saint-Gilles-Croix-de-Vie
        return word
    if roman := ROMAN_ORDINAL.match(word):
        return ROMAN.get(roman[1], word)
    return word.lstrip("0") or word


def compact(normalised: str) -> str:
    """The text without spaces, so that "Villeneuve d'Ascq" and "villeneuvedascq" are the same."""
    return normalised.replace(" ", "")


def endings(normalised: str) -> list[str]:
    """The name from each later word that means something: "ascq" for Villeneuve-d'Ascq."""
    words = normalised.split()
    starts = [
        index
        for index, word in enumerate(words)
        if index and word not in LINKS and (len(word) > 1 or word.isdigit())
    ]
    return ["".join(words[index:]) for index in starts]


# What is heard alike is written alike; read from top to bottom.
SOUNDS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"sch|sh", "ch"),
        (r"ph", "f"),
        (r"ch", "8"),
        (r"h", ""),
        (r"(.)\1+", r"\1"),
        (r"eaux|eau|aux|auds?|aults?|au", "o"),
        (r"y", "i"),
        (r"(?:ai|ei|a|e|i)[nm](?=[^aeiou]|$)", "n"),
        (r"o[nm](?=[^aeiou]|$)", "on"),
        (r"aie|ai|ei|oe|eu|er$|ez$|et$|ee$", "E"),  # heard, when a last e is not
        (r"qu|q|ck|k", "k"),
        (r"c(?=[ei])", "s"),
        (r"c", "k"),
        (r"gu(?=[ei])", "g"),
        (r"g(?=[ei])", "j"),
        (r"w", "v"),
        (r"[sxz]", "s"),
        (r"[stdpe]+$", ""),
        (r"E", "e"),
        (r"(.)\1+", r"\1"),
    )
]


def sound(normalised: str) -> str:
    """A rough French pronunciation: the same for "Roubais" and "Roubaix"."""
    return "".join(map(_word_sound, normalised.split()))


@lru_cache(maxsize=4096)
def _word_sound(word: str) -> str:
    if word.isdigit():
        return word
    heard = word
    for pattern, replacement in SOUNDS:
        heard = pattern.sub(replacement, heard)
    return heard or word
