"""Hours: written by whoever gives them, confirmed by the structure or by a week of silence."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import OrganisationStep, User
from accounts.states import OrganisationStatus
from common.dates import spoken
from marketplace import letters
from marketplace.actions.missions import amendment_effect, missions
from marketplace.actions.refusals import NotYet
from marketplace.models import Departure, HoursEntry, Mission, Origin, SheetVersion, TeamMember
from marketplace.models.missions.departures import OWN_HOURS_FOR
from marketplace.models.missions.hours import HoursQuerySet
from marketplace.models.missions.sheets import DATES
from marketplace.rules import documents, team_hours
from marketplace.states import MissionStatus
from notifications.faults import each_row

SILENCE_CONFIRMS = timedelta(days=7)
MOST_A_DAY = Decimal(13)  # eleven hours of rest: more would be a slip of the finger
COUNTED = (
    MissionStatus.RUNNING,
    MissionStatus.SUSPENDED,
    MissionStatus.DISPUTED,
    MissionStatus.DELIVERED,
)
STOPPED = (MissionStatus.LEFT, MissionStatus.INTERRUPTED)
AFTER_THE_WORK = (*STOPPED, MissionStatus.REVIEWED)


class WrongDay(NotYet):
    """What was written for a day can't be kept; str() names the day."""

    def __init__(self, day: date, sentence: str) -> None:
        self.day = day
        super().__init__(sentence)


@transaction.atomic
def write(
    mission: Mission,
    days: Mapping[date, tuple[Decimal | None, str]],
    *,
    person: User,
    today: date,
    by: User | None = None,
) -> int:
    """Save the hours of several days at once; a day with None or 0 is deleted. Returns how many rows changed. `by`
    is who writes at the company for a person who has left. Raises NotYet or WrongDay."""
    mission = Mission.objects.select_for_update(no_key=True).get(pk=mission.pk)
    if reason := refusal_of(mission) or team_hours.refusal_of(mission, person):
        raise NotYet(reason)
    gone = team_hours.days_out(mission, person)
    known = {
        entry.day: entry
        for entry in HoursEntry.objects.filter(mission=mission, person=person, day__in=days)
    }
    changed, any_day = 0, _is_open(mission)
    for day, (hours, what) in days.items():
        entry = known.get(day)
        if entry and entry.hours == (hours or 0) and entry.what == what:
            continue
        if hours or entry:
            _require_sound(mission, day, hours, entry, today)
            _require_there(day, hours, gone)
            if not any_day and not (entry and entry.contested_at):
                raise WrongDay(day, _only_contested(day))
            changed += _save(mission, person, day, hours, what, entry, by)
    _require_room(mission)
    if why := team_hours.too_many(mission, person):
        raise NotYet(why)
    return changed


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
) -> int:
    """Save one day of several people of a team, all or none of it. Returns how many rows changed. Raises NotYet, or
    WrongPerson."""
    changed = 0
    for person, said in hours.items():
        own = None if person == by else by
        try:
            changed += write(mission, {day: said}, person=person, today=today, by=own)
        except NotYet as refusal:
            raise WrongPerson(person.pk, str(refusal)) from None
    return changed


def is_counting(mission: Mission) -> bool:
    """Whether hours may be written: from the day the mission runs until its review. Where it stopped on the way, what
    was given before may still be written for two weeks, by the company of somebody who has left for longer; and what the
    structure has contested is corrected until it is settled."""
    after = mission.started_at is not None and mission.status in AFTER_THE_WORK
    return _is_open(mission) or (after and mission.hours.contested().exists())


def _is_open(mission: Mission) -> bool:
    """Whether any day may be written, and not only those that the structure has contested."""
    if mission.status in COUNTED:
        return True
    if mission.started_at is None or mission.status not in STOPPED:
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


def _only_contested(day: date) -> str:
    words = _(
        "%(day)s: of this mission only hours that the structure has contested can still change."
    )
    return words % {"day": spoken(day, "j F")}


def _require_there(
    day: date, hours: Decimal | None, gone: Sequence[Departure | TeamMember]
) -> None:
    """On working time, hours count up to the last day in the company only, or in the team."""
    for departure in gone:
        if hours and departure.takes_away(day):
            last = departure.last_on or day
            words = _("%(day)s: hours are counted up to %(last)s, the last day with the employer.")
            if isinstance(departure, TeamMember):
                words = _("%(day)s: hours are counted up to %(last)s, the last day in the team.")
            said = {"day": spoken(day, "j F"), "last": spoken(last, "j F Y")}
            raise WrongDay(day, words % said)


