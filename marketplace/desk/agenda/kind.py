"""What each kind of thing in the calendar has to say of itself. To add one: its Kind in kinds.py, and its place there."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, F, QuerySet, Value, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.prepared import Given, Question, in_words
from marketplace.desk.scope import Scope

type Line = tuple[date, int, int, int]
"""The day of a row, its place there, its number, and how many there are on that day."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something on a day. `when` is its hour, where it has one; `is_over`: done, or no longer awaited; `is_awaited`: it stands
    only once somebody has answered."""

    what: str
    url: str
    about: str = ""
    who: str = ""
    when: str = ""
    is_over: bool = False
    is_late: bool = False
    is_awaited: bool = False
    kind: str = ""
    icon: str = ""
    label: str = ""

    @property
    def looks(self) -> str:
        """The classes of its line."""
        said = {
            "is-late": self.is_late,
            "is-over": self.is_over,
            "is-awaited": self.is_awaited,
            "is-timed": self.when and not self.is_awaited,
        }
        return " ".join(name for name, holds in said.items() if holds)

    @property
    def mark(self) -> str:
        """The word above it, for what isn't merely to come."""
        if self.is_late:
            return _("Late")
        if self.is_awaited:
            return pgettext("in the calendar", "Awaited")
        return pgettext("in the calendar", "Done") if self.is_over else ""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of thing in the calendar: its rows in the pôles of a scope, the day of each, who follows it, and its words. `rows`
    are put together once a process: they ask nothing of the scope but whose it is and of which pôles."""

    code: str
    label: Promise
    icon: str
    rows: Callable[[Scope], QuerySet[Any]]
    day: str  # the column that the database finds it by
    on: Combinable | str  # the day itself, of that column
    between: Callable[[date, date], dict[str, Any]]  # the conditions on that column
    person: str
    whole: str
    read: Callable[[Collection[int]], QuerySet[Any]]
    say: Callable[[Any, date], Entry]
    to_come: bool = False  # what has passed meanwhile isn't shown

    def may_hold(self, first: date, last: date) -> QuerySet[Any]:
        """All of these days, whosever they are: soon said."""
        rows = self.read(()).model._base_manager.filter(**self.between(first, last))
        return rows

    def in_words(self, scope: Scope, first: date, last: date, cap: int) -> tuple[str, tuple]:
        """The question about the first `cap` rows of each day, put together once in each process."""
        begin, end = self.between(first, last).values()
        by_operator, mine, whole = (
            bool(scope.operator), scope.whose == "mine", scope.whose == "operator",
        )  # fmt: skip
        more: list[Given] = [scope.operator] if by_operator else []
        more += [sorted(scope.people)] if mine else [sorted(scope.operators)] if whole else []
        return in_words(
            self._question,
            scope.user, sorted(scope.poles), max(begin, scope.now) if self.to_come else begin, end, cap,
            by_operator, mine, whole, bool(scope.on_no_side), *more,
        )  # fmt: skip

    @cached_property
    def _question(self) -> Question[Any]:
        names = [*self.between(date.min, date.min)]

        def asked(
            reader: int, poles: list[int], begin: Any, end: Any, cap: int,
            by_operator: bool, mine: bool, whole: bool, on_no_side: bool, *more: Any,
        ) -> QuerySet[Any]:  # fmt: skip
            scope = Scope(
                reader,
                frozenset(poles),
                frozenset(more[-1] if whole else ()),
                timezone.now(),
                whose="mine" if mine else "operator" if whole else "",
                operator=more[0] if by_operator else 0,
                on_no_side=on_no_side,
            )
            found = self.rows(scope).filter(**dict(zip(names, (begin, end), strict=True)))
            theirs = scope.theirs(
                found, person=self.person, whole=self.whole, people=more[-1] if mine else None
            )
            numbered = theirs.order_by().annotate(
                agenda_day=F(self.on) if isinstance(self.on, str) else self.on,
                nth=Window(RowNumber(), partition_by="agenda_day", order_by=[self.day, "pk"]),
                of=Window(Count("pk"), partition_by="agenda_day"),
            )
            # The reader is named, be the question about them or not: all that is given has to be.
            named = numbered.filter(nth__lte=cap).annotate(reader=Value(reader))
            return named.values_list("agenda_day", "nth", "pk", "of", "reader")

        asked.__name__ = f"calendar_{self.code}"
        return asked
