"""Chases proposals without an answer: reminders, then a letter to the coordinators, then
a closing with other suggestions.

What is due is found from the rows as they are, and not from the hour of the run: a
step is due when its days have passed and no Reminder has its key. When several have
become due together (after an outage), the last is said and the earlier ones are noted
as merged into it.
"""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import ForbiddenMove
from marketplace import letters, ranking
from marketplace.actions.market import answer_links
from marketplace.models import Promises, Proposal, Reminder, Side, reasons
from marketplace.rules import audience, service_levels, working_days
from marketplace.states import NeedStatus, OfferStatus, ProposalStatus
from notifications.faults import each_row

FIRST, AGAIN, TOLD, CLOSED = "remind-1", "remind-2", "told", "closed"
ORDER = (FIRST, AGAIN, TOLD, CLOSED)


def remind(now: datetime) -> int:
    """Say what is due about each silent proposal. Returns about how many something was said."""
    return each_row("reminders", _to_chase(now), _say_if_due)


type Due = tuple[Proposal, set[str], dict[str, date], Promises, datetime]


def _to_chase(now: datetime) -> Iterator[Due]:
    today = timezone.localdate(now)
    for pole, promises in Promises.of_all().items():
        since = _last_days(promises, today)
        for proposal, said in _waiting(pole, since[FIRST]):
            yield proposal, said, since, promises, now


def _say_if_due(
    proposal: Proposal,
    said: set[str],
    since: dict[str, date],
    promises: Promises,
    now: datetime,
) -> bool:
    if not _fresh(proposal, since, said):
        return False
    return _say(proposal.pk, promises, now)


def _last_days(promises: Promises, today: date) -> dict[str, date]:
    """For each step, the last day of asking for which it is due today."""
    days = (
        promises.remind_after,
        promises.remind_again_after,
        promises.tell_after,
        promises.close_after,
    )
    return {
        step: working_days.before(today, count) for step, count in zip(ORDER, days, strict=True)
    }


def _waiting(pole: int, day: date) -> Iterator[tuple[Proposal, set[str]]]:
    """The pôle's open proposals made until this day, each with the steps already said, in few queries."""
    found = (
        Proposal.objects.open()
        .filter(need__pole=pole, created_at__lte=working_days.end_of(day))
        .annotate(spoken_at=Max("thread__messages__created_at"))
        .order_by("pk")
    )
    batch: list[Proposal] = []
    for proposal in found.iterator(chunk_size=500):
        batch.append(proposal)
        if len(batch) == 500:
            yield from _with_said(batch)
            batch = []
    yield from _with_said(batch)


def _with_said(batch: list[Proposal]) -> Iterator[tuple[Proposal, set[str]]]:
    said = Reminder.objects.said(key_of(row.pk, step) for row in batch for step in ORDER)
    for row in batch:
        yield row, {step for step in ORDER if key_of(row.pk, step) in said}


def key_of(proposal: int, step: str) -> str:
    return f"proposal:{proposal}:{step}"


def _fresh(proposal: Proposal, since: dict[str, date], said: set[str]) -> list[str]:
    """The steps that are due and haven't been said, in order. Each message of those who are waited for begins the days anew;
    but that the coordination steps in is promised from the day of asking, whatever is said meanwhile."""
    heard, asked = service_levels.heard(proposal), timezone.localdate(proposal.created_at)
    return [
        step
        for step in ORDER
        if (asked if step == TOLD else heard) <= since[step] and step not in said
    ]


@transaction.atomic
def _say(pk: int, promises: Promises, now: datetime) -> bool:
    """Say what is due about one proposal, read again under its lock: one that was answered meanwhile is left alone.
    True when something was said."""
    proposal = (
        Proposal.objects.open()
        .select_for_update(no_key=True, of=("self",))
        .select_related("need__organisation", "need__pole", "offer__person", "offer__organisation")
        .filter(pk=pk)
        .first()
    )
    if proposal is None:
        return False
    today = timezone.localdate(now)
    said = {step for _row, steps in _with_said([proposal]) for step in steps}
    due = _fresh(proposal, _last_days(promises, today), said)
    if CLOSED in due and not _may_close(proposal, promises, today):
        due.remove(CLOSED)
    if not due:
        return False
    *merged, step = due
    for earlier in merged:
        Reminder.claim(key_of(pk, earlier), now, merged=True)
    if not Reminder.claim(key_of(pk, step), now):
        return False
    if step == CLOSED:
        _close(proposal, promises)
    else:
        closes_on = _closing_day(service_levels.heard(proposal), promises, today)
        _remind(proposal, step, merged, closes_on)
    return True


def _may_close(proposal: Proposal, promises: Promises, today: date) -> bool:
    """Whether the days after a warning that was sent are over: after a long outage people are reminded first."""
    keys = [key_of(proposal.pk, step) for step in (FIRST, AGAIN, TOLD)]
    last = Reminder.objects.filter(key__in=keys, merged=False).aggregate(at=Max("at"))["at"]
    left = promises.close_after - promises.tell_after
    return last is not None and timezone.localdate(last) <= working_days.before(today, left)


def _closing_day(heard: date, promises: Promises, today: date) -> date:
    left = promises.close_after - promises.tell_after
    return max(working_days.after(heard, promises.close_after), working_days.after(today, left))


def _remind(proposal: Proposal, step: str, merged: list[str], closes_on: date) -> None:
    """Tell the coordinators at the step `told`. Remind the sides whose answer is awaited at the other steps, and at
    `told` when an earlier reminder was merged into it."""
    silent = proposal.silent_sides
    if step == TOLD:
        letters.proposal_silent(proposal, silent=silent, closes_on=closes_on)
    if step != TOLD or merged:
        for side in silent:
            letters.proposal_reminder(
                proposal, side=side, step=step, closes_on=closes_on, link=answer_links.link
            )


def _close(proposal: Proposal, promises: Promises) -> None:
    reason = reasons.coded("unanswered", days=promises.close_after)
    step = proposal.move(ProposalStatus.UNANSWERED, by=None, reason=reason)
    letters.proposal_over_elsewhere(step)
    ranking.changed(proposal.need, proposal.offer)
    silent = proposal.silent_sides
    for side in Side:
        if side in silent:
            letters.proposal_let_go(proposal, side=side)
        else:
            letters.proposal_unanswered(proposal, side=side)


# --- “not now” -----------------------------------------------------------------------------
def reopen_postponed(today: date) -> int:
    """When the day of a “not now” has come, the two may be put in touch again, and the side that had asked is told.
    Returns how many."""
    come = Proposal.objects.filter(status=ProposalStatus.DECLINED, again_from__lte=today)
    return each_row(
        "postponed", come.select_related("need__organisation", "offer__person"), _free_again
    )


@transaction.atomic
def _free_again(proposal: Proposal) -> bool:
    try:
        proposal.move(ProposalStatus.CLOSED, by=None, reason=reasons.coded("day-come"))
    except ForbiddenMove:
        return False
    ranking.changed(proposal.need, proposal.offer)
    asker = audience.other_side(proposal.declined_side)
    open_still = (NeedStatus.PUBLISHED, OfferStatus.PUBLISHED)
    if (proposal.need.status, proposal.offer.status) == open_still:
        letters.proposal_again(proposal, side=asker)
    return True
