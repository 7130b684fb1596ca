"""The offers around a need, read once for all that its page tells of them: those that suit, those that nearly do, the pairs
they would make, the table of all."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np

from marketplace.matching.columns import Offers
from marketplace.matching.kernel import Verdict
from marketplace.matching.match import Match
from marketplace.models import Need
from marketplace.ranking import cards, halves, live, search
from marketplace.ranking.live import NEAR, TOP, Asked, Pick


class Known(NamedTuple):
    """What a page has asked of a need before its offers are read."""

    its_own: Collection[int]
    """The offers of `live.of_its_own`."""
    comes: bool
    """Whether somebody comes already."""
    requires: bool
    """Whether one of its skills is required."""


@dataclass(frozen=True)
class Around:
    """The offers that suit a need or fail one condition."""

    asked: Asked
    near: Offers
    """As the index brings them, with those that were put forward already."""
    hidden: Collection[int] = ()
    known: Known | None = None
    ahead: tuple[int, int] = (0, 0)
    """How many matches and near misses will be told: their offers are read with the first ones."""
    _picked: dict[tuple[Pick, int], np.ndarray] = field(default_factory=dict, repr=False)

    @cached_property
    def found(self) -> Offers:
        its_own = self.known.its_own if self.known else ()  # which no card of it shows either
        return self.near.but([*self.asked.answered, *self.hidden, *its_own])

    @cached_property
    def verdict(self) -> Verdict:
        return self.asked.verdict(self.found)

    @cached_property
    def its_own(self) -> Collection[int]:
        if self.known:
            return self.known.its_own
        assert self.asked.need
        return list(live.of_its_own(self.asked.need).values_list("pk", flat=True))

    @cached_property
    def requires(self) -> bool:
        """Whether one of the need's skills is required."""
        if self.known:
            return self.known.requires
        assert self.asked.need
        return self.asked.need.wanted.filter(required=True).exists()

    def matches(self, top: int = TOP) -> list[Match]:
        """As `offers_for`."""
        return self._told(Verdict.matches, top)

    def near_misses(self, top: int = NEAR) -> list[Match]:
        """As `near_misses_for_need`."""
        return self._told(Verdict.near_misses, top)

    def read(self, rows: Iterable[int]) -> None:
        """Read the offers of these rows of the verdict, and of all that will be told, in one question."""
        matches, near = self.ahead
        picked = [self._rows(Verdict.matches, matches), self._rows(Verdict.near_misses, near)]
        numbers = self.found["id"]
        self.asked.read(numbers[np.concatenate([np.array([*rows], np.int64), *picked])].tolist())

    def _told(self, pick: Pick, top: int) -> list[Match]:
        self.read(self._rows(pick, top))
        return live.with_rows(self.asked, self.found, self._pick(pick), top, self.verdict)

    def _pick(self, pick: Pick) -> Pick:
        """The same of this verdict, once."""
        return lambda verdict, top: (
            self._rows(pick, top) if verdict is self.verdict else pick(verdict, top)
        )

    def _rows(self, pick: Pick, top: int) -> np.ndarray:
        if not top:
            return np.zeros(0, np.int64)
        if (pick, top) not in self._picked:
            self._picked[pick, top] = pick(self.verdict, top)
        return self._picked[pick, top]


def around(
    need: Need,
    *,
    today: date | None = None,
    hidden: Collection[int] = (),
    known: Known | None = None,
    ahead: tuple[int, int] = (0, 0),
) -> Around:
    """All that the page of a need's candidates tells. The card of a need that wants a pair is made afresh, since somebody may
    have come, or left; where it is `known` that nobody comes, the index's will do if it says so too."""
    nobody_comes = known is not None and not known.comes
    asked = live.ask_for_need(need, today, afresh=need.in_pair and not nobody_comes)
    if need.in_pair and nobody_comes and not halves.are_both_wanted(asked.card):
        card, _stamps = cards.of_needs([need.pk])
        asked = replace(asked, card=card)
    near = search.offers_near(asked.card, asked.shared, asked.today.toordinal())  # type: ignore[arg-type]
    return Around(asked, near, hidden, known, ahead)
