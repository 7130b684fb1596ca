"""The Celery tasks of the market. Each calls one function and may run twice."""

from celery import shared_task
from django.utils import timezone

from marketplace.actions.desk import (
    absences,
    bulk,
    cases,
    data_copies,
    dispatch,
    elsewhere,
    figures,
    journal,
    left_names,
    mailings,
    monthly,
    operators,
    readings,
    record_tellings,
    retention,
    tasks,
    unclaimed,
    visit_clock,
)
from marketplace.actions.documents import receipts, valuations
from marketplace.actions.gatherings import gathering_clock
from marketplace.actions.market import (
    alike,
    carriers,
    consents,
    freshness,
    imports,
    in_turn,
    inactivity,
    joinings,
    leaving,
    needs,
    news,
    offers,
    people,
    responsiveness,
    rounds,
    silence,
    waiters,
)
from marketplace.actions.missions import agreements, amendments, followups, hours, missions
from marketplace.actions.talk import files, messages
from marketplace.models import BulkAct, DataCopy, Import, ReceiptRun

A_YEAR = 50 * 60  # seconds: thousands of receipts on a busy machine, within the broker's hour


# --- what has become due since the last time, however long ago that was: one task an act --------
@shared_task
def expire_offers() -> None:
    offers.expire_past(timezone.localdate())


@shared_task
def ask_follow_ups() -> None:
    followups.ask_due(timezone.localdate())


@shared_task
def look_into_silences() -> None:
    followups.open_cases(timezone.now())


@shared_task
def chase_proposals() -> None:
    silence.remind(timezone.now())


@shared_task
def ask_in_turn() -> None:
    in_turn.go_on(timezone.now())


@shared_task
def look_after_carriers() -> None:
    carriers.look_after(timezone.now())
    carriers.come_back(timezone.now())


@shared_task
def look_for_joinings() -> None:
    joinings.follow(timezone.now())
    alike.look(timezone.now())


@shared_task
def remind_of_readings() -> None:
    readings.remind(timezone.now())


@shared_task
def remind_of_seats() -> None:
    operators.remind(timezone.now())


@shared_task
def tell_absences() -> None:
    absences.tell(timezone.now())


@shared_task
def remind_asked_poles() -> None:
    elsewhere.remind(timezone.now())


@shared_task
def follow_gatherings() -> None:
    gathering_clock.sweep(timezone.now())


@shared_task
def follow_waiters() -> None:
    waiters.look_after(timezone.now())


@shared_task
def reopen_postponed() -> None:
    silence.reopen_postponed(timezone.localdate())


@shared_task
def tell_hours() -> None:
    hours.ask_due(timezone.localdate(), timezone.now())


@shared_task
def confirm_hours() -> None:
    hours.confirm_silent(timezone.now())


@shared_task
def remind_managers() -> None:
    agreements.remind_silent(timezone.now())


@shared_task
def tell_overdue_amendments() -> None:
    amendments.tell_overdue(timezone.localdate(), timezone.now())


@shared_task
def sweep_unclaimed() -> None:
    unclaimed.sweep(timezone.now())


@shared_task
def follow_visits() -> None:
    visit_clock.sweep(timezone.now())


@shared_task
def ask_for_consents() -> None:
    consents.send_waiting(timezone.now())


@shared_task
def end_awaited_reviews() -> None:
    missions.end_awaited_reviews(timezone.now())


@shared_task
def close_what_is_done() -> None:
    missions.close_done(timezone.now())


@shared_task
def ask_for_values() -> None:
    valuations.ask_due(timezone.now())


@shared_task
def follow_changed_addresses() -> None:
    people.follow_changed_addresses(timezone.now())


@shared_task
def follow_moved_structures() -> None:
    needs.follow_moved_structures()
    cases.follow_moved_organisations()


@shared_task
def dispatch_needs() -> None:
    dispatch.dispatch_waiting(timezone.now())


@shared_task
def notice_departures() -> None:
    people.notice_departures(timezone.now())


@shared_task
def tell_new_matches() -> None:
    """Tell people of the good matches that have come into the kept lists and that they haven't been told of."""
    news.tell_new(timezone.now())


# --- what sleeps is woken, and how each one answers is counted: slower, and in no hurry ---------
@shared_task
def ask_still_true() -> None:
    freshness.ask_still_true(timezone.now())


@shared_task
def recall_drafts() -> None:
    freshness.recall_drafts(timezone.now())


@shared_task
def tell_of_lonely_needs() -> None:
    freshness.tell_of_lonely_needs(timezone.now())


