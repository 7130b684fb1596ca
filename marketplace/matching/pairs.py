"""The pairs of a need that wants two people: one on working time and one on their own, who together bring what is required.
Pure arithmetic."""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from marketplace.matching.definition import ENOUGH, ONE, OWN_TIME, strength_of
from marketplace.matching.kernel import Verdict
from marketplace.matching.match import STRENGTH_WORDS, Match
from marketplace.matching.reasons import Reason, shortfall
from marketplace.matching.skills import Column, Grid


@dataclass(frozen=True)
class PairMatch:
    """One for each half. `together` is how well the skills of both hold what is wanted, from 0 to ONE."""

    work: Match
    own: Match
    together: int

    @property
    def total(self) -> int:
        """What the pairs are ordered by: how well each suits, and how well they complete each other."""
        return self.together + self.work.score + self.own.score

    @property
    def strength(self) -> int:
        return strength_of(self.total // 3)

    @property
    def strength_words(self) -> str:
        return str(STRENGTH_WORDS[self.strength])

    @property
    def halves(self) -> list[tuple[Match, list[Reason]]]:
        return [(self.work, brings(self.work)), (self.own, brings(self.own))]

    @property
    def missing(self) -> list[Reason]:
        """What neither holds as it is wanted, as the better of the two comes near it."""
        words, found = self.work.speech, []
        for one, other in zip(self.work.facts.wants, self.own.facts.wants, strict=True):
            best = max(one, other, key=lambda want: want.credit)
            if best.credit < ONE:
                found.append(Reason("level" if best.own else "skills", shortfall(best, words)))
        return found


def brings(match: Match) -> list[Reason]:
    """What somebody brings to the pair: skills that they hold, and no other by its name."""
    names, wants = match.speech, match.facts.wants
    _ = names.say
    own = [names.skill(want.own) for want in wants if want.own and want.is_met]
    found = []
    if own:
        said = _("Brings: %(named)s") % {"named": ", ".join(dict.fromkeys(own))}
        found.append(Reason("skills", said))
    for want in wants:
        if want.is_close:
            values = {"held": names.skill(want.held), "skill": names.skill(want.skill)}
            found.append(Reason("skills", _("Brings %(held)s, close to “%(skill)s”") % values))
    return found


def best_pairs(verdict: Verdict, *, covers: bool) -> Iterator[tuple[int, int, int]]:
    """Rows of a verdict of one need, (at work, at home), and how well the two hold what is wanted: the best pairs first,
    each fitting by itself; among equals the older rows. `covers`: every skill has to be met by one of them."""
    rows = verdict.fit
    at_home = _whole(verdict.offers["work"], rows) == OWN_TIME
    work, own = _Side(verdict, rows[~at_home]), _Side(verdict, rows[at_home])
    if not (len(work) and len(own)):
        return
    heads = _heads(work, own, verdict.skills.wanted.weights[:, 0], covers)
    yield from _in_order(work, own, *heads)


def _whole(column: Column, rows: Column) -> Column:
    return np.repeat(column, len(rows)) if len(column) == 1 else column[rows]


class _Side:
    """Those of one side, in groups that hold the same of what is wanted, the best of each group first."""

    def __init__(self, verdict: Verdict, rows: Column) -> None:
        self.score = {row: int(verdict.score[row]) for row in rows.tolist()}
        self.number = {row: int(verdict.offers["id"][row]) for row in rows.tolist()}
        held = verdict.skills.credits[:, rows].T
        self.held, group = np.unique(held, axis=0, return_inverse=True)
        self.groups: list[list[int]] = [[] for _group in self.held]
        for row, at in zip(rows.tolist(), group.ravel().tolist(), strict=True):
            self.groups[at].append(row)
        for one in self.groups:
            one.sort(key=lambda row: (-self.score[row], self.number[row]))

    def __len__(self) -> int:
        return len(self.groups)

    @property
    def best(self) -> Column:
        return np.array([self.score[group[0]] for group in self.groups], np.int64)


def _heads(
    work: _Side, own: _Side, weights: Column, covers: bool
) -> tuple[Column, Column, Column, Column]:
    """Of each two groups that may make pairs: which they are, how well they hold what is wanted together, and the total of
    their best pair; the best total first."""
    found, weight = [], max(int(weights.sum()), 1)
    best = own.best
    for at, held in enumerate(work.held):
        joint: Grid = np.maximum(held, own.held)
        together = (joint.astype(np.int64) * weights).sum(axis=1) // weight
        may = np.flatnonzero((joint >= ENOUGH).all(axis=1)) if covers else np.arange(len(own))
        total = together[may] + best[may] + work.score[work.groups[at][0]]
        found.append((np.full(len(may), at), may, together[may], total))
    columns = [np.concatenate(column) for column in zip(*found, strict=True)]
    order = np.argsort(-columns[3], kind="stable")
    first, second, together, total = (column[order] for column in columns)
    return first, second, together, total


def _in_order(
    work: _Side, own: _Side, first: Column, second: Column, together: Column, total: Column
) -> Iterator[tuple[int, int, int]]:
    """The pairs one by one: the groups are opened as their best pair is reached, and each brings its next ones."""
    heap: list[tuple] = []
    opened = 0

    def put(head: int, i: int, j: int) -> None:
        ones, others = work.groups[first[head]], own.groups[second[head]]
        if i < len(ones) and j < len(others):
            one, other = ones[i], others[j]
            reached = int(together[head]) + work.score[one] + own.score[other]
            heappush(heap, (-reached, work.number[one], own.number[other], head, i, j))

    while heap or opened < len(total):
        while opened < len(total) and (not heap or total[opened] >= -heap[0][0]):
            put(opened, 0, 0)
            opened += 1
        _total, _one, _other, head, i, j = heappop(heap)
        yield work.groups[first[head]][i], own.groups[second[head]][j], int(together[head])
        put(head, i, j + 1)
        if j == 0:  # each pair of a group is reached by one way
            put(head, i + 1, 0)
