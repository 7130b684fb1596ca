"""The indexes that the public catalogue of needs reads, and the coordinators' lists."""

from collections.abc import Iterator

from django.db import models
from django.db.models import Q

from marketplace.states import NeedStatus

FRESH = ("is_undated", "ends_on")


def of_needs() -> Iterator[models.Index]:
    """Those of the list; and an index for each order of the catalogue, with all columns of its filters: the database counts, skips and
    chooses without reading the needs themselves, whose words fill a page of the disk each."""
    yield models.Index(fields=["status", "-published_at"], name="need_catalogue")
    yield models.Index(fields=["pole", "status", "updated_at"], name="need_desk")
    # Whose pôle, who follows it, where: what missions and proposals ask of their need.
    yield models.Index(
        fields=["pole", "id", "coordinator", "operator", "commune"], name="need_of_pole"
    )
    # Those that have waited long for somebody: the desk counts them.
    yield models.Index(
        fields=["pole", "published_at", "id", "organisation", "coordinator", "operator", "commune"],
        condition=Q(status=NeedStatus.PUBLISHED),
        name="need_waiting",
    )
    yield from _of_a_list("need", "search_name", "starts_on", "created_at", "updated_at")
    filters = (
        "organisation",
        "commune",
        "place",
        "format",
        "cause",
        "starts_on",
        "languages",
        *FRESH,
    )
    orders = {
        "new": ("-published_at", "-id"),
        "soon": ("starts_on", "id"),
        "short": ("hours", "id"),
    }
    shown = {
        "open": Q(status=NeedStatus.PUBLISHED, is_listed=True),
        # Those with a waiting list too.
        "shown": Q(status__in=[NeedStatus.PUBLISHED, NeedStatus.FILLED], is_listed=True),
    }
    for which, condition in shown.items():
        for name, order in orders.items():
            yield models.Index(
                fields=[*order, *(name for name in filters if name not in order)],
                condition=condition,
                name=f"need_{which}_{name}",
            )


def of_offers() -> Iterator[models.Index]:
    """Those of the list; and what finds the ones whose dates are over."""
    yield models.Index(fields=["status", "ends_on"], name="offer_expiry")
    yield from _of_a_list("offer", "title", "ends_on", "created_at", "updated_at")


def _of_a_list(noun: str, *orders: str) -> Iterator[models.Index]:
    """An index for each order of a list of a pôle, which is read on from any row."""
    for name in orders:
        yield models.Index(fields=["pole", name, "id"], name=f"{noun}_list_{name}")
