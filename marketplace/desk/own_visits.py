"""The visits of the coordination to somebody's own structures, for their first page. Reads only."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership
from common.dates import spoken
from marketplace.desk.waiting import Waiting
from marketplace.models import Visit
from marketplace.rules import visits

SOON = timedelta(days=2)
SHOWN = 5


def waiting(memberships: Iterable[Membership], now: datetime) -> list[Waiting]:
    """The times to choose from, then the visits that are agreed. One question, for who represents a structure only."""
    houses = [
        row.organisation_id
        for row in memberships
        if row.represents and row.organisation.is_active and not row.poles
    ]
    if not houses:
        return []
    rows = Visit.objects.to_come().filter(organisation__in=houses)
    found = rows.select_related("organisation", "coordinator").order_by("ends_at", "pk")[:SHOWN]
    return [_line(visit, now) for visit in found]


def _line(visit: Visit, now: datetime) -> Waiting:
    if visit.begins_at is None:
        why = _("%(who)s proposes three times for a visit: choose before %(day)s")
        return Waiting(
            kind="visit",
            what=visit.organisation.name,
            why=why % {"who": visit.coordinator or _("The coordination"), "day": _day(visit)},
            since=visit.asked_at,
            url=visit.get_absolute_url(),
            act=_("Choose"),
            urgency="soon" if visit.ends_at - now < SOON else "calm",
        )
    return Waiting(
        kind="visit",
        what=visit.organisation.name,
        why=_("A visit of the coordination: %(time)s") % {"time": visits.in_words(visit.begins_at)},
        since=visit.asked_at,
        url=visit.get_absolute_url(),
        act=_("See the visit"),
        urgency="soon"
        if timezone.localdate(visit.begins_at) == timezone.localdate(now)
        else "calm",
    )


def _day(visit: Visit) -> str:
    return spoken(visit.last_day, "l j F")
