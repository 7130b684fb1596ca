"""What each kind of line has to say of itself. Each kind has a file under kinds/; nothing else lists them."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.expressions import Combinable
from django.utils.functional import Promise

from accounts.models import User
from marketplace.desk.line import Help, Words
from marketplace.desk.scope import Scope


@dataclass(frozen=True)
class Followed:
    """The relations that lead from a row to the person or the operator in charge; the first that is filled in
    counts."""

    people: tuple[str, ...]
    operators: tuple[str, ...]


def through(*ways: str) -> Followed:
    """The Followed of a row that is followed by way of these relations (a need, a mission, a referent); "" is the
    row itself."""
    return Followed(
        tuple(f"{way}coordinator" for way in ways), tuple(f"{way}operator" for way in ways)
    )


@dataclass(frozen=True)
class Charge:
    """What somebody takes in charge by ticking a line: `model` is the model of the line's number, `subject` the
    relation from it to the need, mission or organisation that is followed ("" for the row itself)."""

    model: type[Model]
    subject: str

    def of(self, row: Any) -> Any:
        return getattr(row, self.subject) if self.subject else row


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of line. No field has a default, so that a kind that forgets one can't be made."""

    # In keys and addresses, and the name of its file; then on the chips, "Needs to qualify".
    code: str
    label: Promise
    help: Help

    # All among which its rows are, found by a short question, or None. Where there is none, the rows aren't asked for: of a
    # kind that is seldom there, the database takes longer to plan that question than to answer all.
    among: Callable[[Scope], QuerySet[Any]] | None

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
    read: Callable[[Collection[int], Scope], Iterable[Any]]
    say: Callable[[Any], Words]

    # What one takes in charge, or None: it has its own page for that. Who is silent, for those that can be
    # chased (a `Chase` has a key to it); None of a row that has been answered meanwhile.
    charge: Charge | None
    silent: Callable[[Any], list[User] | None] | None
