"""Visits: three times proposed and held, one chosen, moved, cancelled, and what was seen there.

What holds a time locks its coordinator first, then the visit: two invitations by the same person never hold one moment. Whoever
only frees times locks the visit alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ForbiddenMove, Organisation, User
from common.dates import spoken
from marketplace import letters
from marketplace.actions.desk import notes, visit_links, visit_times
from marketplace.actions.refusals import NotYet
from marketplace.models import Mission, Need, Qualification, Visit, VisitTime, reasons
from marketplace.models.desk.visits import CLOSED_AFTER, TIMES, VisitQuerySet
from marketplace.rules import permissions, visits, working_days
from marketplace.states import VisitStatus


@dataclass(frozen=True)
class Place:
    """How one meets, where, for how long, and a word with it."""

    how: str
    where: str
    minutes: int
    word: str


@transaction.atomic
def invite(
    subject: Organisation | Need | Mission,
    *,
    times: Sequence[datetime],
    place: Place,
    by: User,
    now: datetime,
) -> Visit:
    """Propose three times for a visit, and hold them until the structure answers or five working days have passed; one
    letter asks those who answer for it. Raises NotYet: a time isn't free, or an invitation waits already."""
    house = house_of(subject)
    Organisation.objects.select_for_update(no_key=True).get(pk=house.pk)
    _lock(by)
    if not permissions.can_propose_visit(by, subject):
        raise NotYet(_("You don’t follow this today: a colleague proposes the visit."))
    waiting = Visit.objects.held().filter(organisation=house).select_related("coordinator").first()
    if waiting is not None:
        return _the_same(waiting, times, by=by)
    _require_free(by, times, place.minutes, now=now)
    _ask_anew(house, by=by)
    visit = _hold(subject, house, times=times, place=place, by=by, now=now)
    letters.visit_proposed(visit, "proposed", link=visit_links.link)
    return visit


def _hold(
    subject: Organisation | Need | Mission,
    house: Organisation,
    *,
    times: Sequence[datetime],
    place: Place,
    by: User,
    now: datetime,
) -> Visit:
    last = working_days.end_of(working_days.after(timezone.localdate(now), CLOSED_AFTER))
    visit = Visit.objects.create(
        pole=house.pole,
        organisation=house,
        need=subject if isinstance(subject, Need) else None,
        mission=subject if isinstance(subject, Mission) else None,
        coordinator=by,
        how=place.how,
        where=place.where,
        minutes=place.minutes,
        word=place.word,
        asked_at=now,
        ends_at=min(last, max(times)),
    ).begin(by=by)
    length = timedelta(minutes=place.minutes)
    VisitTime.objects.bulk_create(
        VisitTime(visit=visit, coordinator=by, begins_at=at, ends_at=at + length)
        for at in sorted(times)
    )
    return visit


def house_of(subject: Organisation | Need | Mission) -> Organisation:
    if isinstance(subject, Organisation):
        return subject
    return subject.need.organisation if isinstance(subject, Mission) else subject.organisation


def _the_same(waiting: Visit, times: Sequence[datetime], *, by: User) -> Visit:
    """A second click returns what the first has made. Raises NotYet for anything else."""
    held = set(waiting.times.values_list("begins_at", flat=True))
    if waiting.coordinator_id == by.pk and held == set(times):
        return waiting
    raise NotYet(
        _("An invitation of %(who)s already waits for their answer, until %(day)s.")
        % {"who": waiting.coordinator or _("a colleague"), "day": spoken(waiting.last_day)}
    )


def _require_free(by: User, times: Sequence[datetime], minutes: int, *, now: datetime) -> None:
    if len(set(times)) != TIMES:
        raise NotYet(_("Choose three times: one of them will suit."))
    length, ordered = timedelta(minutes=minutes), sorted(times)
    for before, after in zip(ordered, ordered[1:], strict=False):
        if before + length > after:
            raise NotYet(
                _("%(one)s and %(other)s overlap: choose another time.")
                % {"one": visits.in_words(before), "other": visits.in_words(after)}
            )
    for at in ordered:
        if why := visits.why_not(by, at, minutes, now=now):
            raise NotYet(why)


