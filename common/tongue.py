"""In which of the site’s languages a text is written, by its small words: nobody is asked."""

import re

from common.spoken import FIRST

LONGEST_READ = 400  # signs: a few sentences say it
_WORD = re.compile(r"[a-zà-ÿœ]+")
# What the other language doesn't write: “on”, “but”, “a”, “me” are words of both.
ENGLISH = """
the of and for with our your their his her is are was were we you they this that these those from at to be by need help
how would will should who what which it its into about have someone somebody
"""
FRENCH = """
le la les un une des du de et pour avec nos notre votre vos leur leurs est sont nous vous ils elle elles ce cet cette ces
qui que dans sur par au aux en d l qu n s à où ou ne pas son sa ses je j mes mon ma il se y
"""
_ENGLISH, _FRENCH = frozenset(ENGLISH.split()), frozenset(FRENCH.split())


def reads_as(text: str) -> str:
    """The tag of the language that a text reads as; "" where its words don't say it."""
    words = _WORD.findall(text[:LONGEST_READ].lower())
    english, french = (sum(one in known for one in words) for known in (_ENGLISH, _FRENCH))
    return "" if english == french else "en" if english > french else FIRST


def language_of(text: str) -> str:
    """The same of what people write here: French, in which first texts are written, unless it reads as English."""
    return reads_as(text) or FIRST
