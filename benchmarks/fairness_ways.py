"""The ways of making lists that a simulated year is lived under, and the night's count of who was shown."""

from dataclasses import dataclass

import numpy as np

from benchmarks.fairness_people import People
from marketplace.matching.allocation import Pair, allocate
from marketplace.matching.definition import ONE, STRENGTHS
from marketplace.matching.exposure import A_NIGHT, FADING, SHORT_LIST, penalty_of
from marketplace.matching.kernel import Verdict

KEPT = 25  # lines of a list that is kept
WIDTH = 40  # how many offers a need may choose from


class Standing:
    """As marketplace/ranking/standing.py counts it each night."""

    def __init__(self, people: People, way: "Way"):
        self.way = way
        sizes = {"need": len(people.needs), "offer": len(people.offers)}
        self.shown = {side: np.zeros(size, np.int64) for side, size in sizes.items()}
        self.penalties = {side: np.zeros(size, np.int64) for side, size in sizes.items()}

    def night(self, lists: "Lists", open_needs: np.ndarray, open_offers: np.ndarray) -> None:
        if not self.way.exposes:
            return
        for side, there in (("need", open_needs), ("offer", open_offers)):
            members = lists.members(side)
            shown = self.shown[side] * FADING[0] // FADING[1]
            for listed in members:
                shown[listed[:SHORT_LIST]] += A_NIGHT
            self.shown[side] = shown
            fair = max(1, int(shown.sum()) // max(1, int(there.sum())))
            scarcity = _scarcity(members, len(shown)) if self.way.scarce else np.zeros_like(shown)
            for number in np.flatnonzero(there).tolist():
                off = int(scarcity[number])
                self.penalties[side][number] = penalty_of(int(shown[number]), fair) + off


def _scarcity(members: list[np.ndarray], size: int) -> np.ndarray:
    """Tried, and not in the product: a list shares ONE among those in it; who has as much of it as is usual
    comes 40 thousandths later, and never more than 80, so that the few who suit a rare need stay free."""
    needed = np.zeros(size, np.int64)
    for listed in members:
        needed[listed] += ONE // len(listed)
    usual = max(1, int(needed.sum()) // max(1, int((needed > 0).sum())))
    return 40 * np.minimum(needed, 2 * usual) // usual


@dataclass(frozen=True)
class Way:
    name: str
    exposes: bool = False
    plans: bool = False
    scarce: bool = False

    def key(self, side: str, verdict: Verdict) -> np.ndarray:
        """What the list of a `side` is sorted by, the least first."""
        other = verdict.offers["start"] if side == "need" else verdict.needs["since"]
        keys = {
            "newest first": lambda: -other,
            "nearest first": lambda: verdict.metres,
            "one-sided": lambda: -verdict.one_sided[side],
        }
        return keys.get(self.name, lambda: -verdict.score)()


class Lists:
    """Everybody's lists on one day: rows of the pairs that suit, best first."""

    def __init__(self, way: Way, people: People, pairs: np.ndarray, verdict: Verdict):
        self.pairs = pairs
        self.is_good = verdict.joined >= STRENGTHS[2]
        self.number = {"need": people.need[pairs], "offer": people.offer[pairs]}
        self.score = verdict.score
        self.of: dict[str, dict[int, np.ndarray]] = {}
        for side, other in (("need", "offer"), ("offer", "need")):
            key = np.broadcast_to(way.key(side, verdict), len(pairs))
            order = np.lexsort((self.number[other], key, self.number[side]))
            owners, first = np.unique(self.number[side][order], return_index=True)
            parts = np.split(order, first[1:]) if len(owners) else []
            self.of[side] = dict(zip(owners.tolist(), parts, strict=True))
        if way.plans:
            self._plan()

    def owners(self, side: str) -> list[int]:
        return list(self.of[side])

    def members(self, side: str) -> list[np.ndarray]:
        """The other side's lists, as far as they are kept."""
        other = "offer" if side == "need" else "need"
        return [self.number[side][rows[:KEPT]] for rows in self.of[other].values()]

    def _plan(self) -> None:
        """Who should be put forward to whom stands first in the need's list."""
        pairs, rows = [], {}
        for need, listed in self.of["need"].items():
            for row in listed[:WIDTH].tolist():
                pair = Pair(need, int(self.number["offer"][row]), int(self.score[row]))
                pairs.append(pair)
                rows[need, pair.offer] = row
        ones = dict.fromkeys({pair.offer for pair in pairs}, 1)
        made = allocate(pairs, dict.fromkeys(self.of["need"], 1), ones)
        for pair in made.pairs:
            row, listed = rows[pair.need, pair.offer], self.of["need"][pair.need]
            self.of["need"][pair.need] = np.append(row, listed[listed != row])
