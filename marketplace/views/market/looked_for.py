"""What people look for in a list that anybody reads: the catalogue of needs, the directory."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Self

from django.db.models import QuerySet

from accounts import places
from accounts.models import Commune
from marketplace import words
from marketplace.models import Skill

MOST_NEAR = 3  # communes of one name
SURE = (
    0.4  # how likely a skill must be for what stands below it or close to it to be looked for too
)


@dataclass(frozen=True)
class LookedFor:
    """What a search means: the skills that it names, or else the communes that it names in full."""

    text: str
    skills: list[str]
    near: list[Commune]
    sure: list[str] = field(default_factory=list)
    """Of the skills, those that it surely names."""
    below: list[str] = field(default_factory=list)
    """Skills that it doesn't name and means too."""
    close: list[str] = field(default_factory=list)
    """Skills that are looked for because nobody wants those that it means."""

    @classmethod
    def of(cls, text: str) -> Self:
        if not text:  # the indexes of words are read for those who search
            return cls("", [], [])
        found = words.suggest(text, top=4, least=words.LIKELY, varied=False)
        near = [] if found else places.meant(text)[:MOST_NEAR]
        return cls(text, [s.code for s in found], near, [s.code for s in found if s.score >= SURE])

    def with_what_is_below(self) -> Self:
        """With the skills below those that it surely names, or of the family that it names: a lawyer reviews contracts
        and bylaws too, and « informatique » is all that has to do with it."""
        family = words.family_named(self.text)
        found = Skill.objects.current().below(self.sure, family)
        return replace(self, below=_codes(found, but=self.sure))

    def with_what_is_close(self) -> Self:
        """With the skills that are close to those, by the relations of the list."""
        found = Skill.objects.current().filter(close__code__in=self.meant)
        return replace(self, close=_codes(found, but=self.all_skills))

    @property
    def meant(self) -> list[str]:
        return [*self.sure, *self.below]

    @property
    def all_skills(self) -> list[str]:
        return [*self.skills, *self.below, *self.close]


def _codes(skills: QuerySet[Skill], *, but: Iterable[str]) -> list[str]:
    return sorted(set(skills.values_list("code", flat=True)).difference(but))
