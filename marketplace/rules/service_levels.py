"""Until when somebody waits, as the pages say it: when an answer is promised, and how often one may still ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organisation, User
from marketplace.models import Message, Need, Offer, Promises, Proposal, Responsiveness
from marketplace.rules import ask_limits, audience, working_days

ENOUGH = 3  # questions before a pace is worth showing
OFTEN = (2, 3)  # of what was asked


def pace_of(organisation: Organisation) -> str:
    """“Answers within 2 days”. Empty for an organisation that was asked too little, and for one that answers
    rarely: the site shows nobody in a bad light, and the matching knows it anyway."""
    return paces_of([organisation]).get(organisation.pk, "")


def pace_in(row: Responsiveness | None) -> str:
    """The same of the row that counts how it answers, where a page has read it."""
    return _pace(row) if row and row.asked >= ENOUGH else ""


def paces_of(organisations: Iterable[Organisation | None]) -> dict[int, str]:
    """The same of several in one question, by their numbers; without those of whom nothing is said."""
    numbers = {one.pk for one in organisations if one}
    if not numbers:
        return {}
    rows = Responsiveness.objects.filter(organisation__in=numbers, asked__gte=ENOUGH)
    said = {row.organisation_id: _pace(row) for row in rows}
    return {number: words for number, words in said.items() if words}


def _pace(row: Responsiveness) -> str:
    if row.median_hours is None or row.answered * OFTEN[1] < row.asked * OFTEN[0]:
        return ""
    if row.median_hours <= 24:
        return _("Answers within a day")
    days = -(-row.median_hours // 24)
    return ngettext("Answers within %(n)s day", "Answers within %(n)s days", days) % {"n": days}


@dataclass(frozen=True)
class Promise:
    answer_by: date
    """The day after which the coordinators step in."""
    closes_on: date
    """The day of the letter that closes it, as far as those who are waited for write nothing more."""


def promise_of(proposal: Proposal) -> Promise:
    asked_on, promises = timezone.localdate(proposal.created_at), Promises.of(proposal.need.pole)
    return _from(promises, asked_on, heard(proposal))


def answer_by(proposal: Proposal) -> date:
    """The day of the promise that no message puts off, so that none is asked for."""
    asked_on = timezone.localdate(proposal.created_at)
    return working_days.after(asked_on, Promises.of(proposal.need.pole).tell_after)


def promise_from_now(need: Need, now: datetime) -> Promise:
    """The promise for an application or an invitation sent at this moment."""
    today = timezone.localdate(now)
    return _from(Promises.of(need.pole), today, today)


def _from(promises: Promises, asked_on: date, heard_on: date) -> Promise:
    return Promise(
        answer_by=working_days.after(asked_on, promises.tell_after),
        closes_on=working_days.after(heard_on, promises.close_after),
    )


def heard(proposal: Proposal) -> date:
    """The day from which their silence counts: that of the last message by those who are waited for, otherwise of asking.
    `spoken_at` of an annotated proposal, the last message of anybody, spares the question."""
    since = proposal.created_at
    if getattr(proposal, "spoken_at", since) is None:
        return timezone.localdate(since)
    spoke = Message.objects.filter(thread__proposal=proposal, created_at__gt=since).order_by()
    last_of = dict(spoke.values_list("author").annotate(Max("created_at")))
    if not last_of:
        return timezone.localdate(since)
    sides = (audience.of_side(proposal, side) for side in proposal.silent_sides)
    theirs = {last_of.get(person.pk, since) for people in sides for person in people}
    return timezone.localdate(max(theirs, default=since))


def month_of(offer: Offer, now: datetime, *, reader: User) -> dict:
    """How often this volunteer may still be asked this month, for the reader who might ask."""
    return {
        "left": ask_limits.left(offer, now, reader=reader),
        "most": Promises.of(offer.pole).solicitations,
        "free_on": ask_limits.next_free_on(offer, now, reader=reader),
    }
