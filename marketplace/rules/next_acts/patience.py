"""How long a mission may stay where it is before somebody is late."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from marketplace.models import Agreement, Document, Mission, Regime
from marketplace.models.desk.promises import REVIEWS_AWAITED
from marketplace.models.documents.documents import Kind, kinds_before
from marketplace.states import BEFORE_IT_RUNS, DocumentStatus, MissionStatus

PATIENCE = {
    MissionStatus.FRAMING: timedelta(days=7),
    MissionStatus.AGREEMENT: timedelta(days=14),
    MissionStatus.DOCUMENTS: timedelta(days=10),
    MissionStatus.LEFT: timedelta(days=5),
    MissionStatus.DISPUTED: timedelta(days=5),
    MissionStatus.DELIVERED: REVIEWS_AWAITED - timedelta(days=1),  # on the next the others open
    MissionStatus.REVIEWED: timedelta(days=30),
    MissionStatus.VALUED: timedelta(days=30),
}
# How long the value of a mission that was interrupted is asked for: many end without one.
VALUE_ASKED_FOR = timedelta(days=90)


def overdue(now: datetime) -> Q:
    """Missions that nobody has moved for longer than their state allows; not those that their first day alone keeps."""
    found = Q()
    for status, patience in PATIENCE.items():
        found |= Q(status=status, moved_at__lt=now - patience)
    today = timezone.localdate(now)
    own_time = Q(status=MissionStatus.FRAMING, regime=Regime.VOLUNTEERING)
    return found & ~(Q(starts_on__gte=today) & (own_time | papers_signed()))


def papers_signed() -> Q:
    """Missions that wait for no signature any more, before they start: what `documents.all_signed` says of one."""
    kept = (DocumentStatus.SIGNED, DocumentStatus.ISSUED)
    papers = Document.objects.filter(mission=OuterRef("pk"), status__in=kept).order_by()
    found = Q(status=MissionStatus.DOCUMENTS)
    for kind in Kind:
        asking = [one for one in Regime if kind in kinds_before(one)] if kind.signers else []
        if asking:
            found &= ~Q(regime__in=asking) | Q(Exists(papers.filter(kind=kind)))
    return found


def begins_by_itself(mission: Any) -> bool:
    """Whether nothing but its first day is waited for: on own time, and once its papers are signed. `is_signed` is what
    `papers_signed` says of it."""
    if mission.status == MissionStatus.FRAMING:
        return mission.is_volunteering
    return mission.status == MissionStatus.DOCUMENTS and mission.is_signed


def waits_for_its_first_day(mission: Any, today: date) -> bool:
    """Until that day is over nobody is late."""
    return begins_by_itself(mission) and mission.starts_on >= today


def due_on(mission: Mission) -> date | None:
    patience = PATIENCE.get(MissionStatus(mission.status))
    if patience is None:
        return None
    # Whoever has left may be taken over: from the day on which a colleague was asked, or let it go.
    since = getattr(mission, "transfer_since", None) or mission.moved_at
    until = timezone.localdate(since + patience)
    before = mission.status in BEFORE_IT_RUNS
    return while_of_use(mission, until, since=mission.moved_at) if before else until


def answered_by(mission: Mission, question: Agreement) -> date | None:
    """Until when a manager's answer is of use."""
    if question.expires_at is None:
        return None
    link_ends = timezone.localdate(question.expires_at)
    return while_of_use(mission, link_ends, since=question.asked_at)


def while_of_use(mission: Mission, until: date, *, since: datetime) -> date:
    """What has to be done for a mission to take place, by its first day at the latest, which stands only with it. What was
    asked after that day, by its last one: a short one would be over before it is late; what was asked later still, at once."""
    asked_on = timezone.localdate(since)
    begins_in_time = mission.has_dates and mission.starts_on >= asked_on
    last = mission.starts_on if begins_in_time else max(mission.ends_on, asked_on)
    return min(until, last)