def _ask_anew(house: Organisation, *, by: User) -> None:
    """What waited for the pôle about this structure is dealt with: other times are proposed."""
    ended = [VisitStatus.NO_TIME, VisitStatus.LAPSED]
    for one in Visit.objects.filter(organisation=house, status__in=ended).select_for_update(
        no_key=True
    ):
        one.move(VisitStatus.SET_ASIDE, by=by, reason=reasons.coded("visit-asked-again"))


# --- the answer ----------------------------------------------------------------------------
@transaction.atomic
def choose(visit: Visit, time: VisitTime, *, by: User | None, now: datetime) -> None:
    """One of the three times is chosen, by the structure or, on the phone, for it; the others are free again. Both sides
    are told. Raises NotYet or ForbiddenMove."""
    visit = _locked(visit)
    if not visit.is_held:
        raise ForbiddenMove(visit, visit.status, VisitStatus.AGREED)
    chosen = visit.times.filter(pk=time.pk, is_held=True).first()
    if chosen is None:
        raise NotYet(_("This time isn’t one of the three."))
    if chosen.begins_at <= now:
        raise NotYet(_("This time is over: choose another one."))
    visit_times.call_off_held(visit)
    visit.begins_at = chosen.begins_at
    visit.save(update_fields=["begins_at"])
    step = visit.move(VisitStatus.AGREED, by=by)
    visit.times.exclude(pk=chosen.pk).update(is_held=False)
    letters.visit_told(step, link=visit_links.link)


@transaction.atomic
def none_suits(visit: Visit, *, word: str, by: User | None) -> None:
    """The structure can’t at any of the three times: they are free again, and a line of the desk says so. Raises
    ForbiddenMove."""
    visit = _locked(visit)
    visit.move(VisitStatus.NO_TIME, by=by, reason=word)
    visit_times.free(visit)


@transaction.atomic
def move(visit: Visit, *, to: datetime, by: User | None, now: datetime) -> bool:
    """Another time for a visit that was agreed; whoever didn’t move it is told. Returns False where it was at that time already:
    nobody is told again. Raises NotYet or ForbiddenMove."""
    _lock(visit.coordinator)
    visit = _locked(visit)
    _require_agreed(visit, now)
    if visit.begins_at == to:
        return False
    if visit.coordinator is None:
        raise NotYet(_("Nobody comes yet: a coordinator has to take this visit first."))
    if why := visits.why_not(visit.coordinator, to, visit.minutes, now=now, but=visit):
        raise NotYet(why)
    before, visit.begins_at = visit.begins_at, to
    visit.save(update_fields=["begins_at"])
    visit_times.free(visit)
    _hold_again(visit)
    day = timezone.localdate(before)
    step = visit.note(by=by, reason=reasons.coded("visit-moved", day=day))
    letters.visit_told(step, link=visit_links.link)
    return True


@transaction.atomic
def cancel(visit: Visit, *, word: str, by: User | None) -> None:
    """It won’t be: the times are free again, and the other side is told. Raises ForbiddenMove."""
    visit = _locked(visit)
    step = visit.move(VisitStatus.CANCELLED, by=by, reason=word)
    visit_times.free(visit)
    letters.visit_told(step, link=visit_links.link)


@transaction.atomic
def take(visit: Visit, *, by: User, now: datetime) -> None:
    """A coordinator comes instead of the colleague who was to, who may have left. Raises NotYet, also where another one has
    taken it since `visit` was read."""
    _lock(by)
    instead_of, visit = visit.coordinator_id, _locked(visit)
    if visit.coordinator_id == by.pk:
        return
    if visit.coordinator_id != instead_of:
        raise NotYet(
            _("%(who)s has just taken it.") % {"who": visit.coordinator or _("a colleague")}
        )
    if not (visit.is_held or visit.is_agreed):
        raise NotYet(_("This visit is over."))
    for time in visit.times.filter(is_held=True, begins_at__gt=now):
        if why := visits.why_not(by, time.begins_at, visit.minutes, now=now, but=visit):
            raise NotYet(why)
    give(visit, to=by, by=by)


