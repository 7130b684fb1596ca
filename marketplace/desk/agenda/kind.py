"""What each kind of thing in the calendar has to say of itself. To add one: its Kind in kinds.py, and its place there."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from marketplace.desk.scope import Scope


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
    """A kind of thing in the calendar: its rows in the pôles of a scope, the day of each, who follows it, and its words."""

    code: str
    label: Promise
    icon: str
    rows: Callable[[Scope], QuerySet[Any]]
    day: str  # the column that the database finds it by
    on: Combinable | str  # the day itself, of that column
    between: Callable[[date, date], dict[str, Any]]  # the conditions on that column
    person: str
    whole: str
    read: Callable[[Collection[int]], Iterable[Any]]
    say: Callable[[Any, date], Entry]
