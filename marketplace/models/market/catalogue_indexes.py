"""The indexes that the public catalogue of needs reads."""

from collections.abc import Iterator

from django.db import models
from django.db.models import Q

from marketplace.states import NeedStatus


def of_the_catalogue() -> Iterator[models.Index]:
    """An index for each order of the catalogue, with all columns of its filters: the database counts, skips and
    chooses without reading the needs themselves, whose words fill a page of the disk each."""
    filters = ("organisation", "commune", "place", "format", "cause", "starts_on")
    orders = {
        "new": ("-published_at", "-id"),
        "soon": ("starts_on", "id"),
        "short": ("hours", "id"),
    }
    for name, order in orders.items():
        yield models.Index(
            fields=[*order, *(name for name in filters if name not in order)],
            condition=Q(status=NeedStatus.PUBLISHED, is_listed=True),
            name=f"need_open_{name}",
        )