@transaction.atomic
def give_all(rows: VisitQuerySet, *, to: User, by: User) -> list[int]:
    """Somebody else comes to these visits, but for those at whose times they have promised something else. Returns the
    numbers of those that changed hands."""
    _lock(to)
    given = []
    for visit in rows.with_what_pages_show().select_for_update(no_key=True, of=("self",)):
        theirs = VisitTime.objects.held_by(to)
        mine = visit.times.filter(is_held=True)
        if any(theirs.across(one.begins_at, one.ends_at).exists() for one in mine):
            continue
        give(visit, to=to, by=by)
        given.append(visit.pk)
    return given


def give(visit: Visit, *, to: User, by: User) -> None:
    """Somebody else comes; the structure is told where the visit is agreed. Whoever calls has locked the two."""
    visit_times.hand_on(visit, to=to)
    step = visit.note(by=by, reason=reasons.coded("visit-taken", who=to))
    letters.visit_told(step, link=visit_links.link, among_us=False)


# --- afterwards ----------------------------------------------------------------------------
@transaction.atomic
def took_place(visit: Visit, *, note: str, is_read: bool, by: User, now: datetime) -> None:
    """The visit has been: what was seen is a note that only coordinators read and, where they say so, what their reading
    of the need begins with. Raises NotYet or ForbiddenMove."""
    visit = _locked(visit)
    if visit.is_agreed and not visit.has_begun(now):
        raise NotYet(_("It hasn’t begun yet."))
    visit.move(VisitStatus.TOOK_PLACE, by=by)
    visit_times.free(visit)
    if note:
        notes.write(visit.subject, pole=visit.pole, body=note, by=by)
    if is_read and visit.need is not None and permissions.can_qualify_need(by, visit.need):
        _read_there(visit, visit.need, note, by=by)


def _read_there(visit: Visit, need: Need, note: str, *, by: User) -> None:
    """The sheet of the need says that it was read on this visit; what it says already stays."""
    Need.objects.select_for_update(no_key=True).get(pk=need.pk)
    sheet, _new = Qualification.objects.get_or_create(need=need, defaults={"by": by})
    sheet.met, sheet.met_on = Qualification.Met.VISIT, timezone.localdate(visit.begins_at)
    sheet.met_words = sheet.met_words or note
    sheet.version, sheet.by, sheet.at = sheet.version + 1, by, timezone.now()
    sheet.save()


@transaction.atomic
def set_aside(visit: Visit, *, by: User) -> None:
    """Nothing more is proposed for now: the line leaves the desk. Raises ForbiddenMove."""
    _locked(visit).move(VisitStatus.SET_ASIDE, by=by)


def _lock(person: User | None) -> None:
    """Whoever holds times, so that none of theirs is given away meanwhile."""
    if person is not None:
        User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _locked(visit: Visit) -> Visit:
    rows = Visit.objects.with_what_pages_show().select_for_update(no_key=True, of=("self",))
    return rows.get(pk=visit.pk)


def _require_agreed(visit: Visit, now: datetime) -> None:
    if not visit.is_agreed:
        raise NotYet(
            _("Too late: this visit is now “%(state)s”.") % {"state": visit.get_status_display()}
        )
    if visit.has_begun(now):
        raise NotYet(_("It has begun: say whether it took place, or cancel it."))


def _hold_again(visit: Visit) -> None:
    said: dict[str, Any] = {"begins_at": visit.begins_at, "ends_at": visit.ends}
    VisitTime.objects.create(visit=visit, coordinator=visit.coordinator, **said)
