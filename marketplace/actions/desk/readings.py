"""Reminds coordinators of what was handed in and isn't read yet: whoever is in charge on the last day promised, and
all the pôle's coordinators once that day has passed."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation
from marketplace import letters
from marketplace.models import Need, Promises, Reminder
from marketplace.rules import working_days
from marketplace.rules.readings import Bounds, last_day, with_handing_in
from notifications.faults import each_row

type Due = tuple[Need | Organisation, datetime, int, Bounds, datetime]


def remind(now: datetime) -> int:
    """Send the reminders that were due on the last working day or before: nobody is asked to read on a Sunday."""
    today = working_days.worked_until(timezone.localdate(now))
    return each_row("readings", _due(today, now), _remind)


def _due(today: date, now: datetime) -> Iterator[Due]:
    for pole, promises in Promises.of_all().items():
        bounds = Bounds.of(promises.read_within, today)
        needs = with_handing_in(Need.objects.to_qualify())
        organisations = Organisation.objects.waiting().with_handing_in()
        for rows in (needs, organisations):
            due = rows.filter(pole=pole, handed_in_at__lte=bounds.soon).order_by("pk")
            yield from ((row, row.handed_in_at, promises.read_within, bounds, now) for row in due)


@transaction.atomic
def _remind(
    row: Need | Organisation, since: datetime, days: int, bounds: Bounds, now: datetime
) -> bool:
    late = bounds.urgency(since) == "late"
    handed_in_on = timezone.localdate(since)
    if not Reminder.claim(letters.reading_key(row, handed_in_on=handed_in_on, late=late), now):
        return False
    if late:
        earlier = letters.reading_key(row, handed_in_on=handed_in_on, late=False)
        Reminder.claim(earlier, now, merged=True)
    letters.reading_due(row, handed_in_on=handed_in_on, by_day=last_day(since, days), late=late)
    return True
