"""How well the skills of each pair fit: the wanted ones of a need against the held ones of an offer."""

from functools import cached_property
from typing import Self

import numpy as np

from marketplace.matching.columns import Needs, Offers
from marketplace.matching.definition import A_LEVEL_AWAY, ENOUGH, REQUIRED, WELCOME
from marketplace.matching.skill_graph import SkillGraph

type Column = np.ndarray
type Grid = np.ndarray  # wanted skills one under the other, pairs (or needs) side by side


class Wanted:
    """The wanted skills of some needs: a column for each need, a row for each of its skills. Columns that are
    shorter than others end in skill 0, which nobody holds and which weighs nothing."""

    def __init__(self, packed: Grid, weights: Grid) -> None:
        self.packed, self.weights = packed, weights

    @classmethod
    def of(cls, needs: Needs, skill_graph: SkillGraph) -> Self:
        weighed = skill_graph.rarity(needs.skill) * np.where(needs.required, REQUIRED, WELCOME)
        if len(needs) == 1:
            return cls(needs.packed[:, None], weighed[:, None])
        lengths = np.diff(needs.starts)
        there = np.arange(lengths.max(initial=0)) < lengths[:, None]
        packed = np.zeros(there.shape, np.int32)
        packed[there] = needs.packed
        weights = np.zeros_like(packed)
        weights[there] = weighed
        return cls(np.ascontiguousarray(packed.T), np.ascontiguousarray(weights.T))

    def take(self, which: Column) -> Self:
        return type(self)(self.packed.take(which, axis=1), self.weights.take(which, axis=1))

    @property
    def skill(self) -> Grid:
        return self.packed >> 3

    @property
    def level(self) -> Grid:
        return self.packed & 3

    @property
    def key(self) -> Grid:
        return self.skill << 2 | self.level

    @cached_property
    def required(self) -> Grid:
        return (self.packed & 4) > 0

    @cached_property
    def counting(self) -> Grid:
        """Marks the required skills; all of them in needs whose skills are all only welcome."""
        return self.required | (~self.required.any(axis=0) & (self.packed > 0))


class SkillSums:
    """The sums over the wanted skills of each pair, from which the score and the conditions are computed."""

    def __init__(self, wanted: Wanted, credits: Grid) -> None:
        """`credits` says what the best held skill is worth for each wanted one, from 0 to ONE."""
        self.wanted, self.credits = wanted, credits

    def take(self, rows: Column) -> Self:
        alone = self.wanted.packed.shape[1] == 1
        return type(self)(
            self.wanted if alone else self.wanted.take(rows), self.credits.take(rows, axis=1)
        )

    @cached_property
    def mean(self) -> Column:
        weights = self.wanted.weights
        total = np.add.reduce(weights * self.credits, axis=0)
        return (total // np.maximum(np.add.reduce(weights, axis=0), 1)).astype(np.int32)

    @cached_property
    def best(self) -> Column:
        return self.credits.max(axis=0, initial=0)

    @cached_property
    def near(self) -> Column:
        """The best credit of a required skill; of any skill when all are only welcome."""
        return (self.credits * self.wanted.counting).max(axis=0, initial=0)

    @cached_property
    def met(self) -> Column:
        """How many of the wanted skills reach ENOUGH."""
        return np.add.reduce(self.credits >= ENOUGH, axis=0, dtype=np.int32)

    @cached_property
    def lacking(self) -> Column:
        """The sum of what the required skills lack to reach ENOUGH."""
        short = np.maximum(ENOUGH - self.credits, 0) * self.wanted.required
        return np.add.reduce(short, axis=0)

    @cached_property
    def unmet(self) -> Column:
        """Whether a required skill is below ENOUGH."""
        return self.short.any(axis=0)

    @cached_property
    def missing(self) -> Column:
        """How many of the required skills are below ENOUGH."""
        return np.add.reduce(self.short, axis=0, dtype=np.int32)

    @cached_property
    def almost(self) -> Column:
        """Whether some wanted skill is met, or a single required skill lacks a single level."""
        a_level = (np.isin(self.credits, A_LEVEL_AWAY) & self.short).any(axis=0)
        return (self.met > 0) | ((self.missing == 1) & a_level)

    @cached_property
    def short(self) -> Grid:
        """Marks the required skills that are below ENOUGH."""
        return (self.credits < ENOUGH) & self.wanted.required


def skill_sums(needs: Needs, offers: Offers, skill_graph: SkillGraph) -> SkillSums:
    """The sums for one need against offers, or needs against one offer."""
    wanted = Wanted.of(needs, skill_graph)
    if len(needs) == 1:
        return SkillSums(wanted, best_credits(needs, offers, skill_graph))
    worth = skill_graph.column(offers.skill, offers.level)
    return SkillSums(wanted, worth[skill_graph.known_at(wanted.skill, wanted.level)])


def best_credits(needs: Needs, offers: Offers, skill_graph: SkillGraph) -> Grid:
    """A table of the wanted skills of one need by the offers: the best credit that each offer's skills give."""
    if not len(offers) or not len(needs.skill):
        return np.zeros((len(needs.skill), len(offers)), np.int32)
    wanted = zip(needs.skill.tolist(), needs.level.tolist(), strict=True)
    worth = np.stack([skill_graph.row(*pair) for pair in wanted])
    # One that nobody holds at the end, for the last offers to begin at when they hold nothing.
    held = np.append(skill_graph.known_at(offers.skill, offers.level), 0)
    best = np.maximum.reduceat(worth.take(held, axis=1), offers.starts[:-1], axis=1)
    return best * (offers.rows["skills"] > 0)
