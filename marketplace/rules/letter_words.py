"""The variables that a pôle may write into a letter to several, and what becomes of them."""

import re
import unicodedata
from collections.abc import Mapping

WHERE = re.compile(r"\{\s*([^{}\n]{1,40}?)\s*\}")
FIRST_NAME, STRUCTURE, NEED, OFFER = "prénom", "structure", "besoin", "offre"
POLE, ME = "pôle", "moi"  # as in the ready-made lines of conversations
VARIABLES = (FIRST_NAME, STRUCTURE, NEED, OFFER, POLE, ME)
NOTHING = "…"  # in the place of what somebody has no value for


def plain(name: str) -> str:
    """A name as it is compared: {Prenom} is {prénom}."""
    parts = unicodedata.normalize("NFD", name.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


_KNOWN = {plain(name): name for name in VARIABLES}


def unknown_in(text: str) -> list[str]:
    """The variables that nobody knows, as they were typed, once each."""
    found = [one for one in WHERE.findall(text) if plain(one) not in _KNOWN]
    return list(dict.fromkeys(found))


def used_in(*texts: str) -> list[str]:
    """The known variables in these texts, by their names, once each."""
    found = [_KNOWN.get(plain(one)) for text in texts for one in WHERE.findall(text)]
    return list(dict.fromkeys(name for name in found if name))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with the values in it. What a value holds is never read as a variable."""

    def value(match: re.Match[str]) -> str:
        name = _KNOWN.get(plain(match[1]))
        return match[0] if name is None else values.get(name) or NOTHING

    return WHERE.sub(value, text)
