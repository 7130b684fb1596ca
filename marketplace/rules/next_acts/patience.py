"""How long a mission may stay where it is before somebody is late."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from marketplace.models import Agreement, Mission
from marketplace.models.desk.promises import REVIEWS_AWAITED
from marketplace.states import BEFORE_IT_RUNS, MissionStatus

PATIENCE = {
    MissionStatus.FRAMING: timedelta(days=7),
    MissionStatus.AGREEMENT: timedelta(days=14),
    MissionStatus.DOCUMENTS: timedelta(days=10),
    MissionStatus.LEFT: timedelta(days=5),
    MissionStatus.DISPUTED: timedelta(days=5),
    MissionStatus.DELIVERED: REVIEWS_AWAITED,
    MissionStatus.REVIEWED: timedelta(days=30),
    MissionStatus.VALUED: timedelta(days=30),
}
# How long the value of a mission that was interrupted is asked for: many end without one.
VALUE_ASKED_FOR = timedelta(days=90)


def due_on(mission: Mission) -> date | None:
    patience = PATIENCE.get(MissionStatus(mission.status))
    if patience is None:
        return None
    until = timezone.localdate(mission.moved_at + patience)
    before = mission.status in BEFORE_IT_RUNS
    return while_of_use(mission, until, since=mission.moved_at) if before else until


def answered_by(mission: Mission, question: Agreement) -> date | None:
    """Until when a manager's answer is of use."""
    if question.expires_at is None:
        return None
    link_ends = timezone.localdate(question.expires_at)
    return while_of_use(mission, link_ends, since=question.asked_at)


def while_of_use(mission: Mission, until: date, *, since: datetime) -> date:
    """What has to be done for a mission to take place, by its last day at the latest: a short one would be over before
    it is late. What was asked after that day is due at once."""
    return min(until, max(mission.ends_on, timezone.localdate(since)))
