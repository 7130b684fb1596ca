"""When a coordinator could come for a visit, why a time doesn't do, and who is told of a visit. Reads only."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from common.dates import spoken
from marketplace.models import Absence, Behalf, FreeTime, Mission, Need, Visit, VisitTime
from marketplace.models.desk.visits import FURTHEST
from marketplace.rules import absences, audience, mailboxes, permissions, working_days

AHEAD = 20  # working days in which times are looked for
SHOWN = 24
STEP = timedelta(minutes=30)
A_DAY = timedelta(days=1)

type Span = tuple[datetime, datetime]


def free_times(
    person: User, minutes: int, *, now: datetime, but: Visit | None = None
) -> list[datetime]:
    """When this coordinator could begin a visit of so many minutes, from tomorrow on: in their hours for visits, without
    their absences, days of rest, and what they hold for somebody else than the visit `but`."""
    free = list(FreeTime.objects.filter(person=person))
    if not free:
        return []
    first = timezone.localdate(now) + A_DAY
    last = working_days.after(first, AHEAD)
    away = list(Absence.objects.filter(person=person).between(first, last))
    taken = _taken(person, but=but)
    found: list[datetime] = []
    for day in _days(first, last):
        if any(one.is_on(day) for one in away):
            continue
        found += _of_day(day, free, timedelta(minutes=minutes), taken)
        if len(found) >= SHOWN:
            break
    return found[:SHOWN]


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += A_DAY


def _of_day(
    day: date, free: Iterable[FreeTime], length: timedelta, taken: Sequence[Span]
) -> Iterator[datetime]:
    """The beginnings of one day, one after the other. A single date counts on a day of rest too: it was said on purpose."""
    spans = sorted(
        (one.begins, one.ends)
        for one in free
        if one.is_on(day) and (one.day or working_days.is_worked(day))
    )
    reached = None
    for begins, ends in spans:
        at, end = _wall(day, begins), _wall(day, ends)
        at = max(at, reached) if reached else at
        while at + length <= end:
            if any(at < until and at + length > since for since, until in taken):
                at += STEP
                continue
            yield at
            at += length
            reached = at


def _wall(day: date, at: time) -> datetime:
    """By the clock on the wall in Paris, whatever the season."""
    return timezone.make_aware(datetime.combine(day, at))


def _taken(person: User, *, but: Visit | None = None) -> list[Span]:
    rows = VisitTime.objects.held_by(person)
    return list((rows.exclude(visit=but) if but else rows).values_list("begins_at", "ends_at"))


def why_not(
    person: User, at: datetime, minutes: int, *, now: datetime, but: Visit | None = None
) -> str:
    """Why this coordinator can't come at this time, as a sentence; "" when they can."""
    said, until = in_words(at), at + timedelta(minutes=minutes)
    if at <= now:
        return _("%(time)s is over: choose a later time.") % {"time": said}
    if at > now + FURTHEST:
        return _("%(time)s is too far ahead: choose a time within four months.") % {"time": said}
    if Absence.objects.filter(person=person).on(timezone.localdate(at)).exists():
        return _("%(who)s is noted as away on %(day)s: choose another day.") % {
            "who": person,
            "day": spoken(timezone.localdate(at)),
        }
    held = VisitTime.objects.held_by(person).across(at, until)
    if (held.exclude(visit=but) if but else held).exists():
        return _("%(time)s is held for another visit: choose another time.") % {"time": said}
    return ""


def in_words(at: datetime) -> str:
    """For instance “Tuesday 8 December, 14:00”."""
    local = timezone.localtime(at)
    return _("%(day)s, %(time)s") % {
        "day": spoken(local.date(), "l j F"),
        "time": local.strftime("%H:%M"),
    }


# --- who is told ---------------------------------------------------------------------------
def people_of(organisation: Organisation) -> list[User]:
    """Those who answer for the structure on the site."""
    return list(audience.representatives_of(organisation))


def written_for(organisation: Organisation) -> Behalf | None:
    """What was last written for a structure of which nobody is on the site, with the address it left; None without one."""
    if people_of(organisation):
        return None
    rows = Behalf.objects.waiting().filter(organisation=organisation).exclude(email="")
    found = rows.order_by("-created_at").first()
    return found if found and not mailboxes.is_shut(found.email, organisation) else None


def coordinators_of(visit: Visit) -> list[User]:
    """Who comes, or who answers while they are away; where they don't coordinate there any more or leave it to others,
    all who follow what it is about."""
    follow = _who_follows(visit.subject)
    mine = [one for one in follow if one.pk == visit.coordinator_id]
    told = absences.in_place_of(mine[0], visit.pole) if mine else []
    return [one for one in told if one in follow] or mine or follow


def _who_follows(subject: Organisation | Need | Mission) -> list[User]:
    if isinstance(subject, Need):
        ours = audience.coordinators_of(subject.pole)
        return [one for one in ours if permissions.follows_need(one, subject)]
    return audience.who_follows(subject)
