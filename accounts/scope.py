"""What a session opens of an account: all that is the person's, or what an organisation's sign-in lets them see of it."""

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import QuerySet

Rows = TypeVar("Rows", bound=QuerySet)


@dataclass(frozen=True)
class Scope:
    """It only ever takes away: a right is there when the person has it, and this session opens it. What keeps somebody from
    something (being of a side, a boss) isn't asked of it.

    `only` is the organisation by whose sign-in alone the session was opened: nothing but its working time is shown.
    `shut` are those that require a sign-in through which this session hasn't come. `own` says whether what is the
    person's alone is opened: their own time, their profile, their letters.
    """

    own: bool = True
    only: int | None = None
    shut: frozenset[int] = frozenset()

    def opened(self, rows: Rows, at: str = "organisation") -> Rows:
        """Of these memberships, those that the session opens; or of other rows, where `at` leads to the organisation."""
        if self.only is not None:
            return rows.filter(**{at: self.only})
        return rows.exclude(**{f"{at}__in": self.shut}) if self.shut else rows

    def opens(self, organisation: int) -> bool:
        """The same for one of them, by the organisation's number."""
        return self.only == organisation if self.only is not None else organisation not in self.shut


WHOLE = Scope()


def scope_of(user: object) -> Scope:
    """What the session of this person opens; all of it outside a page, and for somebody without an account."""
    return getattr(user, "scope", WHOLE)
