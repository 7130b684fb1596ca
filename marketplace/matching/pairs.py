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
        some, at = verdict.reckoned(rows)
        score, number = some.score[at], _whole(verdict.offers["id"], rows)
        held = verdict.skills.credits[:, rows]
        order = np.lexsort((number, -score, *held))
        self.rows, self.score, self.number = rows[order], score[order], number[order]
        held = held[:, order]
        other = (held[:, 1:] != held[:, :-1]).any(axis=0)
        self.begins = np.flatnonzero(np.append(np.ones(min(len(rows), 1), bool), other))
        self.ends = np.append(self.begins[1:], len(rows))
        self.held, self.best = held[:, self.begins].T, self.score[self.begins].astype(np.int64)

    def __len__(self) -> int:
        """How many groups."""
        return len(self.begins)

    def of(self, group: int, place: int) -> tuple[int, int, int] | None:
        """Score, number and row of the one at this place of a group; None beyond its end."""
        at = int(self.begins[group]) + place
        if at >= self.ends[group]:
            return None
        return int(self.score[at]), int(self.number[at]), int(self.rows[at])


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
        total = together[may] + best[may] + work.best[at]
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
        one, other = work.of(first[head], i), own.of(second[head], j)
        if one and other:
            reached = int(together[head]) + one[0] + other[0]
            heappush(heap, (-reached, one[1], other[1], head, i, j, one[2], other[2]))

    while heap or opened < len(total):
        while opened < len(total) and (not heap or total[opened] >= -heap[0][0]):
            put(opened, 0, 0)
            opened += 1
        *_order, head, i, j, row, other_row = heappop(heap)
        yield row, other_row, int(together[head])
        put(head, i, j + 1)
        if j == 0:  # each pair of a group is reached by one way
            put(head, i + 1, 0)
