"""The end of an operator's seat in a pôle: what was followed there by it is free again. And the reminders of what is
asked about seats."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts import letters as of_seats
from accounts import permissions
from accounts.actions import seats
from accounts.actions.refusals import Refusal
from accounts.models import Membership, Seat, User
from accounts.states import SeatStatus
from marketplace import letters
from marketplace.actions.desk import tasks
from marketplace.actions.desk.desk import POLE_OF
from marketplace.models import Case, Mission, Need, Referent, Reminder
from marketplace.states import OVER, NeedStatus
from notifications.faults import each_row

REMINDED_AFTER = (timedelta(days=7), timedelta(days=21))

# What is over keeps who followed it: a filled need is, once none of its missions goes on.
GOING_ON = Mission.objects.filter(need=OuterRef("pk")).exclude(status__in=OVER)
STILL_FOLLOWED: dict[type, Q] = {
    Need: Q(status__in=[NeedStatus.DRAFT, NeedStatus.SUBMITTED, NeedStatus.PUBLISHED])
    | Q(status=NeedStatus.PAUSED)
    | Q(Exists(GOING_ON), status=NeedStatus.FILLED),
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
    people = list(_people(seat).values_list("pk", flat=True))  # by number, the indexes answer
    rows = (*_lines(seat, people), _cases(seat, people))
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
    tasks.set_free(people, pole=seat.pole, operator=seat.operator)
    seats.drop_questions_of(seat, by=by)
    of_seats.seat_ended(seat, people, by=by)
    letters.operator_left(seat, freed=freed.total, by=by)
    return freed


def remind(now: datetime) -> int:
    """Ask again, a week and three weeks after the question, those whose yes or no about a seat is awaited."""
    return each_row("seats", _due(now), _remind)


def _due(now: datetime) -> Iterator[tuple[Seat, int, datetime]]:
    rows = Seat.objects.live().exclude(status=SeatStatus.SEATED).with_the_last_step()
    for seat in rows.select_related("operator", "pole", "asked_for").order_by("pk"):
        if times := sum(seat.asked_at <= now - after for after in REMINDED_AFTER):
            yield seat, times, now


@transaction.atomic
def _remind(seat: Seat, times: int, now: datetime) -> bool:
    """One that came due while nothing ran is passed over for the later one."""
    last = seat.steps.order_by("at", "pk").last()
    assert last is not None, "each seat begins with one"
    first, *others = [f"seat:{seat.pk}:{last.pk}:again:{n}" for n in range(times, 0, -1)]
    if not Reminder.claim(first, now):
        return False
    for earlier in others:
        Reminder.claim(earlier, now, merged=True)
    of_seats.seat_waits(seat, again=times, asked_on=timezone.localdate(last.at))
    return True


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
