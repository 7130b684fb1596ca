"""What figures may leave the coordinators' desk: nothing about fewer than five people,
and nothing from which it could be computed.

Three rules, for hours and for the value declared of them:

- an amount of fewer than five people isn't told;
- nor is it when the whole that it is part of, told elsewhere, less the amount leaves fewer
  than five people (`untold`);
- what is told is rounded to a step no finer than what two of its people gave, so that the
  file of today less the one of yesterday doesn't tell what one person gave in between.

Where it is known who lent these people, an amount of one or two employers isn't told either, unless five people or more
gave some of it on their own time: each of the two would read the other's in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import Literal, Self

from django.utils.translation import gettext as _

from marketplace.figures.counts import Counts, percent
from marketplace.rules.few import FEW

type Amount = Literal["hours", "value"]

PEOPLE = 5
FEW_HOUSES = 3
LEAST: dict[Amount, int] = {"hours": 10, "value": 100}  # the finest step, in hours and in euros
BEHIND: dict[Amount, str] = {"hours": "givers", "value": "valued"}


def few_people() -> str:
    """The words in the place of a figure that isn't told."""
    return _("not told")


def number(cases: int) -> int | str:
    """A count of people, or of things of which each person makes one at the most (reviews, missions); “fewer than
    five” below five."""
    return _("fewer than %(n)s") % {"n": FEW} if 0 < cases < FEW else cases


def people(cases: int) -> int | str:
    """A count of people, or of what each says once, rounded to the nearest five."""
    return _rounded(cases, PEOPLE) if cases >= FEW else number(cases)


def share(part: int, whole: int) -> int | None:
    """A share in percent; None when `whole` is below five."""
    return percent(part, whole) if whole >= FEW else None


@dataclass(frozen=True)
class Given:
    """An amount of hours or euros, and the people who gave it; where it is known, the employers that lent them, and those
    who came on their own time."""

    amount: Decimal
    by: frozenset[int]
    houses: frozenset[int] = frozenset()
    own: frozenset[int] = frozenset()

    @classmethod
    def of(cls, counts: Counts, what: Amount, regime: str = "") -> Self:
        """The amount of one legal frame, or of all when none is given."""
        amounts, behind = getattr(counts, what), getattr(counts, BEHIND[what])
        chosen = [regime] if regime else list(amounts)
        total = sum((Decimal(amounts[name]) for name in chosen if name in amounts), Decimal(0))
        return cls(total, frozenset().union(*(behind.get(name, set()) for name in chosen)))

    @property
    def is_of_few(self) -> bool:
        if not self.amount:
            return False
        of_few_houses = 0 < len(self.houses) < FEW_HOUSES and len(self.own) < FEW
        return len(self.by) < FEW or of_few_houses

    def less(self, parts: Sequence["Given"]) -> "Given":
        """What is left without these parts. Somebody who gave in the parts and in the rest isn't counted in the
        rest: rather too few people than too many."""
        amount = self.amount - sum((part.amount for part in parts), Decimal(0))
        return Given(amount, self.by.difference(*(part.by for part in parts)))


def untold(parts: Sequence[Given], whole: Given) -> set[int]:
    """The indices of the parts of a whole that may not be told: those of few people, then the smallest of the
    others until the whole less what is told is nothing, or of five people or more."""
    hidden = {place for place, part in enumerate(parts) if part.is_of_few}
    left = sorted(
        (part.amount, place)
        for place, part in enumerate(parts)
        if part.amount and not part.is_of_few
    )
    for _amount, place in left:
        told = [part for at, part in enumerate(parts) if at not in hidden]
        rest = whole.less(told)
        behind = rest.by.union(*(parts[at].by for at in hidden))
        if not Given(rest.amount, behind).is_of_few:
            break
        hidden.add(place)
    return hidden


def told(given: Given, what: Amount, *, hidden: bool = False) -> int | str:
    if not given.amount:
        return 0
    if hidden or given.is_of_few:
        return few_people()
    return _rounded(given.amount, _step(2 * given.amount / len(given.by), LEAST[what]))


def _step(wanted: Decimal, least: int) -> int:
    """The first of 10, 20, 50, 100... that is at least `wanted`."""
    return next(step for step in _steps(least) if step >= wanted)


def _steps(least: int) -> Iterator[int]:
    for power in count():
        yield from (least * 10**power * times for times in (1, 2, 5))


def _rounded(amount: Decimal | int, step: int) -> int:
    return int((Decimal(amount) / step).quantize(Decimal(1), ROUND_HALF_UP)) * step
