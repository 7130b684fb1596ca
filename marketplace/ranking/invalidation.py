"""Mark what has changed, in its own transaction; a task, or else the sweep, makes the lists again."""

import secrets
from collections.abc import Iterable

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from marketplace.models import Need, Offer, Side, StaleMark
from marketplace.ranking import index
from notifications import doorbell


class Bell(doorbell.Bell):
    """The letters' bell on another door: never waits, never fails, and the sweep comes by anyway."""

    TASK = "marketplace.ranking.tasks.refresh"


_bell: Bell | None = None


def changed(*rows: Need | Offer) -> None:
    """These needs and offers have changed, or a proposal or a mission of theirs has: write their
    cards anew now, and their lists soon. Call it last in the transaction of the change."""
    changed_numbers(
        needs=[row.pk for row in rows if isinstance(row, Need)],
        offers=[row.pk for row in rows if isinstance(row, Offer)],
    )


def changed_numbers(*, needs: Iterable[int] = (), offers: Iterable[int] = ()) -> None:
    wanted, offered = sorted(set(needs)), sorted(set(offers))
    with transaction.atomic():
        if wanted:
            index.index_needs(wanted)
        if offered:
            index.index_offers(offered)
        mark(Side.NEED, wanted)
        mark(Side.OFFER, offered)
        transaction.on_commit(ring, robust=True)


def mark(side: Side, numbers: Iterable[int]) -> None:
    """Another turn each time, so that whoever is at work on the earlier one leaves the mark."""
    now = timezone.now()
    StaleMark.objects.bulk_create(
        [
            StaleMark(side=side, number=number, turn=secrets.randbits(62), marked_at=now)
            for number in sorted(set(numbers))
        ],
        update_conflicts=True,
        unique_fields=["side", "number"],
        update_fields=["turn", "done_at"],
    )


def ring() -> None:
    global _bell
    if current_app.conf.task_always_eager or not settings.DOORBELL:
        return
    if _bell is None or not _bell.works:
        _bell = Bell()
    _bell.ring()
