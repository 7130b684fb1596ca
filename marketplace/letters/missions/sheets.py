"""The letters about the legal frame and the sheet of a mission."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace.letters.families import MISSIONS
from marketplace.letters.missions.missions import both_sides
from marketplace.models import (
    Mission,
    MissionSheet,
    RegimeChoice,
    SheetVersion,
    Side,
)
from marketplace.rules import audience, sheet_yeses
from notifications.letter import Key, Letter
from notifications.models import Notification


def _agreed(letter: Notification, *, version: int) -> str:
    """Why the letter about a version needn't leave: its reader's side has agreed, or a newer version has its own
    letter. "" otherwise."""
    read = SheetVersion.objects.select_related("sheet__mission__need").get(pk=version)
    sheet, reader = read.sheet, letter.recipient
    ours = reader is not None and reader.pk in {
        user.pk for user in audience.welcomed(sheet.mission)
    }
    agreed = sheet.is_agreed_by(Side.NEED if ours else Side.OFFER)
    return gettext_noop("Answered meanwhile") if agreed or sheet.number > read.number else ""


REGIME_CHOSEN = Letter("regime_chosen", Key("regime:{choice}"), MISSIONS)
SHEET_VERSION = Key("sheet-version:{version}")
SHEET_CHANGED = Letter("sheet_changed", SHEET_VERSION, MISSIONS, asks=True, moot=_agreed)
SHEET_CHANGED_AT_WORK = Letter("sheet_changed_at_work", SHEET_VERSION, MISSIONS)
SHEET_AGREED = Letter("sheet_agreed", Key("sheet:{sheet}:{number}:{side:word}"), MISSIONS)


def regime_chosen(choice: RegimeChoice) -> None:
    REGIME_CHOSEN.tell(
        both_sides(choice.mission),
        url=choice.mission.get_absolute_url(),
        but=choice.by,
        mission=choice.mission,
        choice=choice,
    )


def sheet_changed(version: SheetVersion, *, side: str) -> None:
    """Tell the other side what has changed in the sheet, to which they have to say yes again where their yes is awaited;
    and the structures served with the lead, which agree to it before it signs for them."""
    mission = version.sheet.mission
    sides = both_sides(mission) if not side else _of(mission, audience.other_side(side))
    lead = {one.pk for one in audience.structure(mission.need)}
    served = audience.served_with(mission)
    told = [
        ([one for one in served if one.pk not in lead], True, not mission.apart_for_id),
        ([one for one in served if one.pk in lead], True, False),
        (sides, sheet_yeses.are_awaited(mission), False),
    ]
    for people, asks_yes, is_served in told:  # whoever is in several is told once, by the first
        SHEET_CHANGED.tell(
            people,
            url=reverse("mission-versions", args=[mission.pk]),
            but=version.by,
            mission=mission,
            version=version,
            asks_yes=asks_yes,
            is_served=is_served,
        )
    if side == Side.OFFER:
        _tell_who_comes(version, mission)


def _tell_who_comes(version: SheetVersion, mission: Mission) -> None:
    """Somebody else where they work has changed their days or their work: that is their side's yes, and none of theirs."""
    theirs = [one for one in audience.offering(mission.offer) if one.pk == mission.offer.person_id]
    SHEET_CHANGED_AT_WORK.tell(
        theirs,
        url=reverse("mission-versions", args=[mission.pk]),
        but=version.by,
        mission=mission,
        version=version,
    )


def sheet_agreed(sheet: MissionSheet, *, side: str, by: User) -> None:
    SHEET_AGREED.tell(
        _of(sheet.mission, audience.other_side(side)),
        url=sheet.mission.get_absolute_url(),
        but=by,
        mission=sheet.mission,
        sheet=sheet,
        number=sheet.number,
        side=side,
    )


def _of(mission: Mission, side: str) -> Iterable[User]:
    return (
        audience.structure(mission.need) if side == Side.NEED else audience.offering(mission.offer)
    )
