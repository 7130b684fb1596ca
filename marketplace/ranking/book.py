"""What every calculation shares: how skills are related, how rare they are, which bit is which cause."""

from dataclasses import dataclass

from marketplace.matching.kinship import Kinship
from marketplace.models import Cause, Skill


@dataclass(frozen=True)
class Book:
    kinship: Kinship
    bits: dict[int, int]
    """The bit of each cause."""


def load() -> Book:
    skills = list(Skill.objects.values_list("pk", "broader", "merged_into"))
    close = Skill.close.through.objects.values_list("from_skill", "to_skill")
    kinship = Kinship(
        broader={skill: broader for skill, broader, _merged in skills},
        close=close,
        merged={skill: merged for skill, _broader, merged in skills if merged},
    )
    causes = Cause.objects.order_by("pk").values_list("pk", flat=True)[:62]
    return Book(kinship, {cause: 1 << place for place, cause in enumerate(causes)})
