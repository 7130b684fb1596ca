"""Whose desk it is, and through which filters: read from the address, and written back to it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Seat, User
from marketplace.models.desk.left_to_others import is_on_no_side
from marketplace.rules import absences, readings
from marketplace.rules.absences import Away

WHOSE = {
    "": _("The whole pôle’s"),
    "mine": _("Mine"),
    "operator": _("My operator’s"),
    "nobody": _("Nobody’s yet"),
}
AGES = {0: _("Any age"), 2: _("2 days or more"), 5: _("5 days or more"), 15: _("15 days or more")}
FILTERS = ("kind", "whose", "age", "department", "pole", "operator")


@dataclass(frozen=True)
class Scope:
    """The desk of one coordinator at one moment. `poles` and `operators` are those for which they coordinate."""

    user: int
    poles: frozenset[int]
    operators: frozenset[int]
    now: datetime
    kind: str = ""
    whose: str = ""
    age: int = 0
    department: str = ""
    pole: int = 0
    operator: int = 0
    on_no_side: bool | None = None  # None: it hasn’t been `asked_beforehand`

    @classmethod
    def of(cls, user: User, memberships: Iterable[Membership], now: datetime) -> Self:
        """The scope of this person, from the memberships that the request has already read."""
        ours = [membership for membership in memberships if membership.poles]
        return cls(
            user.pk,
            frozenset(pole for membership in ours for pole in membership.poles),
            frozenset(membership.organisation_id for membership in ours),
            now,
        )

    @cached_property
    def _promises(self) -> list[dict[int, int]]:
        return readings.each_of(self.poles, "read_within", "tell_after")

    @property
    def promised(self) -> dict[int, int]:
        """For each pôle, within how many working days what is handed in is read."""
        return self._promises[0]

    @property
    def steps_in(self) -> dict[int, int]:
        """For each pôle, after how many working days of silence it steps in."""
        return self._promises[1]

    @cached_property
    def absences(self) -> absences.AwayIn:
        """The absences of today."""
        return absences.away_in(self.poles)

    @property
    def away(self) -> dict[int, Away]:
        """The same, by who is away."""
        return {person: one for (person, _pole), one in self.absences.items()}

    @property
    def stood_in_for(self) -> list[Away]:
        """Those in whose place this coordinator answers today."""
        return absences.stood_in_by(self.user, self.absences)

    @property
    def people(self) -> set[int]:
        """Whose lines are this coordinator's today: their own, and those of colleagues in whose place they answer."""
        return {self.user, *(one.absence.person_id for one in self.stood_in_for)}

    @property
    def reader(self) -> User:
        """For what asks a person: their number is enough, and whether there is anything that they leave to others."""
        reader = User(pk=self.user)
        reader.on_no_side = bool(self.on_no_side)
        return reader

    def asked_beforehand(self, reader: User | None = None) -> Self:
        """The same, of which it has been asked whether its reader is on a side of anything: of the `reader` of a page, who
        notes it, for the header asks it too."""
        if self.on_no_side is not None:
            return self
        return replace(self, on_no_side=is_on_no_side(reader or self.reader))

    @property
    def is_a_coordinator(self) -> bool:
        return bool(self.poles)

    def filtered(self, asked: Mapping[str, str], kinds: Iterable[str]) -> Self:
        """The scope with the filters of an address. A filter that can't be understood is left out, without an
        error."""
        kind, whose = asked.get("kind", ""), asked.get("whose", "")
        age, department = asked.get("age", ""), asked.get("department", "")
        days = _number(age)
        pole, operator = _number(asked.get("pole", "")), _number(asked.get("operator", ""))
        chosen = pole if pole in self.poles else 0
        return replace(
            self,
            poles=frozenset({chosen}) if chosen else self.poles,
            pole=chosen,
            operator=operator,
            kind=kind if kind in kinds else "",
            whose=whose if whose in WHOSE else "",
            age=days if days in AGES else 0,
            department=department if department.isalnum() and len(department) <= 3 else "",
        )

    @property
    def of_the_operator(self) -> QuerySet[Membership, Any]:
        """The people of the operator whose lines are looked at alone; nobody for the number of something else: it would say
        who belongs there."""
        seated = Seat.objects.coordinating().filter(pole__in=self.poles).values("operator")
        theirs = Membership.objects.filter(organisation=self.operator, organisation__in=seated)
        return theirs.order_by().values("user")

    def theirs(
        self,
        rows: QuerySet,
        *,
        person: str = "coordinator",
        whole: str = "operator",
        people: Collection[int] | None = None,
    ) -> Any:
        """The rows of those whose lines are looked at: `person` leads to who follows one, `whole` to an operator that does
        as a whole ("" where none can). `people`: the coordinator's own and who they stand in for, where it was asked already."""
        nobody = Q(**{person: None})
        if self.operator:
            as_a_whole = nobody & Q(**{whole: self.operator}) if whole else Q(pk=None)
            rows = rows.filter(as_a_whole | Q(**{f"{person}__in": self.of_the_operator}))
        if self.whose == "operator":
            as_a_whole = nobody & Q(**{f"{whole}__in": self.operators}) if whole else Q(pk=None)
            return rows.filter(as_a_whole)
        if self.whose != "mine":
            return rows
        return rows.filter(**{f"{person}__in": self.people if people is None else people})

    def query(self, **changed: object) -> str:
        """The query string of this view, or of one with another filter; the number of the page isn't in it."""
        filters = {name: getattr(self, name) for name in FILTERS} | changed
        return urlencode({name: value for name, value in filters.items() if value})


def _number(text: str) -> int:
    """The number in an address; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
