"""The full calculation of a pair, laid out to be read: each part of the score, its weight, and how the parts are
joined."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from marketplace.matching.definition import ONE, PARTS
from marketplace.matching.match import Match
from marketplace.matching.reasons import PART_MEANINGS, PART_NAMES


@dataclass(frozen=True)
class Line:
    """One part of the score: its value out of a hundred and its weight, for each side."""

    name: Any
    meaning: Any
    need_value: int
    need_weight: int
    offer_value: int
    offer_weight: int


@dataclass(frozen=True)
class Held:
    """One wanted skill, and the best skill that the other side holds for it."""

    name: str
    level: str
    required: bool
    held: str
    held_level: str
    worth: int
    is_met: bool


@dataclass(frozen=True)
class Calculation:
    lines: list[Line]
    skills: list[Held]
    need_side: int
    offer_side: int
    joined: int
    score: int

    @property
    def held_back(self) -> int:
        """How much the penalty for having been shown much takes off the score."""
        return self.joined - self.score


def hundredth(value: int) -> int:
    return round(100 * value / ONE)


def calculation_of(match: Match) -> Calculation:
    facts, weights = match.facts, match.weights
    a, b = facts.sides["need"], facts.sides["offer"]
    return Calculation(
        lines=[
            Line(
                PART_NAMES[part],
                PART_MEANINGS[part],
                hundredth(facts.parts["need"][part]),
                weights["need"][part],
                hundredth(facts.parts["offer"][part]),
                weights["offer"][part],
            )
            for part in PARTS
        ],
        skills=list(_skills(match)),
        need_side=hundredth(a),
        offer_side=hundredth(b),
        joined=hundredth(2 * a * b // max(a + b, 1)),
        score=hundredth(facts.score),
    )


def _skills(match: Match) -> Iterable[Held]:
    names = match.speech
    for want in match.facts.wants:
        yield Held(
            name=names.skill(want.skill),
            level=names.level(want.level),
            required=want.required,
            held=names.skill(want.held) if want.held else "",
            held_level=names.level(want.held_level) if want.held else "",
            worth=hundredth(want.credit),
            is_met=want.is_met,
        )
