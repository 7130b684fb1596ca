"""What the skills of each pair come to: the wanted ones of a need against the held ones of an offer."""

from functools import cached_property

import numpy as np

from marketplace.matching.columns import Needs, Offers
from marketplace.matching.definition import ENOUGH, REQUIRED, WELCOME
from marketplace.matching.kinship import Kinship

type Column = np.ndarray


class SkillSums:
    """What the skills of each pair come to."""

    def __init__(self, wants: "OneNeed | ManyNeeds", credits: np.ndarray):
        self.wants, self.credits = wants, credits

    @cached_property
    def mean(self) -> Column:
        wants = self.wants
        total = wants.sum(wants.weights * self.credits)
        return (total // np.maximum(wants.sum(wants.weights), 1)).astype(np.int32)

    @cached_property
    def best(self) -> Column:
        return self.wants.most(self.credits)

    @cached_property
    def near(self) -> Column:
        """The best credit of a required skill; of any, when all are only welcome."""
        return self.wants.most(self.credits * self.wants.counting)

    @cached_property
    def met(self) -> Column:
        """How many of the wanted ones reach ENOUGH."""
        return self.wants.sum((self.credits >= ENOUGH).astype(np.int32))

    @cached_property
    def lacking(self) -> Column:
        """How far the required ones are below ENOUGH, in all."""
        return self.wants.sum(np.maximum(ENOUGH - self.credits, 0) * self.wants.required)

    @cached_property
    def unmet(self) -> Column:
        """Whether a required one is below ENOUGH."""
        return self.wants.most((self.credits < ENOUGH) & self.wants.required)

    @cached_property
    def missing(self) -> Column:
        """How many of the required ones are below ENOUGH."""
        return self.wants.sum((self.credits < ENOUGH) & self.wants.required)


def skill_sums(
    needs: Needs, offers: Offers, kinship: Kinship, credits: np.ndarray | None = None
) -> SkillSums:
    if len(needs) == 1:
        if credits is None:
            credits = best_credits(needs, offers, kinship)
        return SkillSums(OneNeed(needs, kinship), credits)
    return SkillSums(
        ManyNeeds(needs, kinship), credit_table(needs, offers, kinship).max(axis=1, initial=0)
    )


def credit_table(needs: Needs, offers: Offers, kinship: Kinship) -> np.ndarray:
    """Each wanted skill (rows) against each held one (columns)."""
    return kinship.credits(
        needs.skill[:, None], needs.level[:, None], offers.skill[None, :], offers.level[None, :]
    )


class OneNeed:
    """The wanted skills of one need, one under the other; offers stand beside each other."""

    def __init__(self, needs: Needs, kinship: Kinship):
        self.required = needs.required[:, None]
        self.weights = _weights(needs, kinship)[:, None]
        self.counting = self.required if needs.required.any() else np.ones_like(self.required)

    def sum(self, values: np.ndarray) -> Column:
        return sum(values, np.zeros(values.shape[1], np.int32))

    def most(self, values: np.ndarray) -> Column:
        return values.max(axis=0, initial=0)


class ManyNeeds:
    """The wanted skills of many needs end to end; the offer is alone."""

    def __init__(self, needs: Needs, kinship: Kinship):
        self.starts = needs.starts
        self.required = needs.required
        self.weights = _weights(needs, kinship)
        welcome = np.repeat(self.sum(needs.required) == 0, np.diff(needs.starts))
        self.counting = self.required | welcome

    def sum(self, values: np.ndarray) -> Column:
        return self._reduced(np.add, values.astype(np.int64))

    def most(self, values: np.ndarray) -> Column:
        return self._reduced(np.maximum, values)

    def _reduced(self, operation, values: Column) -> Column:
        if len(self.starts) < 2:
            return values[:0]
        nothing = values.dtype.type(0)
        found = operation.reduceat(np.append(values, nothing), self.starts[:-1])
        return np.where(np.diff(self.starts) > 0, found, nothing)


type Wants = OneNeed | ManyNeeds


def _weights(needs: Needs, kinship: Kinship) -> Column:
    return kinship.rarity(needs.skill) * np.where(needs.required, REQUIRED, WELCOME)


def best_credits(needs: Needs, offers: Offers, kinship: Kinship) -> np.ndarray:
    """The wanted skills of one need x offers: the best of each offer's held skills."""
    best = np.zeros((len(needs.skill), len(offers)), np.int32)
    if not len(offers):
        return best
    held = kinship.held_at(offers.skill, offers.level)
    some = np.diff(offers.starts) > 0
    for place, wanted in enumerate(zip(needs.skill.tolist(), needs.level.tolist(), strict=True)):
        credits = np.append(kinship.row(*wanted)[held], np.int32(0))
        best[place] = np.maximum.reduceat(credits, offers.starts[:-1]) * some
    return best
