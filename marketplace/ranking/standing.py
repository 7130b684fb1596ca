"""How many people a draft would find as it is typed, and how many after one change: in numbers of people, each counted once,
which are told through figures/discretion.py."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from marketplace.matching.columns import Needs, Offers
from marketplace.matching.places import point
from marketplace.models import Format, Need, Offer, Place, Welcome
from marketplace.ranking import live, relaxations, search
from marketplace.ranking.cards import FORMATS, PLACES, WELCOMED
from marketplace.ranking.live import Asked
from marketplace.ranking.relaxations import Counts, Relaxation

MOST = 3


@dataclass(frozen=True)
class Standing:
    people: int
    changes: list[Relaxation]  # `gain` in people


def of_draft(need: Need, *, hidden: Collection[int] = ()) -> Standing:
    """Of a saved draft, with the values that `need` holds now, be they saved or not; its skills are those saved. `hidden`: the
    offers of which its reader learns nothing."""
    stored = live.ask_for_need(need)
    assert isinstance(stored.card, Needs)
    asked = stored.with_card(_as_typed(stored.card, need))
    its_own = live.of_its_own(need).values_list("pk", flat=True)
    near = live.search_for(search.offers_near, asked).but([*its_own, *hidden])
    assert isinstance(near, Offers)
    counts = People(asked, near)
    return Standing(counts.now, counts.worthwhile(relaxations.changes_of_need(asked))[:MOST])


class People(Counts):
    """Counts people and teams rather than offers."""

    def __init__(self, asked: Asked, found: Offers) -> None:
        numbers = found.rows["id"].tolist()
        shown = dict(Offer.objects.published().filter(pk__in=numbers).values_list("pk", "person"))
        whose = [shown[number] or -number if number in shown else 0 for number in numbers]
        self.people = np.array(whose, dtype=np.int64)
        super().__init__(asked, found)

    def _matching(self, asked: Asked) -> int:
        fits = (asked.verdict(self.found).fails == 0) & (self.people != 0)
        return len(np.unique(self.people[fits]))


def _as_typed(card: Needs, need: Need) -> Needs:
    rows = card.rows.copy()
    rows["start"], rows["end"] = need.starts_on.toordinal(), need.ends_on.toordinal()
    rows["hours"], rows["languages"] = need.hours, need.languages
    rows["place"], rows["times"] = PLACES[Place(need.place)], WELCOMED[Welcome(need.time)]
    rows["format"] = FORMATS.index(Format(need.format))
    rows["x"], rows["y"], rows["z"] = point(*need.commune.position)
    return Needs(rows, card.packed.copy())
