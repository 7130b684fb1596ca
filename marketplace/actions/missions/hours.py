"""Hours: written by whoever gives them, confirmed by the structure or by a week of silence."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, OrganisationStep, User
from accounts.states import OrganisationStatus
from marketplace import letters
from marketplace.actions.missions import missions
from marketplace.actions.missions.hours_limits import (
    WrongDay,
    only_contested,
    require_a_day,
    require_room,
    require_sound,
    require_there,
)
from marketplace.actions.missions.hours_limits import allowed as allowed
from marketplace.actions.refusals import NotYet
from marketplace.models import HoursEntry, Mission, MissionStep, Valuation
from marketplace.models.missions.departures import OWN_HOURS_FOR
from marketplace.models.missions.hours import HoursQuerySet
from marketplace.rules import team_hours
from marketplace.states import OVER, MissionStatus
from notifications.faults import each_row

SILENCE_CONFIRMS = timedelta(days=7)
COUNTED = (
    MissionStatus.RUNNING,
    MissionStatus.SUSPENDED,
    MissionStatus.DISPUTED,
    MissionStatus.DELIVERED,
)
STOPPED = (MissionStatus.LEFT, MissionStatus.INTERRUPTED)
AFTER_THE_WORK = (*OVER, MissionStatus.LEFT, MissionStatus.REVIEWED, MissionStatus.VALUED)


@transaction.atomic
def write(
    mission: Mission,
    days: Mapping[date, tuple[Decimal | None, str]],
    *,
    person: User,
    today: date,
    by: User | None = None,
    served: Organisation | None = None,
) -> int:
    """Save the hours of several days at once; a day with None or 0 is deleted. Returns how many rows changed. `by`
    is who writes at the company for a person who has left; `served` the structure that they served, where the mission
    serves several: the one that leads unless it is said. Raises NotYet or WrongDay."""
    mission = Mission.objects.select_for_update(no_key=True).get(pk=mission.pk)
    if reason := refusal_of(mission) or team_hours.refusal_of(mission, person):
        raise NotYet(reason)
    gone, for_whom = team_hours.days_out(mission, person), _for_whom(mission, served)
    whom = for_whom.pk if for_whom else None
    rows = list(HoursEntry.objects.filter(mission=mission, person=person, day__in=days))
    known = {entry.day: entry for entry in rows if entry.served_id == whom}
    elsewhere = _summed(entry for entry in rows if entry.served_id != whom)
    changed, any_day = 0, is_open(mission)
    for day, (hours, what) in days.items():
        entry = known.get(day)
        if entry and entry.hours == (hours or 0) and entry.what == what:
            continue
        if hours or entry:
            require_sound(mission, day, hours, entry, today)
            require_a_day(day, hours, elsewhere)
            require_there(day, hours, gone)
            if not any_day and not (entry and entry.contested_at):
                raise WrongDay(day, only_contested(day))
            changed += _save(mission, person, day, hours, what, entry, by, for_whom)
    require_room(mission)
    if why := team_hours.too_many(mission, person):
        raise NotYet(why)
    return changed


def _for_whom(mission: Mission, served: Organisation | None) -> Organisation | None:
    """The structure of the row; None for the one that the mission's papers name first. Raises NotYet for one that it
    doesn't serve."""
    if served is None or served.pk == mission.structure_id:
        return None
    if not mission.served.filter(organisation=served).exists():
        raise NotYet(_("This mission doesn’t serve %(structure)s.") % {"structure": served})
    return served


def _summed(entries: Iterable[HoursEntry]) -> dict[date, Decimal]:
    """The hours of each day: those that served another structure of the same mission."""
    found: dict[date, Decimal] = {}
    for entry in entries:
        found[entry.day] = found.get(entry.day, Decimal(0)) + entry.hours
    return found


class WrongPerson(NotYet):
    """What was written for one of a team can't be kept; `person` is the number of their account."""

    def __init__(self, person: int, sentence: str) -> None:
        self.person = person
        super().__init__(sentence)


