"""Pages of a list that may hold a hundred thousand rows."""

from functools import cached_property
from hashlib import sha256

from django.core.cache import caches
from django.core.exceptions import EmptyResultSet
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

EXACT = 100
KEPT_SECONDS = 60


class LongPaginator(Paginator):
    """A paginator for long lists: above a hundred rows it counts once a minute in each
    process, and it reads from the nearer end.

    The order of `object_list` has to leave no two rows equal. Up to EXACT rows the number
    is that of now; above, it is a minute old at the most, which nobody can see.
    """

    object_list: QuerySet

    @cached_property
    def count(self) -> int:
        try:
            sql, values = self.object_list.order_by().query.sql_with_params()
        except EmptyResultSet:  # nothing can be found: the database isn't asked
            return 0
        key = sha256(repr((sql, values)).encode()).hexdigest()
        kept = caches["counts"].get(key)
        if kept is not None:
            return kept
        count = self.object_list.count()
        if count > EXACT:
            caches["counts"].set(key, count, KEPT_SECONDS)
        return count

    def page(self, number: int | str) -> Page:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        stop = min(start + self.per_page, self.count)
        if start <= self.count // 2:
            return Page(self.object_list[start:stop], number, self)
        from_the_end = self.object_list.reverse()[self.count - stop : self.count - start]
        return Page(list(from_the_end)[::-1], number, self)
