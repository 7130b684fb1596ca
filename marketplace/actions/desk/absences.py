"""Coordinators who are away: said beforehand or by a colleague, changed, ended; and who answers meanwhile."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import seats
from accounts.models import Pole, User, poles_of
from common.dates import period
from marketplace import letters
from marketplace.actions.refusals import NotYet
from marketplace.models import Absence, Reminder
from marketplace.rules import absences
from notifications.faults import each_row

TOLD_WITHIN = timedelta(
    days=14
)  # of what came due while nothing ran, what is older is told no more


@transaction.atomic
def say(
    person: User, *, first_day: date, last_day: date, stand_in: User | None, by: User
) -> list[Absence]:
    """Note that somebody is away, in each pôle that they coordinate, and `by` with them. Where the stand-in doesn't
    coordinate, nobody stands in yet. Raises NotYet when they are already said to be away on one of these days."""
    made = []
    poles = poles_of(person) if by == person else poles_of(person) & poles_of(by)
    for pole in poles.order_by("pk"):
        seats.lock(pole)
        _require_free(person, pole, first_day, last_day)
        made.append(
            Absence.objects.create(
                person=person,
                pole=pole,
                stand_in=stand_in if stand_in and stand_in.coordinates(pole) else None,
                first_day=first_day,
                last_day=last_day,
                said_by=by,
            )
        )
    if not made:
        raise NotYet(_("%(who)s coordinates no pôle any more.") % {"who": person})
    for absence in made:
        _tell(absence, by=by)
    return made


@transaction.atomic
def change(absence: Absence, *, last_day: date, stand_in: User | None, by: User) -> None:
    """Change until when somebody is away, and who answers meanwhile. Raises NotYet once it is over."""
    absence, before = _open_one(absence), absence.stand_in
    if (absence.last_day, absence.stand_in) == (last_day, stand_in):
        return
    _require_free(absence.person, absence.pole, absence.first_day, last_day, but=absence)
    absence.last_day = last_day
    _stands_in(absence, stand_in, before=before, by=by)


@transaction.atomic
def stand_in(absence: Absence, *, by: User) -> None:
    """A colleague answers in the place of somebody who is away, and for whom nobody does. Raises NotYet when somebody
    was first, or when they are away themselves on one of these days."""
    absence = _open_one(absence)
    left = max(absence.first_day, timezone.localdate()), absence.last_day
    if own := Absence.objects.filter(person=by, pole=absence.pole).between(*left).first():
        raise NotYet(
            _("You are away too, %(when)s: somebody else has to answer.")
            % {"when": period(own.first_day, own.last_day)}
        )
    if answers := absences.answers_for(absence):
        raise NotYet(_("%(who)s already answers meanwhile.") % {"who": answers})
    _stands_in(absence, by, before=absence.stand_in, by=by)


@transaction.atomic
def decline(absence: Absence, *, by: User) -> None:
    """The stand-in can't: nobody answers meanwhile until somebody else is found. Raises NotYet when they don't stand in."""
    absence = _open_one(absence)
    if absence.stand_in_id != by.pk:
        raise NotYet(_("Somebody else has been asked meanwhile."))
    _stands_in(absence, None, before=by, by=by)


@transaction.atomic
def end(absence: Absence, *, by: User) -> None:
    """Somebody is back before the day, or isn't away after all."""
    absence = _open_one(absence)
    absence.ended_at = timezone.now()
    absence.save(update_fields=["ended_at"])
    if absence.stand_in:
        letters.stand_in_freed(absence, absence.stand_in, by=by)
    letters.absence_ended(absence, by=by)


def _stands_in(absence: Absence, who: User | None, *, before: User | None, by: User) -> None:
    absence.stand_in = who
    absence.version = F("version") + 1
    absence.save(update_fields=["stand_in", "last_day", "version"])
    absence.refresh_from_db(fields=["version"])
    if before and before != who:
        letters.stand_in_freed(absence, before, by=by)
    _tell(absence, by=by)


def _tell(absence: Absence, *, by: User) -> None:
    letters.stand_in_asked(absence, by=by)
    letters.absence_told(absence, by=by)


def _open_one(absence: Absence) -> Absence:
    """The absence, read again under the lock of its pôle."""
    seats.lock(absence.pole)
    fresh = Absence.objects.select_related("person", "stand_in", "pole").get(pk=absence.pk)
    if fresh.ended_at or fresh.last_day < timezone.localdate():
        raise NotYet(_("%(who)s is back already.") % {"who": fresh.person})
    return fresh


def _require_free(
    person: User, pole: Pole, first: date, last: date, *, but: Absence | None = None
) -> None:
    others = Absence.objects.filter(person=person, pole=pole).between(first, last)
    other = (others.exclude(pk=but.pk) if but else others).first()
    if other:
        raise NotYet(
            _("%(who)s is already noted as away %(when)s: change that absence.")
            % {"who": person, "when": period(other.first_day, other.last_day)}
        )


def tell(now: datetime) -> int:
    """On the first day, tell the stand-in that it begins; after the last one, whoever was away what was done."""
    due = [(absence, key, now) for absence, key in _due(timezone.localdate(now))]
    return each_row("absences", due, _tell_due)


def _due(today: date) -> list[tuple[Absence, str]]:
    standing = Absence.objects.standing().of_coordinators()
    rows = standing.select_related("person", "stand_in", "pole").order_by("pk")
    found = [
        (absence, _named(absence, "begins"))
        for absence in rows.filter(first_day__lte=today, last_day__gte=today)
        if absence.stand_in and timezone.localdate(absence.said_at) < absence.first_day
    ]
    past = rows.filter(last_day__lt=today, last_day__gte=today - TOLD_WITHIN)
    found += [(one, _named(one, "over")) for one in past if not absences.goes_on(one)]
    said = Reminder.objects.said(key for _absence, key in found)
    return [(absence, key) for absence, key in found if key not in said]


def _named(absence: Absence, what: str) -> str:
    return f"absence:{absence.pk}:{what}"


@transaction.atomic
def _tell_due(absence: Absence, key: str, now: datetime) -> bool:
    if not Reminder.claim(key, now):
        return False
    if key == _named(absence, "over"):
        letters.absence_over(absence)
    else:
        letters.absence_begins(absence)
    return True
