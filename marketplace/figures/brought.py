"""Which operator of a pôle brought a need or an offer, and which follows it: by its door first, which never changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from accounts.models import Organisation, Pole, Seat
from accounts.states import HELD
from marketplace.models import Referent
from marketplace.models.market.offers import Time

NOBODY, ELSEWHERE = "", "-"  # in the place of an operator's number


def seated_ever(pole: Pole) -> dict[int, str]:
    """The operators that coordinate the pôle or did, by their names: what was done with those that have left stays."""
    seats = Seat.objects.ever_held().filter(pole=pole).order_by().values("operator")
    found = Organisation.objects.filter(pk__in=seats).order_by("name", "pk")
    return dict(found.values_list("pk", "name"))


def operators_by_person(pole: Pole) -> dict[int, int]:
    """For each coordinator, the operator for which they work; of several, the one seated first. Where none of theirs holds
    a seat any more, the one that did: what they followed stays with it."""
    seats = Seat.objects.ever_held().filter(pole=pole).order_by("-since", "-pk")
    rows = seats.values_list("operator__memberships__user", "operator", "status")
    held_last = sorted(rows, key=lambda row: row[2] in HELD)
    return {user: operator for user, operator, _status in held_last if user}


@dataclass(frozen=True)
class Brought:
    """Who brought and who follows what in one pôle. Each answer is the number of an operator as text, NOBODY or
    ELSEWHERE: an operator of another pôle isn't named here."""

    pole: int
    operators: frozenset[int]
    by_person: Mapping[int, int]
    referents: Mapping[int, int]  # for each organisation

    @classmethod
    def of(cls, pole: Pole) -> Self:
        by_person = operators_by_person(pole)
        rows = Referent.objects.filter(organisation__pole=pole).order_by()
        referents = {
            organisation: operator or by_person[person]
            for organisation, operator, person in rows.values_list(
                "organisation", "operator", "coordinator"
            ).iterator(chunk_size=5000)
            if operator or person in by_person
        }
        return cls(pole.pk, frozenset(seated_ever(pole)), by_person, referents)

    def _known(self, *operators: int | None) -> str:
        """The first that is an operator of this pôle; otherwise whether there is one at all, elsewhere."""
        here = next((str(one) for one in operators if one in self.operators), "")
        return here or (ELSEWHERE if any(operators) else NOBODY)

    def door(self, operator: int | None) -> str:
        return self._known(operator)

    def follower(self, operator: int | None, coordinator: int | None) -> str:
        return self._known(operator or self.by_person.get(coordinator or 0))

    def need(self, door: int | None, operator: int | None, coordinator: int | None) -> str:
        """A need is of the operator by whose door its structure came; else of the one that follows it."""
        return self._known(door, operator or self.by_person.get(coordinator or 0))

    def offer(
        self,
        pole: int,
        time: str,
        person_door: int | None,
        organisation: int | None,
        organisation_door: int | None,
    ) -> str:
        """An offer is of the operator by whose door its person came, on their own time, or the organisation that lends
        them; else of the one that follows this organisation."""
        if pole != self.pole:
            return ELSEWHERE
        if time == Time.OWN:
            return self._known(person_door)
        return self._known(organisation_door, self.referents.get(organisation or 0))
