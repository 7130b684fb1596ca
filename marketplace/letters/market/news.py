"""New matches: a few in one letter, with the reasons of the side that reads."""

from collections.abc import Sequence

from django.urls import reverse

from marketplace.matching.match import Match
from marketplace.models import Need, Offer
from marketplace.rules import audience
from notifications import outbox


def news_key(kind: str, number: int, others: Sequence[int]) -> str:
    """Which rows are told: read again just before the letter leaves (letters.py)."""
    return ":".join(["news", kind, *map(str, [number, *others])])


def new_needs(offer: Offer, matches: Sequence[Match], *, key: str) -> None:
    for person in audience.offering(offer):
        outbox.post(
            recipient=person,
            key=key,
            template="new_needs",
            url=offer.get_absolute_url(),
            offer=offer,
            matches=matches,
        )


def new_offers(need: Need, matches: Sequence[Match], *, key: str) -> None:
    for person in audience.structure(need):
        outbox.post(
            recipient=person,
            key=key,
            template="new_offers",
            url=reverse("need-candidates", args=[need.pk]),
            need=need,
            matches=matches,
        )
