"""An act that a mission waits for."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Act:
    """Who has to act; what, as said to them (`words`) and as said of them (`task`); where to click; and by when, if
    there is a date."""

    who: str
    words: str
    task: str
    url: str = ""
    label: str = ""
    due_on: date | None = None
    either: bool = False  # one of those who are asked is enough
    since: datetime | None = None  # where it isn't the mission's own last move
    has_own_line: bool = False  # the home says it by itself: a proposal or a consent that waits
