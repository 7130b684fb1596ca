"""Pages of a list so long that the database would take seconds to pass over what comes before one."""

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet


class FarPages(Paginator):
    """Pages of which all but the first find their rows by their numbers, from the nearer end, and read only then what is
    shown of them. The order of `object_list` has to leave no two rows equal."""

    object_list: QuerySet

    def page(self, number: int | str) -> Page:
        number = self.validate_number(number)
        if number == 1:
            return super().page(number)
        begin = (number - 1) * self.per_page
        numbers = self._numbers(begin, min(begin + self.per_page, self.count))
        rows = self.object_list.order_by().in_bulk(numbers)
        return Page([rows[pk] for pk in numbers if pk in rows], number, self)

    def _numbers(self, begin: int, end: int) -> list[int]:
        rows = self.object_list.select_related(None).values_list("pk", flat=True)
        if begin <= self.count // 2:
            return list(rows[begin:end])
        return list(rows.reverse()[self.count - end : self.count - begin])[::-1]
