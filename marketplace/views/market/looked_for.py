"""What people look for in a list that anybody reads: the catalogue of needs, the directory."""

from dataclasses import dataclass
from typing import Self

from accounts import places
from accounts.models import Commune
from marketplace import words

MOST_NEAR = 3  # communes of one name


@dataclass(frozen=True)
class LookedFor:
    """What a search means: the skills that it names, or else the communes that it names in full."""

    text: str
    skills: list[str]
    near: list[Commune]

    @classmethod
    def of(cls, text: str) -> Self:
        if not text:  # the indexes of words are read for those who search
            return cls("", [], [])
        found = words.suggest(text, top=4, least=words.LIKELY, varied=False)
        near = [] if found else places.meant(text)[:MOST_NEAR]
        return cls(text, [s.code for s in found], near)
