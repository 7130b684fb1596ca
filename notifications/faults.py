"""A row that fails doesn't hold up the others: it is set aside and noted, and the act
goes on with the next one.

This is the one place of the site that catches every exception (docs/decisions/0011):
what goes wrong with one person's row can't be foreseen, and must not keep reminders
from everybody else. What isn't the fault of a row is raised: a database that is gone,
the end of the task's time.
"""

import logging
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from typing import Literal, cast

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from notifications.models import RowFault

ALL = 3  # this many rows failed and none passed: it isn't the rows, it is the act
FORGOTTEN = timedelta(days=7)  # for acts that don't see all their rows each time

log = logging.getLogger(__name__)

type Row = Model | str
"""What a fault is about: a row of ours (only its number need be known), or the path of a file."""


class EveryRowFailed(Exception):
    """No row passed, so the fault is the act's own."""


@contextmanager
def rows_of(act: str, *, whole: bool = True) -> "Iterator[Rows]":
    """A context manager for one run of an act. `whole` says that the run sees all rows that are due, so that faults
    of other rows are over."""
    rows = Rows(act)
    yield rows
    rows.settle(whole=whole)


class Rows:
    def __init__(self, act: str) -> None:
        self.act, self.began = act, timezone.now()
        faults = RowFault.objects.filter(act=act).values_list("kind", "number")
        self.known = set(faults)
        self.failed: set[tuple[str, str]] = set()
        self.passed: set[tuple[str, str]] = set()

    def treat[Answer](
        self, row: Row, act: Callable[[], Answer], *, in_one: bool = True
    ) -> Answer | Literal[False]:
        """Call the act for a row, in a transaction of its own (`in_one`). Returns its answer; False when it failed,
        which is noted."""
        which = _named(row)
        answer, fault = tried(act, in_one=in_one)
        if fault is None:
            self.passed.add(which)
            return cast(Answer, answer)
        log.error("%s: %s %s is set aside", self.act, *which, exc_info=fault)
        self.failed.add(which)
        RowFault.objects.note(self.act, which, error=in_a_line(fault), now=timezone.now())
        return False

    def settle(self, *, whole: bool) -> None:
        """Delete the faults of rows that have passed. Raises EveryRowFailed."""
        for kind, number in (self.passed & self.known) - self.failed:
            RowFault.objects.filter(act=self.act, kind=kind, number=number).delete()
        if self.known:
            before = self.began if whole else self.began - FORGOTTEN
            RowFault.objects.filter(act=self.act, last_at__lt=before).delete()
        if len(self.failed) >= ALL and not self.passed:
            raise EveryRowFailed(self.act)


def each_row(
    act: str,
    rows: Iterable,
    do: Callable[..., object],
    *,
    whole: bool = True,
    in_one: bool = True,
) -> int:
    """Call `do(row)` for each row, in a transaction of its own. Rows may be tuples that
    begin with the row; their items are then the arguments.

    Returns how many were done; `do` returns False when there was nothing to do after all.
    """
    done = 0
    with rows_of(act, whole=whole) as each:
        for row in rows:
            given = row if isinstance(row, tuple) else (row,)
            done += each.treat(given[0], partial(do, *given), in_one=in_one) is not False
    return done


def in_halves[Item](
    act: str,
    rows: list[Item],
    do: Callable[[list[Item]], object],
    *,
    row_of: Callable[[Item], Row],
) -> list[Item]:
    """Call `do` with many rows at once; when it fails, with half of them, down to the one that is to blame.
    `row_of` says which row a fault is about. Returns the items that passed."""
    if not rows:
        return []
    with rows_of(act, whole=False) as each:
        return _halved(each, rows, do, row_of)


def _halved[Item](
    each: Rows,
    rows: list[Item],
    do: Callable[[list[Item]], object],
    row_of: Callable[[Item], Row],
) -> list[Item]:
    if len(rows) == 1:
        return [] if each.treat(row_of(rows[0]), partial(do, rows)) is False else rows
    _answer, fault = tried(partial(do, rows))
    if fault is None:
        each.passed |= {_named(row_of(row)) for row in rows}
        return rows
    middle = len(rows) // 2
    return [
        *_halved(each, rows[:middle], do, row_of),
        *_halved(each, rows[middle:], do, row_of),
    ]


def tried[Answer](
    act: Callable[[], Answer], *, in_one: bool = True
) -> tuple[Answer | None, Exception | None]:
    """The answer of the act and None, or None and the exception that it raised."""
    try:
        with transaction.atomic() if in_one else nullcontext():
            return act(), None
    except SoftTimeLimitExceeded:
        raise
    except Exception as fault:
        if _is_nobodys(fault):
            raise
        return None, fault


def in_a_line(fault: BaseException) -> str:
    """The exception in one line, without what PostgreSQL adds of the row: it quotes people's words."""
    said = "".join(traceback.format_exception_only(fault)).partition("\nDETAIL:")[0]
    return said.strip().split("\n")[-1]


def _named(row: Row) -> tuple[str, str]:
    if isinstance(row, Model):
        return row._meta.label_lower, str(row.pk)
    return "file", str(row)[-80:]


def _is_nobodys(fault: Exception) -> bool:
    """Whether the database is gone: no row is to blame then, and the next would fail too."""
    return isinstance(fault, (OperationalError, InterfaceError)) and not connection.is_usable()