@shared_task
def ask_quiet_organisations() -> None:
    freshness.ask_quiet_organisations(timezone.now())


@shared_task
def count_responsiveness() -> None:
    responsiveness.count(timezone.now())


@shared_task
def make_figures() -> None:
    """Count the figures of each pôle anew from its events, each night and for those who asked."""
    figures.refresh_due(timezone.now())


# --- lists, rounds, receipts and files ----------------------------------------------------------------------
@shared_task(soft_time_limit=A_YEAR, time_limit=A_YEAR + 60)
def make_receipts(pk: int) -> None:
    """Give a year's receipts in one run. Each has its own transaction, so a second run gives only what is left."""
    run = ReceiptRun.objects.select_related("organisation", "asked_by").filter(pk=pk, ended_at=None)
    for found in run:
        receipts.carry_on(found, now=timezone.now())


@shared_task
def carry_on_receipts() -> None:
    """Go on with the receipt runs whose worker has stopped half way."""
    for pk in receipts.left_behind(timezone.now()):
        make_receipts.delay(pk)


@shared_task(soft_time_limit=A_YEAR, time_limit=A_YEAR + 60)
def carry_on_list(pk: int) -> None:
    """Read, carry out or take back a list that somebody has sent, from where it stands."""
    working = Import.objects.working().select_related("organisation", "by", "pole")
    for found in working.filter(pk=pk):
        imports.carry_on(found, now=timezone.now())


@shared_task
def sweep_lists() -> None:
    """Go on with the lists whose worker has stopped half way, and with acts on many rows; forget what is over; tell whom a pôle has
    brought in."""
    for pk in imports.sweep(timezone.now()):
        carry_on_list.delay(pk)
    for pk in bulk.sweep(timezone.now()):
        carry_on_bulk.delay(pk)
    record_tellings.carry_on(timezone.now())


@shared_task(soft_time_limit=A_YEAR, time_limit=A_YEAR + 60)
def carry_on_bulk(pk: int) -> None:
    """Do, or take back, what a coordinator does to many rows of a list, from where it stands."""
    working = BulkAct.objects.filter(state__in=BulkAct.WORKING)
    for found in working.select_related("by", "to_person", "to_operator").filter(pk=pk):
        bulk.carry_on(found)


@shared_task(soft_time_limit=A_YEAR, time_limit=A_YEAR + 60)
def make_data_copy(pk: int) -> None:
    """Make a copy of all that the site holds of somebody."""
    working = DataCopy.objects.working().select_related("person", "organisation", "asked_by")
    for found in working.filter(pk=pk):
        data_copies.carry_on(found, now=timezone.now())


@shared_task
def take_names_out() -> None:
    """Take the names of those who have left out of what others wrote."""
    left_names.carry_on(timezone.now())


@shared_task
def sweep_data_copies() -> None:
    """Go on with the copies whose worker has stopped half way, and delete those whose time is over."""
    for pk in data_copies.sweep(timezone.now()):
        make_data_copy.delay(pk)


@shared_task
def carry_on_rounds() -> None:
    """Write the calls of the rounds that are open, and close those whose day has come; also when one is opened."""
    rounds.carry_on(timezone.now())


@shared_task
def carry_on_leavings() -> None:
    """Tell of organisations that leave, and end what those that have left had here; also when a day is set."""
    leaving.carry_on(timezone.now())


@shared_task
def sweep_vault() -> None:
    """Delete the messages that were begun long ago, and the files that nothing names any more."""
    messages.forget_old_drafts(timezone.now())
    files.sweep(timezone.now())


@shared_task
def forget_called_off() -> None:
    """Delete what has left somebody's calendar thirty days ago."""
    tasks.forget_called_off(timezone.now())


@shared_task
def forget_journal() -> None:
    """Delete the lines of the journal that have been kept for twelve months."""
    journal.forget(timezone.now())


@shared_task(soft_time_limit=A_YEAR, time_limit=A_YEAR + 60)
def apply_retention() -> None:
    """Erase what has been kept for its time, line by line of the table, and what those said of themselves who left long ago. A
    second run gives only what is left."""
    people.unsay_left(timezone.now())
    retention.apply(timezone.now())  # the last: where a line of it fails, it says so by an error


@shared_task
def look_after_the_inactive() -> None:
    """Tell those of whom nothing has been seen for long, and close the accounts whose day has come."""
    inactivity.follow(timezone.now())


@shared_task
def carry_mailings() -> None:
    now = timezone.now()
    mailings.post_due(now)
    monthly.draft_due(now)
