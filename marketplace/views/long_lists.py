"""Pages of a list that may hold a hundred thousand rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from django.core.cache import caches
from django.core.exceptions import EmptyResultSet
from django.core.paginator import Page, Paginator
from django.db.models import Count, Model, Q, QuerySet

EXACT = 100
FIRST, EVERY = (
    10,
    "tous",
)  # rows of a list beside much else; the word of an address that asks for all of them
KEPT_SECONDS = 60


def count_of(rows: QuerySet) -> int:
    """How many rows there are. Up to EXACT the number is that of now; above, they are counted once a minute in each
    process, which nobody can see."""
    if (key := _key_of(rows.order_by())) is None:
        return 0
    kept = caches["counts"].get(key)
    if kept is not None:
        return kept
    count = rows.count()
    if count > EXACT:
        caches["counts"].set(key, count, KEPT_SECONDS)
    return count


def first_of[Row: Model](rows: QuerySet[Row], asked: str | None) -> tuple[list[Row], bool]:
    """The first rows of a list that stands beside much else, or all where the address asks for them; and whether there are
    more."""
    if asked == EVERY:
        return list(rows), False
    found = list(rows[: FIRST + 1])
    return found[:FIRST], len(found) > FIRST


def counts_of(groups: QuerySet) -> list[tuple]:
    """Groups of rows, each with its values and how many rows it has; kept as `count_of` keeps its number."""
    if (key := _key_of(groups.order_by())) is None:
        return []
    kept = caches["counts"].get(key)
    if kept is not None:
        return kept
    found = list(groups.order_by().annotate(n=Count("pk")))
    if sum(row[-1] for row in found) > EXACT:
        caches["counts"].set(key, found, KEPT_SECONDS)
    return found


def _key_of(rows: QuerySet) -> str | None:
    """What the answer is kept by; None where nothing can be found, and the database isn't asked."""
    try:
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return sha256(repr((sql, values)).encode()).hexdigest()


class LongPaginator(Paginator):
    """A paginator for long lists, which reads from the nearer end. The order of `object_list` has to leave no two rows
    equal."""

    object_list: QuerySet

    @cached_property
    def count(self) -> int:
        return count_of(self.object_list)

    def page(self, number: int | str) -> Page:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        stop = min(start + self.per_page, self.count)
        if start <= self.count // 2:
            return Page(self.object_list[start:stop], number, self)
        from_the_end = self.object_list.reverse()[self.count - stop : self.count - start]
        return Page(list(from_the_end)[::-1], number, self)


@dataclass(frozen=True)
class KeysetPage[Row: Model]:
    """The rows after (or before) one of them, and whether there are others on either side: `after` and `before` are
    the numbers for the links, None where the list ends."""

    rows: list[Row]
    after: int | None
    before: int | None


def keyset_page[Row: Model](
    rows: QuerySet[Row], order: tuple[str, ...], size: int, asked: Mapping[str, str]
) -> KeysetPage[Row]:
    """A page of a list in this order, whose last name makes it total, from `?after=` or `?before=` the number of a row:
    the same wherever one is in the list. A number that isn't among the rows begins at the beginning. The order goes up in
    all its columns, or down in all ("-name")."""
    back, down = "before" in asked, order[0].startswith("-")
    names = tuple(name.removeprefix("-") for name in order)
    mark = _mark(rows, names, asked.get("before" if back else "after", ""))
    found = rows.filter(_beyond(names, mark, "lt" if back != down else "gt")) if mark else rows
    turned = bool(back and mark) != down
    found = found.order_by(*(f"-{name}" for name in names) if turned else names)
    taken = list(found[: size + 1])
    more, taken = len(taken) > size, taken[:size]
    if back and mark:
        taken.reverse()
    ends = (taken[-1].pk, taken[0].pk) if taken else (None, None)
    is_more_after, is_more_before = (True, more) if back and mark else (more, bool(mark))
    return KeysetPage(
        taken, ends[0] if is_more_after else None, ends[1] if is_more_before else None
    )


def counted_page[Row: Model](
    rows: QuerySet[Row], order: tuple[str, ...], size: int, asked: Mapping[str, str]
) -> tuple[KeysetPage[Row], int]:
    """`keyset_page`, and how many rows there are in all: of a short list, seen from its beginning, in one question."""
    if "after" in asked or "before" in asked:
        return keyset_page(rows, order, size, asked), count_of(rows)
    first = list(rows.order_by(*order)[: EXACT + 1])
    after = first[size - 1].pk if len(first) > size else None
    count = len(first) if len(first) <= EXACT else count_of(rows)
    return KeysetPage(first[:size], after, None), count


def _mark(rows: QuerySet, order: tuple[str, ...], typed: str) -> tuple | None:
    if not typed.isascii() or not typed.isdecimal() or len(typed) > 18:
        return None
    return rows.filter(pk=int(typed)).values_list(*order).first()


def _beyond(order: tuple[str, ...], mark: tuple, than: str) -> Q:
    """Rows strictly after the mark, in an order of several columns."""
    beyond = Q(**{f"{order[0]}__{than}e": mark[0]})  # what an index can begin with
    later = Q()
    for place, name in enumerate(order):
        same = {before: mark[at] for at, before in enumerate(order[:place])}
        later |= Q(**same, **{f"{name}__{than}": mark[place]})
    return beyond & later
