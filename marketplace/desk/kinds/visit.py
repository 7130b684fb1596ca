"""Visits of today, those that have been and wait for a word, those to which none of the three times suited, or nobody
answered, and those whose coordinator has left."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models import Case as If
from django.db.models import DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.desk.kind import Followed, Kind
from marketplace.desk.line import Help, Words, within
from marketplace.desk.ranks import ANSWER, LATE, SOON, first_of
from marketplace.desk.scope import Scope
from marketplace.models import Visit, VisitStep
from marketplace.rules import visits, working_days
from marketplace.states import VisitStatus


def _rows(scope: Scope) -> QuerySet[Any]:
    """Without those about what the reader leaves to another coordinator."""
    tonight = working_days.end_of(timezone.localdate(scope.now))
    agreed = Q(status=VisitStatus.AGREED, begins_at__lte=tonight)
    unanswered = Q(status__in=[VisitStatus.NO_TIME, VisitStatus.LAPSED])
    left = Q(coordinator=None, status__in=[VisitStatus.INVITED, VisitStatus.AGREED])
    rows = Visit.objects.filter(agreed | unanswered | left, pole__in=scope.poles)
    return _with_since(rows.followed_by(scope.reader), scope)


def _with_since(rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
    """Adds `since`: when it began or, for one of today that hasn't, now; when it was answered, or wasn't."""
    last = VisitStep.objects.filter(visit=OuterRef("pk")).order_by("-pk").values("at")[:1]
    now = Value(scope.now, DateTimeField())
    began = When(status=VisitStatus.AGREED, then=Least(F("begins_at"), now))
    since = If(began, default=Subquery(last), output_field=DateTimeField())
    return rows.annotate(since=since)


def _rank(scope: Scope) -> Combinable:
    agreed = Q(status=VisitStatus.AGREED)
    rank = first_of(
        When(agreed & Q(begins_at__gt=scope.now - timedelta(days=1)), then=Value(1)),
        When(since__lte=scope.now - LATE, then=Value(0)),
        When(since__lte=scope.now - SOON, then=Value(1)),
        otherwise=2,
    )
    return rank + ANSWER


def _read(numbers: Collection[int], scope: Scope) -> QuerySet[Any]:
    rows = Visit.objects.filter(pk__in=numbers).with_what_pages_show()
    return _with_since(rows, scope)


def _say(visit: Any) -> Words:
    has_been = visit.is_agreed and visit.since >= visit.begins_at
    why, act = _("Nobody answered your three times"), _("Propose others")
    if visit.is_agreed:
        why = _("A visit: %(time)s") % {"time": visits.in_words(visit.begins_at)}
        act = _("Say how it was") if has_been else _("See the visit")
    elif visit.status == VisitStatus.NO_TIME:
        why = _("None of your three times suits them")
    day = _day(visit) if visit.is_agreed and not has_been else ""
    who = visit.coordinator
    nobody_goes = who is None and not visit.waits_for_the_pole and not has_been
    if nobody_goes:
        why, act = _("A visit to which nobody comes: who was to has left"), _("Go instead")
    return Words(
        what=visit.organisation.name,
        why=why,
        since=visit.since,
        url=visit.get_absolute_url(),
        act=act,
        expected="" if day else within(LATE),
        day=day,
        awaits=visit.status == VisitStatus.NO_TIME or nobody_goes,
        in_charge=who.get_full_name() if who else "",
        person=visit.coordinator_id,
    )


def _day(visit: Any) -> str:
    if timezone.localdate(visit.begins_at) == timezone.localdate():
        return _("today")
    return visits.in_words(visit.begins_at)


KIND = Kind(
    code="visit",
    label=gettext_lazy("Visits"),
    help=Help(
        wants=gettext_lazy("See when you go, say how a visit was, or propose three other times."),
        because=gettext_lazy(
            "A visit is today or has been, none of three times suited, or whoever was to come has left."
        ),
        otherwise=gettext_lazy(
            "The line stays. Where no time was found, the structure hears nothing more; where whoever was to come has left, nobody comes."
        ),
    ),
    among=None,
    rows=_rows,
    number="pk",
    since="since",
    rank=_rank,
    communes=("organisation__commune",),
    followed=Followed(people=("coordinator",), operators=()),
    read=_read,
    say=_say,
    charge=None,  # its own page says who comes
    silent=None,
)
