"""What would change if a pôle changed its weights: shown before it does."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from accounts.models import Pole
from marketplace.matching.columns import Needs
from marketplace.matching.kernel import Rules
from marketplace.ranking import search
from marketplace.ranking.full_run import Everything
from marketplace.ranking.stored_lists import NEEDS, best

FIRST = 5


@dataclass(frozen=True)
class Change:
    need: int
    before: list[int]
    after: list[int]


@dataclass(frozen=True)
class Preview:
    needs: int
    """Needs that have at least one match."""
    other_first: list[Change]
    """The needs whose first offer would change."""
    other_five: int
    """How many needs would have other offers among their first five."""


def preview(
    pole: Pole,
    weights: dict[str, dict[str, int]],
    *,
    today: date,
    hidden: Collection[int] = (),
) -> Preview:
    """What these weights would change in the lists of the pôle's needs, beside the present ones. `hidden`: offers of which
    the reader learns nothing."""
    needs = search.all_needs(f"pole_id = {int(pole.pk)}")
    now, then = Everything(NEEDS, today), Everything(NEEDS, today)
    then.rules[pole.pk] = Rules(then.snapshot.skill_graph, today.toordinal(), weights)
    before, after = (_firsts(everything, needs, hidden) for everything in (now, then))
    changes = [Change(need, before[need], after[need]) for need in before if before[need]]
    return Preview(
        needs=len(changes),
        other_first=[change for change in changes if change.before[0] != change.after[0]],
        other_five=sum(set(change.before) != set(change.after) for change in changes),
    )


def _firsts(everything: Everything, needs: Needs, hidden: Collection[int]) -> dict[int, list[int]]:
    return {
        need: [offer for offer in best(lines) if offer not in hidden][:FIRST]
        for need, lines in everything.lists(needs).items()
    }
