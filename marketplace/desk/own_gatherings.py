"""What gatherings wait for from a person: a seat that is kept for them, their yes to leading one, who came to what they host."""

from collections.abc import Container, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.states import OrganisationStatus
from common.dates import spoken
from marketplace.desk.waiting import Waiting, urgency
from marketplace.models import Attendance, Gathering, Offer
from marketplace.models.gatherings.attendances import AttendanceQuerySet
from marketplace.rules.gatherings import LONGEST, SAID_FOR
from marketplace.rules.prepared import rows_for
from marketplace.states import AttendanceStatus, GatheringStatus

MOST = 8
SEAT, GATHERING = "seat-kept", "gathering"  # among the candidates (asked_of.py)


def waiting(user: User, candidates: Container[str], now: datetime) -> Iterator[Waiting]:
    """A question for each of the two of which there may be any."""
    yield from map(_kept, rows_for(user, _seats, now) if SEAT in candidates else ())
    for gathering in rows_for(user, _near, now) if GATHERING in candidates else ():
        yield _who_came(gathering, now) if gathering.has_begun(now) else _asked(gathering, now)


def kept_for(user: User) -> AttendanceQuerySet:
    return Attendance.objects.open_to(user).filter(status=AttendanceStatus.OFFERED)


def led_or_hosted_by(user: User) -> QuerySet[Gathering]:
    """Of whatever day: a wider set than `_near`."""
    hosts = Membership.objects.of(user).acting().representing().values("organisation")
    hosted = Q(host__in=hosts, status=GatheringStatus.TOOK_PLACE)
    asked = Offer.with_coming(user, at="trainer__") & Q(trainer_agreed_at=None)
    return Gathering.objects.filter(hosted | asked)


def _seats(user: User, now: datetime) -> QuerySet[Any]:
    """Prepared, as the next one (common/prepared.py)."""
    kept = kept_for(user).with_offered_at()
    kept = kept.filter(
        offered_until__gt=now,
        gathering__in=Gathering.objects.to_come(now).order_by().values("pk"),
    )
    return kept.select_related("gathering").order_by("offered_until", "pk")[:MOST]


def _near(user: User, now: datetime) -> QuerySet[Gathering]:
    hosts = Membership.objects.of(user).acting().representing().values("organisation")
    said = Attendance.objects.confirmed().filter(gathering=OuterRef("pk"))
    over = Q(
        Exists(said),
        host__in=hosts,
        host__status=OrganisationStatus.ACCEPTED,
        status=GatheringStatus.TOOK_PLACE,
        ends_at__gt=now - SAID_FOR,
    )
    asked = Offer.with_coming(user, at="trainer__") & Q(trainer_agreed_at=None, starts_at__gt=now)
    # Within what an index finds: those of the last weeks and those to come.
    near = Gathering.objects.filter(
        status__in=[GatheringStatus.DRAFT, GatheringStatus.PUBLISHED, GatheringStatus.TOOK_PLACE],
        starts_at__gt=now - SAID_FOR - LONGEST,
    )
    rows = near.filter(over | asked).select_related("host")
    return rows.order_by("starts_at", "pk")[:MOST]


def _kept(seat: Any) -> Waiting:
    until = timezone.localtime(seat.offered_until)
    words = {"day": spoken(until.date(), "l j F"), "hour": f"{until:%H:%M}"}
    return Waiting(
        kind="gathering",
        what=seat.gathering.title,
        why=_("A seat is kept for you until %(day)s, %(hour)s") % words,
        since=seat.offered_at,
        url=seat.gathering.get_absolute_url(),
        act=_("Take this seat"),
        is_first=True,  # it is somebody else's tomorrow
    )


def _asked(gathering: Gathering, now: datetime) -> Waiting:
    return Waiting(
        kind="gathering",
        what=gathering.title,
        why=_("%(who)s asks whether you will lead it") % {"who": gathering.host.name},
        since=gathering.created_at,
        url=gathering.get_absolute_url(),
        act=_("Answer"),
        urgency=urgency(gathering.created_at, now),
    )


def _who_came(gathering: Gathering, now: datetime) -> Waiting:
    return Waiting(
        kind="gathering",
        what=gathering.title,
        why=_("It is over: say who came"),
        since=gathering.ends_at,
        url=reverse("gathering-presence", args=[gathering.pk]),
        act=_("Say who came"),
        urgency=urgency(gathering.ends_at, now),
    )
