"""What a kind of line says of itself. Each has a file of its own under kinds/; nothing else lists them."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.expressions import Combinable
from django.utils.functional import Promise

from accounts.models import User
from marketplace.desk.line import Words
from marketplace.desk.scope import Scope


@dataclass(frozen=True)
class Followed:
    """Where the one in charge is, from the row: the first way that leads to a person, to an operator."""

    people: tuple[str, ...]
    operators: tuple[str, ...]


def through(*ways: str) -> Followed:
    """By way of what is followed: a need, a mission, a referent. "" is the row itself."""
    return Followed(
        tuple(f"{way}coordinator" for way in ways), tuple(f"{way}operator" for way in ways)
    )


@dataclass(frozen=True)
class Charge:
    """What one takes in charge by ticking a line: the row of its number, and from there the relation to the
    need, the mission or the organisation that is followed ("": the row itself)."""

    model: type[Model]
    subject: str

    def of(self, row: Any) -> Any:
        return getattr(row, self.subject) if self.subject else row


@dataclass(frozen=True, kw_only=True)
class Kind:
    """All of it must be said: a kind that forgets one isn't made at all."""

    # In keys and addresses, and the name of its file; then on the chips, "Needs to qualify".
    code: str
    label: Promise

    # Which rows wait for a coordinator of these pôles, what numbers them ("pk", or the relation to it), since
    # when, and how urgent each is: one of ranks.RANKS.
    rows: Callable[[Scope], QuerySet[Any]]
    number: str
    since: str
    rank: Callable[[Scope], Combinable]

    # The ways to the commune, for the filter by territory, and to whoever is in charge.
    communes: tuple[str, ...]
    followed: Followed

    # The rows behind those numbers, with all that their lines show: kinds that share it (nouns.py) are read in
    # one question. Then a line.
    read: Callable[[Collection[int]], Iterable[Any]]
    say: Callable[[Any], Words]

    # What one takes in charge, or None: it has its own page for that. Who is silent, for those that can be
    # chased (a `Chase` has a key to it); None of a row that has been answered meanwhile.
    charge: Charge | None
    silent: Callable[[Any], list[User] | None] | None
