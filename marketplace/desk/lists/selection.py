"""The rows of a list that somebody has ticked, or all that its filters leave: what is done to several at once is done to
them, as they are today."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict

from accounts.models import User
from marketplace.desk.lists import KINDS
from marketplace.desk.lists.asked import Asked
from marketplace.desk.lists.kind import ListKind, Reader

ROWS, ALL = "rows", "all"
MOST_TICKED = 500


@dataclass(frozen=True)
class Selection:
    """`numbers` are the rows ticked; None for all that the filters leave. `query` is the list's own address."""

    user: User
    kind: ListKind
    numbers: tuple[int, ...] | None
    query: str

    @classmethod
    def of(cls, user: User, code: str, data: QueryDict) -> "Selection | None":
        """Read from an address or a form; None for a list that there isn't."""
        if (kind := KINDS.get(code)) is None:
            return None
        asked = Asked.of(kind, Reader.of(user), _plain(data))
        # Of a filter that isn't understood, nobody knows what it would have left: nothing is done to the others.
        if data.get(ALL) == "1":
            return cls(user, kind, () if asked.lost else None, asked.query())
        typed = data.getlist(ROWS)[:MOST_TICKED]
        numbers = [int(row) for row in typed if row.isascii() and row.isdecimal() and len(row) < 19]
        return cls(user, kind, tuple(dict.fromkeys(numbers)), asked.query())

    def rows(self) -> QuerySet[Any]:
        """In the order of the list; what its reader may no longer see has gone."""
        reader = Reader.of(self.user)
        asked = Asked.of(self.kind, reader, _plain(QueryDict(self.query)))
        found = self.kind.read_by(reader)
        found = asked.rows() if self.numbers is None else found.filter(pk__in=self.numbers)
        return found.order_by(*asked.order)

    def count(self) -> int:
        return self.rows().order_by().count()

    def as_query(self) -> str:
        """To be passed on in an address, or in hidden fields (`pairs`)."""
        return urlencode(self.pairs())

    def pairs(self) -> list[tuple[str, str]]:
        chosen = [(ROWS, str(number)) for number in self.numbers or ()]
        if self.numbers is None:
            chosen = [(ALL, "1")]
        return [*chosen, *_plain(QueryDict(self.query)).items()]


def _plain(data: QueryDict) -> dict[str, str]:
    """The last value of each name."""
    return {name: str(value) for name, value in data.items()}