def _require_sound(
    mission: Mission, day: date, hours: Decimal | None, entry: HoursEntry | None, today: date
) -> None:
    on = {"day": spoken(day, "j F")}
    if entry and entry.is_confirmed:
        raise WrongDay(day, _("%(day)s: the structure has already confirmed these hours.") % on)
    if not hours:
        return
    if hours < 0:
        raise WrongDay(day, _("%(day)s: hours can't be negative.") % on)
    if hours > MOST_A_DAY:
        raise WrongDay(
            day,
            _("%(day)s: that is more than the %(most)s hours a day can hold.")
            % (on | {"most": MOST_A_DAY}),
        )
    if day > today:
        raise WrongDay(
            day, _("%(day)s hasn't come yet: hours are written once they are given.") % on
        )
    if not mission.starts_on <= day <= mission.ends_on:
        raise WrongDay(day, _outside(mission, day))
    if mission.was_interrupted and day > mission.lasted_until:
        stopped = on | {"last": spoken(mission.lasted_until, "j F Y")}
        raise WrongDay(
            day,
            _("%(day)s: the mission stopped on %(last)s, and hours count up to that day.")
            % stopped,
        )


def _outside(mission: Mission, day: date) -> str:
    """Why this day is outside the mission, as a sentence. The dates in force count, and not those of an amendment
    that waits."""
    on, waiting = {"day": spoken(day, "j F")}, amendment_effect.open_of(mission)
    if not mission.is_live:
        return _("%(day)s is outside the dates of the mission, which no longer change.") % on
    if waiting and waiting.values.keys() & set(DATES):
        start, end = (spoken(one, "j F Y") for one in (mission.starts_on, mission.ends_on))
        return _(
            "%(day)s is outside the dates in force, from %(start)s to %(end)s: they change once this is signed by all: %(amendment)s."
        ) % (on | {"start": start, "end": end, "amendment": waiting})
    signed = documents.is_signed(mission)
    if day < mission.starts_on:
        if signed:
            return (
                _("%(day)s is before the start that was signed: it takes an amendment first.") % on
            )
        return _("%(day)s is before the mission starts: change its start on the sheet first.") % on
    if signed:
        return _("%(day)s is after the end that was signed: it takes an amendment first.") % on
    return _("%(day)s is after the mission ends: change its end on the sheet first.") % on


def _save(
    mission: Mission,
    person: User,
    day: date,
    hours: Decimal | None,
    what: str,
    entry: HoursEntry | None,
    by: User | None,
) -> int:
    """Hours that change are a new row: a page opened before, which names the newest row that it shows, doesn't
    confirm them."""
    if entry:
        entry.delete()
    if hours:
        HoursEntry.objects.create(
            mission=mission, person=person, day=day, hours=hours, what=what, written_by=by
        )
    return 1 if hours or entry else 0


def _require_room(mission: Mission) -> None:
    """The hours can't exceed the sheet's, nor what the employer agreed to, less what a colleague has taken over."""
    total, most = HoursEntry.objects.filter(mission=mission).total(), allowed(mission)
    handed = handed_on(mission)
    if total > min(most, mission.sheet.hours - handed):
        total_said = number_format(total.normalize(), use_l10n=True)
        raise NotYet(_no_room(mission, {"planned": most, "total": total_said, "handed": handed}))


def handed_on(mission: Mission) -> int:
    """The hours with which a colleague's mission began when it took this one over; 0 when none did. Later changes
    of that mission's sheet don't count."""
    transferred = mission.departures.filter(outcome=Departure.Outcome.TRANSFERRED)
    began = SheetVersion.objects.filter(
        sheet__mission__in=Mission.objects.filter(
            need=mission.need_id,
            renewed_from=None,
            proposal__origin=Origin.TRANSFER,
            offer__proposals__transfer__departure__in=transferred,
        )
    )
    first = began.order_by("number").first()
    return int(first.data["hours"]) if first else 0