@transaction.atomic
def write_day(
    mission: Mission,
    day: date,
    hours: Mapping[User, tuple[Decimal | None, str]],
    *,
    today: date,
    by: User,
    served: Organisation | None = None,
) -> int:
    """Save one day of several people of a team, all or none of it, for the structure that it served. Returns how many
    rows changed. Raises NotYet, or WrongPerson."""
    changed = 0
    for person, said in hours.items():
        own = None if person == by else by
        try:
            changed += write(
                mission, {day: said}, person=person, today=today, by=own, served=served
            )
        except NotYet as refusal:
            raise WrongPerson(person.pk, str(refusal)) from None
    return changed


def is_counting(mission: Mission) -> bool:
    """Whether hours may be written: from the day the mission runs until its review. Where it stopped on the way, what
    was given before may still be written for two weeks, by the company of somebody who has left for longer; and what the
    structure has contested is corrected until it is settled."""
    after = mission.started_at is not None and mission.status in AFTER_THE_WORK
    return is_open(mission) or (after and mission.hours.contested().exists())


def is_open(mission: Mission) -> bool:
    """Whether any day may be written, and not only those that the structure has contested."""
    if mission.status in COUNTED:
        return True
    if mission.started_at is None or mission.status not in STOPPED or mission.was_called_off:
        return False
    open_until = timezone.localdate(mission.moved_at) + OWN_HOURS_FOR
    return mission.departures.exists() or timezone.localdate() <= open_until


def refusal_of(mission: Mission) -> str:
    """Why no hours can be written now, as a sentence for the reader; empty when they can."""
    if is_counting(mission):
        return ""
    if mission.was_called_off:
        return _("This mission was stopped before it began: there are no hours to write.")
    if mission.started_at is None and mission.is_live:
        return _("Hours are counted from the day the mission runs until its review.")
    return _("Nothing is added to the hours of this mission any more.")


def _save(
    mission: Mission,
    person: User,
    day: date,
    hours: Decimal | None,
    what: str,
    entry: HoursEntry | None,
    by: User | None,
    served: Organisation | None,
) -> int:
    """Hours that change are a new row: a page opened before, which names the newest row that it shows, doesn't
    confirm them."""
    if entry:
        entry.delete()
    if hours:
        HoursEntry.objects.create(
            mission=mission, person=person, day=day, hours=hours, what=what, written_by=by,
            served=served,
        )  # fmt: skip
    return 1 if hours or entry else 0


# --- confirming ----------------------------------------------------------------------------
@transaction.atomic
def confirm(
    mission: Mission,
    *,
    up_to: int,
    by: User,
    now: datetime,
    of: Iterable[Organisation] | None = None,
) -> int:
    """Confirm all hours that were on the screen, for these structures (the first that the mission serves unless said): `up_to` is the number of the newest entry that the reader has
    seen. Nobody confirms their own hours, nor those that they wrote for somebody who has left: a member of the
    company may have joined the structure since. Returns of how many days, whoever came on each."""
    at = _held_still(mission, now)
    these = (
        HoursEntry.objects.to_confirm()
        .filter(mission=mission, pk__lte=up_to)
        .for_these(mission, of)
        .exclude(person=by)
        .exclude(written_by=by)
    )
    days = dict(these.values_list("pk", "day"))
    HoursEntry.objects.filter(pk__in=days).to_confirm().update(confirmed_at=at, confirmed_by=by)
    missions.close_if_done(mission, now=now)
    return len(set(days.values()))


def _held_still(mission: Mission, now: datetime) -> datetime:
    """Nobody changes its hours meanwhile, nor declares what they are worth. The moment at which they are confirmed: after
    a value that was declared since `now` was read, which didn't count them (`receipt_shares.hours_valued`)."""
    Mission.objects.select_for_update(no_key=True).get(pk=mission.pk)
    declared = Valuation.objects.filter(mission=mission).values_list("declared_at", flat=True)
    return max([now, *(moment + timedelta(microseconds=1) for moment in declared)])


@transaction.atomic
def contest(entry: HoursEntry, *, why: str, by: User, now: datetime) -> None:
    changed = (
        HoursEntry.objects.to_confirm()
        .filter(pk=entry.pk)
        .update(contested_at=now, contested_by=by, contested_why=why)
    )
    if not changed:
        raise NotYet(_("These hours have already been confirmed or contested."))
    entry.refresh_from_db()
    letters.hours_contested(entry)


