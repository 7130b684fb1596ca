"""The end of an operator's seat in a pôle: what was followed there by it is free again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import letters as of_seats
from accounts import permissions
from accounts.actions import seats
from accounts.actions.refusals import Refusal
from accounts.models import Membership, Seat, User
from accounts.states import SeatStatus
from marketplace import letters
from marketplace.actions.desk.desk import POLE_OF
from marketplace.models import Case, Mission, Need, Referent
from marketplace.states import OVER, NeedStatus

# What is over keeps who followed it.
STILL_FOLLOWED: dict[type, Q] = {
    Need: Q(status__in=[NeedStatus.DRAFT, NeedStatus.SUBMITTED, NeedStatus.PUBLISHED])
    | Q(status__in=[NeedStatus.PAUSED, NeedStatus.FILLED]),
    Mission: ~Q(status__in=OVER),
    Referent: Q(),
}


@dataclass(frozen=True)
class Followed:
    """How much an operator and its people follow in a pôle."""

    needs: int
    missions: int
    organisations: int
    cases: int

    @property
    def total(self) -> int:
        return self.needs + self.missions + self.organisations + self.cases


def followed(seat: Seat) -> Followed:
    """What would be free again if this seat were ended today."""
    rows = (*_lines(seat, _people(seat)), _cases(seat, _people(seat)))
    return Followed(*(found.count() for found in rows))


@transaction.atomic
def agree_to_end(seat: Seat, *, by: User, now: datetime) -> Followed:
    """A second operator agrees that the seat be ended: its people no longer coordinate the pôle, what they followed is
    nobody's, and all who coordinate are told. Raises Refusal."""
    seat = seats.locked(seat)
    if not (seat.is_leaving and permissions.can_second(by, seat)):
        raise Refusal(str(seats.NOT_YOURS))
    if refusal := seats.why_not_agree(seat):
        raise Refusal(refusal)
    people = list(_people(seat).order_by("pk"))
    freed = followed(seat)
    lines, cases = _lines(seat, people), _cases(seat, people)
    seat.move(SeatStatus.ENDED, by=by)
    seat.until = now
    seat.save(update_fields=["until"])
    for rows in lines:
        rows.update(coordinator=None, operator=None)
    cases.update(in_charge=None)
    seats.drop_questions_of(seat, by=by)
    of_seats.seat_ended(seat, people, by=by)
    letters.operator_left(seat, freed=freed.total, by=by)
    return freed


def _people(seat: Seat) -> QuerySet[User]:
    """The people of the operator who coordinate the pôle by nothing else."""
    ours = Membership.objects.coordinating(seat.pole)
    others = ours.exclude(organisation=seat.operator).values("user")
    return seat.operator.members.exclude(pk__in=others)


def _lines(seat: Seat, people: Any) -> list[QuerySet]:
    """What these people, or the operator as a whole, follow in the pôle: needs, missions, organisations."""
    theirs = Q(operator=seat.operator) | Q(coordinator__in=people)
    return [
        rows._default_manager.filter(theirs, STILL_FOLLOWED[rows], **{path: seat.pole})
        for rows, path in POLE_OF.items()
    ]


def _cases(seat: Seat, people: Any) -> QuerySet[Case]:
    return Case.objects.open().filter(in_charge__in=people, pole=seat.pole)
