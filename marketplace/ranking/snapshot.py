"""What all calculations share: how skills are related and how rare, the bit of each cause, the weights of each
pôle, and the words. Each process reads it once, until its version changes."""

from collections import namedtuple
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import get_language

from common import prepared
from marketplace.matching.definition import COMMONEST, FORMATS, WEIGHTS
from marketplace.matching.skill_graph import SkillGraph
from marketplace.matching.speech import Names
from marketplace.models import Cause, Format, Level, Skill
from marketplace.models.market.matching import CauseBit, MatchWeights, SkillRarity
from marketplace.models.market.skills import LexiconVersion
from marketplace.ranking import bulk

MATCHING = "matching"  # this version moves when weights, rarity or causes do
VERSIONS = LexiconVersion._meta.db_table
SKILLS = Skill._meta.db_table
MOST_CAUSES = 62


class Label(namedtuple("Label", ["fr", "en"])):
    """A name in both languages, which turns into text in the reader's."""

    __slots__ = ()

    def __str__(self) -> str:
        return (self.en if (get_language() or "").startswith("en") else "") or self.fr


@dataclass(frozen=True)
class Snapshot:
    version: tuple[int, ...]
    skill_graph: SkillGraph
    names: Names
    holders: dict[int, int]
    """How many live offers hold each skill, by the last snapshot: the order of the search."""
    weights: dict[int, dict[str, dict[str, int]]]
    made: dict[bytes, list] = field(default_factory=dict, compare=False, repr=False)
    """What was made with it and may be asked for again, by all else that it follows from."""

    def weights_of(self, pole: int) -> dict[str, dict[str, int]]:
        return self.weights.get(pole, WEIGHTS)


_kept: Snapshot | None = None


# Asked before each answer, so written by hand: building a queryset takes ten times as long.
VERSION = (
    f"SELECT number, CASE key WHEN '{MATCHING}' THEN -3 ELSE -2 END AS turn FROM {VERSIONS}"
    f" WHERE key IN ('{MATCHING}', '{LexiconVersion.SKILLS}')"
    f" UNION ALL SELECT COALESCE(MAX(id), 0), -1 FROM {SKILLS}"
)


def read(version: tuple[int, ...] | None = None) -> Snapshot:
    """The snapshot that this process holds if its version is the database's (which is asked for unless given);
    otherwise a new one. What is read inside a transaction isn't kept, since it may be rolled back."""
    global _kept
    if version is None:
        version = tuple(number for number, _turn in bulk.fetch(f"{VERSION} ORDER BY turn", {}))
    if _kept is not None and _kept.version == version:
        return _kept
    found = _load(version)
    if not connection.in_atomic_block:
        _kept = found
    return found


def _load(version: tuple[int, ...]) -> Snapshot:
    skills = list(Skill.objects.values_list("pk", "broader", "merged_into", "label_fr", "label_en"))
    rarity = {row.skill_id: row for row in SkillRarity.objects.all()}
    skill_graph = SkillGraph(
        broader={skill: broader for skill, broader, *_rest in skills},
        close=Skill.close.through.objects.values_list("from_skill", "to_skill"),
        merged={skill: merged for skill, _broader, merged, *_rest in skills if merged},
        rarity={
            skill: rarity[skill].weight if skill in rarity else COMMONEST
            for skill, *_rest in skills
        },
    )
    names = Names(
        skills={skill: Label(fr, en) for skill, _broader, _merged, fr, en in skills},
        causes={
            1 << bit: Label(fr, en)
            for bit, fr, en in CauseBit.objects.values_list(
                "bit", "cause__label_fr", "cause__label_en"
            )
        },
        levels={level.value: level.label for level in Level},
        formats=[Format(name).label for name in FORMATS],
    )
    holders = {skill: row.holders for skill, row in rarity.items()}
    weights = {row.pole_id: row.as_table() for row in MatchWeights.objects.all()}
    return Snapshot(version, skill_graph, names, holders, weights)


def bits(*, give: bool = False) -> dict[int, int]:
    """For each cause, a mask with its bit. With `give`, a new cause is given a bit; only whoever writes the index
    does so."""
    found = dict(prepared.rows(_bits))
    lacking = [cause for cause, bit in found.items() if bit is None] if give else []
    free = [bit for bit in range(MOST_CAUSES) if bit not in found.values()]
    for cause, bit in zip(lacking, free, strict=False):
        row, _created = CauseBit.objects.get_or_create(cause_id=cause, defaults={"bit": bit})
        found[cause] = row.bit
        LexiconVersion.move(MATCHING)
    return {cause: 1 << bit for cause, bit in found.items() if bit is not None}


def _bits() -> QuerySet[Cause, tuple[int, int | None]]:
    """Prepared (common/prepared.py): each card that is made asks it."""
    return Cause.objects.order_by("pk").values_list("pk", "bit_row__bit")
