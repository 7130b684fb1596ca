"""How much one skill is worth when another is wanted, from the relations in our list of skills."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from marketplace.matching.definition import (
    BROADER,
    CLOSE,
    COMMONEST,
    LEVELS,
    NARROWER,
    RAREST,
    SAME,
    SIBLING,
)

LEVEL_NUMBERS = (1, 2, 3)
_LACK = np.array(LEVELS, np.int32)
MOST_ROWS = 1_000  # of credits that are kept


class SkillGraph:
    """A table of the wanted skill by the skill held, in thousandths, and the weight of each skill."""

    def __init__(
        self,
        broader: Mapping[int, int | None],
        close: Iterable[tuple[int, int]] = (),
        merged: Mapping[int, int] | None = None,
        rarity: Mapping[int, int] | None = None,
    ) -> None:
        """`broader` gives for each skill the one above it; `merged`, for each skill that was merged, the one that
        it became."""
        self.skills = sorted(broader)
        self._place = np.zeros(max(self.skills, default=0) + 2, np.int64)
        for place, skill in enumerate(self.skills, 1):  # 0 is a skill nobody knows
            self._place[skill] = place
        self._same = {skill: _end_of(skill, merged or {}) for skill in self.skills}
        self._alike: dict[int, list[int]] = {}
        for skill, end in self._same.items():
            self._alike.setdefault(end, []).append(int(self._place[skill]))
        self.table = np.zeros((len(self.skills) + 1,) * 2, np.int16)
        self._fill(broader, close)
        self._rows: dict[tuple[int, int], np.ndarray] = {}
        self._keys: dict[tuple[int, int, int, bool], list[int]] = {}
        self.weights = np.full(len(self.skills) + 1, RAREST, np.int64)
        for skill, weight in (rarity or {}).items():
            self.weights[self.places(skill)] = weight

    def _fill(self, broader: Mapping[int, int | None], close: Iterable[tuple[int, int]]) -> None:
        above = {skill: _above(skill, broader, self._same) for skill in self.skills}
        sisters: dict[int, list[int]] = {}
        for skill, uppers in above.items():
            for upper in uppers:
                self._note(upper, skill, NARROWER)
                self._note(skill, upper, BROADER)
            sisters.setdefault(uppers[0] if uppers else 0, []).append(skill)
        sisters.pop(0, None)  # those with nothing above are no sisters
        for group in sisters.values():
            for one in group:
                for other in group:
                    self._note(one, other, SIBLING)
        for one, other in close:
            self._note(one, other, CLOSE)
            self._note(other, one, CLOSE)
        for skill in self.skills:
            self._note(skill, skill, SAME)

    def _note(self, wanted: int, held: int, worth: int) -> None:
        """Write what a held skill is worth for a wanted one, unless a better relation is there already; the same
        for all skills merged into them."""
        rows, columns = (self._alike[self._same.get(skill, skill)] for skill in (wanted, held))
        for row in rows:
            for column in columns:
                self.table[row, column] = max(self.table[row, column], worth)

    def places(self, skills: ArrayLike) -> np.ndarray:
        """The indices of these skills in the table; 0 for unknown skills."""
        numbers = np.asarray(skills, np.int64)
        return self._place[np.where(numbers < len(self._place), numbers, -1)]

    def worth(self, wanted: int, held: int) -> int:
        return int(self.table[self._place[wanted], self._place[held]])

    def credits(
        self,
        wanted: ArrayLike,
        wanted_level: int | np.ndarray,
        held: ArrayLike,
        held_level: int | np.ndarray,
    ) -> np.ndarray:
        """The credit, from 0 to ONE, of the held skills and levels for the wanted ones. Any array shapes that
        broadcast."""
        lacking = np.clip(wanted_level - held_level, 0, len(LEVELS) - 1)
        return self.table[self.places(wanted), self.places(held)] * _LACK[lacking] // 100

    def row(self, wanted: int, level: int) -> np.ndarray:
        """The credits of all skills and levels that may be held for one wanted skill, indexed by `known_at`. Rows
        are cached, since they are asked for over and over."""
        if (wanted, level) not in self._rows:
            if len(self._rows) >= MOST_ROWS:
                self._rows.clear()
            held = np.array([0, *self.skills])[:, None]
            self._rows[wanted, level] = self.credits(wanted, level, held, np.arange(4)).ravel()
        return self._rows[wanted, level]

    def column(self, skills: np.ndarray, levels: np.ndarray) -> np.ndarray:
        """The best credit that these held skills give for each skill and level that may be wanted, indexed by
        `known_at`."""
        worth = self.table[:, None, self.places(skills)]
        lacking = np.clip(np.arange(4)[:, None] - levels, 0, len(LEVELS) - 1)
        return (worth * _LACK[lacking] // 100).max(axis=2, initial=0).ravel()

    def known_at(self, skills: ArrayLike, levels: int | np.ndarray) -> np.ndarray:
        """The index of a skill and level in a `row` or `column`; 0 for none."""
        return self.places(skills) * 4 + levels

    def rarity(self, skills: ArrayLike) -> np.ndarray:
        return self.weights[self.places(skills)]

    def answering(self, skill: int, level: int, least: int) -> list[int]:
        """The keys of the skills and levels that, when held, give this wanted skill at least this credit."""
        return self._known(skill, level, least, wanted=True)

    def answered_by(self, skill: int, level: int, least: int) -> list[int]:
        """The reverse of `answering`: the keys of the wanted skills for which this held skill gives at least this
        credit."""
        return self._known(skill, level, least, wanted=False)

    def _known(self, skill: int, level: int, least: int, *, wanted: bool) -> list[int]:
        asked = (skill, level, least, wanted)
        if asked not in self._keys:
            self._keys[asked] = self._found(*asked)
        return self._keys[asked]

    def _found(self, skill: int, level: int, least: int, wanted: bool) -> list[int]:
        place = self.places(skill)
        worth = (self.table[place] if wanted else self.table[:, place]).astype(np.int32)
        found = []
        for other in LEVEL_NUMBERS:
            lacking = max(0, level - other if wanted else other - level)
            near = np.flatnonzero(worth * LEVELS[lacking] // 100 >= least)
            found += [key_of(self.skills[place - 1], other) for place in near.tolist() if place]
        return sorted(found)


def key_of(skill: int, level: int) -> int:
    """A skill and a level in one number, under which the postings are listed."""
    return skill << 2 | level


def rarity_of(holders: int, offers: int) -> int:
    """The weight of a skill: 10 when everybody holds it, 40 when one in 256 or fewer do, in eight steps of halving."""
    if holders <= 0:
        return RAREST
    halvings = max(0, (offers // holders).bit_length() - 1)
    return min(RAREST, COMMONEST + 4 * halvings)


def _end_of(skill: int, merged: Mapping[int, int]) -> int:
    seen = {skill}
    while (target := merged.get(skill)) and target not in seen:
        seen.add(target)
        skill = target
    return skill


def _above(skill: int, broader: Mapping[int, int | None], same: Mapping[int, int]) -> list[int]:
    """The skills above this one, the nearest first; a ring in the data ends the list."""
    found: list[int] = []
    upper = broader.get(same[skill])
    while upper is not None and upper not in found and same.get(upper, upper) != same[skill]:
        found.append(upper)
        upper = broader.get(upper)
    return found
