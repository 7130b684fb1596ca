"""The letters about seats of operators in pôles."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop

from accounts.letters.families import DESK
from accounts.models import (
    Membership,
    Organisation,
    Seat,
    SeatStep,
    User,
)
from notifications.letter import Key, Letter
from notifications.models import Notification
from notifications.rules import NO_LONGER_THEIRS


def _seat_answered(letter: Notification, *, step: int, again: int = 0) -> str:
    """Why nothing is asked of this reader any more: the seat has moved on since this step, or it isn't theirs to
    answer today."""
    seat = Seat.objects.filter(steps=step).first()
    if seat is None or _last(seat).pk != step:
        return gettext_noop("Answered meanwhile")
    assert letter.recipient is not None, "it goes to administrators"
    theirs = Seat.objects.to_answer_by(letter.recipient).filter(pk=seat.pk)
    return "" if theirs.exists() else NO_LONGER_THEIRS


def _entered(letter: Notification, *, step: int, again: int) -> str:
    """Why nobody has to be invited any more: the seat has moved on, or somebody has come."""
    seat = Seat.objects.filter(steps=step).first()
    if seat is None or _last(seat).pk != step or seat.operator.memberships.exists():
        return gettext_noop("Answered meanwhile")
    return ""


SEAT_STEP = Key("seat-step:{step}[:again:{again}]")
SEAT_ASKED = Letter("seat_asked", SEAT_STEP, DESK, asks=True, moot=_seat_answered)
SEAT_OFFERED = Letter(
    "seat_offered", Key("seat-offered:{step}[:again:{again}]"), asks=True, moot=_seat_answered
)
SEAT_UNENTERED = Letter(
    "seat_unentered", Key("seat-unentered:{step}:{again}"), asks=True, moot=_entered
)
SEAT_TAKEN = Letter("seat_taken", SEAT_STEP, DESK)
SEAT_DECLINED = Letter("seat_declined", SEAT_STEP)
SEAT_LEAVING = Letter("seat_leaving", Key("seat-leaving:{step}"))
SEAT_KEPT = Letter("seat_kept", SEAT_STEP)
SEAT_ENDED = Letter("seat_ended", Key("seat-ended:{step}"), to_leavers=True)


def seat_asked(seat: Seat) -> None:
    """Ask the administrators of the other operators of the pôle: to seat an operator, or to end its seat."""
    asked = Organisation.objects.second_to(seat)
    _tell_of_seat(SEAT_ASKED, seat, asked, but=_last(seat).by, leaving=seat.is_leaving)


def seat_offered(seat: Seat, *, by: User | None) -> None:
    """Ask the administrators of the operator itself."""
    _tell_of_seat(SEAT_OFFERED, seat, [seat.operator], by=by)


def seat_waits(seat: Seat, *, again: int, asked_on: date) -> None:
    """Ask once more those whose answer is awaited. Of an operator that nobody has entered, tell those who had asked: they
    may have its first person invited again."""
    more: dict[str, Any] = {"again": again, "asked_on": asked_on}
    if not seat.is_offered:
        asked = Organisation.objects.second_to(seat)
        but = _last(seat).by
        _tell_of_seat(SEAT_ASKED, seat, asked, but=but, leaving=seat.is_leaving, **more)
    elif seat.operator.memberships.exists():
        _tell_of_seat(SEAT_OFFERED, seat, [seat.operator], **more)
    else:
        _tell_of_seat(SEAT_UNENTERED, seat, [seat.asked_for], **more)


def seat_taken(seat: Seat, *, by: User) -> None:
    """Tell all who coordinate the pôle with whom they do from now on."""
    people = Membership.objects.coordinating(seat.pole).people()
    _write_of_seat(SEAT_TAKEN, seat, people, but=by, by=by)


def seat_declined(seat: Seat, *, was_offered: bool, reason: str, by: User) -> None:
    """Tell the operator that had asked and, if it had been asked itself, the one that isn't seated."""
    told = [seat.asked_for, *([seat.operator] if was_offered else [])]
    _tell_of_seat(SEAT_DECLINED, seat, told, but=by, by=by, reason=reason)


def seat_leaving(seat: Seat, *, by: User) -> None:
    """Tell the operator whose seat it is that its end has been asked for: nothing changes before a second yes."""
    if seat.asked_for_id != seat.operator_id:
        told = (
            []
            if Organisation.objects.second_to(seat).filter(pk=seat.operator_id).exists()
            else [seat.operator]
        )
        _tell_of_seat(SEAT_LEAVING, seat, told, but=by, by=by)


def seat_kept(seat: Seat, *, by: User) -> None:
    _tell_of_seat(SEAT_KEPT, seat, {seat.asked_for, seat.operator}, but=by, by=by)


def seat_ended(seat: Seat, people: Iterable[User], *, by: User) -> None:
    """Tell its people that they no longer coordinate the pôle."""
    _write_of_seat(SEAT_ENDED, seat, people, but=None, by=by)


def _tell_of_seat(
    letter: Letter, seat: Seat, operators: Iterable[Organisation | None], **facts: Any
) -> None:
    told = Membership.objects.filter(organisation__in=[one for one in operators if one])
    _write_of_seat(letter, seat, told.administrators().people(), **facts)


def _write_of_seat(letter: Letter, seat: Seat, people: Iterable[User], **facts: Any) -> None:
    """The operators are named, and not handed over: the letter is about the seat."""
    letter.tell(
        people,
        url=seat.get_absolute_url(),
        step=_last(seat).pk,
        seat=seat,
        operator=seat.operator.name,
        pole=seat.pole.name,
        asked_for=str(seat.asked_for or ""),
        **facts,
    )


def _last(seat: Seat) -> SeatStep:
    step = seat.steps.order_by("at", "pk").last()
    assert step is not None, "each seat begins with one"
    return step
