"""The clock's door. Each task makes one call per room and may run twice."""

from celery import shared_task
from django.utils import timezone

from marketplace.actions import (
    agreements,
    figures,
    files,
    followups,
    freshness,
    hours,
    missions,
    news,
    offers,
    receipts,
    responsiveness,
    silence,
)
from marketplace.models import ReceiptRun

A_YEAR = 50 * 60  # seconds: thousands of receipts on a busy machine, within the broker's hour


@shared_task
def follow_up() -> None:
    """Whatever has become due since the last time, however long ago that was."""
    today = timezone.localdate()
    offers.expire_past(today)
    now = timezone.now()
    followups.ask_due(today)
    followups.open_cases(now)
    silence.chase(now)
    silence.reopen_postponed(today)
    hours.ask_due(today, now)
    hours.confirm_silent(now)
    agreements.remind_silent(now)
    missions.end_awaited_reviews(now)
    carry_on_receipts()


@shared_task
def tell_new_matches() -> None:
    """What has come into the kept lists and suits well, to those who haven't heard of it."""
    news.tell_new(timezone.now())


@shared_task
def keep_promises() -> None:
    """What sleeps is woken, and how each one answers is counted: slower, and in no hurry."""
    now = timezone.now()
    freshness.ask_still_true(now)
    freshness.recall_drafts(now)
    freshness.tell_of_lonely_needs(now)
    freshness.ask_quiet_organisations(now)
    responsiveness.count(now)


@shared_task
def make_figures() -> None:
    """Each night, and for whoever asked: what a pôle learns, counted anew from its events."""
    figures.refresh_due(timezone.now())


@shared_task(soft_time_limit=A_YEAR, time_limit=A_YEAR + 60)
def make_receipts(pk: int) -> None:
    """A year's receipts in one run. Twice is once: each has its own transaction, and those given aren't
    given again."""
    run = ReceiptRun.objects.select_related("organisation", "asked_by").filter(pk=pk, ended_at=None)
    for found in run:
        receipts.carry_on(found, now=timezone.now())


def carry_on_receipts() -> None:
    """A run that its worker has left half way goes on."""
    for pk in receipts.left_behind(timezone.now()):
        make_receipts.delay(pk)


@shared_task
def sweep_vault() -> None:
    """Files that nothing names any more."""
    files.sweep(timezone.now())
