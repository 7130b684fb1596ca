"""Who speaks in a text: a paper that several sign is written in the third person, and in French."""

import re

# “Notre-Dame” is a place, and nobody who speaks.
FIRST_PERSON = re.compile(
    r"(?<![\w’'-])(?:[jm][’'](?=\w)|(?:je|moi|mon|ma|mes|miens?|miennes?|nous|notre|nos|nôtres?)(?!\w|-Dame))",
    re.IGNORECASE,
)
QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”")


def first_person(text: str) -> str:
    """The first word that says “I” or “we”, as it is written; empty when none does. Quoted words are
    somebody else's."""
    found = FIRST_PERSON.search(QUOTED.sub(" ", text))
    return found.group() if found else ""