def ask_due(today: date, now: datetime) -> int:
    """Send each structure one letter for each mission, about the hours that served it, written until yesterday, of which
    it hasn't been told. Returns how many missions."""
    written = HoursEntry.objects.to_confirm().filter(asked_at=None)
    written = written.filter(Q(created_at__date__lt=today))

    def ask(mission: Mission) -> bool:
        fresh = written.filter(mission=mission)
        served = {entry.served_id: entry.served for entry in fresh.select_related("served")}
        told = [_ask_one(mission, fresh, one, now) for one in served.values()]
        return any(told)

    return each_row("hours-told", Mission.objects.filter(pk__in=written.values("mission")), ask)


def _ask_one(
    mission: Mission, fresh: HoursQuerySet, served: Organisation | None, now: datetime
) -> bool:
    structure = served or mission.apart_for
    if not (
        structure or mission.structure
    ).is_active:  # it can't answer: it is told once it may again
        return False
    theirs = fresh.of_structure(mission, structure or mission.structure)
    told = list(theirs.select_related("person").order_by("person__last_name", "person"))
    if not told or not theirs.update(asked_at=now):
        return False
    letters.hours_to_confirm(mission, told, silence=SILENCE_CONFIRMS, structure=structure)
    return True


def silence_confirms_on(
    mission: Mission, now: datetime, of: Iterable[Organisation] | None = None
) -> date | None:
    """The day on which silence confirms the first of the hours that these structures have been told of; None when none
    has been told, or while silence confirms nothing."""
    told = HoursEntry.objects.to_confirm().filter(mission=mission, asked_at__isnull=False)
    told = told.for_these(mission, of).exclude(pk__in=_held(now))
    first = told.order_by("asked_at").values_list("asked_at", flat=True).first()
    return timezone.localdate(first + SILENCE_CONFIRMS) if first else None


def confirm_silent(now: datetime) -> int:
    """Confirm the hours that a structure was told of a week ago without answering; both sides are told."""
    silent = HoursEntry.objects.silent_since(now - SILENCE_CONFIRMS).exclude(pk__in=_held(now))

    def confirm_all(mission: Mission) -> bool:
        at = _held_still(mission, now)
        due = HoursEntry.objects.filter(
            pk__in=list(silent.filter(mission=mission).values_list("pk", flat=True))
        )
        total, newest = _sum_and_newest(due)
        if newest is None or not due.to_confirm().update(confirmed_at=at, confirmed_by=None):
            return False
        letters.hours_confirmed_by_silence(mission, total=total, newest=newest)
        missions.close_if_done(mission, now=now)
        return True

    waiting = Mission.objects.filter(pk__in=silent.values("mission"))
    return each_row("hours-confirmed", waiting, confirm_all)


def _held(now: datetime) -> QuerySet:
    """The hours that silence doesn't confirm: the structure that they served is suspended and can't answer, or something
    is wrong between the two sides; or it was so until less than a week ago."""
    restored = OrganisationStep.objects.filter(
        before=OrganisationStatus.SUSPENDED, at__gt=now - SILENCE_CONFIRMS
    )
    quiet = Organisation.objects.filter(
        Q(status=OrganisationStatus.SUSPENDED) | Q(pk__in=restored.values("organisation"))
    )
    settled = MissionStep.objects.filter(
        before=MissionStatus.DISPUTED, at__gt=now - SILENCE_CONFIRMS
    )
    disagree = Mission.objects.filter(
        Q(status=MissionStatus.DISPUTED) | Q(pk__in=settled.values("mission"))
    )
    waiting = HoursEntry.objects.to_confirm().filter(asked_at__isnull=False)
    held = waiting.for_whom(quiet.values("pk")) | waiting.filter(mission__in=disagree.values("pk"))
    return held.values("pk")


def _sum_and_newest(entries: HoursQuerySet) -> tuple[Decimal, int | None]:
    return entries.total(), entries.order_by("-pk").values_list("pk", flat=True).first()
