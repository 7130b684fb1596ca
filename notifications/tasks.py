"""The Celery tasks of the outbox, for the clock and the bell. Each may run twice, or not at all."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from notifications import delivery, digests, retention, sent_journal
from notifications.models import Heartbeat

OFTEN = timedelta(seconds=15)


@shared_task
def deliver() -> None:
    """Send whatever is due; started by the bell."""
    Heartbeat.objects.beat("worker", now=timezone.now(), every=OFTEN)
    delivery.deliver_due()


@shared_task
def sweep() -> None:
    """Send what the bell, a worker or the mail server has left behind; started by the clock."""
    now = timezone.now()
    for name in ("worker", "beat"):
        Heartbeat.objects.beat(name, now=now, every=OFTEN)
    delivery.deliver_due()


@shared_task
def write_summaries() -> None:
    digests.write_due(now=timezone.now())


@shared_task
def sweep_carried() -> None:
    sent_journal.sweep(timezone.now())


@shared_task
def forget() -> None:
    retention.forget(timezone.now())
