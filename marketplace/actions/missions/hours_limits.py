"""Which hours may be written: on which days, how many a day, how many in all. Each refusal is a sentence."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.dates import spoken
from marketplace.actions.missions import amendment_effect
from marketplace.actions.refusals import NotYet
from marketplace.models import Departure, HoursEntry, Mission, Origin, SheetVersion, TeamMember
from marketplace.models.missions.sheets import DATES
from marketplace.rules import documents

MOST_A_DAY = Decimal(13)  # eleven hours of rest: more would be a slip of the finger


class WrongDay(NotYet):
    """What was written for a day can't be kept; str() names the day."""

    def __init__(self, day: date, sentence: str) -> None:
        self.day = day
        super().__init__(sentence)


def only_contested(day: date) -> str:
    words = _(
        "%(day)s: of this mission only hours that the structure has contested can still change."
    )
    return words % {"day": spoken(day, "j F")}


def require_there(day: date, hours: Decimal | None, gone: Sequence[Departure | TeamMember]) -> None:
    """On working time, hours count up to the last day in the company only, or in the team."""
    for departure in gone:
        if hours and departure.takes_away(day):
            last = departure.last_on or day
            words = _("%(day)s: hours are counted up to %(last)s, the last day with the employer.")
            if isinstance(departure, TeamMember):
                words = _("%(day)s: hours are counted up to %(last)s, the last day in the team.")
            said = {"day": spoken(day, "j F"), "last": spoken(last, "j F Y")}
            raise WrongDay(day, words % said)


def require_sound(
    mission: Mission, day: date, hours: Decimal | None, entry: HoursEntry | None, today: date
) -> None:
    on = {"day": spoken(day, "j F")}
    if entry and entry.is_confirmed:
        raise WrongDay(day, _("%(day)s: the structure has already confirmed these hours.") % on)
    if not hours:
        return
    if hours < 0:
        raise WrongDay(day, _("%(day)s: hours can’t be negative.") % on)
    if hours > MOST_A_DAY:
        raise WrongDay(
            day,
            _("%(day)s: that is more than the %(most)s hours a day can hold.")
            % (on | {"most": MOST_A_DAY}),
        )
    if day > today:
        raise WrongDay(
            day, _("%(day)s hasn’t come yet: hours are written once they are given.") % on
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
    if day > mission.lasted_until:
        over = on | {"last": spoken(mission.lasted_until, "j F Y")}
        raise WrongDay(
            day,
            _("%(day)s: the work was done on %(last)s, and hours count up to that day.") % over,
        )


def _outside(mission: Mission, day: date) -> str:
    """Why this day is outside the mission, as a sentence. The dates in force count, and not those of an amendment
    that waits."""
    on, waiting = {"day": spoken(day, "j F")}, amendment_effect.open_of(mission)
    if not mission.is_live:
        return _("%(day)s is outside the dates of the mission, which no longer change.") % on
    if waiting and waiting.values.keys() & set(DATES):
        return _(
            "%(day)s is outside the dates in force, %(when)s: they change once this is signed by all: %(amendment)s."
        ) % (on | {"when": mission.when_words, "amendment": waiting})
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


def require_a_day(day: date, hours: Decimal | None, elsewhere: Mapping[date, Decimal]) -> None:
    """The same day may serve several structures, and stays one day."""
    if hours and elsewhere.get(day) and hours + elsewhere[day] > MOST_A_DAY:
        words = _(
            "%(day)s: with the hours for the other structures that is more than the %(most)s hours a day can hold."
        )
        raise WrongDay(day, words % {"day": spoken(day, "j F"), "most": MOST_A_DAY})


def require_room(mission: Mission) -> None:
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
            ngettext(
                "The mission was planned for %(planned)s hour, which no longer changes, and this would make %(total)s.",
                "The mission was planned for %(planned)s hours, which no longer change, and this would make %(total)s.",
                figures["planned"],
            )
            % figures
        )
    waiting = amendment_effect.open_of(mission)
    if waiting and "hours" in waiting.values:
        return ngettext(
            "%(planned)s hour is in force, and this would make %(total)s: it changes once this is signed by all: %(amendment)s.",
            "%(planned)s hours are in force, and this would make %(total)s: they change once this is signed by all: %(amendment)s.",
            figures["planned"],
        ) % (figures | {"amendment": waiting})
    if documents.is_signed(mission):
        return (
            ngettext(
                "What was signed says %(planned)s hour, and this would make %(total)s: it takes an amendment first.",
                "What was signed says %(planned)s hours, and this would make %(total)s: it takes an amendment first.",
                figures["planned"],
            )
            % figures
        )
    return (
        ngettext(
            "The mission is planned for %(planned)s hour, and this would make %(total)s: change the sheet first.",
            "The mission is planned for %(planned)s hours, and this would make %(total)s: change the sheet first.",
            figures["planned"],
        )
        % figures
    )


def allowed(mission: Mission) -> int:
    if mission.has_employer and mission.agreed_hours is not None:
        return min(mission.agreed_hours, mission.sheet.hours)
    return mission.sheet.hours
