"""Finds the first person in a text: a paper that several people sign is written in the third person, and in French."""

import re

# “Notre-Dame” is a place, and nobody who speaks.
FIRST_PERSON = re.compile(
    r"(?<![\w’'-])(?:[jm][’'](?=\w)|(?:je|moi|mon|ma|mes|miens?|miennes?|nous|notre|nos|nôtres?)(?!\w|-Dame))",
    re.IGNORECASE,
)
QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”")


def first_person(text: str) -> str:
    """The first word that says “I” or “we”, as it is written; "" when there is none. Quoted words are somebody
    else's, and aren't read."""
    found = FIRST_PERSON.search(QUOTED.sub(" ", text))
    return found.group() if found else ""
