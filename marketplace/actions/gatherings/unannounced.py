"""Who came to a gathering unannounced, as its host says it: somebody with an account is asked by letter, and is on the list
by their own yes alone; others are counted, without a name."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from marketplace import letters
from marketplace.actions.gatherings import attendances
from marketplace.actions.refusals import NotYet
from marketplace.models import Attendance, AttendanceStep, Gathering, Unannounced
from marketplace.models.gatherings.gatherings import MOST_SEATS
from marketplace.rules import gatherings as rules
from marketplace.states import AttendanceStatus

FEWEST_ASKED = 20  # so many may be asked at the least, whatever its seats
COME_BY_LETTER = (AttendanceStatus.CANCELLED, AttendanceStatus.WAITING)


@transaction.atomic
def ask(gathering: Gathering, email: str, *, by: User, now: datetime) -> None:
    """Ask whoever reads this mailbox and has an account whether they were there: once. Nothing tells the host whether there is
    such an account, nor that they have said no. Raises NotYet."""
    fresh = _open(gathering, now=now)
    asked = AttendanceStep.objects.filter(
        attendance__gathering=fresh, after=AttendanceStatus.ASKED
    ).count()
    if asked >= most_asked(fresh):
        raise NotYet(enough_asked())
    found = list(User.objects.of_mailbox(email).filter(is_active=True)[:2])
    if len(found) == 1:
        _ask(fresh, found[0], by=by)


def most_asked(gathering: Gathering) -> int:
    return max(gathering.seats, FEWEST_ASKED)


def enough_asked() -> str:
    return _("That is enough addresses for one gathering: count the others without a name.")


def _ask(fresh: Gathering, person: User, *, by: User) -> None:
    if rules.are_apart(person, None, fresh) or rules.leads(person, fresh):
        return
    mine = fresh.attendances.filter(person=person).first()
    if mine is None:
        mine = Attendance.objects.create(
            gathering=fresh, person=person, status=AttendanceStatus.ASKED
        ).begin(by=by)
    elif mine.status not in COME_BY_LETTER or _was_asked(mine):
        return
    else:
        mine.gathering = fresh
        mine.move(AttendanceStatus.ASKED, by=by)
    letters.attendance_asked(mine, mine.steps.latest("pk"))


def _was_asked(mine: Attendance) -> bool:
    return mine.steps.filter(after=AttendanceStatus.ASKED).exists()


@transaction.atomic
def answer(
    attendance: Attendance,
    organisation: Organisation | None,
    *,
    came: bool,
    by: User,
    now: datetime,
) -> None:
    """Whoever was asked says whether they were there, and in whose name. Twice is once. Raises NotYet."""
    fresh = attendances.locked(attendance.gathering)
    mine = fresh.attendances.get(pk=attendance.pk)
    if mine.status == (AttendanceStatus.CAME if came else AttendanceStatus.CANCELLED):
        return
    if not (mine.is_asked and fresh.was_by(now)):
        raise NotYet(_("Too late: nobody waits for this answer any more."))
    if came and organisation is not None and not by.works_for(organisation):
        raise NotYet(
            _("You can’t come in the name of %(organisation)s today.")
            % {"organisation": organisation}
        )
    if not came:
        mine.move(AttendanceStatus.CANCELLED, by=by)
        return
    mine.organisation = organisation
    mine.save(update_fields=["organisation"])
    mine.move(AttendanceStatus.CAME, by=by)


@transaction.atomic
def count(
    gathering: Gathering, organisation: Organisation | None, *, people: int, by: User, now: datetime
) -> Unannounced:
    """So many people of this structure more; said again, it replaces what was said. Raises NotYet."""
    fresh = _open(gathering, now=now)
    row = fresh.unannounced.filter(organisation=organisation).first()
    others = fresh.unannounced.exclude(pk=row.pk if row else 0)
    if (others.aggregate(all=Sum("people"))["all"] or 0) + people > MOST_SEATS:
        raise NotYet(_("A thousand people at the most."))
    row = row or Unannounced(gathering=fresh, organisation=organisation)
    row.people, row.by, row.at = people, by, now
    row.save()
    return row


@transaction.atomic
def take_away(gathering: Gathering, number: int, *, now: datetime) -> bool:
    """They didn't come after all. False when it was taken away already. Raises NotYet."""
    fresh = _open(gathering, now=now)
    return bool(fresh.unannounced.filter(pk=number).delete()[0])


def _open(gathering: Gathering, *, now: datetime) -> Gathering:
    fresh = attendances.locked(gathering)
    if not rules.is_open_to_presence(fresh, now):
        raise NotYet(_("It hasn’t begun yet, or was called off."))
    if now - fresh.ends_at > rules.SAID_FOR:
        raise NotYet(_("It was two months ago: who came stays as it was said."))
    return fresh
