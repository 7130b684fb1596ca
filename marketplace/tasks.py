"""The clock's door. Each task makes one call per room and may run twice."""

from celery import shared_task
from django.utils import timezone

from marketplace.actions import agreements, followups, hours, missions, offers


@shared_task
def follow_up() -> None:
    """Whatever has become due since the last time, however long ago that was."""
    today = timezone.localdate()
    offers.expire_past(today)
    followups.ask_due(today)
    now = timezone.now()
    hours.ask_due(today, now)
    hours.confirm_silent(now)
    agreements.remind_silent(now)
    missions.end_awaited_reviews(now)
