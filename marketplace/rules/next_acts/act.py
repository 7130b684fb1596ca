"""An act that a mission waits for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from marketplace.models import Mission
from marketplace.rules.mission_roles import NEED, OFFER, SERVED
from marketplace.rules.next_acts.patience import due_on


@dataclass(frozen=True)
class Act:
    """Who has to act; what, as said to them (`words`) and as said of them (`task`); where to click; and by when, if
    there is a date, or from when."""

    who: str
    words: str
    task: str
    url: str = ""
    label: str = ""
    due_on: date | None = None
    from_on: date | None = None  # nobody is awaited sooner
    either: bool = False  # one of those who are asked is enough
    since: datetime | None = None  # where it isn't the mission's own last move
    has_own_line: bool = False  # the home says it by itself: a proposal or a consent that waits


def act_of(
    mission: Mission,
    who: str,
    page: str,
    words: str,
    label: str,
    task: str,
    *,
    either: bool = False,
) -> Act:
    """What is done on a page of the mission, by the day that patience allows."""
    return Act(
        who, words, task, reverse(page, args=[mission.pk]), label, due_on(mission), either=either
    )


def receiver(mission: Mission) -> str:
    """Who answers for what was received: the lead's people, or those of the one structure that a mission apart serves."""
    return SERVED if mission.apart_for_id else NEED


def of_both(mission: Mission, *said: str) -> Iterator[Act]:
    """An act that each side has to do."""
    for who in (OFFER, NEED):
        yield act_of(mission, who, *said)


def of_either(mission: Mission, *said: str) -> Iterator[Act]:
    """An act that either side may do for both."""
    for who in (OFFER, NEED):
        yield act_of(mission, who, *said, either=True)
