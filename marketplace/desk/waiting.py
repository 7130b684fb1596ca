"""A line of what waits for a person, as pages show it; a line is late when somebody else has waited for too long."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

SOON, LATE = timedelta(days=2), timedelta(days=5)


@dataclass(frozen=True)
class Waiting:
    """One line: what waits, why, since when, where to go, and the verb on the button."""

    kind: str
    what: str
    why: str
    since: datetime
    url: str
    act: str
    urgency: str = "calm"  # calm, soon, late
    is_theirs: bool = False  # it is somebody else who has to answer
    is_first: bool = False  # it is kept until an hour of its own: before all, and not late

    @property
    def has_waited(self) -> bool:
        """Not before the day from which it is to be done: its first day, for a mission that is ready."""
        return self.since <= timezone.now()


def urgency(since: datetime, now: datetime) -> str:
    age = now - since
    return "late" if age >= LATE else "soon" if age >= SOON else "calm"


def ordered(lines: Iterable[Waiting]) -> list[Waiting]:
    rank = {"late": 0, "soon": 1, "calm": 2}
    return sorted(lines, key=lambda line: (not line.is_first, rank[line.urgency], line.since))
