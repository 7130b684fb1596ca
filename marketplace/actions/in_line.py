"""What is due on a list of those who wait: places that were kept in vain are free, and what is free is kept for the next. Each
list says what its places are (`Line`); whoever calls has locked what is full."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from marketplace.models.in_line import InLine


class Line[M: InLine](Protocol):
    """A list of those who wait for places of one thing."""

    def lapsed(self, now: datetime) -> Iterable[M]:
        """Those for whom a place was kept in vain."""

    def gone(self) -> Iterable[M]:
        """Those who are there no more, whatever they wait for."""

    def waiting(self) -> Iterable[M]:
        """Those who wait, in their turn."""

    def free(self) -> int:
        """How many places are nobody's, and may be kept for somebody today."""

    def may_have_one(self, one: M) -> bool:
        """Whether this one could take a place today."""

    def keep_for(self, one: M, now: datetime) -> None:
        """Keep a place for them, and tell them."""

    def end(self, one: M, *, lapsed: bool) -> None:
        """Take them off, and tell them: they didn't answer in time or, otherwise, it isn't theirs any more."""


def settle[M: InLine](line: Line[M], *, now: datetime) -> None:
    """Whoever lets a place pass is off the list: on it they would be asked again each time."""
    for one in line.lapsed(now):
        line.end(one, lapsed=True)
    for one in line.gone():
        line.end(one, lapsed=False)
    if not (free := line.free()):
        return
    for first in line.waiting():
        if not free:
            return
        if not line.may_have_one(first):
            line.end(first, lapsed=False)
            continue
        line.keep_for(first, now)
        free -= 1
