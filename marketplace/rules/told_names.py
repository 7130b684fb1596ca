"""The two names of somebody, out of what was written down of them while they talked. Pure functions."""

import re

from marketplace.rules.people_lists import is_a_name, parted

TITLE = re.compile(r"(m\.|mr|mme|mlle|dr|me|madame|monsieur|docteur|maître)(\s+|$)", re.IGNORECASE)
PARTICLES = {"le", "la", "les", "de", "du", "des", "el", "ben", "van", "von"}
LONGEST = 80


def names_of(told: str) -> tuple[str, str]:
    """The first and the last name: of « Mme Petit », « Aline PETIT ». One word alone is the last name after a title, and the
    first one otherwise; nothing of what isn't a name."""
    said = told.strip()
    bare = TITLE.sub("", said, count=1) if TITLE.match(said) else said
    if not bare or not bare[0].isupper():
        return "", ""
    first, last = parted(bare, last_first=False)
    if first.lower() in PARTICLES:  # « M. Le Goff »
        first, last = "", bare
    elif not first and bare == said:
        first, last = last, ""
    names = [words.title() if words.isupper() and len(words) > 2 else words for words in (first, last)]  # fmt: skip
    if any(words and (len(words) > LONGEST or not is_a_name(words)) for words in names):
        return "", ""
    return names[0], names[1]
