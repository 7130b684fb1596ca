"""What a line of the desk is, whatever it is about."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import ngettext

from marketplace.models.desk.desk import followed_by

type Key = tuple[str, int, int]
CHASEABLE = {"proposal", "mission"}


@dataclass(frozen=True)
class Line:
    """`key` and `seen` tell an act what the reader had before their eyes."""

    kind: str
    number: int
    what: str
    why: str
    since: datetime | None
    url: str
    act: str
    urgency: str = "calm"
    expected: str = ""  # what makes it late: within how many days somebody should have acted
    who: str = ""
    in_charge: str = ""
    seen: str = ""
    chased_at: datetime | None = None
    chased_by: str = ""
    story: str = ""
    chases: bool = False  # its next act is to chase: the button does that
    can_change_hands: bool = True  # a case has its own page for that

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.number}:{self.seen}"

    @property
    def can_be_chased(self) -> bool:
        return self.kind in CHASEABLE


def in_charge(row) -> dict[str, Any]:
    """Who follows it, in words, and as an act will compare it."""
    person, operator = (row.coordinator, row.operator) if row else (None, None)
    name = person.get_full_name() if person else operator.name if operator else ""
    return {"in_charge": name, "seen": followed_by(row)}


def within(patience: timedelta) -> str:
    return ngettext("expected within %(n)s day", "expected within %(n)s days", patience.days) % {
        "n": patience.days
    }


def all_of(ranks: dict[str, dict[int, str]]) -> set[int]:
    return {number for numbers in ranks.values() for number in numbers}
