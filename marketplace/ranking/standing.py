"""How many people a draft would find as it is typed, and how many after one change: in numbers of people, each counted once,
which are told through figures/discretion.py."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from marketplace.matching.columns import Offers, Skilled
from marketplace.models import Need, Offer
from marketplace.ranking import live, relaxations, search
from marketplace.ranking.live import Asked
from marketplace.ranking.relaxations import Counts, Relaxation

MOST = 3


@dataclass(frozen=True)
class Standing:
    people: int
    changes: list[Relaxation]  # `gain` in people


def of_draft(
    need: Need, wanted: Iterable[Skilled] | None = None, *, hidden: Collection[int] = ()
) -> Standing:
    """Of a draft, with the values that `need` holds now, be they saved or not, and the skills `wanted`: those saved where
    the form doesn't ask for them. `hidden`: the offers of which its reader learns nothing."""
    asked = live.ask_as_typed(need, _saved(need) if wanted is None else wanted)
    its_own = live.of_its_own(need).values_list("pk", flat=True)
    near = live.search_for(search.offers_near, asked).but([*its_own, *hidden])
    assert isinstance(near, Offers)
    counts = People(asked, near)
    return Standing(counts.now, counts.worthwhile(relaxations.changes_of_need(asked))[:MOST])


def _saved(need: Need) -> list[Skilled]:
    rows = need.wanted.order_by("-required", "-level", "pk")
    return [Skilled(*row) for row in rows.values_list("skill_id", "level", "required")]


class People(Counts):
    """Counts people and teams rather than offers."""

    def __init__(self, asked: Asked, found: Offers) -> None:
        numbers = found.rows["id"].tolist()
        shown = dict(Offer.objects.published().filter(pk__in=numbers).values_list("pk", "person"))
        whose = [shown[number] or -number if number in shown else 0 for number in numbers]
        self.people = np.array(whose, dtype=np.int64)
        super().__init__(asked, found)

    def _matching(self, fails: np.ndarray) -> int:
        return len(np.unique(self.people[(fails == 0) & (self.people != 0)]))
