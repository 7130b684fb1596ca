"""What may be told of several reports that stand beside each other, so that none gives by subtraction what another keeps back:
the whole pôle, its operators, its départements, the programmes of its employers.

Which reports there are changes nothing: what a report tells doesn't depend on which others somebody has made.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from marketplace.figures.discretion import Given


class Gift(NamedTuple):
    """What one person gave in one mission. `person` is None where nobody is known by name (a team's value), `house` where
    they came on their own time."""

    amount: Decimal
    person: int | None
    house: int | None


def given(gifts: Iterable[Gift]) -> Given:
    total, by, own, houses = Decimal(0), set(), set(), set()
    for amount, person, house in gifts:
        total += amount
        if house is not None:
            houses.add(house)
        if person is not None:
            by.add(person)
            if house is None:
                own.add(person)
    return Given(total, frozenset(by), frozenset(houses), frozenset(own))


@dataclass(frozen=True)
class Cells[Scope: Hashable]:
    """The gifts, and for each scope of each dimension (“operator”, “department”…) the places of its own in them. The scope
    of the whole is in a dimension of its own."""

    gifts: list[Gift]
    dimensions: Mapping[str, Mapping[Scope, set[int]]]

    def given(self, places: Collection[int]) -> Given:
        return given(self.gifts[place] for place in places)

    def of(self, scope: Scope) -> Given:
        return self.given(self._all().get(scope, set()))

    def _all(self) -> dict[Scope, set[int]]:
        return {scope: cell for cells in self.dimensions.values() for scope, cell in cells.items()}

    def untold(self) -> set[Scope]:
        """The scopes whose amount isn't told: of few; or such that another told amount, less those that it contains, would
        leave an amount of few, or would give one that isn't told. Of those, the smallest is kept back."""
        cells = self._all()
        amounts = {scope: self.given(cell) for scope, cell in cells.items()}
        hidden = {scope for scope, amount in amounts.items() if amount.is_of_few}
        size = {scope: (amounts[scope].amount, str(scope)) for scope in cells}
        while more := self._given_away(cells, hidden):
            hidden.add(min(more, key=size.__getitem__))
        return hidden

    def _given_away(self, cells: Mapping[Scope, set[int]], hidden: set[Scope]) -> list[Scope]:
        """The told parts of the first scope that they give away; none where all is well."""
        for name, parts in self.dimensions.items():
            for scope, cell in cells.items():
                if scope in self.dimensions[name] or not cell:
                    continue
                told = [
                    part for part, inside in parts.items()
                    if inside and part not in hidden and inside <= cell
                ]  # fmt: skip
                if told and self._tells(scope in hidden, cell, [cells[part] for part in told]):
                    return told
        return []

    def _tells(self, is_hidden: bool, cell: set[int], told: list[set[int]]) -> bool:
        rest = cell.difference(*told)
        if is_hidden:
            return not rest
        return bool(rest) and self.given(rest).is_of_few