def _no_room(mission: Mission, figures: dict) -> str:
    if figures["handed"]:
        return (
            _(
                "%(handed)s of the %(planned)s hours have been handed on to the colleague who took the mission over, and this would make %(total)s here."
            )
            % figures
        )
    if not mission.is_live:
        return (
            _(
                "The mission was planned for %(planned)s hours, which no longer change, and this would make %(total)s."
            )
            % figures
        )
    waiting = amendment_effect.open_of(mission)
    if waiting and "hours" in waiting.values:
        return _(
            "%(planned)s hours are in force, and this would make %(total)s: they change once this is signed by all: %(amendment)s."
        ) % (figures | {"amendment": waiting})
    if documents.is_signed(mission):
        return (
            _(
                "What was signed says %(planned)s hours, and this would make %(total)s: it takes an amendment first."
            )
            % figures
        )
    return (
        _(
            "The mission is planned for %(planned)s hours, and this would make %(total)s: change the sheet first."
        )
        % figures
    )


def allowed(mission: Mission) -> int:
    if mission.has_employer and mission.agreed_hours is not None:
        return min(mission.agreed_hours, mission.sheet.hours)
    return mission.sheet.hours


# --- confirming ----------------------------------------------------------------------------
@transaction.atomic
def confirm(mission: Mission, *, up_to: int, by: User, now: datetime) -> int:
    """Confirm all hours that were on the screen: `up_to` is the number of the newest entry that the reader has
    seen. Nobody confirms their own hours, nor those that they wrote for somebody who has left: a member of the
    company may have joined the structure since. Returns how many."""
    Mission.objects.select_for_update(no_key=True).get(
        pk=mission.pk
    )  # nobody changes them meanwhile
    done = (
        HoursEntry.objects.to_confirm()
        .filter(mission=mission, pk__lte=up_to)
        .exclude(person=by)
        .exclude(written_by=by)
        .update(confirmed_at=now, confirmed_by=by)
    )
    missions.close_if_done(mission, now=now)
    return done


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
    """Send the structure one letter for each mission, about the hours written until yesterday that it hasn't been
    told of."""
    written = HoursEntry.objects.to_confirm().filter(asked_at=None)
    written = written.filter(Q(created_at__date__lt=today))

    def ask(mission: Mission) -> bool:
        fresh = written.filter(mission=mission)
        total, newest = _sum_and_newest(fresh)
        if newest is None or not fresh.update(asked_at=now):
            return False
        letters.hours_to_confirm(mission, total=total, newest=newest, silence=SILENCE_CONFIRMS)
        return True

    return each_row("hours-told", Mission.objects.filter(pk__in=written.values("mission")), ask)


def silence_confirms_on(mission: Mission, now: datetime) -> date | None:
    """The day on which silence confirms the first of the hours that the structure has been told of; None when none has
    been told, or while silence confirms nothing."""
    if Mission.objects.filter(_held(now), pk=mission.pk).exists():
        return None
    told = HoursEntry.objects.to_confirm().filter(mission=mission, asked_at__isnull=False)
    first = told.order_by("asked_at").values_list("asked_at", flat=True).first()
    return timezone.localdate(first + SILENCE_CONFIRMS) if first else None


def confirm_silent(now: datetime) -> int:
    """Confirm the hours that the structure was told of a week ago without answering; both sides are told."""
    silent = HoursEntry.objects.silent_since(now - SILENCE_CONFIRMS)

    def confirm_all(mission: Mission) -> bool:
        due = silent.filter(mission=mission)
        total, newest = _sum_and_newest(due)
        if newest is None or not due.update(confirmed_at=now, confirmed_by=None):
            return False
        letters.hours_confirmed_by_silence(mission, total=total, newest=newest)
        missions.close_if_done(mission, now=now)
        return True

    waiting = Mission.objects.filter(pk__in=silent.values("mission")).exclude(_held(now))
    return each_row("hours-confirmed", waiting, confirm_all)


def _held(now: datetime) -> Q:
    """The missions whose hours silence doesn't confirm: the structure is suspended and can't answer, or was until
    less than a week ago."""
    restored = OrganisationStep.objects.filter(
        before=OrganisationStatus.SUSPENDED, at__gt=now - SILENCE_CONFIRMS
    )
    return Q(need__organisation__status=OrganisationStatus.SUSPENDED) | Q(
        need__organisation__in=restored.values("organisation")
    )


def _sum_and_newest(entries: HoursQuerySet) -> tuple[Decimal, int | None]:
    return entries.total(), entries.order_by("-pk").values_list("pk", flat=True).first()
