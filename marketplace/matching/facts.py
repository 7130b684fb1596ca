"""What is known of a pair, in plain numbers: the reasons and the full calculation are told from it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from marketplace.matching.columns import Needs, Offers
from marketplace.matching.definition import ENOUGH, PARTS, Condition, strength_of
from marketplace.matching.kernel import Verdict


# Not frozen: a list makes hundreds of these, and a frozen one takes three times as long to make.
@dataclass(slots=True)
class Want:
    """One wanted skill, and the best that the other side holds for it."""

    skill: int
    level: int
    required: bool
    credit: int
    held: int = 0  # 0 for nothing
    held_level: int = 0
    worth: int = 0  # of the kinship, in thousandths

    @property
    def is_met(self) -> bool:
        return self.credit >= ENOUGH


@dataclass(slots=True)
class Card:
    """What the words take from one side."""

    id: int
    start: int
    end: int
    hours: int
    room: int
    asked: int
    place: int
    causes: int
    reach: int = 0
    format: int = 0


@dataclass(slots=True)
class Facts:
    need: Card
    offer: Card
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
    waited: int

    def as_json(self) -> dict:
        fields = asdict(self)
        fields["fails"] = [condition.name for condition in Condition if condition in self.fails]
        return fields


NEED_COLUMNS = ("id", "start", "end", "hours", "room", "asked", "place", "causes")
OFFER_COLUMNS = (*NEED_COLUMNS, "reach")
PAIR_COLUMNS = ("metres", "on_site", "remote", "first", "last", "usable", "hours", "gap")


def facts_of(verdict: Verdict, rows: Sequence[int] | np.ndarray) -> list[Facts]:
    """Some rows of a verdict, as the words need them."""
    chosen = np.asarray(rows, np.int64)
    if not len(chosen):
        return []
    if not verdict.is_reckoned:  # then those of the chosen alone
        verdict, chosen = verdict.take(chosen), np.arange(len(chosen))
    needs, offers = _chosen(verdict.needs, chosen), _chosen(verdict.offers, chosen)

    def listed(column: np.ndarray) -> list:
        """A column of one value is that of the side that is alone."""
        if len(column) == 1:
            return column.tolist() * len(chosen)
        return column[chosen].tolist()

    sides = {side: listed(verdict.one_sided(side)) for side in ("need", "offer")}
    parts = {
        side: list(zip(*(listed(verdict.parts[side][part]) for part in PARTS), strict=True))
        for side in sides
    }
    pairs = [listed(getattr(verdict, name)) for name in PAIR_COLUMNS]
    waited = listed(np.maximum(verdict.rules.today - verdict.needs["since"], 0))
    need_cards = _cards(needs, NEED_COLUMNS, len(chosen), formats=True)
    offer_cards = _cards(offers, OFFER_COLUMNS, len(chosen))
    wants = _wants(needs, offers, verdict)
    return [
        Facts(
            need=need_cards[row],
            offer=offer_cards[row],
            score=score,
            strength=strength_of(score),
            fails=Condition(fails),
            sides={side: values[row] for side, values in sides.items()},
            parts={side: dict(zip(PARTS, parts[side][row], strict=True)) for side in sides},
            wants=wants[row],
            waited=waited[row],
            **{name: column[row] for name, column in zip(PAIR_COLUMNS, pairs, strict=True)},
        )
        for row, (score, fails) in enumerate(
            zip(listed(verdict.score), listed(verdict.fails), strict=True)
        )
    ]


def _chosen(cards, rows: np.ndarray):
    return cards if len(cards) == 1 else cards.take(rows)


def _cards(cards, names: Sequence[str], size: int, *, formats: bool = False) -> list[Card]:
    names = (*names, "format") if formats else names
    columns = [cards.rows[name].tolist() for name in names]
    found = [Card(**dict(zip(names, values, strict=True))) for values in zip(*columns, strict=True)]
    return found * size if len(found) == 1 else found


def _wants(needs: Needs, offers: Offers, verdict: Verdict) -> list[tuple[Want, ...]]:
    """The wanted skills of each pair with the best that is held for each."""
    kinship = verdict.rules.kinship
    table = kinship.credits(
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
        return Want(skill, level, required, credit, found, found_level, kinship.worth(skill, found))

    n, o = needs.starts.tolist(), offers.starts.tolist()
    size = max(len(needs), len(offers))
    of_need = [0] * size if len(needs) == 1 else range(size)
    of_offer = [0] * size if len(offers) == 1 else range(size)
    return [
        tuple(best(row, o[offer], o[offer + 1]) for row in range(n[need], n[need + 1]))
        for need, offer in zip(of_need, of_offer, strict=True)
    ]
