"""A list filtered by state: a chip for each state that holds something, with how many."""

from dataclasses import dataclass

from django.core.paginator import Page
from django.db.models import Count, QuerySet, TextChoices

from accounts.requests import SignedInRequest
from common.far_pages import FarPages

A_PAGE = 20


@dataclass(frozen=True)
class ByState[Rows: QuerySet]:
    """The rows of the list, and its chips: `states` are (value, words, count); the state that is looked at is there
    even when it is empty."""

    rows: Rows
    status: str
    states: list[tuple[str, str, int]]
    total: int

    @classmethod
    def of(
        cls, request: SignedInRequest, found: Rows, states: type[TextChoices]
    ) -> "ByState[Rows]":
        """Read the state in the address. `found` are the rows that the reader may see, before anything is added to
        them: they are counted by state in one query."""
        counts = dict(found.order_by().values_list("status").annotate(Count("pk")))
        asked = request.GET.get("etat", "")
        status = asked if asked in states.values else ""
        return cls(
            rows=found.filter(status=status) if status else found,
            status=status,
            states=[
                (value, str(label), counts.get(value, 0))
                for value, label in states.choices
                if value in counts or value == status
            ],
            total=sum(counts.values()),
        )

    def context(self, request: SignedInRequest, rows: QuerySet) -> dict:
        """The context for the template; `rows` have what the page shows, in their order. Their number is known
        already and isn't counted again."""
        pages = FarPages(rows, A_PAGE)
        known = {value: count for value, _words, count in self.states}
        pages.count = known[self.status] if self.status else self.total
        page: Page = pages.get_page(request.GET.get("page"))
        return {"page": page, "by_state": self}
