"""Seats at a gathering: taken, waited for in one's turn, kept for a day, given up. Each act locks the gathering first, so
that there are never more people than seats."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from marketplace import letters
from marketplace.actions import in_line
from marketplace.actions.refusals import NotYet
from marketplace.models import Attendance, CalledOff, Gathering, reasons
from marketplace.models.gatherings.attendances import STANDING
from marketplace.rules import calendar_names
from marketplace.rules import gatherings as rules
from marketplace.states import AttendanceStatus


def locked(gathering: Gathering) -> Gathering:
    """The gathering, read again under its lock."""
    rows = Gathering.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("host", "pole", "created_by", "commune").get(pk=gathering.pk)


# --- who comes -------------------------------------------------------------------------------
@transaction.atomic
def put_down(
    gathering: Gathering, organisation: Organisation | None, *, by: User, now: datetime
) -> Attendance:
    """Put one's name down: a seat, or the last place on the waiting list. Twice is once. Raises NotYet."""
    fresh = locked(gathering)
    settle(fresh, now=now)  # a seat that was kept for them until a moment ago is theirs no more
    mine = fresh.attendances.filter(person=by).first()
    if mine is not None and mine.stands:
        return mine
    if why := rules.why_not_attend(by, fresh, organisation, now):
        raise NotYet(why)
    # Nobody overtakes those who wait.
    is_free = rules.free_seats(fresh) > 0 and not fresh.attendances.waiting().exists()
    status = AttendanceStatus.CONFIRMED if is_free else AttendanceStatus.WAITING
    is_new = mine is None
    mine = mine or Attendance(gathering=fresh, person=by, status=status)
    mine.gathering, mine.organisation, mine.comes_at = fresh, organisation, None
    mine.asked_at = timezone.now()  # under the lock: nobody comes to wait before those who do
    mine.save()
    if is_new:
        mine.begin(by=by)
    else:
        mine.move(status, by=by)
    letters.attendance_told(mine, mine.steps.latest("pk"))
    return mine


@transaction.atomic
def take(attendance: Attendance, *, by: User, now: datetime) -> None:
    """Say yes to the seat that is kept for one. Twice is once. Raises NotYet: it is somebody else's by now."""
    mine, fresh = _own(attendance)
    if mine.has_a_seat:
        return
    if not mine.may_take_it(now):
        raise NotYet(_("Too late: this seat is no longer kept for you."))
    if why := rules.why_not_attend(by, fresh, mine.organisation, now):
        raise NotYet(why)
    mine.offered_until = None
    mine.move(AttendanceStatus.CONFIRMED, by=by)
    mine.save(update_fields=["offered_until"])
    letters.attendance_told(mine, mine.steps.latest("pk"))


@transaction.atomic
def give_up(attendance: Attendance, *, by: User, now: datetime) -> None:
    """Come no more, or wait no longer: the seat is offered to the first who waits. Twice is once. Raises NotYet."""
    mine, fresh = _own(attendance)
    if mine.status == AttendanceStatus.CANCELLED:
        return
    if not mine.stands or not fresh.is_to_come(now):
        raise NotYet(_("It has begun: there is nothing left to give up."))
    _end(mine, by=by)
    settle(fresh, now=now)


@transaction.atomic
def still_comes(attendance: Attendance, *, by: User, now: datetime) -> None:
    """Asked the day before, they come. Raises NotYet."""
    mine, fresh = _own(attendance)
    if not mine.has_a_seat or not fresh.is_to_come(now):
        raise NotYet(_("Too late: you have no seat there today."))
    if mine.comes_at is None:
        mine.comes_at = now
        mine.save(update_fields=["comes_at"])


def _own(attendance: Attendance) -> tuple[Attendance, Gathering]:
    """The two, read again under the lock of the gathering."""
    fresh = locked(attendance.gathering)
    mine = fresh.attendances.select_related("organisation", "person").get(pk=attendance.pk)
    mine.gathering = fresh
    return mine, fresh


# --- what follows ----------------------------------------------------------------------------
class _Seats:
    """The list of those who wait for a seat at a gathering that the caller has locked."""

    def __init__(self, fresh: Gathering) -> None:
        self.fresh = fresh
        self.rows = fresh.attendances.select_related("person", "organisation")

    def _of_this(self, rows: Iterable[Attendance]) -> Iterator[Attendance]:
        for one in rows:
            one.gathering = self.fresh
            yield one

    def lapsed(self, now: datetime) -> Iterable[Attendance]:
        return self._of_this(self.rows.lapsed(now))

    def gone(self) -> Iterable[Attendance]:
        return self._of_this(self.rows.standing().exclude(rules.still_there()))

    def waiting(self) -> Iterable[Attendance]:
        return self._of_this(self.rows.waiting())

    def free(self) -> int:
        """Nothing is kept in the name of a host who may not act: it stays free until it may again."""
        return rules.free_seats(self.fresh) if self.fresh.host.is_accepted else 0

    def may_have_one(self, one: Attendance) -> bool:
        may_come = rules.is_for(one.person, self.fresh, one.organisation)
        return may_come and not rules.are_apart(one.person, one.organisation, self.fresh)

    def keep_for(self, one: Attendance, now: datetime) -> None:
        one.offered_until = rules.kept_until(self.fresh, now)
        one.save(update_fields=["offered_until"])
        letters.attendance_offered(one, one.move(AttendanceStatus.OFFERED, by=None))

    def end(self, one: Attendance, *, lapsed: bool) -> None:
        reason = reasons.coded("seat-lapsed") if lapsed else reasons.coded("seat-not-theirs")
        _end(one, by=None, reason=reason, tells=True)


def settle(fresh: Gathering, *, now: datetime) -> None:
    """What is due on the list: seats that were kept in vain are free, so are those of people who have left, and what is free
    is kept for the next. Whoever calls has locked the gathering."""
    if fresh.is_to_come(now):
        in_line.settle(_Seats(fresh), now=now)


def _end(mine: Attendance, *, by: User | None, reason: str = "", tells: bool = False) -> None:
    had_a_seat, mine.offered_until = mine.has_a_seat, None
    step = mine.move(AttendanceStatus.CANCELLED, by=by, reason=reason)
    mine.save(update_fields=["offered_until"])
    if had_a_seat:
        _leave_the_calendar(mine)
    if tells:
        letters.attendance_told(mine, step)


def _leave_the_calendar(mine: Attendance) -> None:
    gathering = mine.gathering
    CalledOff.note(
        mine.person_id,
        calendar_names.of_gathering(gathering.pk),
        day=gathering.day,
        version=gathering.steps.count() + mine.steps.count(),
        now=timezone.now(),
    )


def end_all(fresh: Gathering, *, by: User | None) -> None:
    """It was called off, which they have been told: nobody comes or waits any more."""
    for one in fresh.attendances.filter(status__in=STANDING):
        _end(one, by=by, reason=reasons.coded("gathering-cancelled"))


def end_waiting(fresh: Gathering) -> None:
    """It is over: nobody waits for a seat any more."""
    for one in fresh.attendances.filter(
        status__in=[AttendanceStatus.WAITING, AttendanceStatus.OFFERED]
    ):
        _end(one, by=None, reason=reasons.coded("seat-lapsed"))


@transaction.atomic
def settle_one(gathering: Gathering, *, now: datetime) -> None:
    settle(locked(gathering), now=now)
