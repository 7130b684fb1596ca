"""What each list of the coordinators has to say of itself. Each has a file of its own beside this one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.models.seats import numbers_of_poles
from common.spreadsheets import Cell

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Reader:
    """Who reads a list, and when: a coordinator of these pôles today, or nobody who may read any."""

    user: User
    now: datetime

    @classmethod
    def of(cls, user: User, now: datetime | None = None) -> Self:
        # To the minute, as long as a number of rows is kept: a question that moved with each second would find none.
        return cls(user, now or timezone.now().replace(second=0, microsecond=0))

    @cached_property
    def poles(self) -> tuple[int, ...]:
        """As numbers rather than a subquery: the database then reads on in the order of an index."""
        if not self.user.is_active:
            return ()
        return tuple(sorted(numbers_of_poles(self.user)))


def _first(*values: Any) -> Cell:
    return next((value for value in values if value not in (None, "")), "")


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: what it reads of a row (paths, or names of `annotated`), and how it says it. `order`: what it is sorted by,
    empty for one that isn't; an index answers it. The last resort, the row's number, is added. `of_page`: the words of some
    rows by their numbers, for one that costs more in the question of all columns than in one of its own."""

    name: str
    label: "StrOrPromise"
    fields: tuple[str, ...]
    say: Callable[..., Cell] = _first
    annotated: Callable[[Reader], Mapping[str, Any]] | None = None
    of_page: Callable[[Reader, list[int]], Mapping[int, Cell]] | None = None
    order: tuple[str, ...] = ()
    down: bool = False  # at the first click: the newest first
    usual: bool = True  # shown until somebody chooses others


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A filter: what it may be, in words, for this reader, and which rows it leaves."""

    name: str
    label: "StrOrPromise"
    choices: Callable[[Reader], "Mapping[str, StrOrPromise]"]
    narrow: Callable[[str, Reader], Q]


@dataclass(frozen=True, kw_only=True)
class ListKind:
    """A list. The first column leads to the row's own page, and `order` is that of the list until a heading is clicked."""

    code: str
    label: "StrOrPromise"
    # “1,284 needs”, for so many
    count: Callable[[int], str]
    # Whose rows: `_rows` is asked by `rows` and by nothing else.
    seen_by: Callable[[Reader], QuerySet[Any]]
    # The rows that say these words
    saying: Callable[[str], Q]
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...]
    order: str
    # The name of the URL of a row, and of the field of tags, or "" for one that has none
    url: str
    subject: str

    def rows(self, user: User) -> QuerySet[Any]:
        """What this person may see today as a coordinator, of their pôles alone; nothing for anybody else."""
        return self.read_by(Reader.of(user))

    def read_by(self, reader: Reader) -> QuerySet[Any]:
        found = self.seen_by(reader)
        return found if reader.poles else found.none()

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)
