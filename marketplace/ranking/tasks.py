"""The worker's door to the matching. Each may run twice: the marks and chunks are the truth."""

from celery import shared_task
from django.utils import timezone

from marketplace.ranking import clock


@shared_task
def refresh() -> None:
    """Somebody rang: make again the lists that are marked."""
    clock.refresh_marked(now=timezone.now())


@shared_task
def sweep() -> None:
    """Beat rings too: what a bell, a worker or a forgetful caller dropped is mended here."""
    clock.refresh_due(now=timezone.now())
