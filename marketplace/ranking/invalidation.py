"""Marks what has changed, in the transaction of the change; then a task makes the lists again, or the sweep when
the task is lost."""

import secrets
from collections.abc import Iterable, Mapping

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from marketplace.models import Need, Offer, Side, StaleMark
from marketplace.ranking import halves, index
from notifications import doorbell


class Bell(doorbell.Bell):
    """Starts the task that refreshes lists, as the letters' bell starts theirs: it never waits and never fails, and
    the sweep finds what it has missed."""

    TASK = "marketplace.ranking.tasks.refresh"


_bell: Bell | None = None


def changed(*rows: Need | Offer) -> None:
    """Write anew the cards of needs and offers that have changed (or whose proposal or mission has), and mark their
    lists. To be called last in the transaction of the change."""
    changed_numbers(
        needs=[row.pk for row in rows if isinstance(row, Need)],
        offers=[row.pk for row in rows if isinstance(row, Offer)],
    )


def changed_numbers(*, needs: Iterable[int] = (), offers: Iterable[int] = ()) -> None:
    offered = sorted(set(offers))
    wanted = sorted({*needs, *halves.needs_beside(offered)})
    with transaction.atomic(savepoint=False):
        if wanted:
            index.index_needs(wanted)
        if offered:
            index.index_offers(offered)
        mark({Side.NEED: wanted, Side.OFFER: offered})
        transaction.on_commit(ring, robust=True)


def mark(rows: Mapping[Side, Iterable[int]]) -> None:
    """Mark these, by their numbers on each side, for their lists to be made again. Each mark gets a new `turn`, so that a worker that is at work
    for an earlier turn doesn't clear it."""
    now = timezone.now()
    StaleMark.objects.bulk_create(
        [
            StaleMark(side=side, number=number, turn=secrets.randbits(62), marked_at=now)
            for side, numbers in rows.items()
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
