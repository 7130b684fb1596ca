"""Words as people mean them: small letters without accents, and the root that the plural and the feminine share."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import snowballstemmer

# Words that would share their root with others of another meaning (« données » and « dons », « loyer » and
# « loi »): the root of its own that each line begins with.
OWN_ROOTS = {
    word: line.split()[0]
    for line in (Path(__file__).parent / "own_roots.txt").read_text(encoding="utf-8").splitlines()
    for word in line.split()
}

_GENDER = (
    ("euse", "eur"), ("trice", "teur"), ("ere", "er"), ("ienne", "ien"), ("onne", "on"),
    ("elle", "el"), ("ette", "et"), ("ive", "if"), ("ee", "e"), ("esse", "e"), ("enne", "en"),
    ("ane", "an"), ("ine", "in"), ("ante", "ant"), ("ente", "ent"), ("ate", "at"), ("ale", "al"),
    ("use", "ur"),
)  # fmt: skip


_ACCENTS = re.compile("[\u0300-\u036f]")  # the marks of Latin letters; others take longer


def fold(text: str) -> str:
    """The text in small letters without accents: `Élève` and `eleve` are one word."""
    text = text.lower().replace("œ", "oe").replace("æ", "ae")
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text)
    plain = _ACCENTS.sub("", apart)
    if plain.isascii():
        return plain.lower()
    return "".join(c for c in apart if not unicodedata.combining(c)).lower()


_snowball = snowballstemmer.stemmer("french")


@lru_cache(maxsize=60_000)
def root_of(word: str) -> str:
    """The root of a folded word: one for the feminine, the masculine and the plural."""
    if len(word) <= 3 or word in OWN_ROOTS:
        return OWN_ROOTS.get(word, word)
    if word.endswith("eaux"):
        word = word[:-1]
    elif word.endswith("aux") and len(word) > 5:
        word = word[:-3] + "al"
    elif word[-1] in "sx" and word[-2] not in "su":
        word = word[:-1]
    if word.endswith("effe"):
        word = word[:-2]
    for feminine, masculine in _GENDER:
        if word.endswith(feminine) and len(word) >= len(feminine) + 3:
            word = word[: -len(feminine)] + masculine
            break
    return _snowball.stemWord(word) if len(word) > 3 else word
