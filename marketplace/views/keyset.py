"""Lists read on from the last row shown: each page costs as much as the first, and nothing is counted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class After:
    """The last row of the page before, as the address gives it: whether it was unread, its time, its number."""

    unread: bool
    at: datetime | None
    pk: int

    @classmethod
    def of(cls, asked: QueryDict) -> "After | None":
        """Read from the address; None for the first page, and for an address that can't be understood."""
        parts = asked.get("apres", "").split("-")
        if len(parts) != 3 or not all(part.isdecimal() and len(part) < 18 for part in parts):
            return None
        unread, micros, pk = map(int, parts)
        at = EPOCH + timedelta(microseconds=micros) if micros else None
        return cls(bool(unread), at, pk)

    @classmethod
    def row(cls, row: Model) -> str:
        at = getattr(row, "last_message_at", None)
        micros = (at - EPOCH) // timedelta(microseconds=1) if at else 0
        return f"{int(getattr(row, 'is_unread', False))}-{micros}-{row.pk}"


def cut[M: Model](
    rows: QuerySet[M],
    after: After | None,
    size: int,
    *,
    others: Callable[[list[M] | None], QuerySet[M]] | None = None,
) -> tuple[list[M], str]:
    """A page of rows, and the value of the address for the next page ("" at the end). With `others`, the rows are the unread
    ones, and the others follow them in their own order: they are asked for where the page reaches them alone, and handed all
    that are unread where it has found these."""
    found: list[M] = []
    if after is None or after.unread or not after.at:
        found += _beyond(rows, after)[: size + 1]
    if others and len(found) <= size:
        last = after if after and not (after.unread and after.at) else None
        found += _beyond(others(None if after else [*found]), last)[: size + 1 - len(found)]
    return found[:size], After.row(found[size - 1]) if len(found) > size else ""


def _beyond[M: Model](rows: QuerySet[M], after: After | None) -> QuerySet[M]:
    if after and after.at:
        older = Q(last_message_at__lt=after.at) | Q(last_message_at=after.at, pk__lt=after.pk)
        return rows.filter(older)
    return rows.filter(pk__lt=after.pk) if after else rows
