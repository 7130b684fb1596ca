"""The letters about hours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Organisation, User
from marketplace.letters.families import MISSIONS
from marketplace.letters.missions.missions import both_sides
from marketplace.models import (
    HoursEntry,
    Mission,
)
from marketplace.rules import audience, endings, teams
from marketplace.states import MissionStatus
from notifications.letter import Key, Letter
from notifications.models import Notification


def _confirmed(letter: Notification, *, mission: int, newest: int) -> str:
    waits = HoursEntry.objects.to_confirm().filter(mission=mission, pk__lte=newest)
    return "" if waits.exists() else gettext_noop("Confirmed meanwhile")


def _written_again(letter: Notification, *, entry: int, **_parts: object) -> str:
    contested = HoursEntry.objects.filter(pk=entry, contested_at__isnull=False)
    return "" if contested.exists() else gettext_noop("Answered meanwhile")


UP_TO = Key("hours:{mission}:{newest}")
HOURS_TO_CONFIRM = Letter("hours_to_confirm", UP_TO, MISSIONS, asks=True, moot=_confirmed)
HOURS_CONFIRMED_BY_SILENCE = Letter("hours_confirmed_by_silence", UP_TO + ":silence", MISSIONS)
# Theirs to correct, also once they have left.
HOURS_CONTESTED = Letter(
    "hours_contested",
    Key("hours-entry:{entry}:contested:{moment}"),
    MISSIONS,
    asks=True,
    to_leavers=True,
    moot=_written_again,
)


def hours_to_confirm(
    mission: Mission,
    entries: Sequence[HoursEntry],
    *,
    silence: timedelta,
    structure: Organisation | None = None,
) -> None:
    """`entries`: those of which the structure hasn't been told, one at least; `structure`: the one that they served, where
    it isn't the lead of the need."""
    theirs = (
        audience.representatives_of(structure) if structure else audience.structure(mission.need)
    )
    HOURS_TO_CONFIRM.tell(
        theirs,
        url=reverse("mission-hours", args=[mission.pk]),
        but=mission.offer.person,
        mission=mission,
        newest=max(entry.pk for entry in entries),
        total=sum((entry.hours for entry in entries), Decimal(0)),
        each=_each(mission, entries),
        by_day=timezone.localdate() + silence,
        disagree=mission.status == MissionStatus.DISPUTED,
    )


@dataclass(frozen=True)
class OfOne:
    """The hours of one person of a team, said in the reader's language."""

    name: str
    hours: Decimal

    def __str__(self) -> str:
        exact = self.hours.normalize() if self.hours % 1 else int(self.hours)
        return _("%(name)s: %(hours)s h") % {
            "name": self.name,
            "hours": number_format(exact, use_l10n=True),
        }


def _each(mission: Mission, entries: Iterable[HoursEntry]) -> list[OfOne]:
    """The name of each of a team, with these hours of theirs; nobody where one person comes."""
    if not teams.is_a_team(mission):
        return []
    found: dict[str, Decimal] = {}
    for entry in entries:
        name = entry.person.get_full_name()
        found[name] = found.get(name, Decimal(0)) + entry.hours
    return [OfOne(name, hours) for name, hours in found.items()]


def hours_confirmed_by_silence(mission: Mission, *, total: Decimal, newest: int) -> None:
    HOURS_CONFIRMED_BY_SILENCE.tell(
        both_sides(mission),
        url=reverse("mission-hours", args=[mission.pk]),
        mission=mission,
        newest=newest,
        total=total,
    )


def _closes_without(entry: HoursEntry) -> date | None:
    """The day after which a mission that ends may close though they aren't corrected; None while it goes on, and
    where a receipt is to be given first."""
    mission = entry.mission
    ends = mission.status in {MissionStatus.DELIVERED, MissionStatus.REVIEWED}
    if mission.gives_a_receipt or not ends or entry.contested_at is None:
        return None
    return timezone.localdate(entry.contested_at + endings.CORRECTED_WITHIN)


def hours_contested(entry: HoursEntry) -> None:
    """Tell whoever gave the hours; if they have left the company, those in charge there too. For two weeks they
    alone can correct them, then the company does: each is told which."""
    moment = f"{entry.contested_at:%Y%m%d%H%M%S}"
    mission, page = entry.mission, reverse("mission-hours", args=[entry.mission_id])
    told: list[tuple[Iterable[User], str, bool]] = [([entry.person], page, True)]
    if mission.offer.person_has_left:
        own, late = reverse("mission-done", args=[mission.pk]), mission.is_left_to_the_company
        told = [
            ([entry.person], own, not late),
            (audience.offering(mission.offer), page, late),
        ]
    part = teams.part_of(mission, entry.person_id) if teams.has_names(mission) else None
    if part:
        told = [(audience.offering(mission.offer), page, True)]
        _tell_contested(
            entry,
            [entry.person],
            part.get_absolute_url(),
            part.has_time_to_write,
            moment,
            member=part,
        )
    for people, url, corrects in told:
        _tell_contested(entry, people, url, corrects, moment)


def _tell_contested(
    entry: HoursEntry, people: Iterable[User], url: str, corrects: bool, moment: str, **facts: Any
) -> None:
    if people:
        mission = entry.mission
        HOURS_CONTESTED.tell(
            people,
            url=url,
            mission=mission,
            entry=entry,
            moment=moment,
            corrects=corrects,
            until=_closes_without(entry),
            by=entry.corrected_by,
            **facts,
        )
