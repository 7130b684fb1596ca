"""How much each coordinator follows, as of the last figures. What waits for them today is on the desk."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Pole, User
from marketplace.models import Case, Mission, Need
from marketplace.states import LIVE, MissionStatus, NeedStatus

OPEN = [NeedStatus.SUBMITTED, NeedStatus.PUBLISHED]
UNDER_WAY = [*LIVE, MissionStatus.DELIVERED]


@dataclass(frozen=True)
class Load:
    """How much one coordinator, one operator as a whole, or nobody follows."""

    who: str
    needs: int
    missions: int
    cases: int
    by_nobody: bool = False

    @property
    def total(self) -> int:
        return self.needs + self.missions + self.cases


def count(pole: Pole) -> dict[str, dict[str, int]]:
    """How much each follows, by a key: "p7" is a person, "o7" an operator, "" nobody. {"p7": {"needs": 3, "cases":
    1}}"""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    followed: tuple[tuple[str, QuerySet, tuple[str, ...]], ...] = (
        ("needs", Need.objects.filter(pole=pole, status__in=OPEN), ("coordinator", "operator")),
        (
            "missions",
            Mission.objects.filter(need__pole=pole, status__in=UNDER_WAY),
            ("coordinator", "operator"),
        ),
        ("cases", Case.objects.open().filter(pole=pole), ("in_charge",)),
    )
    for what, rows, by in followed:
        for *who, number in rows.order_by().values_list(*by).annotate(Count("pk")):
            person, operator = (*who, None)[:2]
            found[f"p{person}" if person else f"o{operator}" if operator else ""][what] += number
    return {who: dict(counts) for who, counts in found.items()}


def told(kept: Mapping[str, Mapping[str, int]], operators: Mapping[str, str]) -> list[Load]:
    """The lines, the most loaded first. `operators` gives names by number, as the filters have them."""
    people = User.objects.in_bulk([int(who[1:]) for who in kept if who.startswith("p")])
    lines = []
    for who, counts in kept.items():
        if not who:
            name = _("Nobody yet")
        elif who.startswith("o"):
            name = operators.get(who[1:], "–")
        else:
            name = str(people.get(int(who[1:]), "–"))
        needs, missions, cases = (counts.get(what, 0) for what in ("needs", "missions", "cases"))
        lines.append(Load(name, needs, missions, cases, by_nobody=not who))
    return sorted(lines, key=lambda line: (-line.total, line.who))
