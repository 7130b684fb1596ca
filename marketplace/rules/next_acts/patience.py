"""How long a mission may stay where it is before somebody is late."""

from datetime import timedelta

from marketplace.models.desk.promises import REVIEWS_AWAITED
from marketplace.states import MissionStatus

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
