"""The Celery tasks of the matching. Each may run twice: what is left to do is in the marks and the chunks."""

from celery import shared_task
from django.utils import timezone

from marketplace.ranking import clock


@shared_task
def refresh() -> None:
    """Make the marked lists again; started by the bell."""
    clock.refresh_marked(now=timezone.now())


@shared_task
def sweep() -> None:
    """Mend each minute what a lost bell, a stopped worker or a missing call to `changed` has left undone."""
    clock.refresh_due(now=timezone.now())
