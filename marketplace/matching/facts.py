"""What is known of one pair, in plain numbers: what the reasons are told from, and the full calculation."""

from dataclasses import asdict, dataclass

import numpy as np

from marketplace.matching.definition import ENOUGH, ONE, PARTS, Condition, strength_of
from marketplace.matching.kernel import Verdict, best_credits, credit_table


@dataclass(frozen=True)
class Want:
    """One wanted skill, and the best that the other side holds for it."""

    skill: int
    level: int
    required: bool
    credit: int
    held: int  # 0 for nothing
    held_level: int
    worth: int  # of the kinship, in thousandths

    @property
    def is_met(self) -> bool:
        return self.credit >= ENOUGH


@dataclass(frozen=True)
class Facts:
    need: int
    offer: int
    score: int
    strength: int
    fails: Condition
    sides: dict[str, int]
    """The two one-sided scores."""
    parts: dict[str, dict[str, int]]
    wants: tuple[Want, ...]
    metres: int
    on_site: bool
    remote: bool
    first: int
    last: int
    usable: int
    hours: int
    gap: int
    reach: int
    room: tuple[int, int]
    """Places left in the need, missions left in the offer."""
    asked: tuple[int, int]
    shares_cause: bool
    waited: int

    @property
    def is_match(self) -> bool:
        return not self.fails

    def as_json(self) -> dict:
        fields = asdict(self)
        fields["fails"] = [condition.name for condition in Condition if condition in self.fails]
        return fields


def facts(verdict: Verdict, row: int) -> Facts:
    """One row of the verdict, as the reasons need it."""
    n, o = _alone(verdict.needs, row), _alone(verdict.offers, row)
    parts = {
        side: {part: int(_at(verdict.parts[side][part], row)) for part in PARTS}
        for side in ("need", "offer")
    }
    score = int(verdict.score[row])
    return Facts(
        need=int(n.rows["id"][0]),
        offer=int(o.rows["id"][0]),
        score=score,
        strength=strength_of(score),
        fails=Condition(int(verdict.fails[row])),
        sides={side: int(_at(verdict.one_sided(side), row)) for side in parts},
        parts=parts,
        wants=_wants(n, o, verdict),
        metres=int(_at(verdict.metres, row)),
        on_site=bool(_at(verdict.on_site, row)),
        remote=bool(_at(verdict.remote, row)),
        first=int(_at(verdict.first, row)),
        last=int(_at(verdict.last, row)),
        usable=int(_at(verdict.usable, row)),
        hours=int(_at(verdict.hours, row)),
        gap=int(_at(verdict.gap, row)),
        reach=int(o["reach"][0]),
        room=(int(n["room"][0]), int(o["room"][0])),
        asked=(int(n["asked"][0]), int(o["asked"][0])),
        shares_cause=parts["offer"]["cause"] == ONE,
        waited=max(0, verdict.rules.today - int(n["since"][0])),
    )


def _wants(need, offer, verdict: Verdict) -> tuple[Want, ...]:
    kinship = verdict.rules.kinship
    table = credit_table(need, offer, kinship)
    best = best_credits(table, offer)[:, 0] if len(need.packed) else []
    found = []
    for row, credit in enumerate(best):
        column = int(np.argmax(table[row])) if credit else -1
        skill = int(need.skill[row])
        held = int(offer.skill[column]) if credit else 0
        found.append(
            Want(
                skill=skill,
                level=int(need.level[row]),
                required=bool(need.required[row]),
                credit=int(credit),
                held=held,
                held_level=int(offer.level[column]) if credit else 0,
                worth=int(kinship.table[kinship.places(skill), kinship.places(held)]),
            )
        )
    return tuple(found)


def _alone(cards, row: int):
    return cards if len(cards) == 1 else cards.take(np.array([row]))


def _at(column, row: int):
    return column[0] if len(column) == 1 else column[row]
