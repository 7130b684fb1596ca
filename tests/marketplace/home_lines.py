"""What waits for a person, as their home lists it."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from accounts.models import Membership, User
from marketplace.desk import asked_of, todo
from marketplace.desk.waiting import Waiting
from marketplace.models import Mission


def lines_of(
    person: User,
    memberships: Iterable[Membership] = (),
    missions: Iterable[Mission] = (),
    *,
    now: datetime | None = None,
) -> list[Waiting]:
    memberships = list(memberships)
    found = asked_of.candidates(person, coordinates=any(row.poles for row in memberships))
    return todo.for_person(person, memberships, missions, now or timezone.now(), found=found)
