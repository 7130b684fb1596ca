"""The acts of the clock: their names, when each was last heard of, and what the health
page says of them.

An act that failed as a whole, or that hasn't run through for too long, makes the page
a 503: nobody gets what it does. A row that was set aside is a sentence in a page that
says all is well: the others got theirs, and a monitor that calls somebody at night
for it would soon be turned off (docs/decisions/0011).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from celery import signals
from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from notifications.faults import in_a_line
from notifications.models import ClockAct, RowFault

# What, whether it is well, and in words, as in config/health.py.
type Line = tuple[str | Promise, bool, str | Promise]

GRACE = timedelta(minutes=10)

NAMES: dict[str, Promise] = {
    "letters": _("letters that leave"),
    "summaries": _("summaries"),
    "carried": _("notes of the letters that left"),
    "old-letters": _("words of old letters"),
    "expired-offers": _("offers that end"),
    "follow-ups": _("questions of the follow-up"),
    "silent-follow-ups": _("silences looked into"),
    "reminders": _("reminders and closings"),
    "asked-in-turn": _("people asked in turn"),
    "carriers": _("structures asked to carry a need"),
    "joinings": _("needs to be put together"),
    "readings": _("what waits to be read"),
    "seats": _("questions about operators that wait"),
    "absences": _("coordinators who are away, or back"),
    "asked-poles": _("pôles asked about a need"),
    "visits": _("visits proposed"),
    "gatherings": _("seats at gatherings"),
    "waiters": _("places on waiting lists"),
    "postponed": _("“not now” whose day has come"),
    "hours-told": _("hours to confirm"),
    "hours-confirmed": _("hours confirmed by silence"),
    "agreements": _("reminders to managers"),
    "amendments": _("amendments that wait past the end"),
    "consents": _("consents asked for"),
    "awaited-reviews": _("reviews that don’t come"),
    "closings": _("missions that close by themselves"),
    "values": _("values to declare"),
    "departures": _("departures found"),
    "changed-addresses": _("changes of address that stand"),
    "moved-needs": _("needs of structures that have moved"),
    "dispatch": _("needs dispatched by rules"),
    "news": _("news of new matches"),
    "still-true": _("“still true?”"),
    "drafts": _("forgotten drafts"),
    "lonely-needs": _("needs without anyone"),
    "quiet-organisations": _("quiet organisations"),
    "responsiveness": _("how each one answers"),
    "receipts": _("receipts of a year"),
    "lists": _("lists of people"),
    "left-names": _("names of those who have left, in others’ texts"),
    "data-copies": _("copies of data"),
    "rounds": _("calls of rounds, and answers that close"),
    "leavings": _("organisations that leave"),
    "matching": _("matching"),
    "figures": _("figures"),
    "vault": _("files that nothing names"),
    "sessions": _("sessions that have ended"),
    "erasures": _("list of what is erased"),
    "old-addresses": _("e-mail addresses before a change"),
    "directory": _("the directory announced"),
    "roles": _("roles to choose"),
    "joiners": _("who has joined, told once a day"),
    "past-members": _("who left an organisation, after a year"),
    "unclaimed": _("what was written for others and nobody takes up"),
    "calendars": _("what has left people’s calendars, after a month"),
    "journal": _("lines of the journal, after a year"),
    "retention": _("what has been kept long enough"),
    "inactive": _("people of whom nothing is seen any more"),
    "domains": _("records of e-mail domains"),
    "mailings": _("letters to several, and that of the month"),
    "typed-forms": _("forms typed while logged out"),
}


def by_task() -> dict[str, str]:
    """The name of the act for each task."""
    return {entry["task"]: name for name, entry in settings.CELERY_BEAT_SCHEDULE.items()}


@signals.task_success.connect
def _ran_through(sender: Any, **_about: Any) -> None:
    if name := by_task().get(sender.name):
        ClockAct.objects.passed(name, now=timezone.now())


@signals.task_failure.connect
def _failed(sender: Any, exception: BaseException, **_about: Any) -> None:
    """Note that an act has failed. Without a database this fails too, and the act is then late."""
    if name := by_task().get(sender.name):
        ClockAct.objects.failed(name, error=in_a_line(exception), now=timezone.now())


def late_after(name: str) -> timedelta:
    """After how long an act is late: twice its period, and a moment for a busy worker."""
    return 2 * timedelta(seconds=settings.CELERY_BEAT_SCHEDULE[name]["schedule"]) + GRACE


def lines(now: datetime) -> Iterator[Line]:
    """A line for each act that isn't as it should be, and for rows set aside; one line for all acts when they are
    well."""
    known = ClockAct.objects.filter(name__in=settings.CELERY_BEAT_SCHEDULE)
    told = [line for act in known for line in _of(act, now)]
    yield from told
    yield from _rows_aside()
    if not told:
        yield _("acts of the clock"), True, _("all have run through")


def _of(act: ClockAct, now: datetime) -> Iterator[Line]:
    seen = act.passed_at or act.known_at
    if act.failing_since:
        yield (
            NAMES[act.name],
            False,
            format_lazy(_("fails since {when}"), when=_at(act.failing_since)),
        )
    elif now - seen > late_after(act.name):
        yield (
            NAMES[act.name],
            False,
            format_lazy(_("hasn’t run through since {when}"), when=_at(seen)),
        )


def _rows_aside() -> Iterator[Line]:
    aside = RowFault.objects.order_by("act").values_list("act").annotate(Count("pk"), Min("since"))
    for act, rows, since in aside:
        yield NAMES.get(act, act), True, lazy(_went_on, str)(rows, _at(since))


def _went_on(rows: int, when: str) -> str:
    words = ngettext(
        "%(rows)s row set aside since %(when)s, the others went on",
        "%(rows)s rows set aside since %(when)s, the others went on",
        rows,
    )
    return words % {"rows": rows, "when": when}


def _at(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
