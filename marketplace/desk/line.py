"""What a line of the desk is, whatever it is about."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import ngettext

from marketplace.desk.ranks import ANSWER, PLACES
from marketplace.models.desk.desk import followed_by
from marketplace.rules.absences import Away

type Key = tuple[str, int, int]


@dataclass(frozen=True, kw_only=True)
class Help:
    """What a kind of line explains, in a sentence each: what it wants of its reader, why it is there, and what happens, by
    when, if nobody does anything."""

    wants: Promise
    because: Promise
    otherwise: Promise


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a kind says of a row. `seen` says who followed it, for an act to compare."""

    what: str
    why: str
    since: datetime | None
    url: str
    act: str
    expected: str = ""  # what makes it late: within how many days somebody should have acted
    who: str = ""
    story: str = ""
    in_charge: str = ""
    person: int | None = None  # of who is in charge, the number
    seen: str = ""
    chased_at: datetime | None = None
    chased_by: str = ""
    chases: bool = False  # its next act is to chase: the button does that
    counts_from_publication: bool = False  # it may not have waited ever since
    day: str = ""  # “due today”: said instead of how long it has waited
    awaits: bool = True  # somebody waits for it; not for what is only to be dealt with
    never_late: bool = False  # nothing is awaited by a day


@dataclass(frozen=True, kw_only=True)
class Line(Words):
    """A line of the desk. `key` tells an act what the reader had on the screen."""

    kind: str
    help: Help
    number: int
    urgency: str
    place: int  # one of ranks.PLACES: before which lines it comes, and why
    can_change_hands: bool  # a case has its own page for that
    can_be_chased: bool
    away: Away | None  # an absence of who is in charge, and who answers

    @property
    def waits_for_you(self) -> bool:
        """Whether somebody waits for an answer of the coordination, rather than for another's or for a paper."""
        return self.awaits and self.place == ANSWER

    @property
    def group(self) -> str:
        """The name of the part of the list in which it stands."""
        return str(PLACES[self.place])

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.number}:{self.seen}"


def in_charge(row: Any) -> dict[str, Any]:
    """Who follows the row, in words (`in_charge`), by number, and in the form that an act compares (`seen`)."""
    person, operator = (row.coordinator, row.operator) if row else (None, None)
    name = person.get_full_name() if person else operator.name if operator else ""
    return {
        "in_charge": name,
        "person": person.pk if person else None,
        "seen": followed_by(row),
    }


def within(patience: timedelta) -> str:
    return ngettext("expected within %(n)s day", "expected within %(n)s days", patience.days) % {
        "n": patience.days
    }
