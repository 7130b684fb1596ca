"""What the operators of a pôle bring to each other: whose needs met whose offers. It measures that a common pool works.

Kept with the night's figures, by month, as plain JSON:

| name | {month: {key: …}} |
|---|---|
| met | missions agreed that month, by whose need met whose offer: "12>15" |
| needs, missions | needs first posted, missions agreed that month: by whose door / who follows it, "12/15" |
| hours | hours confirmed, by the day they were given: "12/15" |
| givers | the ids of those who gave them: read only for what may leave the desk |
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from accounts.models import Pole
from marketplace.figures.brought import Brought
from marketplace.figures.discretion import Given
from marketplace.models import HoursEntry, Mission, Need, NeedStep
from marketplace.models.desk.figures import month_of
from marketplace.states import NeedStatus

MET, BY = ">", "/"
COUNTED = ("met", "needs", "missions")
GIVERS = "givers"


def count(pole: Pole) -> dict[str, Any]:
    """All exchanges since the beginning, each kind in one query."""
    brought = Brought.of(pole)
    found: dict[str, dict[str, Counter]] = defaultdict(lambda: defaultdict(Counter))
    owners, facts = _needs(pole, brought)
    for need, at in _first_posted(pole):
        found["needs"][_told(at)][facts[need]] += 1
    for need, at, *offer in _missions(pole):
        found["missions"][_told(at)][facts[need]] += 1
        found["met"][_told(at)][owners[need] + MET + brought.offer(*offer)] += 1
    givers: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for need, at, person, hours in _hours(pole):
        found["hours"][_told(at)][facts[need]] += hours
        givers[_told(at)][facts[need]].add(person)
    return {
        **{name: _plain(months) for name, months in found.items()},
        GIVERS: {
            month: {key: sorted(people) for key, people in sorted(keys.items())}
            for month, keys in sorted(givers.items())
        },
    }


def _needs(pole: Pole, brought: Brought) -> tuple[dict[int, str], dict[int, str]]:
    """For each need of the pôle: whose it is, and by whose door it came and who follows it."""
    owners, facts = {}, {}
    rows = Need.objects.filter(pole=pole).order_by()
    columns = ("pk", "organisation__came_through", "operator", "coordinator")
    for pk, door, operator, person in rows.values_list(*columns).iterator(chunk_size=5000):
        owners[pk] = brought.need(door, operator, person)
        facts[pk] = brought.door(door) + BY + brought.follower(operator, person)
    return owners, facts


def _first_posted(pole: Pole) -> Iterable[tuple]:
    steps = NeedStep.objects.filter(need__pole=pole, after=NeedStatus.SUBMITTED)
    seen: set[int] = set()
    for need, at in steps.order_by("at", "pk").values_list("need", "at").iterator(5000):
        if need not in seen:
            seen.add(need)
            yield need, at


def _missions(pole: Pole) -> Iterator[tuple]:
    agreed = Mission.objects.filter(need__pole=pole, renewed_from=None, apart_for=None)
    rows = agreed.order_by()
    return rows.values_list(
        *("need", "created_at", "offer__pole", "offer__time", "offer__person__came_through"),
        *("offer__organisation", "offer__organisation__came_through"),
    ).iterator(chunk_size=5000)


def _hours(pole: Pole) -> Iterable[tuple]:
    rows = HoursEntry.objects.confirmed().filter(mission__need__pole=pole).order_by()
    by = rows.values_list("mission__need", TruncMonth("day"), "person")
    return by.annotate(total=Sum("hours"))


def _told(at: Any) -> str:
    return f"{month_of(at):%Y-%m}"


def _plain(months: Mapping[str, Counter]) -> dict[str, dict[str, Any]]:
    """Hours are text, since JSON has no decimals."""
    return {
        month: {
            key: str(amount) if isinstance(amount, Decimal) else amount
            for key, amount in sorted(counts.items())
        }
        for month, counts in sorted(months.items())
    }


@dataclass
class Exchanges:
    """A period of them, added up."""

    met: Counter[str] = field(default_factory=Counter)
    needs: Counter[str] = field(default_factory=Counter)
    missions: Counter[str] = field(default_factory=Counter)
    hours: Counter[str] = field(default_factory=Counter)  # of Decimal
    givers: dict[str, set[int]] = field(default_factory=dict)

    @classmethod
    def read(cls, kept: Mapping[str, Any], months: Iterable[date]) -> Self:
        """Of these months. Without the givers where they weren't read from the database."""
        found, chosen = cls(), {f"{month:%Y-%m}" for month in months}
        for month in chosen:
            for name in COUNTED:
                getattr(found, name).update(kept.get(name, {}).get(month, {}))
            for key, amount in kept.get("hours", {}).get(month, {}).items():
                found.hours[key] += Decimal(amount)  # type: ignore[assignment]  # of Decimal
            for key, people in kept.get(GIVERS, {}).get(month, {}).items():
                found.givers.setdefault(key, set()).update(people)
        return found

    @property
    def is_empty(self) -> bool:
        return not (self.met or self.needs or self.hours)

    def between(self, need: str, offer: str) -> int:
        """Missions in which this operator's need met that one's offer."""
        return self.met[need + MET + offer]

    def by_door(self, what: str, operator: str) -> Any:
        return self._sum(what, operator, 0)

    def by_follower(self, what: str, operator: str) -> Any:
        return self._sum(what, operator, 1)

    def _sum(self, what: str, operator: str, side: int) -> Any:
        amounts: Counter = getattr(self, what)
        return sum(amount for key, amount in amounts.items() if key.split(BY)[side] == operator)

    def given(self, *, door: str | None = None, follower: str | None = None) -> Given:
        """The hours of what came by this door, of what is followed by this one, or of what is both."""
        keys = [
            key
            for key in self.hours
            if door in {None, key.split(BY)[0]} and follower in {None, key.split(BY)[1]}
        ]
        amount = sum((Decimal(self.hours[key]) for key in keys), Decimal(0))
        return Given(amount, frozenset().union(*(self.givers.get(key, set()) for key in keys)))

    def named(self) -> set[str]:
        """The numbers of all operators of which something is counted, with NOBODY and ELSEWHERE."""
        met = {one for key in self.met for one in key.split(MET)}
        return met | self.followed_or_brought()

    def followed_or_brought(self) -> set[str]:
        counted = (self.needs, self.missions, self.hours)
        return {one for what in counted for key in what for one in key.split(BY)}

    def crossed(self) -> tuple[int, int, int]:
        """How many missions brought together two different operators of this pôle; out of how many in which both are
        known; and the others."""
        among: Counter[bool] = Counter()
        for key, number in self.met.items():
            need, offer = key.split(MET)
            if need.isdigit() and offer.isdigit():
                among[need != offer] += number
        known = among.total()
        return among[True], known, self.met.total() - known
