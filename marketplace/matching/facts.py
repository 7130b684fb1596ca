"""What is known of a pair, in plain numbers, for the reasons and the full calculation."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from math import isqrt

import numpy as np

from marketplace.matching.columns import Needs, Offers
from marketplace.matching.definition import (
    A_LEVEL_AWAY,
    ENOUGH,
    PARTS,
    SAME,
    Condition,
    strength_of,
)
from marketplace.matching.kernel import Verdict, named_in, points_of, telling_parts


# Not frozen: a list makes hundreds of these, and a frozen one takes three times as long to make.
@dataclass(slots=True)
class Want:
    """One wanted skill, and the best skill that the other side holds for it."""

    skill: int
    level: int
    required: bool
    credit: int
    held: int = 0  # 0 for nothing
    held_level: int = 0
    worth: int = 0  # how near the two skills are, in thousandths
    # This very skill as the other side holds it, though a close one may be worth more; 0 when it isn't held.
    own: int = 0
    own_level: int = 0

    @property
    def is_met(self) -> bool:
        return self.credit >= ENOUGH

    @property
    def is_a_level_away(self) -> bool:
        """Whether the skill would be met if one level less were wanted."""
        return self.credit in A_LEVEL_AWAY

    @property
    def is_close(self) -> bool:
        """Whether the skill is met by another one, close to it."""
        return self.is_met and not self.own


@dataclass(slots=True)
class Card:
    """What the reasons need of one side."""

    id: int
    start: int
    end: int
    hours: int
    room: int
    asked: int
    place: int
    causes: int
    reach: int  # an offer's
    format: int  # a need's
    times: int  # a need's
    undated: int  # a need's
    carriers: int  # a need's: how many carry it beside its lead


@dataclass(slots=True)
class Facts:
    need: Card
    offer: Card
    score: int
    strength: int
    fails: Condition
    sides: dict[str, int]
    """The two one-sided scores."""
    points: dict[str, list[int]]
    """The value of each part for each side, in the order of PARTS."""
    telling: dict[str, tuple[str, ...]]
    """For each side, the parts that speak most for the other, the strongest first."""
    wants: tuple[Want, ...]
    metres: int
    on_site: bool
    remote: bool
    first: int
    last: int
    usable: int
    hours: int
    gap: int
    waited: int
    whose: int = 0
    """Of a need that several carry: whose place is the nearest, 0 its lead's, otherwise that of which of the others."""

    @property
    def lacking(self) -> list[Want]:
        """The required skills that aren't met."""
        return [want for want in self.wants if want.required and not want.is_met]

    @property
    def meets_some(self) -> bool:
        """Whether there is a part of the mission that they can do."""
        return any(want.is_met for want in self.wants)

    @property
    def parts(self) -> dict[str, dict[str, int]]:
        """The values of the parts, by their names."""
        return {side: dict(zip(PARTS, row, strict=True)) for side, row in self.points.items()}

    def as_json(self) -> dict:
        values = asdict(self) | {"parts": self.parts}
        del values["points"]
        values["fails"] = [condition.name for condition in Condition if condition in self.fails]
        return values


CARD_COLUMNS = tuple(field.name for field in fields(Card))
# In the order of the fields of Facts.
PAIR_COLUMNS = ("on_site", "remote", "first", "last", "usable", "hours")


def facts_of(verdict: Verdict, rows: Sequence[int] | np.ndarray) -> list[Facts]:
    """The facts of these rows of a verdict."""
    chosen = np.asarray(rows, np.int64)
    if not len(chosen):
        return []
    verdict, chosen = verdict.reckoned(chosen)
    needs, offers = verdict.needs.of_pairs(chosen), verdict.offers.of_pairs(chosen)

    def listed(column: np.ndarray) -> list:
        """The values of the rows chosen; a column with one value is that of the side that is alone."""
        if len(column) == 1:
            return column.tolist() * len(chosen)
        return column[chosen].tolist()

    points = {side: points_of(verdict, chosen, side) for side in ("need", "offer")}
    telling = {
        side: map(named_in, telling_parts(verdict, values, side).tolist())
        for side, values in points.items()
    }
    fails = listed(verdict.fails)
    # In the order of the fields: by their names, each would take twice as long to make.
    columns = (
        _cards(needs, len(chosen)),
        _cards(offers, len(chosen)),
        listed(verdict.score),
        map(strength_of, listed(verdict.joined)),
        map(_condition, fails),
        map(_of_both, listed(verdict.one_sided["need"]), listed(verdict.one_sided["offer"])),
        map(_of_both, points["need"].tolist(), points["offer"].tolist()),
        map(_of_both, telling["need"], telling["offer"]),
        _wants(needs, offers, verdict),
        map(isqrt, listed(verdict.square)),
        *(listed(getattr(verdict, name)) for name in PAIR_COLUMNS),
        listed(verdict.gap) if any(fails) else [0] * len(chosen),
        listed(np.maximum(verdict.rules.today - verdict.needs["since"], 0)),
        listed(verdict.nearest[1]),
    )
    return list(map(Facts, *columns))


@cache
def _condition(fails: int) -> Condition:
    return Condition(fails)


def _of_both[Some](need: Some, offer: Some) -> dict[str, Some]:
    return {"need": need, "offer": offer}


def _cards(cards: Needs | Offers, size: int) -> list[Card]:
    rows, nothing = cards.rows, [0] * len(cards)
    names = rows.dtype.names or ()
    columns = [rows[name].tolist() if name in names else nothing for name in CARD_COLUMNS]
    found = list(map(Card, *columns))
    return found * size if len(found) == 1 else found


def _wants(needs: Needs, offers: Offers, verdict: Verdict) -> list[tuple[Want, ...]]:
    """For each pair, the wanted skills with the best that is held for each."""
    skill_graph = verdict.rules.skill_graph
    table = skill_graph.credits(
        needs.skill[:, None], needs.level[:, None], offers.skill, offers.level
    ).tolist()
    wanted = list(
        zip(needs.skill.tolist(), needs.level.tolist(), needs.required.tolist(), strict=True)
    )
    held = list(zip(offers.skill.tolist(), offers.level.tolist(), strict=True))

    def best(row: int, first: int, last: int) -> Want:
        skill, level, required = wanted[row]
        credits = table[row][first:last]
        if not (credit := max(credits, default=0)):
            return Want(skill, level, required, 0)
        found, found_level = held[first + credits.index(credit)]
        worth = skill_graph.worth(skill, found)
        own = (found, found_level) if worth == SAME else itself(skill, first, last)
        return Want(skill, level, required, credit, found, found_level, worth, *own)

    def itself(skill: int, first: int, last: int) -> tuple[int, int]:
        same = (pair for pair in held[first:last] if skill_graph.worth(skill, pair[0]) == SAME)
        return max(same, key=lambda pair: pair[1], default=(0, 0))

    n, o = needs.starts.tolist(), offers.starts.tolist()
    size = max(len(needs), len(offers))
    of_need = [0] * size if len(needs) == 1 else range(size)
    of_offer = [0] * size if len(offers) == 1 else range(size)
    return [
        tuple(best(row, o[offer], o[offer + 1]) for row in range(n[need], n[need + 1]))
        for need, offer in zip(of_need, of_offer, strict=True)
    ]
