"""The clock's and the bell's door. Each task may run twice, or not at all."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from notifications import delivery, digests, retention, sent_journal
from notifications.models import Heartbeat

OFTEN = timedelta(seconds=15)


@shared_task
def deliver() -> None:
    """Somebody rang: send whatever is due."""
    Heartbeat.objects.beat("worker", now=timezone.now(), every=OFTEN)
    delivery.deliver_due()


@shared_task
def sweep() -> None:
    """Beat rings too: whatever the bell, a worker or the mail server dropped leaves now."""
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
