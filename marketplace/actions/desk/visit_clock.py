"""What the clock does with visits: one reminder to whoever is silent, then the three times are free again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from marketplace import letters
from marketplace.actions.desk import visit_links, visit_times
from marketplace.models import Reminder, Visit
from marketplace.models.desk.visits import REMINDED_AFTER
from marketplace.rules import working_days
from marketplace.states import VisitStatus
from notifications.faults import each_row


def sweep(now: datetime) -> int:
    """Found again from the rows: a missed hour is no missed invitation. A reminder that comes due with the end isn't
    sent."""
    held = Visit.objects.held().order_by("pk")
    over = [(visit, now) for visit in held.filter(ends_at__lte=now)]
    silent = [
        visit
        for visit in held.filter(ends_at__gt=now)
        if working_days.passed(timezone.localdate(visit.asked_at), timezone.localdate(now))
        >= REMINDED_AFTER
    ]
    said = Reminder.objects.said(_key(visit) for visit in silent)
    due = [(visit, now) for visit in silent if _key(visit) not in said]
    return each_row("visits", over, _lapse) + each_row("visits-asked", due, _remind)


def _key(visit: Visit) -> str:
    return f"silent-visit:{visit.pk}"


@transaction.atomic
def _lapse(visit: Visit, now: datetime) -> bool:
    rows = Visit.objects.held().filter(pk=visit.pk, ends_at__lte=now)
    found = rows.select_for_update(no_key=True).first()
    if found is None:
        return False
    found.move(VisitStatus.LAPSED, by=None)
    visit_times.free(found)
    return True


@transaction.atomic
def _remind(visit: Visit, now: datetime) -> bool:
    rows = Visit.objects.held().with_what_pages_show().filter(pk=visit.pk, ends_at__gt=now)
    found = rows.select_for_update(no_key=True, of=("self",)).first()
    if found is None or not Reminder.claim(_key(visit), now):
        return False
    letters.visit_proposed(found, "reminded", link=visit_links.link)
    return True
